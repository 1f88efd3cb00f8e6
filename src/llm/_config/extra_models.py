"""Models that a user adds in `extra-openai-models.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ConfigError
from .text_file import read_text

if TYPE_CHECKING:
    from .table import Table

FILE_NAME = "extra-openai-models.yaml"

_EXAMPLE = "- model_id: my-model"


@dataclass(frozen=True, slots=True)
class ExtraModel:
    """
    One entry of the file, with the meaning that it has there.

    `model_name` is what the server calls the model. Without an `api_base` the model is OpenAI's and uses the key
    `openai`; with one it goes without a key, unless `api_key_name` names one: `key_name` is the key to use, `key_env`
    the variable that may hold it, both None where none is to be sent. `api` is the wire that the entry asks for:
    `chat`, `completion` or `responses`. `api_type`, `api_version` and `api_engine` are as they stand in the file.
    """

    model_id: str
    model_name: str = field(kw_only=True)
    aliases: tuple[str, ...] = field(default=(), kw_only=True)
    api: str = field(default="chat", kw_only=True)
    api_base: str | None = field(default=None, kw_only=True)
    key_name: str | None = field(default=None, kw_only=True)
    key_env: str | None = field(default=None, kw_only=True)
    headers: Mapping[str, str] = field(default_factory=dict, kw_only=True, repr=False)
    can_stream: bool = field(default=True, kw_only=True)
    supports_schema: bool = field(default=False, kw_only=True)
    supports_tools: bool = field(default=False, kw_only=True)
    vision: bool = field(default=False, kw_only=True)
    audio: bool = field(default=False, kw_only=True)
    reasoning: bool = field(default=False, kw_only=True)
    service_tier: bool = field(default=False, kw_only=True)
    api_type: str | None = field(default=None, kw_only=True)
    api_version: str | None = field(default=None, kw_only=True)
    api_engine: str | None = field(default=None, kw_only=True)


def read_extra_models(directory: Path) -> tuple[ExtraModel, ...]:
    """The models that the file in *directory* adds, in its order. Raises ConfigError that names the entry."""
    file = directory / FILE_NAME
    text = read_text(file)
    if text is None:
        return ()
    entries = _parse(text, file)
    return tuple(_model(entry, number, file) for number, entry in enumerate(entries, 1))


def _parse(text: str, file: Path) -> list[Any]:
    import yaml

    try:
        entries = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # Not str(error): it quotes the lines around the place, where a header may hold a key.
        mark = getattr(error, "problem_mark", None)
        place = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
    else:
        if entries is None:
            return []
        if isinstance(entries, list):
            return entries
        raise ConfigError(f"{file} must be a list of models", hint=f"Each model starts with a dash: {_EXAMPLE}")
    raise ConfigError(f"{file} is not valid YAML{place}", hint="Correct it, or move it away")


def _model(entry: Any, number: int, file: Path) -> ExtraModel:
    from .endpoints import check_base_url
    from .headers import check_headers
    from .table import Table

    if not isinstance(entry, dict):
        raise ConfigError(f"{file}: entry {number} is not a model", hint=f"Write it as: {_EXAMPLE}")
    table = Table(file, entry, f"entry {number}: ")
    model_id = table.text("model_id")
    if model_id is None:
        raise ConfigError(f"{file}: entry {number} has no model_id", hint=f"Add one: {_EXAMPLE}")
    api_base = table.text("api_base", secret=True)
    key_name = table.text("api_key_name") or (None if api_base else "openai")
    return ExtraModel(
        model_id,
        model_name=table.text("model_name") or model_id,
        aliases=_aliases(table),
        api="completion" if entry.get("completion") else "responses" if entry.get("responses") else "chat",
        api_base=api_base and check_base_url(api_base, table.where("api_base")),
        key_name=key_name,
        # The variable is OpenAI's: it is not for a server that names another key.
        key_env="OPENAI_API_KEY" if key_name == "openai" else None,
        headers=check_headers(table.table("headers").values, table.where("headers")),
        can_stream=entry.get("can_stream") is not False,
        supports_schema=entry.get("supports_schema") is True,
        supports_tools=entry.get("supports_tools") is True,
        vision=entry.get("vision") is True,
        audio=entry.get("audio") is True,
        reasoning=bool(entry.get("reasoning")),
        service_tier=entry.get("service_tier") is True,
        api_type=table.text("api_type"),
        api_version=_as_text(entry.get("api_version")),
        api_engine=table.text("api_engine"),
    )


def _aliases(table: Table) -> tuple[str, ...]:
    found = table.values.get("aliases") or ()
    aliases = (found,) if isinstance(found, str) else found
    if isinstance(aliases, list | tuple) and all(isinstance(alias, str) and alias for alias in aliases):
        return tuple(aliases)
    raise table.wrong("aliases", 'a list of texts, such as ["fast", "0613"]', hint="Put a number in quotes")


def _as_text(value: Any) -> str | None:
    # YAML reads 2024-02-01 as a date.
    return None if value is None else str(value)
