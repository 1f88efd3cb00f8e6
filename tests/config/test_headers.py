"""HTTP headers that a user adds."""

from __future__ import annotations

from typing import Any

import pytest

from llm._config.headers import check_headers
from llm.errors import ConfigError


def test_headers_come_out_as_text() -> None:
    assert check_headers({"X-Title": " llm ", "X-Level": 3, "X-Empty": ""}, "here") == {
        "X-Title": "llm",
        "X-Level": "3",
        "X-Empty": "",
    }


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("X Title", "SECRET", "here: 'X Title' cannot be the name"),
        ("", "SECRET", "here: '' cannot be the name"),
        ("X:", "SECRET", "cannot be the name"),
        (5, "SECRET", "here: 5 cannot be the name"),
        ("X-Title", "SECRET\r\nHost: x", "here: the header X-Title must be printable ASCII"),
        ("X-Title", "SECRET\u2026", "must be printable ASCII"),
        ("X-Title", ["SECRET"], "here: the header X-Title must be text"),
        ("X-Title", None, "must be text"),
        ("X-Title", True, "must be text"),
    ],
)
def test_what_cannot_be_sent_is_refused_without_its_value(name: Any, value: Any, complaint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_headers({name: value}, "here")
    assert complaint in str(caught.value)
    assert "SECRET" not in str(caught.value)
