"""`llm models`: which there are, and which one is asked when none is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llm.testing import FaultyServer, models_reply

from .command import connect, llm, user_dir
from .installed import install_model

ECHO = {"LLM_LOAD_PLUGINS": "llm-echo"}
KEY = {"OPENAI_API_KEY": "sk-test"}


def ids(*arguments: str, **environ: str) -> list[str]:
    return [row["model_id"] for row in llm("models", "--json", *arguments, **environ).json]


def test_the_models_that_can_be_asked_now_are_listed_and_the_others_counted() -> None:
    done = llm("models")
    assert done.code == 0
    assert done.out == ("Manual: manual (offline; quotes the manual of LLM, and is no language model)\nDefault: none\n")
    assert "more models need a key (openai, anthropic, gemini); llm models --all lists them" in done.err


def test_all_models_are_listed_when_that_is_asked_for_or_a_key_is_there() -> None:
    everything = llm("models", "--all")
    assert everything.err == ""
    assert "OpenAI: gpt-4o (aliases: 4o)" in everything.out
    with_key = llm("models", **KEY)
    of_openai = [line for line in everything.out.splitlines() if line.startswith("OpenAI: ")]
    assert [line for line in with_key.out.splitlines() if line.startswith("OpenAI: ")] == of_openai
    assert with_key.out.splitlines()[-1].startswith("Default: gpt-")


def test_a_model_of_a_plugin_says_which_plugin_serves_it() -> None:
    assert "Echo: echo [llm-echo]\n" in llm("models", **ECHO).out


def test_a_model_is_found_by_texts_that_it_must_all_have() -> None:
    found = ids("--all", "-q", "GPT-4O", "-q", "mini")
    assert found
    assert all("gpt-4o" in name and "mini" in name for name in found)
    assert "gpt-4o" not in found


@pytest.mark.parametrize(("name", "model_id"), [("gpt-4o", "gpt-4o"), ("4o", "gpt-4o"), ("mine/any", "mine/any")])
def test_a_model_is_named_by_id_or_alias_or_endpoint(name: str, model_id: str) -> None:
    connect("http://localhost:1/v1")
    assert ids("-m", name) == [model_id]


def test_models_are_narrowed_to_what_they_can_do() -> None:
    assert "manual" not in ids("--all", "--schemas")
    assert "manual" not in ids("--all", "--tools")
    assert "gpt-4o" in ids("--all", "--tools", "--schemas", "--async")


def test_json_has_what_scripts_look_for() -> None:
    (row,) = llm("models", "list", "--json", "-m", "gpt-4o-mini").json
    assert row["model_id"] == "gpt-4o-mini"
    assert row["aliases"] == ["4o-mini"]
    assert [row[name] for name in ("can_stream", "supports_schema", "supports_tools", "supports_async")] == [True] * 4
    assert "image/png" in row["attachment_types"]
    assert (row["served_by"], row["usable"]) == ("openai", False)


def test_the_options_of_a_model_are_shown_with_what_is_allowed() -> None:
    done = llm("models", "--options", "-m", "gpt-4o-mini")
    assert "\n  Options:\n    max_tokens: int (at least 1)\n" in done.out
    assert "    temperature: float (from 0 to 2)\n" in done.out
    assert "    image_detail: str (one of low, high, auto)\n" in done.out
    assert "  Features:\n  - streaming\n  - schemas\n  - tools\n  - async\n" in done.out


def test_the_options_of_a_plugins_model_are_shown_too() -> None:
    done = llm("models", "--options", "-m", "echo", **ECHO)
    assert "    example_bool: bool\n      Example boolean option\n" in done.out
    (row,) = llm("models", "--options", "--json", "-m", "echo", **ECHO).json
    assert row["options"]["example_bool"]["description"] == "Example boolean option"


def test_an_endpoint_without_a_list_of_options_says_that_it_takes_any() -> None:
    connect("http://localhost:1/v1")
    assert "(any other option is sent to the server as it is given)" in llm("models", "--options", "-m", "mine/x").out


def test_aliases_of_the_user_stand_with_the_others() -> None:
    user_dir().mkdir()
    (user_dir() / "aliases.json").write_text(json.dumps({"small": "4o-mini", "help": "manual"}), "utf-8")
    assert "OpenAI: gpt-4o-mini (aliases: 4o-mini, small)" in llm("models", "--all").out
    assert ids("-m", "small", "-m", "help") == ["gpt-4o-mini", "manual"]


def test_the_default_model_is_set_shown_and_cleared() -> None:
    assert llm("models", "default", "4o-mini") == (0, "", "")
    assert llm("models", "default") == (0, "gpt-4o-mini\n", "")
    assert llm("models").out.endswith("Default: gpt-4o-mini\n")
    assert llm("models", "default", "--clear") == (0, "", "")
    assert llm("models", "default").code == 3


def test_a_default_model_that_does_not_exist_is_refused_and_the_old_one_stays() -> None:
    llm("models", "default", "gpt-4o")
    done = llm("models", "default", "gpt-4o-minni")
    assert done.code == 3
    assert "Did you mean gpt-4o-mini" in done.err
    assert llm("models", "default").out == "gpt-4o\n"


def test_the_default_model_may_be_one_of_an_endpoint() -> None:
    connect("http://localhost:1/v1")
    llm("models", "default", "mine/any")
    assert llm("models", "default").out == "mine/any\n"


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ("class Options:\n    x = 1", "AttributeError"),
        ("Options = dict", "AttributeError"),
        ("class Options(llm.Options):\n    x: Callable[[], int] | None = None", "PydanticInvalidForJsonSchema"),
    ],
)
def test_options_that_a_plugin_declares_wrongly_are_told_and_leave_all_others(
    tmp_path: Path, options: str, why: str
) -> None:
    body = f"{options}\n\ndef generate(self, prompt, call):\n    yield 'x'"
    environ = install_model(tmp_path / "site", body, before="from collections.abc import Callable")
    note = f"The options of faulty are not known: faulty declares what cannot be read ({why}"

    done = llm("models", "--all", "--options", **environ)
    assert done.code == 0
    assert "faulty [llm-faulty]\n" in done.out
    assert "    temperature: float (from 0 to 2)\n" in done.out
    assert [line.startswith(note) for line in done.err.splitlines()] == [True]

    done = llm("models", "--all", "--options", "--json", **environ)
    rows = {row["model_id"]: row["options"] for row in done.json}
    assert rows["faulty"] is None
    assert rows["gpt-4o"]["temperature"]["type"] == "number"
    assert [line.startswith(note) for line in done.err.splitlines()] == [True]

    done = llm("-m", "faulty", "--options", **environ)
    assert (done.code, done.out) == (7, "")
    assert done.err.startswith(f"Error: faulty declares what cannot be read ({why}")


def test_a_schema_that_is_odd_leaves_the_options_of_others(tmp_path: Path) -> None:
    body = """
        class Options(llm.Options):
            x: int = Field(1, json_schema_extra={"minimum": "many"})

        def generate(self, prompt, call):
            yield "x"
    """
    environ = install_model(tmp_path / "site", body, before="from pydantic import Field")
    done = llm("models", "--options", "-m", "faulty", "-m", "gpt-4o", **environ)
    assert (done.code, len(done.err.splitlines())) == (0, 1)
    assert "    temperature: float (from 0 to 2)\n" in done.out


def test_the_last_day_of_a_model_is_shown() -> None:
    line = next(line for line in llm("models", "--all").out.splitlines() if "claude-3-opus" in line)
    assert line.endswith("gone since 2026-01-05"), line


def test_what_a_provider_lists_is_stored_and_listed_from_then_on() -> None:
    """And nothing is asked of anybody before."""
    with FaultyServer(models_reply("new-model", "second")) as server:
        assert llm("endpoints", "add", "mine", server.url).code == 0
        assert "mine/new-model" not in llm("models").out
        assert server.connections == 0
        done = llm("models", "refresh")
        assert (done.code, done.out) == (0, "mine: 2 models\n")
        assert "mine: mine/new-model\n" in llm("models").out
        assert server.connections == 1


def test_a_provider_that_cannot_be_asked_does_not_keep_others_from_it() -> None:
    with FaultyServer(models_reply("a-model")) as server, FaultyServer() as gone:
        nowhere = gone.url
        llm("endpoints", "add", "good", server.url)
    with FaultyServer(models_reply("a-model")) as server:
        llm("endpoints", "remove", "good")
        llm("endpoints", "add", "bad", nowhere)
        llm("endpoints", "add", "good", server.url)
        done = llm("models", "refresh")
    assert done.code == 8
    assert done.out == "good: 1 model\n"
    assert "bad: " in done.err
    assert llm("models", "refresh", "nix").code == 2


def test_without_anybody_to_ask_refresh_says_so() -> None:
    done = llm("models", "refresh")
    assert (done.code, done.out) == (0, "")
    assert "no key is stored" in done.err
