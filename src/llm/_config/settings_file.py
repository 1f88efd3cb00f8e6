"""Changing config.toml, and nothing in it but what was asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .._domain.endpoint import Endpoint
from ..errors import ConfigError
from .atomic import write_atomically
from .endpoints import read_endpoint
from .lock import FileLock
from .paths import ensure_directory
from .settings import FILE_NAME, parse
from .suggestion import did_you_mean
from .table import Table
from .text_file import read_text
from .toml_text import with_table, without_table


class SettingsFile:
    """
    `config.toml` in the user directory, as commands change it: comments, order and spacing stay.

    A file that is not valid TOML is an error and left as it is. A new file is readable by its owner alone, as headers
    may hold keys.
    """

    def __init__(self, directory: Path) -> None:
        self.path = directory / FILE_NAME

    def add_endpoint(
        self,
        name: str,
        base_url: str,
        *,
        key_name: str | None = None,
        key_env: str | None = None,
        wire: str | None = None,
        dialect: str | None = None,
        headers: Mapping[str, str] | None = None,
        title: str | None = None,
    ) -> Endpoint:
        """Write down an endpoint, and return it. Raises ConfigError for one that is there or cannot be."""
        given = {
            "base_url": base_url,
            "key_name": key_name,
            "key_env": key_env,
            "wire": wire,
            "dialect": dialect,
            "title": title,
            "headers": dict(headers or {}) or None,
        }
        values = {key: value for key, value in given.items() if value is not None}
        endpoint = read_endpoint(name, Table(self.path, values, f"endpoints.{name}."))
        values["base_url"] = endpoint.base_url
        ensure_directory(self.path.parent)
        with FileLock(self.path):
            text, tables = self._read()
            if name in self._endpoints(tables):
                raise ConfigError(
                    f"There is an endpoint {name!r} already", hint=f"Remove it first: llm endpoints remove {name}"
                )
            self._write(with_table(text, ("endpoints", name), values), _with_endpoint(tables, name, values))
        return endpoint

    def remove_endpoint(self, name: str) -> None:
        """Strike out an endpoint. Raises ConfigError where config.toml has none of that name."""
        if not self.path.exists():
            raise _unknown(name, {})
        with FileLock(self.path):
            text, tables = self._read()
            endpoints = self._endpoints(tables)
            if name not in endpoints:
                raise _unknown(name, endpoints)
            self._write(without_table(text, ("endpoints", name)), _without_endpoint(tables, name))

    def _read(self) -> tuple[str, dict[str, Any]]:
        text = read_text(self.path) or ""
        return text, parse(text, self.path)

    def _endpoints(self, tables: dict[str, Any]) -> Mapping[str, Any]:
        return Table(self.path, tables).table("endpoints").values

    def _write(self, texts: Iterable[str], wanted: dict[str, Any]) -> None:
        """Write the first text that means what is *wanted*: a change that says anything else is not made."""
        text = next((text for text in texts if self._means(text, wanted)), None)
        if text is None:
            raise ConfigError(
                f"{self.path} is written in a way that this command cannot change", hint="Change it by hand"
            )
        write_atomically(self.path, text, None if self.path.exists() else 0o600)

    def _means(self, text: str, wanted: dict[str, Any]) -> bool:
        try:
            return _normal(parse(text, self.path)) == _normal(wanted)
        except ConfigError:
            return False


def _with_endpoint(tables: dict[str, Any], name: str, values: dict[str, Any]) -> dict[str, Any]:
    return {**tables, "endpoints": {**tables.get("endpoints", {}), name: values}}


def _without_endpoint(tables: dict[str, Any], name: str) -> dict[str, Any]:
    return {**tables, "endpoints": {key: value for key, value in tables["endpoints"].items() if key != name}}


def _normal(tables: dict[str, Any]) -> dict[str, Any]:
    """The same tables, where no endpoints and an empty table of endpoints are the same."""
    return {key: value for key, value in tables.items() if key != "endpoints" or value}


def _unknown(name: str, known: Mapping[str, Any]) -> ConfigError:
    hint = did_you_mean(name, known) or "llm endpoints list shows the endpoints that there are"
    return ConfigError(f"config.toml has no endpoint {name!r}", hint=hint)
