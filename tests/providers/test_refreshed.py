"""What providers said of their models is kept in the user directory."""

import json
import stat

import pytest

from llm._domain.served_model import ServedModel
from llm._providers.refreshed import Refreshed, read_refreshed, write_refreshed
from llm.errors import ConfigError

MODELS = (
    ServedModel("claude-next", "Claude Next", context=1_000_000, output=128_000, created=1_795_000_000.5),
    ServedModel("claude-opus-5"),
)


def damaged(directory, text, name="openai.json"):
    (directory / "models").mkdir()
    (directory / "models" / name).write_text(text)


def test_nothing_is_stored_at_first(tmp_path):
    assert read_refreshed(tmp_path) == {}
    assert read_refreshed(tmp_path / "none") == {}


def test_what_is_stored_is_read_back(tmp_path):
    write_refreshed(tmp_path, "anthropic", MODELS, 1_795_478_400.25)
    write_refreshed(tmp_path, "gemini", (), 5)
    assert read_refreshed(tmp_path) == {"anthropic": Refreshed(1_795_478_400.25, MODELS), "gemini": Refreshed(5, ())}


def test_each_provider_has_a_file_without_what_it_did_not_say(tmp_path):
    file = write_refreshed(tmp_path, "anthropic", MODELS[1:], 7)
    assert file == tmp_path / "models" / "anthropic.json"
    assert json.loads(file.read_text()) == {"when": 7, "models": [{"id": "claude-opus-5"}]}


def test_a_newer_list_takes_the_place_of_the_older(tmp_path):
    write_refreshed(tmp_path, "anthropic", MODELS, 1)
    write_refreshed(tmp_path, "anthropic", MODELS[1:], 2)
    assert read_refreshed(tmp_path) == {"anthropic": Refreshed(2, MODELS[1:])}
    assert [file.name for file in (tmp_path / "models").iterdir()] == ["anthropic.json"]


def test_the_directories_are_made_for_their_owner_alone(tmp_path):
    write_refreshed(tmp_path / "new", "anthropic", MODELS, 1)
    for made in (tmp_path / "new", tmp_path / "new" / "models"):
        assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_a_provider_whose_name_is_a_path_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="cannot be the name of an endpoint"):
        write_refreshed(tmp_path, "../keys", MODELS, 1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "{}", '{"when": 1}', '{"when": "now", "models": []}', '{"when": true, "models": []}',
        '{"when": 1, "models": {}}', '{"when": 1, "models": ["a"]}', '{"when": 1, "models": [{}]}',
        '{"when": 1, "models": [{"id": ""}]}', '{"when": 1, "models": [{"id": "a", "context": "many"}]}',
        '{"when": 1, "models": [{"id": "a", "title": 3}]}', '{"when": Infinity, "models": []}',
    ],
)  # fmt: skip
def test_a_damaged_file_is_named(tmp_path, text):
    damaged(tmp_path, text)
    with pytest.raises(ConfigError, match=r"openai\.json") as caught:
        read_refreshed(tmp_path)
    assert caught.value.hint


def test_a_damaged_file_is_left_as_it_is_and_written_anew_by_the_next_refresh(tmp_path):
    damaged(tmp_path, '{"when": 1}')
    with pytest.raises(ConfigError) as caught:
        read_refreshed(tmp_path)
    assert caught.value.hint == "Write it anew: llm models refresh openai"
    write_refreshed(tmp_path, "openai", MODELS, 1)
    assert read_refreshed(tmp_path)["openai"].models == MODELS


def test_what_a_later_version_added_is_passed_over(tmp_path):
    damaged(tmp_path, '{"when": 1, "more": 2, "models": [{"id": "a", "colour": "red"}]}')
    assert read_refreshed(tmp_path) == {"openai": Refreshed(1, (ServedModel("a"),))}
