"""`llm keys`: the keys that are stored."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from .default_group import DefaultGroup
from .stderr import say

if TYPE_CHECKING:
    from .._config.keys import KeyStore


@click.group("keys", cls=DefaultGroup, default="list")
def keys() -> None:
    """Manage stored API keys"""


@keys.command("list")
def list_keys() -> None:
    """List the names of all stored keys"""
    names = _store().names()
    for name in names:
        click.echo(name)
    if not names:
        say("No key is stored. To store one: llm keys set openai")


@keys.command()
@click.argument("name")
@click.option("--value", help="The key. Other programs can see it here; better leave it out, and be asked.")
def set(name: str, value: str | None) -> None:
    """
    Store a key

    It is asked for, and not shown while it is typed. Where standard input is no terminal, its first line is the key:

    \b
      llm keys set openai
      pass show openai | llm keys set openai
    """
    _store().set(name, _asked_for(name) if value is None else value)


@keys.command()
@click.argument("name")
def get(name: str) -> None:
    """
    Print a stored key

    \b
      export OPENAI_API_KEY=$(llm keys get openai)
    """
    from .._config.keyring import KeyRing
    from .._config.paths import user_dir
    from .._config.suggestion import did_you_mean
    from ..errors import ConfigError

    key = KeyRing(user_dir(), environ={}).resolve(None, name)
    if key is None:
        hint = did_you_mean(name, _store().names()) or "llm keys list shows the names that are stored"
        raise ConfigError(f"No key is stored under the name {name!r}", hint=hint)
    click.echo(key.value)


@keys.command()
@click.argument("name")
def remove(name: str) -> None:
    """Forget a stored key"""
    _store().remove(name)


@keys.command()
def path() -> None:
    """Print the path of the file keys.json"""
    click.echo(_store().path)


def _store() -> KeyStore:
    from .._config.keys import KeyStore
    from .._config.paths import user_dir

    return KeyStore(user_dir())


def _asked_for(name: str) -> str:
    from .stdin import read_line

    if not sys.stdin.isatty():
        return read_line()
    from getpass import getpass

    try:
        return getpass(f"Enter key for {name}: ")
    except EOFError:
        say("")
        raise click.UsageError("No key was given") from None
    except UnicodeDecodeError:  # not to be chained, for it has the key in it
        say("")
        raise click.UsageError("The key is not text in UTF-8") from None
