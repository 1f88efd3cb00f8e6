"""
The same prompts by each vendor's own client and by LLM, against the same server: both say the same, and send the same.

What is sent differs in this, and means the same: fields that have their default; a text that may be a string or a list
of one part; where a prompt may be cached; that reasoning is wanted encrypted; `strict` where it is false.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

import llm
from llm._api.app import App
from llm.testing import FaultyServer

from .replies import CALL, TEXT, USAGE, reply

HERE = Path(__file__).parent
PYTHON = HERE.parents[1] / ".venv-vendors" / "bin" / "python"
WIRES = {
    "openai_chat": ("chat", "/v1", "openai"),
    "openai_responses": ("responses", "/v1", "openai"),
    "anthropic": ("anthropic", "", "compatible"),
    "gemini": ("gemini", "", "compatible"),
    "ollama": ("ollama", "", "compatible"),
}
TOOL = llm.Tool(
    "get_weather",
    "The weather in a city.",
    {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
)

pytestmark = pytest.mark.skipif(
    not PYTHON.exists(), reason="`make test` installs the vendors' clients in .venv-vendors"
)


def by_vendor(vendor: str, url: str, *, tools: bool, stream: bool) -> dict[str, Any]:
    asked = {"vendor": vendor, "url": url, "prompt": "Hi", "tools": tools, "stream": stream}
    ran = subprocess.run(
        [PYTHON, HERE / "vendors.py"], input=json.dumps(asked), capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


def by_us(vendor: str, url: str, folder: Path, *, tools: bool, stream: bool) -> dict[str, Any]:
    wire, path, dialect = WIRES[vendor]
    folder.mkdir()
    lines = (f'base_url = "{url}{path}"', f'wire = "{wire}"', f'dialect = "{dialect}"', 'key_name = "mine"')
    (folder / "config.toml").write_text("\n".join(["[endpoints.mine]", *lines]), encoding="utf-8")
    model = App(folder).get_model("mine/m")
    response = model.prompt(
        "Hi", system="Be brief", max_tokens=50, tools=[TOOL] if tools else [], stream=stream, key="sk-test"
    )
    text, usage = response.text(), response.usage()
    calls = [[call.name, dict(call.arguments), call.tool_call_id] for call in response.tool_calls()]
    return {"text": text, "calls": calls, "usage": [usage.input, usage.output]}


@pytest.mark.parametrize("tools", [False, True], ids=["text", "call"])
@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
@pytest.mark.parametrize("vendor", WIRES)
def test_both_say_and_send_the_same(vendor: str, stream: bool, tools: bool, tmp_path: Path) -> None:
    answer = reply(vendor, tools=tools, stream=stream)
    with FaultyServer(answer, answer) as server:
        url = server.url.removesuffix("/v1")
        theirs = by_vendor(vendor, url, tools=tools, stream=stream)
        ours = by_us(vendor, url, tmp_path / "user", tools=tools, stream=stream)
        sent_by_them, sent_by_us = server.exchanges
    assert ours == theirs
    assert (ours["text"], ours["usage"]) == ("" if tools else TEXT, list(USAGE))
    assert [call[:2] for call in ours["calls"]] == ([[CALL[0], CALL[1]]] if tools else [])
    assert sent_by_us.path == sent_by_them.path
    assert comparable(sent_by_us.json()) == comparable(sent_by_them.json())


def comparable(value: Any) -> Any:
    """JSON without what goes without saying."""
    if isinstance(value, list):
        return [comparable(item) for item in value]
    if not isinstance(value, dict):
        return value
    fields = {_NAMES.get(name, name): comparable(field) for name, field in value.items()}
    if isinstance(instruction := fields.get("systemInstruction"), dict):
        instruction.pop("role", None)
    kept = {name: field for name, field in fields.items() if not _goes_without_saying(name, field)}
    for name in ("content", "system", "input"):
        kept[name] = _as_text(kept[name]) if name in kept else None
    if isinstance(kept["input"], str):
        kept["input"] = [{"role": "user", "content": kept["input"]}]
    return {name: field for name, field in kept.items() if field is not None}


_NAMES = {"parametersJsonSchema": "parameters", "parameters_json_schema": "parameters"}


def _goes_without_saying(name: str, field: Any) -> bool:
    if field is None or field == [] or name in ("cache_control", "include", "eager_input_streaming"):
        return True
    defaults: dict[str, Any] = {"stream": False, "strict": False, "format": "", "type": "function"}
    if name == "role" and field == "user":
        return False
    return name in defaults and field == defaults[name]


def _as_text(value: Any) -> Any:
    match value:
        case [{"text": str(text), **rest}] if set(rest) <= {"type"}:
            return text
    return value
