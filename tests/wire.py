"""
Recorded exchanges with real providers, for tests of the codecs.

The recordings are not part of the project: they are looked for where LLM_WIRE_RECORDINGS says, else in `shared/wire`
beside the checkout. Tests that need them skip where they are absent.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

# Read on import: the test world clears the environment of each test.
FOLDER = Path(os.environ.get("LLM_WIRE_RECORDINGS") or Path(__file__).parents[2] / "shared" / "wire")


@dataclass(frozen=True)
class Exchange:
    """One request with its response, and what a decoder is to make of it."""

    case: str
    number: int
    vendor: str
    request: dict[str, Any]
    response: dict[str, Any]
    expected: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.case}-{self.number}"

    @property
    def body(self) -> bytes:
        """The response as bytes."""
        if "stream" in self.response:
            return str(self.response["stream"]).encode("utf-8")
        return json.dumps(self.response["body"]).encode("utf-8")

    @property
    def is_stream(self) -> bool:
        """Whether the response is a stream of events."""
        return "stream" in self.response


def exchanges(pattern: str) -> list[Exchange]:
    """The exchanges in the folders that match *pattern*, in the order of their names."""
    found = []
    for path in sorted(file for folder in FOLDER.glob(pattern) for file in folder.rglob("*.json")):
        case = json.loads(path.read_text(encoding="utf-8"))
        pairs = zip(case["exchanges"], case["expected"], strict=True)
        vendor = case["vendor"].partition(":")[0]
        found += [
            Exchange(path.stem, number, vendor, pair[0]["request"], pair[0]["response"], pair[1])
            for number, pair in enumerate(pairs)
        ]
    return found


def parameters(values: list[Exchange]) -> list[Any]:
    """Parameters for a test: one per exchange, or one that skips where there are no recordings."""
    if values:
        return [pytest.param(value, id=str(value)) for value in values]
    reason = f"No recordings in {FOLDER}; LLM_WIRE_RECORDINGS names their folder"
    return [pytest.param(None, id="absent", marks=pytest.mark.skip(reason=reason))]
