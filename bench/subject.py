"""An installed `llm` package that is measured: ours, or another to compare with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from .command import Command
from .ratio import Ratio, measure
from .reading import Reading

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Subject:
    """
    The command `llm` of an installation, in a world where two servers are known: `short` and `long`, by the length of
    their answers. *model* is a format that makes the id of a model of such a server. *has_transport* says that its
    library reads from whatever transport it is given, so that the network can be left out.
    """

    title: str
    llm: Path
    model: str
    environ: Mapping[str, str]
    has_transport: bool = True

    def measured(self, short: str, long: str, pairs: int) -> Iterator[Ratio]:
        """All ratios, given the URLs of the servers."""
        yield from self.start_up(pairs)
        yield from self.asking(short, pairs)
        yield from self.streaming(long, pairs)

    def start_up(self, pairs: int) -> Iterator[Ratio]:
        """Commands that ask nobody, to the least that a command can do."""
        nothing, click = self._script("pass"), self._script("import click")
        yield measure("llm --version", self._command("--version"), "python -c pass", nothing, aim=2, pairs=pairs)
        for line in ("--help", "keys list", "logs path"):
            yield measure(f"llm {line}", self._command(line), "python -c 'import click'", click, aim=1.4, pairs=pairs)

    def asking(self, url: str, pairs: int) -> Iterator[Ratio]:
        """A prompt, with its history, to scripts of the standard library that do the same."""
        address, database = url.split("/")[2], f"{self.environ['HOME']}/minimal.db"
        line, script = f"-m {self.model.format('short')} hi", "from bench.minimal import main; main()"
        scripts = {
            "minimal script with SQLite": self._script(script, address, database),
            "minimal script, no history": self._script(script, address),
        }
        for to, base in scripts.items():
            yield measure(f"llm {line}", self._command(line), to, base, aim=3, pairs=pairs)

    def streaming(self, url: str, pairs: int) -> Iterator[Ratio]:
        """The time for each event of a long stream, to a loop of json.loads over it."""
        read = partial(Reading, python=self._python, environ={**self.environ, "PYTHONPATH": str(ROOT)})
        for way in ("loopback", "memory") if self.has_transport else ("loopback",):
            response, bare = read(f"response-{way}", self.model.format("long")), read(f"bare-{way}", url)
            yield measure("an event of a Response", response, f"json.loads, {way}", bare, aim=3, pairs=pairs)

    @property
    def _python(self) -> Path:
        return self.llm.with_name("python")

    def _command(self, line: str) -> Command:
        return Command([str(self.llm), *line.split()], self.environ)

    def _script(self, script: str, *arguments: str) -> Command:
        environ = {**self.environ, "PYTHONPATH": str(ROOT)} if "bench" in script else self.environ
        return Command([str(self._python), "-c", script, *arguments], environ)
