"""The manifest on disk, for as long as it is true."""

from __future__ import annotations

import binascii
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._domain.version import __version__
from ..errors import ConfigError
from .discovery import Scan
from .manifest import Manifest, manifest_from_json
from .selection import Selection
from .source import Stamp, stamp

_FORMAT = 1


class ManifestCache:
    """
    `cache/plugins-*.json` in the user directory, one file for each environment and value of LLM_LOAD_PLUGINS.

    It is true while the same packages are installed, the sources of the plugins are as they were, and the same Python
    and LLM with the same plugins disabled ask. A user directory that cannot be written is none.
    """

    def __init__(self, user_dir: Path, selection: Selection) -> None:
        only = None if selection.only is None else sorted(selection.only)
        self._made_for = [_FORMAT, __version__, sys.version, sys.prefix, only, sorted(selection.disabled)]
        # A name needs no strong hash: what the file was made for stands inside it.
        key = binascii.crc32(repr((sys.prefix, only)).encode())
        self.path = user_dir / "cache" / f"plugins-{key:08x}.json"

    def read(self, scan: Scan) -> Manifest | None:
        """The manifest as it was written, if it still is true where *scan* is what is installed."""
        try:
            data = self.path.read_bytes()
        except OSError:
            return None
        import json

        try:
            stored = json.loads(data)
            if stored["made_for"] != self._made_for or stored["scan"] != [list(row) for row in scan]:
                return None
            if any(stamp(path) != was for path, was in stored["sources"].items()):
                return None
            return manifest_from_json(stored["manifest"])
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None  # cut short, or by another hand: it is built anew

    def write(self, scan: Scan, sources: Mapping[str, Stamp], manifest: Manifest) -> None:
        """Keep *manifest*, which was made from *sources*, where that is possible."""
        import json

        from .._config.atomic import write_atomically
        from .._config.paths import ensure_directory

        stored: dict[str, Any] = {"made_for": self._made_for, "scan": scan, "sources": sources, "manifest": manifest}
        try:
            ensure_directory(self.path.parent.parent)
            ensure_directory(self.path.parent)
            write_atomically(self.path, json.dumps(stored))
        except ConfigError:
            return
