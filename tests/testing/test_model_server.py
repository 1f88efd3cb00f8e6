"""llama.cpp's server, for as long as a block lasts."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from llm.errors import ModelError, RequestError
from llm.testing import ModelServer, Script, write_scripted_model

from .asking import USER, chat, fetch, opened

linux = pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs Linux's /proc")


def eventually(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def is_closed(url: str) -> bool:
    parts = urlsplit(url)
    assert parts.hostname is not None
    connection = HTTPConnection(parts.hostname, parts.port, timeout=5)
    try:
        connection.connect()
    except ConnectionRefusedError:
        return True
    else:
        return False
    finally:
        connection.close()


def test_a_server_without_a_key_takes_all_comers(model_server: ModelServer) -> None:
    assert model_server.key is None
    assert model_server.url.startswith("http://127.0.0.1:")
    assert model_server.url.endswith("/v1")
    for key in (None, "any"):
        status, _ = fetch(f"{model_server.url}/chat/completions", {"messages": [USER]}, key=key)
        assert status == 200


def test_a_server_with_a_key_answers_to_that_key_only(keyed_model_server: ModelServer) -> None:
    url = f"{keyed_model_server.url}/chat/completions"
    status, reply = fetch(url, {"messages": [USER]}, key=keyed_model_server.key)
    assert status == 200
    assert reply["choices"][0]["message"]["content"] == Script().chat
    for wrong in (None, "", "wrong", f"{keyed_model_server.key}x"):
        status, reply = fetch(url, {"messages": [USER]}, key=wrong)
        assert status == 401
        assert reply["error"]["type"] == "authentication_error"


def test_a_key_may_be_any_line_of_text(scripted_model: Path) -> None:
    with ModelServer(scripted_model, key="a key with spaces: 'q' %s") as server:
        assert fetch(f"{server.url}/chat/completions", {"messages": [USER]}, key=server.key)[0] == 200


@pytest.mark.parametrize("key", ["", "two\nlines", "ends\n"])
def test_a_key_that_is_no_line_of_text_is_refused(scripted_model: Path, key: str) -> None:
    with pytest.raises(RequestError, match="must be one line of text"):
        ModelServer(scripted_model, key=key)


@linux
def test_the_key_is_not_on_the_command_line_nor_in_the_environment(keyed_model_server: ModelServer) -> None:
    assert keyed_model_server.key is not None
    secret = keyed_model_server.key.encode()
    process = Path(f"/proc/{keyed_model_server.pid}")
    command = (process / "cmdline").read_bytes()
    assert b"llamacpp.py" in command
    assert secret not in command
    assert secret not in (process / "environ").read_bytes()


def test_the_key_is_not_in_the_repr(keyed_model_server: ModelServer) -> None:
    assert keyed_model_server.url in repr(keyed_model_server)
    assert str(keyed_model_server.key) not in repr(keyed_model_server)


def test_the_model_goes_by_its_alias(scripted_model: Path) -> None:
    with ModelServer(scripted_model, alias="tiny") as server:
        _, models = fetch(f"{server.url}/models")
        assert server.model == "tiny"
        assert [model["id"] for model in models["data"]] == ["tiny"]


def test_two_servers_run_side_by_side(model_server: ModelServer, tmp_path: Path) -> None:
    path = write_scripted_model(tmp_path / "other.gguf", Script("Somebody else."))
    with ModelServer(path) as other:
        assert chat(other.url)["message"]["content"] == "Somebody else."
        assert chat(model_server.url)["message"]["content"] == Script().chat


def test_the_server_ends_with_the_block(scripted_model: Path) -> None:
    with ModelServer(scripted_model) as server:
        url = server.url
        assert not is_closed(url)
    assert is_closed(url)
    with pytest.raises(RequestError, match="not running"):
        _ = server.url
    server.close()


def test_a_server_can_be_entered_again(scripted_model: Path) -> None:
    server = ModelServer(scripted_model)
    for _ in range(2):
        with server:
            assert chat(server.url)["message"]["content"] == Script().chat


def test_the_server_ends_at_once_while_it_answers(tmp_path: Path) -> None:
    text = " ".join(f"word{number}" for number in range(20_000))
    path = write_scripted_model(tmp_path / "long.gguf", Script(text))
    with ModelServer(path) as server, opened(f"{server.url}/chat/completions", {"messages": [USER], "stream": True}):
        start = time.monotonic()
        server.close()
        assert time.monotonic() - start < 4


def test_the_server_ends_when_whoever_started_it_is_killed(scripted_model: Path) -> None:
    script = f"""
import sys
from llm.testing import ModelServer
with ModelServer({str(scripted_model)!r}) as server:
    print(server.url, flush=True)
    sys.stdin.read()
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", script]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, env=environment, **pipes) as parent:  # type: ignore[call-overload]
        url = parent.stdout.readline().strip()
        assert not is_closed(url)
        parent.kill()
    assert eventually(lambda: is_closed(url))


def test_a_missing_package_is_an_error_that_says_what_to_install(
    scripted_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(RequestError, match="xllamacpp, which is not installed") as caught, ModelServer(scripted_model):
        pass
    assert caught.value.hint == "pip install 'llm[testing]'"


def test_a_missing_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.gguf"
    with pytest.raises(RequestError, match=r"no model file .*nowhere\.gguf"), ModelServer(path):
        pass


def test_a_file_that_is_no_model_is_an_error_that_says_why(tmp_path: Path) -> None:
    path = tmp_path / "notes.gguf"
    path.write_text("not a model")
    with pytest.raises(ModelError, match=r"could not serve .*notes\.gguf: .*invalid magic"), ModelServer(path):
        pass


def test_a_server_that_does_not_come_up_in_time_is_given_up(scripted_model: Path) -> None:
    server = ModelServer(scripted_model, timeout=0.001)
    with pytest.raises(ModelError, match=r"did not start within 0\.001 seconds"), server:
        pass
    with pytest.raises(RequestError, match="not running"):
        _ = server.pid


def test_the_server_is_a_program_too(scripted_model: Path) -> None:
    command = [sys.executable, "-m", "llm.testing.llamacpp", str(scripted_model), "--alias", "tiny"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, env=environment, **pipes) as process:  # type: ignore[call-overload]
        url = process.stdout.readline().strip()
        assert chat(f"{url}/v1")["message"]["content"] == Script().chat
        process.stdin.close()
        assert process.wait(5) == 0
