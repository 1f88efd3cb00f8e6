"""`llm logs list`: which turns are shown, and how."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import sys
import tempfile
from pathlib import Path

import pytest

from llm import Usage
from llm._domain.schema_dsl import multi_schema, schema_from_dsl, schema_id
from llm._storage.sqlite import SQLiteStore
from llm._storage.turn_json import fragment_hash, turn_to_json

from .command import llm, shell, user_dir
from .kept import keep

DOGS = schema_from_dsl("name, age int")


def prompts(*options: str) -> list[str]:
    """What was asked in the turns that are listed."""
    done = llm("logs", *options, "--json")
    assert (done.code, done.err) == (0, "")
    return [turn["prompt"] for turn in done.json]


def test_three_turns_are_listed_unless_a_number_is_given() -> None:
    keep("1", "2", "3", "4", "5")
    assert prompts() == ["3", "4", "5"]
    assert prompts("-n", "1") == ["5"]
    assert prompts("--count", "0") == ["1", "2", "3", "4", "5"]
    assert llm("logs", "-n", "-1").code == 2


def test_all_of_a_conversation_is_listed() -> None:
    first = keep("1", "2", "3", "4", "5")[0].conversation
    keep("6")
    assert prompts("--cid", first) == ["1", "2", "3", "4", "5"]
    assert prompts("--conversation", first, "-n", "2") == ["4", "5"]
    assert prompts("-c") == ["6"]
    assert prompts("--current", "-m", "none") == []


def test_a_conversation_is_known_by_its_name_or_the_start_of_its_id() -> None:
    first = keep("1", conversation="01aaa")[0].conversation
    keep("2", conversation="01bbb")
    store = SQLiteStore(user_dir() / "history.db")
    store.name(first, "birds")
    store.close()
    assert prompts("--cid", "birds") == prompts("--cid", "01a") == ["1"]
    assert llm("logs", "--json", "--cid", "birds").json[0]["conversation_name"] == "birds"
    done = llm("logs", "--cid", "none")
    assert (done.code, done.out) == (2, "")
    assert "There is no conversation 'none'" in done.err


def test_in_a_conversation_its_id_and_model_are_shown_once() -> None:
    keep("1", "2")
    shown = llm("logs", "-c").out
    assert shown.count("conversation: ") == shown.count("Model: ") == 1
    assert re.findall(r"^# .*", shown, re.MULTILINE)[1] == "# 2027-01-15T08:00:01"


def test_turns_are_listed_by_model_also_by_its_alias() -> None:
    keep("1", model="one")
    keep("2", model="two", resolved_model="two-2027")
    (user_dir() / "aliases.json").write_text('{"it": "two"}', "utf-8")
    assert prompts("-m", "one") == ["1"]
    assert prompts("-m", "two-2027") == ["2"]
    assert prompts("-m", "it") == ["2"]
    assert prompts("-m", "three") == []


def test_turns_are_listed_by_time_status_template_and_id() -> None:
    turns = keep("1", "2", template="brief")
    keep("3", status="error", error="NetworkError: no", parts=())
    assert prompts("--since", "2027-01-15 08:00:01+00:00") == ["2", "3"]
    assert prompts("--until", "2027-01-15 08:00:01+00:00") == ["1"]
    assert prompts("--status", "error") == ["3"]
    assert prompts("--status", "error", "--status", "done") == ["1", "2", "3"]
    assert prompts("--template", "brief") == ["1", "2"]
    assert prompts("--id-gt", turns[1].id) == ["3"]
    assert prompts("--id-gte", turns[1].id) == ["2", "3"]
    assert llm("logs", "--since", "some day").code == 2
    assert llm("logs", "--status", "fine").code == 2


def test_turns_are_listed_by_schema_however_it_is_named(tmp_path: Path) -> None:
    keep("dog", schema=DOGS, answer='{"name": "Rex", "age": 3}')
    keep("dogs", schema=multi_schema(DOGS), answer='{"items": []}')
    keep("else", schema={"type": "object"}, answer="{}")
    file = tmp_path / "dogs.json"
    file.write_text(json.dumps(DOGS), "utf-8")
    for named in ("name, age int", json.dumps(DOGS), str(file), schema_id(DOGS), schema_id(DOGS).upper()):
        assert prompts("--schema", named) == ["dog"]
        assert prompts("--schema-multi", named) == ["dogs"]
    assert prompts("--schema", "0" * 32) == []
    done = llm("logs", "--schema", "{broken")
    assert (done.code, done.out) == (2, "")
    assert "schema is not JSON" in done.err


def test_turns_are_listed_by_fragment_named_by_hash_or_file(tmp_path: Path) -> None:
    keep("A page\nWhat?", fragments=("A page",))
    keep("else")
    file = tmp_path / "page.txt"
    file.write_text("A page", "utf-8")
    assert prompts("-f", str(file)) == prompts("-f", fragment_hash("A page").upper()) == ["What?"]
    done = llm("logs", "-f", str(tmp_path / "none"))
    assert done.code == 2
    assert "cannot be read: No such file" in done.err


def test_turns_are_listed_by_tool() -> None:
    from llm import ToolCallPart

    keep("1", parts=(ToolCallPart("add", {"a": 1}, "x"),))
    keep("2")
    assert prompts("-T", "add") == prompts("--tools") == ["1"]
    assert prompts("-T", "add", "-T", "take") == []


def test_a_search_shows_where_the_words_are_the_best_turn_last() -> None:
    keep("pelican pelican pelican", "one pelican among a great many other words", "nothing")
    shown = llm("logs", "-q", "pelican").out
    assert re.findall(r"^> (.*)$", shown, re.MULTILINE) == [
        "one **pelican** among a great many other words",
        "**pelican** **pelican** **pelican**",
    ]
    assert prompts("-q", "pelican", "-l", "-n", "1") == ["one pelican among a great many other words"]
    assert llm("logs", "-q", "among", "--json").json[0]["snippet"].startswith("one pelican **among**")
    assert "match: one pelican **among**" in llm("logs", "-q", "among", "-s").out
    assert prompts("-q", "it's C++ foo-bar") == []


def test_the_last_answer_is_that_of_the_conversation_used_last() -> None:
    keep("1", answer="first")
    keep("2", answer="second", model="other")
    assert llm("logs", "-r") == (0, "second\n", "")
    assert llm("logs", "-r", "-m", "test/one") == (0, "first\n", "")
    assert llm("logs", "-r", "-q", "1").out == "first\n"


def test_an_answer_that_is_not_whole_is_printed_and_said_to_be_so() -> None:
    keep("1", answer="Hel", status="partial")
    assert llm("logs", "-r") == (0, "Hel\n", "The answer is not whole: its status is partial\n")


def test_the_code_of_the_newest_answer_that_has_any_is_printed() -> None:
    keep("1", answer="```python\na\n```\nand\n```\nb\n```\n")
    keep("2", answer="no code")
    assert llm("logs", "-x") == (0, "a\n\n", "")
    assert llm("logs", "--xl").out == llm("logs", "--extract-last").out == "b\n\n"
    assert "## Response\n\nno code\n" in llm("logs", "-x", "-n", "1").out


def test_the_short_form_is_a_list_in_yaml() -> None:
    import yaml

    keep("1", "2", usage=Usage(3, 4))
    done = llm("logs", "-s", "-u")
    assert [(turn["prompt"], turn["usage"]) for turn in yaml.safe_load(done.out)] == [
        ("1", {"input": 3, "output": 4}),
        ("2", {"input": 3, "output": 4}),
    ]
    for option in ("--json", "--jsonl", "--response"):
        refused = llm("logs", "-s", option)
        assert refused.code == 2
        assert f"Cannot use --short and {option} together" in refused.err


def test_json_is_an_array_and_jsonl_a_line_for_each_turn() -> None:
    turns = keep("1 ü", "2", answer="two\nlines")
    expected = [turn_to_json(turn) for turn in turns]
    for value in expected:
        value["conversation_name"] = "1 ü"
    assert llm("logs", "--json").out == json.dumps(expected, indent=2) + "\n"
    assert llm("logs", "--jsonl").out == "".join(json.dumps(value) + "\n" for value in expected)
    assert llm("logs", "--json", "-m", "none").out == "[]\n"
    assert llm("logs", "--jsonl", "-m", "none") == (0, "", "")


def test_truncated_json_is_short_and_expanded_json_has_the_fragments() -> None:
    page = "word " * 100
    keep(f"{page}\n{'p' * 200}", fragments=(page,))
    short = llm("logs", "--json", "-t").json[0]
    assert (short["prompt"], len(short["prompt_fragments"][0]["content"])) == ("p" * 97 + "...", 100)
    assert llm("logs", "--json", "-e").json[0]["prompt_fragments"][0]["content"] == page


def test_the_data_of_answers_is_printed() -> None:
    one = keep("1", answer='{"items": [{"n": 1}, {"n": 2}]}')[0]
    keep("2", answer="no JSON")
    keep("3", answer='{"response_id": 7}')
    assert llm("logs", "--data").out == '{"items": [{"n": 1}, {"n": 2}]}\n{"response_id": 7}\n'
    assert llm("logs", "--data-key", "items").out == '{"n": 1}\n{"n": 2}\n{"response_id": 7}\n'
    assert llm("logs", "--data-array", "--data-key", "items").out == '[{"n": 1},\n {"n": 2},\n {"response_id": 7}]\n'
    with_ids = llm("logs", "--data-key", "items", "--data-ids").out.splitlines()
    assert json.loads(with_ids[0]) == {"n": 1, "response_id": one.id, "conversation_id": one.conversation}
    assert list(json.loads(with_ids[2])) == ["response_id", "response_id_", "conversation_id"]
    assert llm("logs", "--data-array", "-m", "none").out == "[]\n"


def test_where_nothing_fits_that_is_said() -> None:
    assert llm("logs", "-c") == llm("logs", "-r") == (0, "", "Nothing has been asked yet\n")
    keep("1")
    assert llm("logs", "-m", "none") == (0, "", "Nothing was found\n")
    hint = "Hint: whole words are found; -q 'none*' finds all that begin like this\n"
    assert llm("logs", "-q", "none", "-s") == (0, "", f"Nothing was found\n{hint}")
    assert llm("logs", "-q", "none*", "-s") == (0, "", "Nothing was found\n")


def test_another_history_is_read_and_a_missing_one_is_an_error(tmp_path: Path) -> None:
    keep("elsewhere", path=tmp_path / "other.db")
    assert prompts("-d", str(tmp_path / "other.db")) == ["elsewhere"]
    done = llm("logs", "-d", str(tmp_path / "none.db"))
    assert (done.code, done.out) == (2, "")
    assert "none.db' does not exist" in done.err
    assert not (tmp_path / "none.db").exists()


def test_what_is_no_history_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("Dear diary" * 100, "utf-8")
    done = llm("logs", "-d", str(tmp_path / "notes.db"))
    assert (done.code, done.out) == (11, "")
    assert "Error: " in done.err
    connection = sqlite3.connect(tmp_path / "others.db")
    connection.execute("CREATE TABLE birds (name)")
    connection.close()
    assert llm("logs", "-d", str(tmp_path / "others.db")).code == 11


@pytest.mark.skipif(sys.platform == "win32", reason="pipes are not closed so there")
def test_whoever_reads_the_first_lines_of_many_ends_the_command() -> None:
    keep(*map(str, range(200)), answer="x" * 1000)
    done = shell("$LLM logs -n 0 --jsonl | head -n 1; echo ${PIPESTATUS[0]}")
    assert json.loads(done.out.splitlines()[0])["prompt"] == "0"
    assert (done.out.splitlines()[1], done.err) == ("141", "")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can be somebody else")
def test_a_history_that_may_only_be_read_is_read() -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "history.db"
        keep("1", path=path)
        path.chmod(0o444)
        path.parent.chmod(0o777)
        done = shell(f"setpriv --reuid 65534 --clear-groups $LLM logs -r -d {path}", LLM_USER_PATH=name)
    assert (done.out, done.err, done.code) == ("Percy\n", "", 0)
