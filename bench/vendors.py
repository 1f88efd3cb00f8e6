"""What an event of a stream, and the first request, cost by LLM and by the vendors' own clients, on the same bytes."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from .command import Command
from .ratio import Ratio, measure
from .vendor_streams import WIRES, stream

COUNT = 5_000
_FOURTH = 0.25


@dataclass(frozen=True)
class Vendors:
    """Our Python, and that of the environment with the vendors' clients; both run with *environ*."""

    ours: Path
    theirs: Path
    environ: Mapping[str, str]

    def measured(self, pairs: int) -> Iterator[Ratio]:
        """The ratios of each wire."""
        for wire in WIRES:
            with _serving(wire, COUNT) as url:
                ours, theirs = (_Reading(self._line(client, wire, url, str(COUNT)), self.environ) for client in "ot")
                yield measure(f"an event, {wire}", ours, "the vendor's client", theirs, aim=_FOURTH, pairs=pairs)
            with _serving(wire, 3) as url:
                ours_first, theirs_first = (
                    Command(self._line(client, wire, url, "first"), self.environ) for client in "ot"
                )
                yield measure(
                    f"import and first request, {wire}",
                    ours_first,
                    "the vendor's client",
                    theirs_first,
                    aim=1,
                    pairs=pairs,
                )

    def _line(self, client: str, wire: str, url: str, count: str) -> list[str]:
        python, module = (self.ours, "our_client") if client == "o" else (self.theirs, "vendor_clients")
        return [str(python), "-m", f"bench.{module}", wire, url, count]


@dataclass(frozen=True)
class _Reading:
    """A process that prints the seconds of CPU for each event."""

    line: list[str]
    environ: Mapping[str, str]

    def __call__(self) -> float:
        done = subprocess.run(self.line, env=dict(self.environ), stdout=subprocess.PIPE, text=True, check=True)
        return float(done.stdout)


@contextmanager
def _serving(wire: str, count: int) -> Iterator[str]:
    """A server on loopback that answers every request with the same stream; its URL."""
    content_type, body = stream(wire, count)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
