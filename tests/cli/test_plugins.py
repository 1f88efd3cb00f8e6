"""`llm plugins`, and the commands and models that plugins add."""

from __future__ import annotations

from pathlib import Path

import pytest

from .command import Done, llm
from .installed import install

ECHO = {"LLM_LOAD_PLUGINS": "llm-echo"}
COUNT = """
    import sys
    import click
    import llm

    print("count was imported", file=sys.stderr)

    @llm.hookimpl
    def register_commands(cli):
        @cli.command()
        @click.argument("text")
        @click.option("--fail", type=click.Choice(["click", "llm", "exit", "words", "error", "abort", "ours"]))
        def count(text, fail):
            "Count the words of a text"
            if fail == "click":
                raise click.ClickException("as click says it")
            if fail == "llm":
                raise llm.RateLimitError("slow down", hint="wait")
            if fail == "exit":
                sys.exit(42)
            if fail == "words":
                sys.exit("in words")
            if fail == "error":
                text / 2
            if fail == "abort":
                raise click.Abort
            click.echo(len(text.split()))

        @cli.command(hidden=True)
        def secret():
            click.echo("found")

        @cli.commands["keys"].command()
        def backup():
            "Copy the keys"
            click.echo("copied " + ", ".join(sorted(cli.commands)))
"""


@pytest.fixture
def counting(tmp_path: Path) -> dict[str, str]:
    """An environment with a plugin that adds commands, whose manifest has been made already."""
    environ = install(tmp_path / "site", "llm-count", COUNT)
    llm("plugins", **environ)
    return environ


def test_the_list_says_what_a_plugin_is_and_adds() -> None:
    (row,) = llm("plugins", **ECHO).json
    assert row == {
        "name": "llm-echo",
        "hooks": ["register_models"],
        "version": "0.5",
        "enabled": True,
        "models": ["echo", "echo-needs-key"],
        "commands": [],
    }


def test_the_list_can_be_narrowed_to_a_hook_and_widened_to_what_is_built_in(counting: dict[str, str]) -> None:
    assert llm("plugins", "--hook", "register_models", **counting).json == []
    assert [row["name"] for row in llm("plugins", "--hook", "register_commands", **counting).json] == ["llm-count"]
    names = [row["name"] for row in llm("plugins", "--all", **counting).json]
    assert names[0] == "llm-count"
    assert {"llm-echo", "openai", "manual"} <= {*names}
    assert llm("plugins", LLM_LOAD_PLUGINS="").json == []


def test_a_plugin_that_fails_is_listed_with_its_error_and_breaks_nothing(tmp_path: Path) -> None:
    environ = install(tmp_path / "site", "llm-broken", "raise ImportError('no such thing')")
    done = llm("plugins", **environ)
    assert done.json[0]["error"] == "ImportError: no such thing"
    assert done.err.count("llm-broken could not be loaded") == 1
    assert llm("-m", "manual", "key", **environ).code == 0


def test_a_plugin_is_switched_off_and_on_again() -> None:
    everything = {"LLM_LOAD_PLUGINS": None}
    done = llm("plugins", "disable", "LLM_Echo", **everything)
    assert done == (0, "", "llm-echo is switched off. To use it again: llm plugins enable llm-echo\n")
    rows = {row["name"]: row for row in llm("plugins", **everything).json}
    assert rows["llm-echo"]["enabled"] is False
    assert rows["llm-markov"]["enabled"] is True
    assert llm("-m", "echo", "hi", **everything).code == 3
    assert llm("plugins", "enable", "llm-echo", **everything) == (0, "", "")
    assert llm("-m", "echo", "hi", **everything).code == 0


def test_switching_off_what_is_not_installed_offers_the_right_name() -> None:
    done = llm("plugins", "disable", "llm-ekho", **ECHO)
    assert done == (2, "", "Error: No plugin 'llm-ekho' is installed\nHint: Did you mean llm-echo?\n")


