"""The keys that a user has stored."""

from __future__ import annotations

import json
import os
import stat
import traceback
from pathlib import Path

import pytest

from llm._config.keys import KeyStore
from llm.errors import ConfigError

from .processes import finish, start

NOTE = "This file stores secret API credentials. Do not share!"
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path)


def test_no_file_is_no_keys(store: KeyStore) -> None:
    assert store.names() == ()
    assert store.get("openai") is None
    assert not store.path.exists()


def test_a_key_is_stored_in_the_format_that_llm_users_have(store: KeyStore) -> None:
    store.set("openai", "sk-1")
    store.set("anthropic", "sk-2")
    expected = {"// Note": NOTE, "openai": "sk-1", "anthropic": "sk-2"}
    assert store.path.read_text() == json.dumps(expected, indent=2) + "\n"
    assert store.get("openai") == "sk-1"


def test_names_are_sorted_and_the_note_is_not_one(store: KeyStore) -> None:
    store.set("openai", "sk-1")
    store.set("anthropic", "sk-2")
    assert store.names() == ("anthropic", "openai")
    assert store.get("// Note") is None


def test_a_key_is_replaced_and_the_rest_of_the_file_stays(store: KeyStore) -> None:
    store.path.write_text('{"openai": "old", "// Mine": "a comment", "x": {"y": 1}}')
    store.set("openai", "new")
    assert json.loads(store.path.read_text()) == {"openai": "new", "// Mine": "a comment", "x": {"y": 1}}


def test_a_key_is_removed_and_a_missing_one_is_an_error_with_a_guess(store: KeyStore) -> None:
    store.set("openai", "sk-1")
    with pytest.raises(ConfigError, match="'opnai'") as caught:
        store.remove("opnai")
    assert caught.value.hint == "Did you mean openai?"
    store.remove("openai")
    assert store.names() == ()


def test_removing_from_nothing_makes_no_file(store: KeyStore) -> None:
    with pytest.raises(ConfigError, match="No key is stored"):
        store.remove("openai")
    assert not store.path.exists()


def test_blanks_and_line_breaks_around_a_key_are_dropped(store: KeyStore) -> None:
    store.set("openai", "  sk-1 \r\n")
    assert store.get("openai") == "sk-1"


@pytest.mark.parametrize("value", ["", "  \n", "sk-SECRET\nmore", "sk-SECRET\x00", "sk-SECRET\u2026", "sk-\x7fSECRET"])
def test_what_cannot_go_into_a_header_is_refused_and_not_shown(value: str, store: KeyStore) -> None:
    with pytest.raises(ConfigError, match="The key 'openai'") as caught:
        store.set("openai", value)
    assert "SECRET" not in f"{caught.value!r} {caught.value.hint}"
    assert not store.path.exists()


@pytest.mark.parametrize("name", ["", " ", "// Note", "//", "a\nb"])
def test_what_cannot_name_a_key_is_refused(name: str, store: KeyStore) -> None:
    with pytest.raises(ConfigError, match="cannot be the name"):
        store.set(name, "sk-1")
    assert not store.path.exists()


def test_a_key_that_is_not_text_is_an_error_that_does_not_show_it(store: KeyStore) -> None:
    store.path.write_text('{"openai": 4711}')
    with pytest.raises(ConfigError, match="must be text") as caught:
        store.get("openai")
    assert "4711" not in str(caught.value)


@posix
def test_the_file_is_for_its_owner_alone_and_a_wider_one_is_tightened(store: KeyStore) -> None:
    store.set("openai", "sk-1")
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    store.path.chmod(0o644)
    store.set("openai", "sk-2")
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600


@posix
def test_the_directory_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    store = KeyStore(tmp_path / "new")
    store.set("openai", "sk-1")
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700


BROKEN = [
    b'{"openai": "sk-SECRET",',
    b'{"openai": "sk-SECRET\n"}',
    b'"sk-SECRET"',
    b'["sk-SECRET"]',
    b"sk-SECRET",
    b"",
    b'{"openai": "sk-SECRET\xff"}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("data", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_file_is_an_error_that_does_not_quote_it_and_it_is_never_overwritten(
    data: bytes, store: KeyStore
) -> None:
    store.path.write_bytes(data)
    for action in (store.names, lambda: store.get("openai"), lambda: store.set("a", "b"), lambda: store.remove("a")):
        with pytest.raises(ConfigError) as caught:
            action()
        told = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value)) + str(caught.value.hint)
        assert str(store.path) in str(caught.value)
        assert "SECRET" not in told
        # The errors of json and of decoding carry the whole file along.
        assert caught.value.__context__ is None
        assert store.path.read_bytes() == data


def test_a_broken_file_is_an_error_that_says_where(store: KeyStore) -> None:
    store.path.write_text('{\n  "openai": sk\n}')
    with pytest.raises(ConfigError, match=r"keys\.json is not valid JSON \(line 2, column 13\)"):
        store.names()


def test_a_byte_order_mark_is_no_harm(store: KeyStore) -> None:
    store.path.write_bytes(b'\xef\xbb\xbf{"openai": "sk-1"}')
    assert store.get("openai") == "sk-1"


@posix
def test_a_linked_file_stays_a_link(store: KeyStore, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    target = tmp_path / "elsewhere" / "secrets.json"
    target.write_text("{}")
    store.path.symlink_to(target)
    store.set("openai", "sk-1")
    assert store.path.is_symlink()
    assert json.loads(target.read_text())["openai"] == "sk-1"


def test_an_unreadable_file_is_an_error_that_says_why(store: KeyStore) -> None:
    store.path.mkdir()
    with pytest.raises(ConfigError, match=r"Cannot read .*keys\.json"):
        store.names()


SET_TEN = """
import sys
from pathlib import Path
from llm._config.keys import KeyStore
store = KeyStore(Path(sys.argv[1]))
sys.stdin.readline()
for number in range(10):
    store.set(f"key-{sys.argv[2]}-{number}", f"value-{sys.argv[2]}-{number}")
"""


def test_eight_processes_that_store_keys_at_once_lose_none(tmp_path: Path) -> None:
    running = [start(SET_TEN, tmp_path / "new", process) for process in range(8)]
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    finish(*running)
    store = KeyStore(tmp_path / "new")
    expected = {f"key-{process}-{number}" for process in range(8) for number in range(10)}
    assert set(store.names()) == expected
    assert store.get("key-7-9") == "value-7-9"


IMPORTED = """
import sys
from pathlib import Path
from llm._config.keys import KeyStore
from llm._config.paths import user_dir
print(KeyStore(Path(sys.argv[1])).names(), user_dir() and "")
dear = {"tomllib", "tomlkit", "yaml", "subprocess", "dataclasses", "difflib", "tempfile", "click", "asyncio", "llm._io"}
print(*sorted(dear & set(sys.modules)))
"""


def test_listing_keys_imports_nothing_dear(store: KeyStore, tmp_path: Path) -> None:
    store.set("openai", "sk-1")
    (tmp_path / "config.toml").write_text("broken")
    [printed] = finish(start(IMPORTED, tmp_path))
    assert printed == "('openai',) \n\n"
