"""Where the files go that a model makes."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path

import click

from .._domain.attachment import Attachment
from .._domain.media_type import suffix_of
from ..errors import RequestError
from .stderr import say

STDOUT = "-"


class MediaOutput:
    """
    Saves files: to *target*, which is a file, a directory, or `-` for standard output; else under a name of their own
    in the working directory. What was saved where is said on standard error. A terminal is sent no bytes, and standard
    output one file: what comes after it gets a name of its own.

    Raises RequestError, before anything is asked, for a target that cannot be.
    """

    def __init__(self, target: str | None) -> None:
        self.saved: list[Path] = []
        self._target = target
        self._count = 0
        self._stem = f"llm-{datetime.now():%Y%m%d-%H%M%S}"
        self._folder = Path()
        self._file: Path | None = None
        if target == STDOUT:
            if sys.stdout.isatty():
                raise RequestError("A file is not written to a terminal", hint="Name one: --output FILE")
        elif target is not None:
            self._aim(target)

    def _aim(self, target: str) -> None:
        path = Path(target).expanduser()
        if path.is_dir() or target.endswith(("/", os.sep)):
            self._folder = path
            try:
                path.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise RequestError(f"Files cannot be saved in {target}: {error.strerror or error}") from error
        elif not path.parent.is_dir():
            raise RequestError(f"There is no directory {path.parent}, where {path.name} is to be saved")
        else:
            self._file = path

    @property
    def takes_stdout(self) -> bool:
        """Whether standard output is for the file, and so not for the text."""
        return self._target == STDOUT

    def save(self, attachment: Attachment) -> None:
        """Save a file that the model made; one that it only names by its address is told. Raises RequestError."""
        self._count += 1
        if attachment.content is None:
            say(f"The model made a file, which is at {attachment.url}")
            return
        if self.takes_stdout and self._count == 1:
            sys.stdout.flush()
            sys.stdout.buffer.write(attachment.content)
            sys.stdout.buffer.flush()
            return
        try:
            path = self._write(attachment, attachment.content)
        except OSError as error:
            where = error.filename or self._file or self._folder
            raise RequestError(
                f"The file that the model made cannot be saved in {where}: {error.strerror or error}",
                hint="It is kept in the history, if the turn is; name a place that can be written with --output",
            ) from error
        self.saved.append(path)
        say(f"Saved {click.format_filename(path)}")

    def _write(self, attachment: Attachment, content: bytes) -> Path:
        if self._file is not None:
            path = self._file
            if self._count > 1:
                path = path.with_name(f"{path.stem}-{self._count}{path.suffix}")
            path.write_bytes(content)
            return path
        suffix = suffix_of(attachment.type)
        number = 0
        while True:
            path = self._folder / f"{self._stem}{f'-{number}' if number else ''}{suffix}"
            try:
                with path.open("xb") as file:  # a file that is there is left alone
                    file.write(content)
                return path
            except FileExistsError:
                number += 1

    def check(self) -> None:
        """Raise RequestError where a target was named, and the answer held no file."""
        if self._target is not None and not self._count:
            raise RequestError(
                "The answer has no file in it, so nothing was saved", hint="Ask a model that makes pictures or sound"
            )
