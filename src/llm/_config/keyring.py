"""Finding the key for a name."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from .key import Key, clean_key
from .key_commands import KeyCommands
from .keys import KeyStore


class KeyRing:
    """
    Every place where a key may be, asked in order: what was given, what is stored, the environment.

    Stored are the keys of `keys.json` and those that the commands of config.toml print. *commands* is called when
    they are first needed (None: config.toml in *directory* is read); they run once at most as long as the ring lives.
    """

    def __init__(
        self,
        directory: Path,
        *,
        environ: Mapping[str, str] | None = None,
        commands: Callable[[], KeyCommands] | None = None,
    ) -> None:
        self.store = KeyStore(directory)
        self._directory = directory
        self._environ = os.environ if environ is None else environ
        self._read_commands = commands or self._configured
        self._commands: KeyCommands | None = None
        self._lock = threading.Lock()

    def resolve(
        self,
        explicit: str | None,
        name: str | None,
        env_var: str | tuple[str, ...] | None = None,
        *,
        needed: bool = True,
    ) -> Key | None:
        """
        The key to use, or None where no place has one.

        *explicit* (`--key`) is the name of a stored key, or else the key itself. *name* is looked up in `keys.json`,
        then asked of its command in `[key_commands]` or of `key_command`; then come the variables *env_var*. When
        a key is not *needed*, `key_command`, which would be run for every name there is, is not. Raises ConfigError
        for a key that cannot go into an HTTP header, a file that cannot be read, and a command that fails.
        """
        if explicit and explicit.strip():
            return self._given(explicit.strip())
        found = self._stored(name, ask_all=needed) if name else None
        return found or self._from_environment(env_var)

    def has(self, name: str | None, env_var: str | tuple[str, ...] | None = None) -> bool:
        """
        Whether a key is stored under *name*, or *env_var* is set; no command is run to find out.

        A name with a command of its own counts as stored. Raises ConfigError for a file that cannot be read.
        """
        if any(self._environ.get(variable, "").strip() for variable in _several(env_var)):
            return True
        if not name:
            return False
        return bool((self.store.get(name) or "").strip()) or name in self._key_commands()

    def _given(self, text: str) -> Key:
        return self._stored(text, ask_all=False) or Key(clean_key(text, "The key given"), "--key")

    def _stored(self, name: str, *, ask_all: bool) -> Key | None:
        stored = self.store.get(name)
        if stored and stored.strip():
            return Key(clean_key(stored, f"The key {name!r} in {self.store.path}"), "keys.json")
        printed = self._key_commands().run(name, ask_all=ask_all)
        return Key(printed, "key_command") if printed else None

    def _from_environment(self, env_var: str | tuple[str, ...] | None) -> Key | None:
        for variable in _several(env_var):
            if (value := self._environ.get(variable, "")).strip():
                return Key(clean_key(value, f"The key in ${variable}"), f"${variable}")
        return None

    def _key_commands(self) -> KeyCommands:
        with self._lock:
            if self._commands is None:
                self._commands = self._read_commands()
            return self._commands

    def _configured(self) -> KeyCommands:
        from .settings import load_settings

        settings = load_settings(self._directory)
        return KeyCommands(settings.key_command, settings.key_commands)


def _several(env_var: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (env_var,) if isinstance(env_var, str) else env_var or ()
