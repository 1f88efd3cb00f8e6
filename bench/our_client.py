"""
Reads a stream by LLM: `python -m bench.our_client WIRE URL COUNT`, with the arguments and the output of
`bench.vendor_clients`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from time import process_time

from llm._api.app import App


def main() -> None:
    """Read the stream of the URL to its end."""
    wire, url, count = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        path = "/v1" if wire in ("chat", "responses") else ""
        table = f'[endpoints.bench]\nbase_url = "{url}{path}"\nwire = "{wire}"\n'
        Path(folder, "config.toml").write_text(table, encoding="utf-8")
        pieces = iter(App(Path(folder)).get_model("bench/m").prompt("Hi", key="sk-test"))
        next(pieces)
        start = process_time()
        read = sum(1 for _ in pieces)
        if count != "first":
            assert read >= int(count) - 1, read
            print((process_time() - start) / read)


main()
