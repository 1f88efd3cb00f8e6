"""A real model server, for as long as a `with` block lasts."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import IO

from ..errors import ModelError, RequestError

_PROGRAM = Path(__file__).with_name("llamacpp.py")  # by path: no package to be found and imported once more
_FAREWELL = 5.0  # seconds; the server needs milliseconds


class ModelServer:
    """
    llama.cpp serving a model file on loopback, in a process of its own.

        with ModelServer("scripted.gguf", key="secret") as server:
            ...  # ask server.url for server.model with server.key

    `url` is the base URL of the OpenAI API, such as `http://127.0.0.1:41234/v1`, known once the block is entered;
    `model` the name that the server gives its model; `key` the API key that it asks for, or None if it takes all
    comers. `context` is the tokens that prompt and answer may have together (a model with a shorter context keeps its
    own) and `parallel` the number of requests answered at a time; with `embedding` it embeds texts too.

    Entering raises `RequestError` if the package `xllamacpp` is not installed or the file does not exist, and
    `ModelError` if the server does not come up within `timeout` seconds; it takes about 0.1 s. The process ends with
    the block, and also if the process that started it dies.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        key: str | None = None,
        alias: str = "scripted",
        context: int = 8192,
        parallel: int = 4,
        embedding: bool = False,
        timeout: float = 30.0,
    ) -> None:
        if key is not None and (not key or key.splitlines() != [key]):
            raise RequestError("The key of a model server must be one line of text.")
        self.path = Path(path)
        self.key = key
        self.model = alias
        self.timeout = timeout
        self._options = ["--alias", alias, "--context", str(context), "--parallel", str(parallel)]
        self._options += ["--embedding"] * embedding
        self._url: str | None = None
        self._process: subprocess.Popen[str] | None = None

    def __repr__(self) -> str:
        return f"<ModelServer {self.model!r} at {self._url or 'no address yet'}>"

    @property
    def url(self) -> str:
        """The base URL of the OpenAI API, without a slash at its end."""
        if self._url is None:
            raise RequestError("The model server is not running.", hint="Use it in a `with` block.")
        return self._url

    @property
    def pid(self) -> int:
        """The number of the server's process."""
        if self._process is None:
            raise RequestError("The model server is not running.", hint="Use it in a `with` block.")
        return self._process.pid

    def __enter__(self) -> ModelServer:
        if find_spec("xllamacpp") is None:
            hint = "pip install 'llm[testing]'"
            raise RequestError("The model server needs the package xllamacpp, which is not installed.", hint=hint)
        if not self.path.is_file():
            raise RequestError(f"There is no model file {self.path}.")
        with tempfile.TemporaryFile() as complaints:
            self._process = self._start(complaints)
            try:
                self._url = self._address(self._process, complaints) + "/v1"
            except BaseException:
                self.close()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the server, whatever it is doing, and wait for its process; closing twice is fine."""
        process, self._process, self._url = self._process, None, None
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(OSError):
            process.stdin.close()
        try:
            process.wait(_FAREWELL)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()

    def _start(self, complaints: IO[bytes]) -> subprocess.Popen[str]:
        command = [sys.executable, "-P", str(_PROGRAM), str(self.path), *self._options]
        if self.key is not None:
            command.append("--key-from-stdin")
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=complaints, text=True, encoding="utf-8")
        assert process.stdin is not None
        with suppress(OSError):  # it is gone already: its complaint says why
            process.stdin.write(f"{self.key}\n" if self.key is not None else "")
            process.stdin.flush()
        return process

    def _address(self, process: subprocess.Popen[str], complaints: IO[bytes]) -> str:
        """The address that the server prints once it listens."""
        assert process.stdout is not None
        lines: list[str] = []
        # A thread, since a pipe cannot be waited for with a time limit on every system. It ends with the process.
        reader = threading.Thread(target=lambda out=process.stdout: lines.append(out.readline()), daemon=True)
        reader.start()
        reader.join(self.timeout)
        if reader.is_alive():
            process.kill()
            reader.join()
            raise ModelError(f"The model server did not start within {self.timeout:g} seconds.")
        if address := lines[0].strip():
            return address
        process.wait()
        complaints.seek(0)
        raise ModelError(f"The model server could not serve {self.path}: {_reason(complaints.read())}")


def _reason(complaints: bytes) -> str:
    """llama.cpp's first error, or the end of a traceback."""
    lines = complaints.decode("utf-8", "replace").strip().splitlines() or ["it did not say why"]
    return next((line.split(" E ", 1)[1] for line in lines if " E " in line), lines[-1])
