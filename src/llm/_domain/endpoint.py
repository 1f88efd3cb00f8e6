"""Where a request goes, and as whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Endpoint:
    """
    A server that models are reached through.

    `base_url` ends before `/chat/completions`; `key_name` is the name under which its key is stored and `key_env` the
    environment variable that may hold it (None: no key is sent unless one is stored under `key_name`); `needs_key`
    says that a request without a key is pointless; `base_url_env` names the variable that moves it; `wire` names the
    format that it speaks, and `dialect`, where that is `chat`, the row of differences from it; `open_options` says
    that options which nobody declared are sent.
    """

    name: str
    base_url: str = field(kw_only=True)
    key_name: str | None = field(default=None, kw_only=True)
    key_env: str | None = field(default=None, kw_only=True)
    needs_key: bool = field(default=False, kw_only=True)
    base_url_env: str | None = field(default=None, kw_only=True)
    wire: str = field(default="chat", kw_only=True)
    dialect: str = field(default="compatible", kw_only=True)
    headers: Mapping[str, str] = field(default_factory=dict, kw_only=True, repr=False)
    open_options: bool = field(default=True, kw_only=True)
    title: str = field(default="", kw_only=True)
    homepage: str = field(default="", kw_only=True)
