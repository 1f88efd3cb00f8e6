"""
The history as JSON Lines, with nothing left out; docs/howto/export-and-import.md explains the lines.

What is shared is written once, before the first line that refers to it: messages by their ids, which are the hashes of
what they say and of what was said before, and contents (files, fragments, system prompts, tools, schemas) by the
SHA-256 of their bytes. So a file takes as many lines as the history has messages, however long its conversations are.
"""

from __future__ import annotations

from .jsonl_export import export_turns
from .jsonl_import import Imported, import_turns

__all__ = ["Imported", "export_turns", "import_turns"]
