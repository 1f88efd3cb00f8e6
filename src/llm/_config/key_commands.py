"""Keys that a password manager prints."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping

from ..errors import ConfigError
from .key import clean_key

_SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._@+:/-]*")


class KeyCommands:
    """
    The shell commands of config.toml whose standard output is a key; each is run once at most, and remembered.

    *by_name* is the `[key_commands]` table: a command for one name, which must succeed. *template* is `key_command`:
    a command for all other names, in which `{name}` stands for the name; where it fails or prints nothing, there is
    no key of that name. A command reads nothing, writes its complaints to our standard error, and has *timeout*
    seconds. What it prints is in no error.
    """

    def __init__(self, template: str | None, by_name: Mapping[str, str], timeout: float = 60.0) -> None:
        self._template = template
        self._by_name = by_name
        self._timeout = timeout
        self._found: dict[str, str | None] = {}
        # A password manager may ask its user to unlock it: many threads that need a key must not all ask.
        self._lock = threading.Lock()

    def __contains__(self, name: str) -> bool:
        """Whether *name* has a command of its own."""
        return name in self._by_name

    def run(self, name: str, *, ask_all: bool = True) -> str | None:
        """The key called *name*, or None; *ask_all* lets the command for all names be run. Raises ConfigError."""
        own = self._by_name.get(name)
        if own is None and (self._template is None or not ask_all):
            return None
        with self._lock:
            if name not in self._found:
                self._found[name] = self._own(own, name) if own is not None else self._shared(name)
            return self._found[name]

    def _own(self, command: str, name: str) -> str:
        status, output = self._output(command, name)
        if status:
            ended = f"exit status {status}" if status > 0 else f"signal {-status}"
            raise ConfigError(f"The key command for {name!r} failed ({ended})", hint=_hint(name))
        return _key(output, name)

    def _shared(self, name: str) -> str | None:
        assert self._template is not None
        if not _SAFE_NAME.fullmatch(name):
            # Whatever quotes the user wrote around {name}, these characters mean nothing to any shell.
            raise ConfigError(
                f"key_command cannot be asked for the key {name!r}: the name has characters that a shell may interpret",
                hint="Give this key a command of its own in the [key_commands] table of config.toml",
            )
        status, output = self._output(self._template.replace("{name}", name), name)
        return _key(output, name) if status == 0 and output.strip() else None

    def _output(self, command: str, name: str) -> tuple[int, bytes]:
        import subprocess

        try:
            done = subprocess.run(  # noqa: S602 - the user wrote this command, for a shell
                command,
                shell=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                timeout=self._timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            problem = f"took longer than {self._timeout:g} seconds"
        except OSError as error:
            problem = f"could not be started: {error.strerror}"
        else:
            return done.returncode, done.stdout
        raise ConfigError(f"The key command for {name!r} {problem}", hint=_hint(name))


def _key(output: bytes, name: str) -> str:
    return clean_key(output.decode("utf-8", "replace"), f"What the key command for {name!r} printed")


def _hint(name: str) -> str:
    return f"Run the command in a shell to see why, or store the key with: llm keys set {name}"
