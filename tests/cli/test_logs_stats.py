"""`llm logs stats`: what was consumed, and what it cost."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from llm._api.usage_report import UsageLine
from llm._cli import usage_table
from llm.testing import chat_stream

from .command import llm, user_dir
from .conftest import Serve
from .terminal import Terminal

GPT = "openai/gpt-4o"  # $2.50 and $10 per million tokens


def day(ago: int) -> str:
    """The date so many days ago, in UTC."""
    return (datetime.now(UTC) - timedelta(days=ago)).date().isoformat()


@pytest.fixture
def history(serve: Serve) -> Path:
    """Three turns: one of a local model now, two of GPT-4o three and sixty days ago."""
    serve(
        chat_stream("Hi", usage=(30, 10)),
        chat_stream("Hi", usage=(1_000_000, 100_000)),
        chat_stream("Hi", usage=(4, 2)),
    )
    for model in ("mine/local", "mine/gpt", "mine/gpt"):
        assert llm("-m", model, "hi").code == 0
    path = user_dir() / "history.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        for tokens, ago in ((1_000_000, 3), (4, 60)):
            connection.execute(
                "UPDATE turn SET started = ?, price_key = ?, template = 'Zusammenfassung 日本' WHERE input_tokens = ?",
                (time.time() - ago * 86400, GPT, tokens),
            )
    return path


@pytest.mark.usefixtures("history")
def test_the_last_thirty_days_are_shown_by_day() -> None:
    done = llm("logs", "stats")
    assert done.code == 0
    assert done.out.splitlines() == [
        "Day         Turns      Input  Cached   Output    Cost $",
        f"{day(3)}      1  1,000,000       0  100,000    3.5000",
        f"{day(0)}      1         30       0       10         ?",
        "Total           2  1,000,030       0  100,010  3.5000+?",
    ]
    assert done.err == "1 turn has no known price (of 2): costs with a ? are higher by what these cost\n"


@pytest.mark.usefixtures("history")
def test_models_and_templates_are_shown_with_the_greatest_first() -> None:
    lines = llm("logs", "stats", "--by", "model", "--since", "90 days ago").out.splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["Model", "Turns"],
        ["mine/gpt", "2"],
        ["mine/local", "1"],
        ["Total", "3"],
    ]
    lines = llm("logs", "stats", "--by", "template").out.splitlines()
    assert lines[1].startswith("Zusammenfassung 日本      1  1,000,000")
    assert lines[2].startswith("(no template)             1         30")


@pytest.mark.usefixtures("history")
def test_as_json_an_unknown_cost_is_null() -> None:
    (line,) = llm("logs", "stats", "--json", "--since", "today").json
    assert line == {
        "name": day(0), "turns": 1, "input": 30, "output": 10, "cached": 0, "cache_write": 0, "cost": None,
        "known_cost": 0.0, "without_price": 1,
    }  # fmt: skip
    (line,) = llm("logs", "stats", "--json", "--since", day(3), "--until", day(2)).json
    assert (line["name"], line["cost"], line["without_price"]) == (day(3), 3.5, 0)


@pytest.mark.usefixtures("history")
def test_a_time_without_turns_is_said_to_be_empty() -> None:
    assert llm("logs", "stats", "--until", "2020-01-01") == (0, "", "Nothing was asked in that time\n")
    assert llm("logs", "stats", "--until", "2020-01-01", "--json") == (0, "[]\n", "")


@pytest.mark.usefixtures("history")
def test_a_terminal_shows_a_plot_too_with_the_days_between() -> None:
    with Terminal("logs", "stats", COLUMNS="70") as terminal:
        code, screen = terminal.finish()
    plot = screen.partition("\n\n")[2].splitlines()
    assert code == 0
    assert [line.split()[0] for line in plot] == [day(3), day(2), day(1), day(0)]
    assert plot[0].endswith("█ 1,100,000 tokens")
    assert len(plot[0]) == 70
    assert plot[1:3] == [day(2), day(1)]
    assert plot[3].split()[1:] == ["▏", "40", "tokens"]


@pytest.mark.usefixtures("history")
def test_the_plot_is_drawn_where_it_is_asked_for_and_left_out_likewise() -> None:
    assert "█" not in llm("logs", "stats").out
    assert "█" in llm("logs", "stats", "--plot").out
    with Terminal("logs", "stats", "--no-plot") as terminal:
        assert "█" not in terminal.finish()[1]


def test_another_file_can_be_read(history: Path, tmp_path: Path) -> None:
    moved = history.rename(tmp_path / "other.db")
    assert len(llm("logs", "stats", "-d", str(moved), "--json").json) == 2
    assert llm("logs", "stats", "--json").json == []


def test_without_a_history_there_is_nothing_and_no_file_is_made() -> None:
    assert llm("logs", "stats") == (0, "", "Nothing was asked in that time\n")
    assert not (user_dir() / "history.db").exists()


def test_a_time_that_cannot_be_read_is_a_usage_error() -> None:
    done = llm("logs", "stats", "--since", "soon")
    assert done.code == 2
    assert "'soon' is not a time" in done.err
    assert "3 hours ago" in done.err


def line(name: str | None = "2027-01-31", **counts: Any) -> UsageLine:
    return UsageLine(name, **{"turns": 1, **counts})


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"known_cost": 0.0}, "0.0000"), ({"known_cost": 0.00001}, "<0.0001"), ({"known_cost": 1234.5}, "1,234.5000"),
        ({"without_price": 1}, "?"), ({"turns": 2, "without_price": 1, "known_cost": 0.5}, "0.5000+?"),
    ],
)  # fmt: skip
def test_a_cost_shows_whether_it_is_all(counts: dict[str, Any], shown: str) -> None:
    assert usage_table.money(line(**counts)) == shown


def test_a_single_line_needs_no_total() -> None:
    assert len(usage_table.table([line()], "day")) == 2


def test_control_characters_in_a_name_break_no_line() -> None:
    assert "a␊b␛[2J" in usage_table.table([line("a\nb\x1b[2J")], "template")[1]


def test_where_no_tokens_were_reported_turns_are_plotted() -> None:
    assert usage_table.sizes([line("a", turns=5)], "model") == [("a", 5, "5 turns")]


def test_a_plot_of_years_has_no_line_for_each_day_between() -> None:
    assert len(usage_table.sizes([line("2020-01-01", input=1), line("2027-01-31", input=1)], "day")) == 2


def test_a_file_that_is_not_there_is_a_usage_error_as_everywhere(tmp_path: Path) -> None:
    for name in ("", str(tmp_path / "missing.db"), str(tmp_path)):
        assert llm("logs", "stats", "-d", name).code == 2
