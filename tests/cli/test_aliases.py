"""`llm aliases`: other names for models."""

from __future__ import annotations

import json

from .command import connect, llm, user_dir


def test_an_alias_is_set_listed_used_and_removed() -> None:
    connect("http://localhost:1/v1")
    assert llm("aliases", "set", "home", "mine/any") == (0, "", "")
    listed = llm("aliases").out.splitlines()
    assert listed[0].split(" : ") == ["home".ljust(listed[0].index(" : ")), "mine/any"]
    assert llm("models", "--json", "-m", "home").json[0]["model_id"] == "mine/any"
    assert llm("aliases", "remove", "home") == (0, "", "")
    assert "home" not in llm("aliases", "--json").json


def test_the_list_has_the_aliases_of_all_models() -> None:
    aliases = llm("aliases", "list", "--json").json
    assert aliases["4o-mini"] == "gpt-4o-mini"


def test_an_alias_may_be_set_for_the_first_model_that_matches() -> None:
    done = llm("aliases", "set", "small", "-q", "4o", "-q", "mini")
    assert (done.code, done.out) == (0, "")
    assert done.err == "small stands for gpt-4o-mini now\n"
    assert llm("aliases", "--json").json["small"] == "gpt-4o-mini"


def test_the_path_is_where_the_aliases_of_the_user_are() -> None:
    llm("aliases", "set", "small", "gpt-4o-mini")
    assert llm("aliases", "path").out == f"{user_dir() / 'aliases.json'}\n"
    assert json.loads((user_dir() / "aliases.json").read_text("utf-8")) == {"small": "gpt-4o-mini"}


def test_an_alias_that_is_not_there_is_an_error_that_offers_the_right_one() -> None:
    llm("aliases", "set", "small", "gpt-4o-mini")
    done = llm("aliases", "remove", "smal")
    assert done == (2, "", "Error: There is no alias 'smal'\nHint: Did you mean small?\n")
