"""
`python -m bench`: what LLM costs, as ratios to the least that the same job can cost, measured side by side.

LLM_BENCH_REFERENCE may name the command `llm` of another installation, which is then measured in the same way.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from importlib.metadata import entry_points
from pathlib import Path

from .command import Command
from .history import Histories, bytes_of_a_turn
from .ratio import Ratio
from .reading import COUNT
from .server import serving
from .subject import ROOT, Subject
from .table import as_json, as_text
from .vendors import Vendors

OURS = "this llm"
HISTORY = "the history of this llm"
VENDORS = "this llm and the vendors' own clients"
PIECES = 50  # of the answer to one prompt
_BIN = Path(sys.executable).parent
_NOTE = """\
Costs are CPU time, user and system; ratios are those of pairs measured one after the other, on compiled bytecode.
pip writes a console script that imports `re`, which the figures for `llm` include; a script of uv does not."""


def main() -> int:
    """Measure, print, and return 1 where an aim was missed and that is asked for."""
    options = _options()
    if not (compileall.compile_dir(ROOT / "src", quiet=1) and compileall.compile_dir(ROOT / "bench", quiet=1)):
        return 1
    sections: dict[str, list[Ratio]] = {}
    with tempfile.TemporaryDirectory() as folder, serving(PIECES) as short, serving(COUNT) as long:
        for subject in _subjects(Path(folder), {"short": short, "long": long}):
            print(f"Measuring {subject.title}", file=sys.stderr)
            sections[subject.title] = list(subject.measured(short, long, options.pairs))
        histories = Histories(Path(folder), _BIN / "llm", _endpoints({"short": short}))
        print("Measuring the history", file=sys.stderr)
        sections[HISTORY] = list(histories.measured(options.turns, options.pairs))
        if reference := os.environ.get("LLM_BENCH_REFERENCE"):
            sections[HISTORY].append(_bytes_of_a_turn(Path(folder), Path(reference), {"short": short}))
    sections[VENDORS] = _vendors(Path(tempfile.gettempdir()), options.pairs)
    ours = sections[OURS] + sections[HISTORY] + sections[VENDORS]
    if options.json:
        print(
            json.dumps({"on": _machine(), **{title: as_json(ratios) for title, ratios in sections.items()}}, indent=2)
        )
    else:
        print("\n\n".join([_machine(), *(f"{title}\n{as_text(ratios)}" for title, ratios in sections.items()), _NOTE]))
    return int(options.check and any(ratio.missed for ratio in ours))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m bench", description="Measure what LLM costs.")
    parser.add_argument("--pairs", type=int, default=15, help="how often each is measured (default: 15)")
    parser.add_argument("--turns", type=int, default=1_000_000, help="of the largest history (default: a million)")
    parser.add_argument("--json", action="store_true", help="print all that was measured as JSON")
    parser.add_argument("--check", action="store_true", help="end with 1 where an aim is missed")
    return parser.parse_args()


def _subjects(folder: Path, urls: dict[str, str]) -> Iterator[Subject]:
    """Each with a world of its own, where the names of *urls* are known in the way that it likes best."""
    yield Subject(OURS, _BIN / "llm", "{}/model", _world(folder / "ours", "config.toml", _endpoints(urls)))
    if reference := os.environ.get("LLM_BENCH_REFERENCE"):
        world = _world(folder / "reference", "extra-openai-models.yaml", _models(urls))
        yield Subject("reference", Path(reference), "{}", world, has_transport=False)


def _vendors(home: Path, pairs: int) -> list[Ratio]:
    """Ours next to the vendors' own clients, where `make` has installed them."""
    python = ROOT / ".venv-vendors" / "bin" / "python"
    if not python.exists():
        print("The vendors' clients are not in .venv-vendors (make test installs them)", file=sys.stderr)
        return []
    print("Measuring the vendors' own clients", file=sys.stderr)
    environ = {"HOME": str(home), "PATH": os.defpath, "PYTHONPATH": str(ROOT)}
    return list(Vendors(_BIN / "python", python, environ).measured(pairs))


def _bytes_of_a_turn(folder: Path, reference: Path, urls: dict[str, str]) -> Ratio:
    ours = _world(folder / "our-turns", "config.toml", _endpoints(urls))
    theirs = _world(folder / "their-turns", "extra-openai-models.yaml", _models(urls))
    question = "What did the pelican say to the ship when it came back from the sea?"
    return bytes_of_a_turn(
        Command([str(_BIN / "llm"), "-m", "short/model", question], ours),
        Command([str(reference), "-m", "short", question], theirs),
        folder / "our-turns" / "history.db",
        folder / "their-turns" / "logs.db",
    )


def _endpoints(urls: dict[str, str]) -> str:
    return "".join(f'[endpoints.{name}]\nbase_url = "{url}"\n' for name, url in urls.items())


def _models(urls: dict[str, str]) -> str:
    rows = [{"model_id": name, "model_name": name, "api_base": url} for name, url in urls.items()]
    return json.dumps(rows)  # which is YAML


def _world(place: Path, file: str, text: str) -> dict[str, str]:
    place.mkdir()
    (place / file).write_text(text, "utf-8")
    (place / "keys.json").write_text('{"bench": "none"}', "utf-8")
    return {"HOME": str(place), "LLM_USER_PATH": str(place), "OPENAI_API_KEY": "none", "PATH": os.defpath}


def _machine() -> str:
    """When and where this was measured."""
    plugins = ", ".join(sorted({point.dist.name for point in entry_points(group="llm") if point.dist})) or "none"
    return (
        f"{date.today()}, {platform.python_implementation()} {platform.python_version()}, {_processor()}, "
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, plugins: {plugins}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "processor unknown"
    )


if __name__ == "__main__":
    sys.exit(main())
