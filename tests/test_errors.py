"""The errors of LLM travel between processes whole."""

from __future__ import annotations

import copy
import pickle

import pytest

import llm
from llm import errors

MADE = [
    llm.LLMTimeoutError("slow", phase="total", seconds=1.5, host="h:1", hint="wait"),
    llm.RateLimitError("busy", status=429, retry_after=2.0, request_id="r", model="m"),
    llm.Incomplete("left", text="so far"),
    llm.UnknownModelError("no model", close=("a", "b")),
    llm.MissingVariables("missing", names=("x",)),
    llm.NetworkError("gone", host="h:2"),
]


@pytest.mark.parametrize("error", MADE, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("travel", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy])
def test_an_error_arrives_with_its_facts(error: llm.LLMError, travel: object) -> None:
    arrived = travel(error)  # type: ignore[operator]
    assert type(arrived) is type(error)
    assert (str(arrived), arrived.args, vars(arrived)) == (str(error), error.args, vars(error))


def test_every_error_class_is_an_llm_error_with_a_hint() -> None:
    for name in errors.__all__:
        assert issubclass(getattr(errors, name), llm.LLMError)
    assert llm.ConfigError("x", hint="do this").hint == "do this"
