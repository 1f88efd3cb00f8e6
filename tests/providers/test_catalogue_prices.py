"""Which catalogued models have no known price: a change is to be seen, and a new row looked at."""

import time

import pytest

from llm._domain.price import cost
from llm._domain.usage import Usage
from llm._providers.endpoints import ENDPOINTS, PREFERENCE
from llm._providers.families import catalogued, wire_name
from llm._providers.price_keys import price_key

UNPRICED = {
    "openai": {"gpt-6.2-astra", "gpt-6.2-sol"},
    "anthropic": {"claude-mythos-5", "claude-mythos-5-1", "claude-mythos-preview"},
    "gemini": {"gemini-4-carbon", "gemini-4-hydrogen", "gemma-4-26b-a4b-it", "gemma-4-31b-it"},
}


def priced(provider, name):
    return cost(price_key(ENDPOINTS[provider].base_url, name), Usage(1000, 100), time.time()) is not None


@pytest.mark.parametrize("provider", UNPRICED)
def test_every_catalogued_model_has_a_price_but_these(provider):
    names = {wire_name(provider, model_id) for model_id in catalogued(provider)}
    assert {name for name in names if not priced(provider, name)} == UNPRICED[provider]


@pytest.mark.parametrize("provider", UNPRICED)
def test_the_model_that_is_asked_unnamed_is_catalogued(provider):
    model = dict(PREFERENCE)[provider]
    assert model in {wire_name(provider, model_id) for model_id in catalogued(provider)}
