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
