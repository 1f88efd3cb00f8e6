"""Which way the imports point."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from .source import PACKAGE, ROOT, Source, sources


def test_the_declared_arrows_hold() -> None:
    """import-linter finds every contract of pyproject.toml kept."""
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    report = done.stdout.partition("Contracts\n")[2] or done.stdout  # without import-linter's banner
    assert done.returncode == 0, f"{report}{done.stderr}"


def test_no_module_imports_the_package_root_at_run_time() -> None:
    """What takes a name from `llm` itself would load whatever that name needs, and could go round in a circle."""
    imports = [(source, node) for source in sources("src") for node in _imports(source)]
    assert [f"{file}:{node.lineno}: {ast.unparse(node)}" for file, node in imports if _of_the_root(file, node)] == []


def _imports(source: Source) -> list[ast.Import | ast.ImportFrom]:
    return [node for node in source.run_time() if isinstance(node, ast.Import | ast.ImportFrom)]


def _of_the_root(source: Source, node: ast.Import | ast.ImportFrom) -> bool:
    if isinstance(node, ast.Import):
        return any(alias.name.partition(".")[0] == "llm" for alias in node.names)
    if node.level == 0:
        return (node.module or "").partition(".")[0] == "llm"
    above = source.package.split(".")[: 1 - node.level or None]
    if ".".join(filter(None, [*above, node.module])) != "llm":
        return False
    return not all(_is_module(alias.name) for alias in node.names)


def _is_module(name: str) -> bool:
    return (PACKAGE / f"{name}.py").exists() or (PACKAGE / name / "__init__.py").exists()
