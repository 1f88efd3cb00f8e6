"""Endpoints as users write them down."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from .._domain.endpoint import Endpoint
from ..errors import ConfigError
from .headers import check_headers
from .table import Table

FIELDS = ("base_url", "key_name", "key_env", "needs_key", "wire", "dialect", "headers", "title")

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_REFUSED = re.compile(r"[\x00-\x20\x7f\\]")
_EXAMPLE = "http://localhost:8080/v1"


def read_endpoint(name: str, table: Table) -> Endpoint:
    """
    The endpoint that a table of config.toml describes. Raises ConfigError.

    Without a `key_name` it uses a key stored under its own name, if there is one, and goes without otherwise; naming
    a key or a variable for one says that it needs it, unless `needs_key` says otherwise.
    """
    check_endpoint_name(name, table.file)
    table.allow(FIELDS)
    url = table.text("base_url", secret=True)
    if url is None:
        raise ConfigError(f"{table.where('base_url')} is missing", hint=f'Add base_url = "{_EXAMPLE}"')
    variable = table.text("key_env", secret=True)
    if variable is not None and not _VARIABLE.fullmatch(variable):
        # Not shown: it may well be the key itself.
        raise table.wrong("key_env", "the name of an environment variable, such as ACME_API_KEY", secret=True)
    return Endpoint(
        name,
        base_url=check_base_url(url, table.where("base_url")),
        key_name=table.text("key_name") or name,
        key_env=variable,
        needs_key=table.flag("needs_key", "key_name" in table.values or "key_env" in table.values),
        wire=table.text("wire") or "chat",
        dialect=table.text("dialect") or "compatible",
        headers=check_headers(table.table("headers").values, table.where("headers")),
        title=table.text("title") or "",
    )


def check_endpoint_name(name: str, where: object = None) -> str:
    """*name*, which can stand before the slash of a model id. Raises ConfigError."""
    if _NAME.fullmatch(name):
        return name
    place = f"{where}: " if where else ""
    raise ConfigError(
        f"{place}{name!r} cannot be the name of an endpoint",
        hint="A name has small letters, digits, dots, dashes and underscores, and starts with a letter or digit",
    )


def check_base_url(url: str, where: str = "The URL") -> str:
    """
    *url* without the slash at its end. Raises ConfigError that begins with *where*.

    A URL with a user or password in it is refused and not shown: it would end up in the history and in messages.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ConfigError(f"{where} is not a URL", hint=f"A base URL looks like {_EXAMPLE}") from None
    if "@" in parts.netloc:
        raise ConfigError(
            f"{where} has a user name or password in it",
            hint="Leave it out of the URL, and store the key with: llm keys set NAME",
        )
    if "?" in url or "#" in url:
        raise ConfigError(f"{where} has a query or a fragment (what follows ? or #)", hint="Leave it out")
    if _REFUSED.search(url):
        raise ConfigError(f"{where} has a space, a backslash or a control character", hint="Leave it out")
    if parts.scheme not in ("http", "https") or not host:
        raise ConfigError(f"{where} must start with http:// or https:// and a host", hint=_guess(url))
    stripped = url.rstrip("/")
    if stripped.endswith("/chat/completions"):
        shorter = stripped.removesuffix("/chat/completions")
        raise ConfigError(f"{where} must end before /chat/completions, which LLM adds itself", hint=f"Use {shorter}")
    return stripped


def _guess(url: str) -> str:
    # A password may be before an @, so such a URL is not repeated.
    plain = "//" not in url and "@" not in url and "." in url.replace("localhost", ".")
    return f"Did you mean http://{url}?" if plain else f"A base URL looks like {_EXAMPLE}"
