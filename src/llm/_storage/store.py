"""Where turns are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .._domain.turn import Turn


class Store(Protocol):
    """
    Keeps turns. `tests/storage/store_suite.py` is what any implementation must pass.

    Every method may be called from any thread, and raises HistoryError where the store cannot be read or written.
    Nothing is opened before the first call, and a store that was closed opens again when it is used.
    """

    def begin(self, turn: Turn) -> None:
        """Keep a turn that is about to be asked: on return it outlives this process. Its `id` must be new."""
        ...

    def finish(self, turn: Turn) -> None:
        """
        Keep how the turn with this `id` ended; what was asked stays as it was begun.

        A turn that was never begun is kept whole, so that a failed `begin` loses nothing.
        """
        ...

    def last(self, count: int | None) -> list[Turn]:
        """The newest *count* turns (None: all of them), oldest first. A history that does not exist yet is empty."""
        ...

    def close(self) -> None:
        """Let go of what the store holds open. Closing twice does nothing."""
        ...
