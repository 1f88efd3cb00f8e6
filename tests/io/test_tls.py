"""TLS: certificates are checked against the system's store, on both transports and through a proxy."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from relay import Front, Relay, TLSFront

import llm
from api.colour import Colour
from api.fixtures import ModelAt, Serve
from llm._io.request import HTTPRequest
from llm._io.tls import tls_context
from llm.testing import Cut, Reply, chat_stream

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl to make a certificate")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost and 127.0.0.1 that signs itself, with its key in the same file."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    both = folder / "both.pem"
    both.write_text((folder / "cert.pem").read_text() + (folder / "key.pem").read_text())
    return both


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The system trusts the certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    tls_context.cache_clear()
    yield
    tls_context.cache_clear()


@pytest.fixture
def front(certificate: Path) -> Iterator[Any]:
    """Puts TLS in front of a server."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    fronts: list[TLSFront] = []

    def made(port: int) -> int:
        fronts.append(TLSFront(port, context))
        return fronts[-1].port

    yield made
    for each in fronts:
        each.close()


async def fetch(io: Any, url: str) -> bytes:
    async with io.send(HTTPRequest(url)) as reply:
        body: bytes = await reply.read()
        return body


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_trusted_server_answers_over_one_connection(colour: Colour, serve: Serve, front: Any, host: str) -> None:
    server = serve(Reply(["safe"]), repeat=True)
    url, io = f"https://{host}:{front(server.port)}/", colour.io()
    for _ in range(3):
        assert colour.run(fetch(io, url)) == b"safe"
    assert (len(server.exchanges), server.connections) == (3, 1)


@pytest.mark.usefixtures("trusted")
def test_a_model_streams_over_tls(colour: Colour, model_at: ModelAt, serve: Serve, front: Any) -> None:
    server = serve(chat_stream("a", "b", "c"))
    response = model_at(f"https://localhost:{front(server.port)}/v1").prompt("go")
    assert list(colour.iterate(response)) == ["a", "b", "c"]


@pytest.mark.usefixtures("trusted")
def test_a_kept_connection_that_was_dropped_is_replaced(colour: Colour, serve: Serve, front: Any) -> None:
    server = serve(Reply(["x", Cut()]), Reply(["y"]))
    url, io = f"https://localhost:{front(server.port)}/", colour.io()
    assert colour.run(fetch(io, url)) == b"x"
    time.sleep(0.2)
    assert colour.run(fetch(io, url)) == b"y"


@pytest.mark.usefixtures("trusted")
def test_a_tunnel_through_a_proxy_carries_tls(
    colour: Colour, serve: Serve, front: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(Reply(["within"]), repeat=True)
    proxy = Relay(front(server.port))
    monkeypatch.setenv("https_proxy", f"http://user:secret@127.0.0.1:{proxy.port}")
    io = colour.io()
    for _ in range(2):
        assert colour.run(fetch(io, "https://localhost:9/x")) == b"within"
    proxy.close()
    assert [head.splitlines()[0].rpartition(" ")[0] for head in proxy.heads] == ["CONNECT localhost:9"]
    assert [exchange.path for exchange in server.exchanges] == ["/x", "/x"]
    assert "proxy-authorization" not in server.exchanges[0].headers


def test_a_certificate_that_nobody_trusts_is_refused(colour: Colour, serve: Serve, front: Any) -> None:
    tls_context.cache_clear()
    server = serve(Reply(["never"]))
    port = front(server.port)
    with pytest.raises(llm.NetworkError, match=f"The certificate of localhost:{port} cannot be trusted") as caught:
        colour.run(fetch(colour.io(), f"https://localhost:{port}/"))
    assert not caught.value.retryable
    assert "system's store" in str(caught.value.hint)
    assert server.exchanges == []


@pytest.mark.usefixtures("trusted")
def test_a_certificate_for_another_host_is_refused(
    colour: Colour, serve: Serve, front: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(Reply(["never"]))
    proxy = Relay(front(server.port))
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
    with pytest.raises(llm.NetworkError, match=r"The certificate of other\.invalid:443 cannot be trusted"):
        colour.run(fetch(colour.io(), "https://other.invalid/"))
    proxy.close()
    assert server.exchanges == []


def test_a_server_without_tls_is_told_apart(colour: Colour) -> None:
    server = Front(lambda client: client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    with pytest.raises(llm.NetworkError, match=f"127.0.0.1:{server.port} does not speak TLS as expected") as caught:
        colour.run(fetch(colour.io(), f"https://127.0.0.1:{server.port}/"))
    server.close()
    assert "http://" in str(caught.value.hint)
