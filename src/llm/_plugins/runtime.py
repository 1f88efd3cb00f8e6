"""The plugins that are in memory."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .failure import Failures, say

if TYPE_CHECKING:
    from .loading import Loader


class Runtime:
    """What was loaded, what went wrong meanwhile, and what was said of it. The first load imports pluggy."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.failures = Failures(environ)
        self._loader: Loader | None = None
        self._said: set[str] = set()
        self._lock = threading.Lock()

    @property
    def loader(self) -> Loader:
        """What loads plugins, made when it is first asked for."""
        if self._loader is None:
            from .loading import Loader

            with self._lock:
                if self._loader is None:
                    self._loader = Loader(self.failures)
        return self._loader

    @property
    def busy(self) -> bool:
        """Whether a plugin is asking: this thread is inside its import or one of its hooks."""
        return self._loader is not None and self._loader.busy

    def strangers(self) -> tuple[str, ...]:
        """The plugins that somebody registered with pluggy's manager, past us: tests do, and notebooks."""
        return self._loader.strangers() if self._loader is not None else ()

    def retry_failed(self) -> None:
        """Let the plugins that failed be tried again, as if they had not been."""
        import importlib

        importlib.invalidate_caches()
        for name in list(self.failures.first):
            del self.failures.first[name]
            self.loader.forget(name)

    def say_missing(self, names: Sequence[str]) -> None:
        """Report each of *names*, once, as asked for and not installed."""
        for name in names:
            if name not in self._said:
                self._said.add(name)
                say(f"Plugin {name} could not be found")


_lock = threading.Lock()
_process: list[Runtime] = []


def process_runtime() -> Runtime:
    """The one of this process, as modules are imported once and `llm.plugins.pm` is one object."""
    with _lock:
        if not _process:
            _process.append(Runtime(os.environ))
        return _process[0]
