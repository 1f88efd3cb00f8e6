"""Other names for models."""

from __future__ import annotations

from pathlib import Path

import pytest

from llm._config.aliases import Aliases
from llm.errors import ConfigError


def test_aliases_are_kept_in_the_format_that_llm_users_have(tmp_path: Path) -> None:
    aliases = Aliases(tmp_path / "new")
    assert aliases.read() == {}
    aliases.set("fast", "gpt-5.6-luna")
    aliases.set("Grüße", "x")
    assert aliases.read() == {"fast": "gpt-5.6-luna", "Grüße": "x"}
    assert aliases.path.read_text() == '{\n    "fast": "gpt-5.6-luna",\n    "Gr\\u00fc\\u00dfe": "x"\n}\n'


def test_an_alias_is_removed_and_a_missing_one_is_an_error_with_a_guess(tmp_path: Path) -> None:
    aliases = Aliases(tmp_path)
    with pytest.raises(ConfigError, match="no alias 'fast'"):
        aliases.remove("fast")
    aliases.set("fast", "gpt-5.6-luna")
    with pytest.raises(ConfigError) as caught:
        aliases.remove("fats")
    assert caught.value.hint == "Did you mean fast?"
    aliases.remove("fast")
    assert aliases.read() == {}


@pytest.mark.parametrize("text", ["{", "[]", '{"fast": 5}'])
def test_a_broken_file_is_an_error_that_names_it(text: str, tmp_path: Path) -> None:
    aliases = Aliases(tmp_path)
    aliases.path.write_text(text)
    with pytest.raises(ConfigError, match=r"aliases\.json"):
        aliases.read()


def test_a_broken_file_is_not_overwritten(tmp_path: Path) -> None:
    aliases = Aliases(tmp_path)
    aliases.path.write_text("{")
    with pytest.raises(ConfigError):
        aliases.set("fast", "x")
    assert aliases.path.read_text() == "{"


def test_an_empty_alias_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be an alias"):
        Aliases(tmp_path).set(" ", "x")
