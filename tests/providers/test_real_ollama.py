"""A real Ollama, where one is installed, is asked over its own wire and understood."""

import asyncio
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from llm import ProviderError
from llm._api.app import App
from llm.testing import Script, write_scripted_model

PROGRAM = shutil.which("ollama")
# As the scripted model's own template, which Ollama does not read: the last token says which answer is due.
MODELFILE = '''\
FROM {path}
TEMPLATE """{{{{ range .Messages }}}}<|im_start|>{{{{ .Role }}}}
{{{{ .Content }}}}<|im_end|>
{{{{ end }}}}<|im_start|>assistant
<|chat|>"""
PARAMETER stop "<|im_end|>"
PARAMETER temperature 0
'''

pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(PROGRAM is None, reason="Ollama is not installed: there is no `ollama` on PATH"),
]


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of this module's own on a free port, with a home and a store of its own; it ends with the module."""
    folder = tmp_path_factory.mktemp("ollama")
    host = f"127.0.0.1:{_free_port()}"
    own = {"OLLAMA_HOST": host, "OLLAMA_MODELS": str(folder / "models"), "HOME": str(folder)}
    # Read here, as the test world clears the environment for each test only.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("OLLAMA_")} | own
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([str(PROGRAM), "serve"], env=environ, stdout=log, stderr=log)
    try:
        _wait(host, server, folder / "log")
        path = write_scripted_model(folder / "model.gguf")
        (folder / "Modelfile").write_text(MODELFILE.format(path=path), encoding="utf-8")
        made = [str(PROGRAM), "create", "scripted", "-f", str(folder / "Modelfile")]
        subprocess.run(made, env=environ, check=True, capture_output=True, timeout=120)
        yield host
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@pytest.fixture
def app(host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    """An app that finds the server as Ollama's own client does."""
    monkeypatch.setenv("OLLAMA_HOST", host)
    return App(tmp_path)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
    return port


def _wait(host: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until the server answers; fail with its own words where it does not."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        connection = HTTPConnection(host, timeout=5)
        try:
            connection.request("GET", "/api/version")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    pytest.fail(f"ollama serve did not come up: {log.read_text(errors='replace')[-2000:]}")


@pytest.mark.parametrize("stream", [True, False])
def test_text_usage_and_the_end(app: App, stream: bool) -> None:
    """The answer is the script's, streamed and whole, with its counts and why it ended."""
    response = app.get_model("ollama/scripted").prompt("Say hello", stream=stream)
    assert response.text().strip() == Script().chat.strip()
    assert response.usage().input > 0
    assert response.usage().output > 0
    assert response.debug()["finish_reason"] == "stop"


@pytest.mark.parametrize("stream", [True, False])
def test_the_same_on_an_event_loop(app: App, stream: bool) -> None:
    """The asynchronous model says the same."""

    async def asked() -> str:
        return await app.get_async_model("ollama/scripted").prompt("Say hello", stream=stream).text()

    assert asyncio.run(asked()).strip() == Script().chat.strip()


def test_a_stream_comes_in_pieces(app: App) -> None:
    """Each piece is there as soon as the model has said it."""
    assert len(list(app.get_model("ollama/scripted").prompt("Say hello"))) > 1


def test_an_answer_that_is_cut_says_so(app: App) -> None:
    """max_tokens is Ollama's num_predict."""
    response = app.get_model("ollama/scripted").prompt("Say hello", max_tokens=2)
    assert Script().chat.startswith(response.text().strip())
    assert response.debug()["finish_reason"] == "length"


def test_a_model_that_is_not_there_is_an_error_with_the_server_s_words(app: App) -> None:
    """The error is the provider's, with its status."""
    with pytest.raises(ProviderError, match="not found") as caught:
        app.get_model("ollama/no-such-model").prompt("Hi").text()
    assert caught.value.status == 404
