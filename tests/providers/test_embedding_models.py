"""Embedding models are found by name, and asked over HTTP."""

import json
from pathlib import Path

import pytest

import llm
from llm._api.app import App
from llm.testing import FaultyServer, error_reply, json_reply


def reply(*vectors):
    return json_reply({"data": [{"index": i, "embedding": list(vector)} for i, vector in enumerate(vectors)]})


def app_at(tmp_path: Path, url: str) -> App:
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / "config.toml").write_text(
        f'[endpoints.mine]\nbase_url = "{url}"\n[retries]\ndelay = 0.01\n', encoding="utf-8"
    )
    return App(tmp_path)


@pytest.mark.parametrize(
    ("name", "wire_name", "dimensions"),
    [
        ("3-small", "text-embedding-3-small", None),
        ("text-embedding-3-small", "text-embedding-3-small", None),
        ("3-large-256", "text-embedding-3-large", 256),
        ("ada", "text-embedding-ada-002", None),
        ("gemini-embedding-001-768", "gemini-embedding-001", 768),
        ("gemini/gemini-embedding-001", "gemini-embedding-001", None),
        ("ollama/nomic-embed-text", "nomic-embed-text", None),
    ],
)
def test_ids_and_aliases_that_users_know_work(name, wire_name, dimensions):
    model = llm.get_embedding_model(name)
    assert (model.name, model.dimensions) == (wire_name, dimensions)


def test_a_name_that_nobody_has_is_an_error_that_lists_what_there_is():
    with pytest.raises(llm.UnknownModelError) as caught:
        llm.get_embedding_model("nix")
    assert "text-embedding-3-small" in caught.value.hint


def test_texts_are_embedded_in_batches_and_in_their_order(tmp_path):
    with FaultyServer(reply((1, 2), (3, 4)), reply((5, 6))) as server:
        model = app_at(tmp_path, server.url).get_embedding_model("mine/e")
        assert list(model.embed_multi(iter("abc"), batch_size=2)) == [[1, 2], [3, 4], [5, 6]]
        assert [exchange.json()["input"] for exchange in server.exchanges] == [["a", "b"], ["c"]]


def test_one_text_is_one_vector_and_a_failure_is_tried_again(tmp_path):
    with FaultyServer(error_reply(503), reply((1, 2))) as server:
        assert app_at(tmp_path, server.url).get_embedding_model("mine/e").embed("a") == [1, 2]
        assert len(server.exchanges) == 2


def test_a_refusal_has_the_facts_and_never_the_key(tmp_path):
    with FaultyServer(error_reply(401, "sk-secret-key is wrong")) as server:
        app = app_at(tmp_path, server.url)
        with pytest.raises(llm.AuthenticationError) as caught:
            app.get_embedding_model("mine/e").embed("a", key="sk-secret-key")
        assert "sk-secret-key" not in str(caught.value)


def test_files_are_refused_by_a_model_of_texts():
    with pytest.raises(llm.RequestError, match="no files"):
        llm.get_embedding_model("3-small").embed(b"x")


def test_a_missing_key_is_told():
    with pytest.raises(llm.NeedsKeyException):
        llm.get_embedding_model("3-small").embed("x")


class Older(llm.EmbeddingModel):
    """As plugins for the older package write them."""

    model_id = "older"
    batch_size = 2
    seen: list[list[str]] = []

    def embed_batch(self, items):
        batch = list(items)
        self.seen.append(batch)
        return ([float(len(item))] for item in batch)


def test_a_model_that_a_plugin_wrote_works_unchanged():
    model = Older()
    assert list(model.embed_multi(["a", "bb", "ccc"])) == [[1.0], [2.0], [3.0]]
    assert model.seen == [["a", "bb"], ["ccc"]]
    assert model.embed("dddd") == [4.0]
    assert json.dumps(model.embed("x")) == "[1.0]"


def test_a_model_of_unknown_price_is_refused_where_there_is_a_limit(tmp_path):
    with FaultyServer(reply((1, 2))) as server:
        (tmp_path / "config.toml").write_text(
            f'[endpoints.mine]\nbase_url = "{server.url}"\n[budget]\ndaily = 1\n', encoding="utf-8"
        )
        with pytest.raises(llm.BudgetError, match="Nobody knows what mine/e costs"):
            App(tmp_path).get_embedding_model("mine/e").embed("a")
        assert server.exchanges == []


def test_what_a_model_that_is_free_takes_is_asked_for_under_a_limit(tmp_path):
    with FaultyServer(reply((1, 2))) as server:
        (tmp_path / "config.toml").write_text(
            f'[endpoints.mine]\nbase_url = "{server.url}"\n[budget]\ndaily = 1\nfree = ["mine"]\n', encoding="utf-8"
        )
        assert App(tmp_path).get_embedding_model("mine/e").embed("a") == [1, 2]


def test_the_input_counts_towards_the_day(tmp_path, monkeypatch):
    """Two cents a million tokens, by the list."""
    body = {
        "data": [{"index": 0, "embedding": [1.0]}],
        "usage": {"prompt_tokens": 1_000_000, "total_tokens": 1_000_000},
    }
    with FaultyServer(json_reply(body), json_reply(body)) as server:
        (tmp_path / "config.toml").write_text("[budget]\ndaily = 0.02\n", encoding="utf-8")
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setattr("llm._providers.embedding_models.price_key", lambda url, name: f"openai/{name}")
        model = App(tmp_path).get_embedding_model("3-small")
        model.key = "sk-test"
        assert model.embed("a") == [1.0]
        with pytest.raises(llm.BudgetError, match="of today's"):
            model.embed("a")
        assert len(server.exchanges) == 1


def test_calls_take_turns_with_all_others_to_the_endpoint(tmp_path):
    """The limiter is that of the endpoint and its key, and it learns from what embeddings are told."""
    from llm._engine.limiters import endpoint_key, limiters

    with FaultyServer(error_reply(429, headers={"Retry-After": "0"}), reply((1, 2))) as server:
        assert app_at(tmp_path, server.url).get_embedding_model("mine/e").embed("a", key="sk-1") == [1, 2]
        assert endpoint_key(server.url, "sk-1") in limiters()
        assert len(server.exchanges) == 2


def test_a_secret_header_that_the_server_repeats_is_shown_nowhere(tmp_path):
    with FaultyServer(error_reply(400, "no hdr-secret-4 here")) as server:
        (tmp_path / "config.toml").write_text(
            f'[endpoints.mine]\nbase_url = "{server.url}"\nheaders = {{ X-Api-Token = "hdr-secret-4" }}\n', "utf-8"
        )
        with pytest.raises(llm.ProviderError) as caught:
            App(tmp_path).get_embedding_model("mine/e").embed("a")
        assert "hdr-secret-4" not in repr((str(caught.value), vars(caught.value)))
        assert caught.value.model == "mine/e"
