"""Turns and tokens of a `logs.db`, added up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from .llm_database import LLMDatabase
from .llm_ids import seconds
from .llm_tables import reading
from .llm_values import text, whole
from .query import UsageRow

_TIMES = ("datetime_utc", "timestamp_utc", "timestamp")
_COLUMNS = ("model", "input_tokens", "output_tokens", *_TIMES)


def usage(database: LLMDatabase) -> list[UsageRow]:
    """Turns that are alike in day and model, added up, the oldest day first."""
    rows: dict[tuple[str, str], UsageRow] = {}
    with database.lock, reading(database.path):
        tables = database.tables()
        for source in ("turns", "responses", "logs", "log"):
            entries = tables.connection.execute("SELECT row, id FROM temp.entry WHERE source = ?", (source,)).fetchall()
            for number, id in entries:
                row = tables.row(source, _COLUMNS, "WHERE rowid = ?", (number,))
                if row is not None:
                    started = seconds(next((row[name] for name in _TIMES if row[name]), None), id)
                    day, model = f"{datetime.fromtimestamp(started, UTC):%Y-%m-%d}", text(row["model"])
                    sum = rows.get((day, model)) or UsageRow(day, model, None, None, 0, 0, 0, 0)
                    rows[day, model] = replace(
                        sum,
                        turns=sum.turns + 1,
                        input=sum.input + (whole(row["input_tokens"]) or 0),
                        output=sum.output + (whole(row["output_tokens"]) or 0),
                    )
    return [rows[key] for key in sorted(rows)]
