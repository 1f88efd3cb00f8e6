"""The differences between services are rows of one table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import llm._codecs
from llm._codecs.dialects import DIALECTS, dialect

SERVICES = (
    "openai", "compatible", "openrouter", "groq", "deepseek", "mistral", "xai", "zai", "ollama", "llamacpp", "vllm",
    "lmstudio", "huggingface", "together", "fireworks", "cerebras", "perplexity", "moonshot", "github",
)  # fmt: skip


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_a_row(name: str) -> None:
    """Under its name."""
    assert dialect(name).name == name


def test_no_other_file_asks_who_it_is() -> None:
    """No code of the wire names a service: a difference is a field of the table."""
    quoted = re.compile(rf"""["']({"|".join(name for name in DIALECTS if name not in ("openai", "compatible"))})["']""")
    folder = Path(llm._codecs.__path__[0])
    for path in folder.glob("chat*.py"):
        assert not quoted.search(path.read_text(encoding="utf-8")), path.name
