"""Plugins that are really installed: modules and their metadata in a directory, and a Python that finds them there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import llm

SOURCE = Path(llm.__file__).parents[1]

# A model as simple as one can be, for the plugins of these tests to register.
MODEL = """
from llm.plugins import hookimpl

class Simple:
    def __init__(self, model_id, **facts):
        self.model_id = model_id
        self.__dict__.update(facts)

    def __str__(self):
        return f"Simple: {self.model_id}"
"""


class Site:
    """A directory with installed packages, the user directory of those who use them, and processes that do."""

    def __init__(self, root: Path) -> None:
        self.directory = root / "site"
        self.user_dir = root / "user"
        self.directory.mkdir()

    def install(
        self,
        name: str,
        *sources: str,
        version: str = "1.0",
        module: str | None = None,
        entry_points: str | None = None,
        suffix: str = ".dist-info",
        editable: Path | None = None,
    ) -> Path:
        """Install a package whose module is made of *sources*, perhaps left at *editable*; its metadata directory."""
        module = module or name.replace("-", "_")
        place = editable or self.directory
        (place / f"{module}.py").write_text("\n".join([MODEL, *map(textwrap.dedent, sources)]), "utf-8")
        info = self.directory / f"{name.replace('-', '_')}-{version}{suffix}"
        info.mkdir()
        facts = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nName: not a header\n"
        (info / ("METADATA" if suffix == ".dist-info" else "PKG-INFO")).write_text(facts, "utf-8")
        text = f"[llm]\n{module} = {module}\n" if entry_points is None else entry_points
        (info / "entry_points.txt").write_text(text, "utf-8")
        (info / "RECORD").write_text(f"{module}.py,,\n", "utf-8")
        if editable:
            (self.directory / f"__editable__.{module}.pth").write_text(f"{editable}\n", "utf-8")
        return info

    def run(self, code: str, *, paths: tuple[Path, ...] = (), **environ: str) -> subprocess.CompletedProcess[str]:
        """Run *code* in a new process, in which `plugins` are the plugins of this site and `show` prints JSON."""
        start = f"""
            import json, os, sys
            from pathlib import Path
            from llm._plugins.plugins import Plugins
            show = lambda value: print(json.dumps(value))
            imported = lambda *names: sorted(name for name in names if name in sys.modules)
            site = {str(self.directory)!r}
            plugins = Plugins(Path({str(self.user_dir)!r}), dict(os.environ), [site])
        """
        variables = {name: value for name, value in os.environ.items() if not name.startswith("LLM_")}
        path = os.pathsep.join(map(str, (SOURCE, self.directory, *paths)))
        return subprocess.run(
            [sys.executable, "-c", textwrap.dedent(start) + textwrap.dedent(code)],
            env={**variables, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", **environ},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
        )

    def shown(self, code: str, **environ: Any) -> Any:
        """What *code* shows, in a process that ends well and says nothing on stderr."""
        done = self.run(code, **environ)
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads(done.stdout)
