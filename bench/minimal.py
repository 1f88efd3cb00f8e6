"""The least that asking a model can be: the standard library, one request, text printed as it comes."""

from __future__ import annotations

import http.client
import json
import sys


def main() -> None:
    """Ask the server at `host:port`, and keep what was said in a database where one is named."""
    address, *database = sys.argv[1:]
    if database:
        _ask_and_keep(address, database[0])
    else:
        _ask(address)


def _ask(address: str) -> str:
    connection = http.client.HTTPConnection(address)
    body = {"model": "model", "messages": [{"role": "user", "content": "hi"}], "stream": True}
    connection.request("POST", "/v1/chat/completions", json.dumps(body), {"Content-Type": "application/json"})
    pieces = []
    with connection.getresponse() as response:
        for line in response:
            if line.startswith(b"data: {"):
                for choice in json.loads(line[6:])["choices"]:
                    if text := choice["delta"].get("content"):
                        sys.stdout.write(text)
                        sys.stdout.flush()
                        pieces.append(text)
    sys.stdout.write("\n")
    return "".join(pieces)


def _ask_and_keep(address: str, path: str) -> None:
    import sqlite3

    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE IF NOT EXISTS turns (id INTEGER PRIMARY KEY, prompt TEXT, answer TEXT)")
    turn = connection.execute("INSERT INTO turns (prompt) VALUES ('hi')").lastrowid
    connection.commit()
    answer = _ask(address)
    connection.execute("UPDATE turns SET answer = ? WHERE id = ?", (answer, turn))
    connection.commit()
    connection.close()
