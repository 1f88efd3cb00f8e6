"""The reference pages that are written by hand say what the code says."""

from __future__ import annotations

import dataclasses
import re

import pytest

import llm
from llm import errors
from llm._cli import exit_codes
from llm._codecs.dialects import DIALECTS
from llm._config import settings
from llm._config.endpoints import FIELDS
from llm._config.extra_models import ExtraModel
from llm._domain.turn import Turn
from llm._providers.endpoints import ENDPOINTS, PREFERENCE
from llm._storage.turn_json import turn_to_json

from .block import DOCS, ROOT, prose

REFERENCE = DOCS / "reference"


def rows(page: str) -> list[list[str]]:
    """The cells of every table row of a page, without code marks."""
    lines = [line for line in prose(REFERENCE / page).splitlines() if line.startswith("|")]
    cells = [re.split(r"(?<!\\)\|", line.strip("|")) for line in lines]
    return [[cell.strip().replace("`", "").replace("\\|", "|") for cell in row] for row in cells]


def test_the_table_of_exit_codes_is_that_of_the_command_line() -> None:
    told = {int(row[0]): row[1].replace("`", "") for row in rows("exit-codes.md") if row[0].isdigit()}
    assert told == {code: text.replace("`", "") for code, text in exit_codes.MEANINGS.items()}


def test_the_table_of_endpoints_has_every_endpoint() -> None:
    told = {row[0]: row[1:] for row in rows("endpoints.md") if len(row) == 5 and row[0] in ENDPOINTS}
    assert told == {
        name: [
            row.title,
            row.base_url,
            f"{row.key_name}{'' if row.needs_key else ', not needed'}",
            row.key_env or "",
        ]
        for name, row in ENDPOINTS.items()
    }


def test_the_list_of_preferred_providers_is_that_of_the_code() -> None:
    told = [(row[1], row[2]) for row in rows("endpoints.md") if len(row) == 3 and row[0].isdigit()]
    assert tuple(told) == PREFERENCE


def test_every_dialect_is_named() -> None:
    assert [name for name in DIALECTS if f"`{name}`" not in prose(REFERENCE / "endpoints.md")] == []


@pytest.mark.parametrize("table", ["timeouts", "retries"])
def test_the_defaults_of_config_toml_are_those_of_the_code(table: str) -> None:
    import tomllib

    from .block import blocks

    shown = next(
        tables
        for block in blocks(REFERENCE / "config.md")
        if block.info == "toml" and "timeouts" in (tables := tomllib.loads(block.code))
    )
    defaults = dataclasses.asdict(getattr(settings.Settings(), table))
    assert shown[table] == {name: "none" if value is None else value for name, value in defaults.items()}


def test_every_table_and_key_of_config_toml_is_described() -> None:
    text = (REFERENCE / "config.md").read_text("utf-8")
    keys = [*settings._SECTIONS, *FIELDS]
    fields = {"key_name": "api_key_name", "api": "completion", "key_env": "api_key_name"}
    keys += [fields.get(field.name, field.name) for field in dataclasses.fields(ExtraModel)]
    assert [key for key in keys if not re.search(rf"\b{key}\b", text)] == []


def test_every_error_is_in_the_tree() -> None:
    text = (REFERENCE / "errors.md").read_text("utf-8")
    assert [name for name in errors.__all__ if not re.search(rf"^ *{name}\b", text, re.MULTILINE)] == []


def test_the_keys_of_debug_are_all_described_and_there() -> None:
    class Echo(llm.Model):
        model_id = "echo"

        def generate(self, prompt: llm.Prompt, call: llm.Call) -> list[str]:
            return ["hello"]

    told = [row[0] for row in rows("debug.md")[2:]]
    assert told == list(Echo().prompt("hello").debug())


def test_the_tables_and_views_of_the_history_are_all_described() -> None:
    """Every column of each is named in the section of its table, and nothing that is no column in its first column."""
    import sqlite3
    from contextlib import closing

    from llm._storage.migrations import MIGRATIONS

    text = (REFERENCE / "history-schema.md").read_text("utf-8")
    sections = dict(re.findall(r"^## The (?:table|view) (\w+)\n(.*?)(?=^## )", text, re.MULTILINE | re.DOTALL))
    others = re.search(r"^## The other tables\n(.*?)(?=^## )", text, re.MULTILINE | re.DOTALL)
    assert others
    for start, name in re.findall(r"^(`(\w+)`.*?)(?=^`|\Z)", others[1], re.MULTILINE | re.DOTALL):
        sections[name] = start.partition(f"`{name}`")[2]
    with closing(sqlite3.connect(":memory:")) as connection:
        for step in MIGRATIONS.values():
            step(connection)
        names = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
        columns = {name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")] for (name,) in names}
    ours = {name for name in columns if not name.startswith("turn_search_")} - {"turn_text"}
    assert set(sections) == ours
    for name in ours - {"turn_search"}:
        told = re.findall(r"^\| (`.*?) \|", sections[name], re.MULTILINE)
        named = set(re.findall(r"`(\w+)`", " ".join(told) if told else sections[name]))
        assert set(columns[name]) <= named, f"{name}: {set(columns[name]) - named} are not described"
        assert not told or named == set(columns[name]), f"{name} has no {named - set(columns[name])}"


def test_the_keys_of_logs_as_json_are_all_described() -> None:
    text = (REFERENCE / "history-schema.md").read_text("utf-8").partition("## Keys of")[2]
    assert [key for key in turn_to_json(Turn("a", "b", model="c")) if f"`{key}`" not in text] == []


def test_every_variable_that_is_read_is_described_and_no_other_is() -> None:
    sources = "\n".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    read = set(re.findall(r"\bLLM_[A-Z_]+\b", sources))
    told = set(re.findall(r"\bLLM_[A-Z_]+\b", (REFERENCE / "environment.md").read_text("utf-8")))
    assert told == {name for name in read if re.search(rf'(?:environ\.get\(|environ\[)"{name}"', sources)}
