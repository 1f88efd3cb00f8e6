"""The offline model's knowledge: the packaged manual, cut into sections and searched by keyword."""

from .answer import answer

__all__ = ["answer"]
