"""A plugin that a page shows, installed as its pyproject.toml says."""

from __future__ import annotations

import tomllib
from pathlib import Path


def install(pyproject: str, source: Path, site: Path) -> str:
    """Leave the plugin's modules in *source*, as an editable installation does, and return the package's name."""
    project = tomllib.loads(pyproject)["project"]
    label, version = project["name"], project["version"]
    info = site / f"{label.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {label}\nVersion: {version}\n", "utf-8")
    lines = (f"{name} = {module}\n" for name, module in project["entry-points"]["llm"].items())
    (info / "entry_points.txt").write_text("[llm]\n" + "".join(lines), "utf-8")
    (site / "editable.pth").write_text(f"{source}\n", "utf-8")
    return str(label)
