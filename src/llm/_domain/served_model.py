"""A model as the list of the server that has it describes it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServedModel:
    """
    One entry of a server's list: its `id` there, and what else the list tells.

    `title` is its name for people, `context` and `output` are limits in tokens, `created` is when it was made or
    published, in seconds since the epoch. None: the list does not say.
    """

    id: str
    title: str | None = None
    context: int | None = None
    output: int | None = None
    created: float | None = None
