"""A plugin that is installed for one test."""

from __future__ import annotations

import textwrap
from pathlib import Path


def install(site: Path, name: str, source: str) -> dict[str, str]:
    """Install the plugin *name* with this *source* into *site*; return the environment in which it is found."""
    module = name.replace("-", "_")
    site.mkdir(exist_ok=True)
    (site / f"{module}.py").write_text(textwrap.dedent(source), "utf-8")
    info = site / f"{module}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text(f"[llm]\n{module} = {module}\n", "utf-8")
    return {"PYTHONPATH": str(site), "LLM_LOAD_PLUGINS": name}


def install_model(site: Path, body: str, *, before: str = "") -> dict[str, str]:
    """Install a plugin with the model `faulty`, whose class has this *body*, after the lines *before*."""
    lines = [
        "import llm",
        textwrap.dedent(before),
        "class Faulty(llm.Model):",
        "    model_id = 'faulty'",
        textwrap.indent(textwrap.dedent(body), "    "),
        "@llm.hookimpl",
        "def register_models(register):",
        "    register(Faulty())",
    ]
    return install(site, "llm-faulty", "\n".join(lines))
