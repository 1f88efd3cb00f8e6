"""Finding the key for a name: what was given, what is stored, the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from llm._config.key import Key
from llm._config.keyring import KeyRing
from llm.errors import ConfigError

from .processes import finish, start

shell = pytest.mark.skipif(os.name == "nt", reason="these commands are for a POSIX shell")


def ring(
    directory: Path,
    *,
    stored: Mapping[str, str] | None = None,
    config: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> KeyRing:
    found = KeyRing(directory, environ=environ or {})
    for name, value in (stored or {}).items():
        found.store.set(name, value)
    if config is not None:
        (directory / "config.toml").write_text(config)
    return found


OWN = "[key_commands]\nacme = 'echo from-own-command'\n"
ALL = "key_command = 'echo from-command-for-{name}'\n"
STORED = {"acme": "from-file"}
ENV = {"ACME_API_KEY": "from-environment"}
NOTHING: dict[str, str] = {}


@shell
@pytest.mark.parametrize(
    ("explicit", "stored", "config", "environ", "expected"),
    [
        ("literal", STORED, ALL + OWN, ENV, Key("literal", "--key")),
        ("work", {**STORED, "work": "of-work"}, ALL + OWN, ENV, Key("of-work", "keys.json")),
        ("acme", NOTHING, ALL + OWN, ENV, Key("from-own-command", "key_command")),
        ("acme", NOTHING, ALL, ENV, Key("acme", "--key")),
        (None, STORED, ALL + OWN, ENV, Key("from-file", "keys.json")),
        ("", STORED, None, ENV, Key("from-file", "keys.json")),
        (None, NOTHING, ALL + OWN, ENV, Key("from-own-command", "key_command")),
        (None, NOTHING, ALL, ENV, Key("from-command-for-acme", "key_command")),
        (None, NOTHING, "key_command = 'exit 1 # {name}'", ENV, Key("from-environment", "$ACME_API_KEY")),
        (None, NOTHING, None, ENV, Key("from-environment", "$ACME_API_KEY")),
        (None, NOTHING, None, {"ACME_API_KEY": " sk \n"}, Key("sk", "$ACME_API_KEY")),
        (None, NOTHING, None, {"ACME_API_KEY": "  "}, None),
        (None, NOTHING, None, NOTHING, None),
    ],
)
def test_the_order_is_given_then_stored_then_command_then_environment(
    explicit: str | None,
    stored: Mapping[str, str],
    config: str | None,
    environ: Mapping[str, str],
    expected: Key | None,
    tmp_path: Path,
) -> None:
    keys = ring(tmp_path, stored=stored, config=config, environ=environ)
    assert keys.resolve(explicit, "acme", "ACME_API_KEY") == expected


def test_another_variable_is_not_looked_at(tmp_path: Path) -> None:
    keys = ring(tmp_path, environ={"OPENAI_API_KEY": "sk"})
    assert keys.resolve(None, "acme", "ACME_API_KEY") is None
    assert keys.resolve(None, "acme") is None
    assert keys.resolve(None, None) is None
    assert keys.resolve(None, None, "OPENAI_API_KEY") == Key("sk", "$OPENAI_API_KEY")


@shell
def test_the_command_for_all_names_is_not_run_for_a_key_that_is_not_needed(tmp_path: Path) -> None:
    keys = ring(tmp_path, config=f"key_command = 'touch {tmp_path}/ran; echo {{name}}'")
    assert keys.resolve(None, "ollama", needed=False) is None
    assert not (tmp_path / "ran").exists()
    assert keys.resolve(None, "ollama") == Key("ollama", "key_command")


@shell
def test_a_literal_key_is_never_put_on_a_command_line(tmp_path: Path) -> None:
    keys = ring(tmp_path, config=f"key_command = 'echo {{name}} >> {tmp_path}/log; echo other'")
    assert keys.resolve("sk-literal", "acme") == Key("sk-literal", "--key")
    assert not (tmp_path / "log").exists()


@shell
def test_a_command_that_fails_for_its_name_is_an_error_even_with_a_variable_set(tmp_path: Path) -> None:
    keys = ring(tmp_path, config="[key_commands]\nacme = 'exit 7'\n", environ=ENV)
    with pytest.raises(ConfigError, match="exit status 7"):
        keys.resolve(None, "acme", "ACME_API_KEY")


@shell
def test_has_knows_stored_keys_variables_and_own_commands_and_runs_nothing(tmp_path: Path) -> None:
    config = f"key_command = 'touch {tmp_path}/ran; echo {{name}}'\n[key_commands]\nown = 'touch {tmp_path}/ran'\n"
    keys = ring(tmp_path, stored=STORED, config=config, environ={"SET": "x", "BLANK": " "})
    assert keys.has("acme")
    assert keys.has("other", "SET")
    assert keys.has(None, "SET")
    assert keys.has("own")
    assert not keys.has("other", "BLANK")
    assert not keys.has("other", "UNSET")
    assert not keys.has(None, None)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("explicit", "environ", "called"),
    [("sk-SECRET\nx", NOTHING, "The key given"), (None, {"ACME_API_KEY": "sk-SECRET\nx"}, r"\$ACME_API_KEY")],
)
def test_a_key_that_cannot_go_into_a_header_is_an_error_that_does_not_show_it(
    explicit: str | None, environ: Mapping[str, str], called: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=called) as caught:
        ring(tmp_path, environ=environ).resolve(explicit, "acme", "ACME_API_KEY")
    assert "SECRET" not in str(caught.value)


def test_a_stored_key_that_was_broken_by_hand_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text('{"acme": "sk-SECRET\\nx"}')
    with pytest.raises(ConfigError, match=r"'acme' in .*keys\.json") as caught:
        ring(tmp_path).resolve(None, "acme")
    assert "SECRET" not in str(caught.value)


def test_a_broken_key_file_is_an_error_and_not_a_missing_key(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{")
    for action in (lambda keys: keys.resolve(None, "acme", "ACME_API_KEY"), lambda keys: keys.has("acme")):
        with pytest.raises(ConfigError, match=r"keys\.json"):
            action(ring(tmp_path, environ=ENV))


def test_a_key_keeps_its_value_out_of_reprs() -> None:
    assert "sk-1" not in f"{Key('sk-1', '--key')} {Key('sk-1', '--key')!r}"


IMPORTED = """
import sys
from pathlib import Path
from llm._config.keyring import KeyRing
print(KeyRing(Path(sys.argv[1]), environ={}).resolve(None, "acme", "X").value)
print(*sorted({"tomllib", "tomlkit", "yaml", "subprocess", "difflib", "asyncio"} & set(sys.modules)))
"""


def test_a_stored_key_is_found_without_reading_settings(tmp_path: Path) -> None:
    ring(tmp_path, stored=STORED, config="broken")
    [printed] = finish(start(IMPORTED, tmp_path))
    assert printed == "from-file\n\n"
