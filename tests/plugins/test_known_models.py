"""What is registered, and what a plugin sees of it."""

from __future__ import annotations

from types import SimpleNamespace

from llm._plugins.known_models import KnownModels
from llm._plugins.model_with_aliases import ModelWithAliases


def entry(model_id: str, *aliases: str) -> ModelWithAliases:
    return ModelWithAliases(SimpleNamespace(model_id=model_id), None, list(aliases))


def test_a_query_matches_an_alias_an_id_or_the_title_whatever_the_case() -> None:
    class Titled:
        model_id = "gpt-x"

        def __str__(self) -> str:
            return "The Great One"

    found = ModelWithAliases(Titled(), None, ["Quick"])
    assert [found.matches(query) for query in ("GPT", "quick", "great", "slow")] == [True, True, True, False]
    assert ModelWithAliases(None, Titled()).matches("gpt-x")


def test_nobody_is_asked_for_the_models_of_others_until_somebody_looks() -> None:
    asked = []
    known = KnownModels(lambda: asked.append("asked") or [entry("other")])
    known.register(SimpleNamespace(model_id="own"))
    assert (known.others, asked, [e.model_id for e in known.own()]) == (None, [], ["own"])
    assert [e.model_id for e in known] == ["other", "own"]
    assert len(known) == 2
    assert asked == ["asked"]


def test_it_behaves_as_the_list_that_plugins_take_it_for() -> None:
    known = KnownModels(lambda: [entry("a"), entry("b")])
    known.register(SimpleNamespace(model_id="c"), aliases=("x",))
    known.insert(0, entry("first"))
    known.append(entry("last"))
    assert [e.model_id for e in known] == ["first", "a", "b", "c", "last"]
    assert (known[-1].model_id, [e.model_id for e in known[1:3]]) == ("last", ["a", "b"])
    del known[1]
    known[0] = entry("changed")
    assert [e.model_id for e in known] == ["changed", "b", "c", "last"]
    assert [(e.model_id, e.aliases) for e in known.own()] == [("changed", []), ("c", ["x"]), ("last", [])]
