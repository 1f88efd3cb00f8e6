"""Where a request goes, and as whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Endpoint:
    """
    A server that models are reached through.

    `base_url` is what the vendor's own SDK means by it: for the wire `chat` it ends before `/chat/completions`.
    `key_name` is the name under which its key is stored, `key_env` and `other_key_envs` the environment variables that
    may hold it (none: no key is sent unless one is stored under `key_name`); `needs_key` says that a request without a
    key is pointless. `base_url_envs` are the variables that move it, the first that is set counts. `wire` names the
    format that it speaks (`wire_elsewhere`: that of what stands where such a variable points to), and `dialect`, where
    that is `chat`, the row of differences from it. `open_options` says that options which nobody declared are sent.
    """

    name: str
    base_url: str = field(kw_only=True)
    key_name: str | None = field(default=None, kw_only=True)
    key_env: str | None = field(default=None, kw_only=True)
    needs_key: bool = field(default=False, kw_only=True)
    other_key_envs: tuple[str, ...] = field(default=(), kw_only=True)
    base_url_envs: tuple[str, ...] = field(default=(), kw_only=True)
    wire: str = field(default="chat", kw_only=True)
    wire_elsewhere: str | None = field(default=None, kw_only=True)
    dialect: str = field(default="compatible", kw_only=True)
    headers: Mapping[str, str] = field(default_factory=dict, kw_only=True, repr=False)
    open_options: bool = field(default=True, kw_only=True)
    title: str = field(default="", kw_only=True)
    homepage: str = field(default="", kw_only=True)

    @property
    def key_envs(self) -> tuple[str, ...]:
        """The environment variables that may hold the key, the one that counts first."""
        return (*((self.key_env,) if self.key_env else ()), *self.other_key_envs)