def test_a_plugin_that_is_gone_can_be_switched_on_again(tmp_path: Path) -> None:
    environ = install(tmp_path / "site", "llm-count", COUNT)
    llm("plugins", "disable", "llm-count", **environ)
    assert llm("plugins", "enable", "llm-count").code == 0


def test_the_help_shows_the_commands_of_a_plugin_without_loading_it(counting: dict[str, str]) -> None:
    done = llm("--help", **counting)
    assert "  count          Count the words of a text (llm-count)\n" in done.out
    assert "secret" not in done.out
    assert done.err == ""


def test_a_command_of_a_plugin_is_run(counting: dict[str, str]) -> None:
    assert llm("count", "one two", **counting) == (0, "2\n", "count was imported\n")
    assert llm("secret", **counting).out == "found\n"
    assert llm("count", "-h", **counting).out.startswith("Usage: llm count [OPTIONS] TEXT")


def test_a_command_of_llm_that_a_plugin_widened_has_both_and_others_do_not_load_it(counting: dict[str, str]) -> None:
    widened = llm("keys", "backup", **counting)
    names = "aliases, conversations, convs, count, endpoints, keys, logs, models, plugins, prompt, secret"
    assert widened.out == f"copied {names}\n"
    assert llm("keys", "path", **counting).err == "count was imported\n"
    assert llm("logs", "path", **counting).err == ""


@pytest.mark.parametrize(
    ("fail", "ending"),
    [
        ("click", Done(1, "", "Error: as click says it\n")),
        ("llm", Done(5, "", "Error: slow down\nHint: wait\n")),
        ("exit", Done(42, "", "")),
        ("words", Done(1, "", "in words\n")),
        (
            "error",
            Done(
                1,
                "",
                "Error: unexpected TypeError: unsupported operand type(s) for /: 'str' and 'int'\n"
                "Hint: LLM_RAISE_ERRORS=1 shows the traceback\n",
            ),
        ),
        ("abort", Done(130, "", "")),
    ],
)
def test_a_command_of_a_plugin_may_end_in_any_way(counting: dict[str, str], fail: str, ending: Done) -> None:
    done = llm("count", "one", "--fail", fail, **counting)
    assert done == ending._replace(err=f"count was imported\n{ending.err}")


def test_a_model_of_a_plugin_is_asked(tmp_path: Path) -> None:
    done = llm("-m", "echo", "-s", "be brief", "-o", "example_bool", "1", "hi", **ECHO)
    assert done.code == 0
    assert done.out.startswith('{\n  "prompt": "hi",\n  "system": "be brief"')


def test_what_a_model_of_a_plugin_raises_is_told_in_one_line(tmp_path: Path) -> None:
    source = """
        import llm

        class Model(llm.Model):
            model_id = "faulty"

            def generate(self, prompt, call):
                yield "so far"
                raise {"ours": llm.ModelError("it is tired"), "theirs": ValueError("it is broken")}[prompt.prompt]

        @llm.hookimpl
        def register_models(register):
            register(Model())
    """
    environ = install(tmp_path / "site", "llm-faulty", source)
    assert llm("-m", "faulty", "ours", **environ) == (7, "so far\n", "Error: it is tired\n")
    theirs = llm("-m", "faulty", "theirs", **environ)
    assert (theirs.code, theirs.out) == (1, "so far\n")
    assert theirs.err.startswith("Error: unexpected ValueError: it is broken\nHint: ")
    assert [turn["status"] for turn in llm("logs", "--json").json] == ["error", "error"]


def test_a_list_of_disabled_plugins_that_is_broken_does_not_keep_the_help_from_being_shown(tmp_path: Path) -> None:
    from .command import user_dir

    user_dir().mkdir()
    (user_dir() / "disabled-plugins.json").write_text("{", "utf-8")
    done = llm("--help", LLM_LOAD_PLUGINS=None)
    assert done.code == 0
    assert "disabled-plugins.json is not valid JSON" in done.err
