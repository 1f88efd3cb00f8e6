"""The model that is used when none is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from llm._config.default_model import DefaultModel
from llm.errors import ConfigError


def test_the_default_model_is_set_and_cleared(tmp_path: Path) -> None:
    default = DefaultModel(tmp_path / "new")
    assert default.get() is None
    default.set("gpt-5.6-luna")
    assert default.get() == "gpt-5.6-luna"
    assert default.path.name == "default_model.txt"
    default.clear()
    assert default.get() is None
    default.clear()


def test_a_file_of_an_older_llm_is_read(tmp_path: Path) -> None:
    default = DefaultModel(tmp_path)
    default.path.write_text("gpt-4o")
    assert default.get() == "gpt-4o"
    default.path.write_text(" \n")
    assert default.get() is None


@pytest.mark.parametrize("model_id", ["", " ", "a\nb"])
def test_what_cannot_be_a_model_is_refused(model_id: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be the name of a model"):
        DefaultModel(tmp_path).set(model_id)
