"""What goes wrong inside a plugin stays inside it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import NamedTuple

IMPORT = "import"

_LONGEST = 300


class Failure(NamedTuple):
    """The first thing that went wrong in `plugin`: `during` is the hook that ran, or `import`."""

    plugin: str
    during: str
    error: str

    def __str__(self) -> str:
        return self.error if self.during == IMPORT else f"{self.error} (in {self.during})"


class Failures:
    """The plugins that failed in this process; each is reported once, on stderr."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.first: dict[str, Failure] = {}
        self._environ = environ

    @property
    def raised(self) -> bool:
        """Whether errors are passed on, with their traceback, rather than reported: LLM_RAISE_ERRORS is set."""
        return bool(self._environ.get("LLM_RAISE_ERRORS"))

    def guard(self, plugin: str, during: str) -> Guard:
        """A block in which code of *plugin* runs: what it raises ends the block and nothing else."""
        return Guard(self, plugin, during)

    def note(self, plugin: str, during: str, error: BaseException) -> None:
        """Remember *error*, and report it if it is the first of *plugin*."""
        if plugin in self.first:
            return
        failure = self.first[plugin] = Failure(plugin, during, _described(error))
        what = "could not be loaded" if during == IMPORT else f"failed in {during}"
        say(f"Plugin {plugin} {what}: {failure.error}")
        say("  `llm plugins` lists what failed; LLM_RAISE_ERRORS=1 shows the traceback.")


class Guard:
    """A `with` block that ends quietly when a plugin fails in it; `failed` tells."""

    def __init__(self, failures: Failures, plugin: str, during: str) -> None:
        self.failed = False
        self._failures = failures
        self._plugin = plugin
        self._during = during

    def __enter__(self) -> Guard:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if error is None:
            return False
        # Also SystemExit: a plugin must not end the program. Ctrl-C is the user's, not the plugin's.
        if isinstance(error, KeyboardInterrupt) or self._failures.raised:
            return False
        self.failed = True
        self._failures.note(self._plugin, self._during, error)
        return True


def say(line: str) -> None:
    """Print *line* on stderr, if there is one that takes it: nothing fails because nobody listens."""
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            print(line, file=sys.stderr)


def _described(error: BaseException) -> str:
    """The class and message of *error* as one printable line of bearable length."""
    try:
        message = " ".join(str(error).split())
    except Exception:
        message = ""
    line = f"{type(error).__name__}: {message}" if message else type(error).__name__
    line = "".join(character for character in line if character.isprintable())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."
