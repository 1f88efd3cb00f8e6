"""Writing a file so that others see the old text or the new text, never half of it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ..errors import ConfigError


def write_atomically(path: Path, text: str, mode: int | None = None) -> None:
    """
    Replace what *path* holds by *text*, in UTF-8, whole or not at all.

    A symbolic link stays one: the file that it points to is replaced. *mode* is the permissions of a new file (None:
    what the umask leaves of 0666); those of an existing file stay, less what *mode* does not allow. Raises ConfigError.
    """
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{target.name}.{os.getpid()}-{os.urandom(6).hex()}.tmp")
    try:
        _write(temporary, text.encode(), target, mode)
    except UnicodeEncodeError:
        raise ConfigError(f"Cannot write {path}: the text holds bytes that are not UTF-8") from None
    except OSError as error:
        raise ConfigError(f"Cannot write {path}: {error.strerror or error}") from error


def _write(temporary: Path, data: bytes, target: Path, mode: int | None) -> None:
    existing = _permissions(target)
    created = mode if mode is not None else 0o666 if existing is None else 0o600
    descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, created)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if existing is not None:
            temporary.chmod(existing if mode is None else existing & mode)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _permissions(target: Path) -> int | None:
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        return None
