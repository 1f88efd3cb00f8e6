"""A turn in a few lines of YAML."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .._domain.turn import Turn
from .._storage.turn_json import shortened_text, turn_to_json

_LONGEST = 120


def turn_short(turn: Turn, snippet: str | None = None, *, usage: bool = False) -> str:
    """The turn as an item of a YAML list, long texts shortened; *snippet* is where the words of a search were."""
    import yaml

    value = turn_to_json(turn)
    short: dict[str, Any] = {
        "model": turn.model,
        "datetime": value["datetime_utc"].split(".")[0],
        "duration_ms": turn.duration_ms,
        "conversation": turn.conversation,
        **({} if turn.status == "done" else {"status": turn.status}),
        **_tools(value),
        **_texts(value),
        **({"match": " ".join(snippet.split())} if snippet else {}),
    }
    if value["attachments"]:
        short["attachments"] = list(map(_attachment, value["attachments"]))
    for name in ("prompt_fragments", "system_fragments"):
        short[name] = [fragment["hash"] for fragment in value[name]]
    if usage and turn.usage:
        short["usage"] = _usage(turn)
    text: str = yaml.dump([short], sort_keys=False)
    return text.strip()


def _tools(value: Mapping[str, Any]) -> dict[str, list[str]]:
    calls = [f"{call['name']}({json.dumps(call['arguments'])})" for call in value["tool_calls"]]
    results = [f"{result['name']}: {shortened_text(result['output'])}" for result in value["tool_results"]]
    return {name: lines for name, lines in (("tool_calls", calls), ("tool_results", results)) if lines}


def _texts(value: Mapping[str, Any]) -> dict[str, str]:
    system = shortened_text(_in_one_line(value["system"] or ""), _LONGEST)
    prompt = _both_ends(_in_one_line(value["prompt"]))
    return {name: text for name, text in (("system", system), ("prompt", prompt)) if text}


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def _both_ends(text: str) -> str:
    """The text, or its start and its end: the question is often at the end."""
    half = (_LONGEST - 5) // 2
    return text if len(text) <= _LONGEST else f"{text[:half]}... {text[-half:]}"


def _attachment(file: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": file["type"], **{name: file[name] for name in ("path", "url") if file[name]}}


def _usage(turn: Turn) -> dict[str, Any]:
    details = {"details": dict(turn.usage.details)} if turn.usage.details else {}
    return {"input": turn.usage.input, "output": turn.usage.output, **details}
