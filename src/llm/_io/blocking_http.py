"""HTTP for plain code: http.client, with limits on every wait and connections that are kept."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from functools import partial
from http.client import (
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    HTTPSConnection,
    IncompleteRead,
    RemoteDisconnected,
)
from os import getpid
from socket import MSG_PEEK, SHUT_RDWR, SO_KEEPALIVE, SOL_SOCKET, socket
from ssl import SSLError
from threading import Lock
from typing import TypeAlias
from urllib.parse import SplitResult, urlsplit
from weakref import finalize

from ..errors import BadReplyError, NetworkError
from .chunked import ChunkedDecoder
from .network_error import broken, reason, unreachable
from .proxy import proxy_authorization, proxy_for, proxy_host
from .request import HTTPRequest, port_of
from .timed_socket import Clock, timed_response

_READ = 65536
_Route: TypeAlias = tuple[int, str, str, str]
"""Whose a kept connection is (a forked process must not talk into its parent's), and where it leads, by which proxy."""


class _Reply:
    """A reply whose head has arrived."""

    def __init__(self, response: HTTPResponse, sock: socket, clock: Clock, host: str) -> None:
        self._response = response
        self._sock = sock
        self._clock = clock
        self._decoder = ChunkedDecoder()
        self._host = host
        self.status = response.status
        self.headers: Mapping[str, str] = {name.lower(): value for name, value in response.getheaders()}
        self.whole = False

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        try:
            for chunk in self._dechunked() if self._response.chunked else self._plain():
                yield chunk
        except TimeoutError:
            raise
        except (OSError, IncompleteRead, ValueError) as error:
            raise broken(self._host, _reason(error)) from None  # the cause may quote what came

    def abort(self) -> None:
        with suppress(OSError):
            self._sock.shutdown(SHUT_RDWR)

    async def settle(self) -> None:
        if self.whole or self._response.will_close:
            return
        self._clock.grace()
        with suppress(NetworkError):
            async for _ in self.chunks():
                pass

    def _plain(self) -> Iterator[bytes]:
        while chunk := self._response.read1(_READ):
            yield chunk
        if self._response.length:
            raise IncompleteRead(b"", self._response.length)
        self.whole = True

    def _dechunked(self) -> Iterator[bytes]:
        decoder = self._decoder
        read = self._response.fp.read1
        while not decoder.done:
            data = read(_READ)
            if not data:
                raise IncompleteRead(b"")
            if chunk := decoder.feed(data):
                yield chunk
        self.whole = True

    async def read(self) -> bytes:
        return b"".join([chunk async for chunk in self.chunks()])


class BlockingTransport:
    """Carries exchanges over http.client; connections whose reply was read to the end are used again."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._idle: dict[_Route, list[HTTPConnection]] = {}
        finalize(self, _close_all, self._idle)

    @asynccontextmanager
    async def __call__(self, request: HTTPRequest) -> AsyncIterator[_Reply]:
        clock = Clock(request.timeouts, request.host)
        url = urlsplit(request.url)
        proxy = proxy_for(url)
        route = (getpid(), url.scheme, url.netloc, "" if proxy is None else proxy.netloc)
        connection, sock, response = self._exchange(request, proxy, route, clock)
        reply = _Reply(response, sock, clock, request.host)
        try:
            yield reply
        finally:
            response.close()
            if reply.whole and not response.will_close:
                with self._lock:
                    self._idle.setdefault(route, []).append(connection)
            else:
                connection.close()

    def _exchange(
        self, request: HTTPRequest, proxy: SplitResult | None, route: _Route, clock: Clock
    ) -> tuple[HTTPConnection, socket, HTTPResponse]:
        """Send on a kept connection, or on a new one where there is none or the server has dropped it."""
        connection = self._kept(route) or _connect(request, proxy, clock)
        sock = connection.sock  # http.client forgets it where the reply ends the connection
        try:
            return connection, sock, _ask(connection, request, proxy, clock)
        except BaseException as error:
            connection.close()
            if isinstance(error, TimeoutError) or not isinstance(error, OSError | HTTPException):
                raise
            if isinstance(error, HTTPException) and not isinstance(error, ConnectionError):
                raise BadReplyError(
                    f"{request.host} does not answer in HTTP", hint="Check the base URL: llm endpoints list"
                ) from None  # the cause quotes what came
            raise broken(request.host, _reason(error)) from error

    def _kept(self, route: _Route) -> HTTPConnection | None:
        while True:
            with self._lock:
                idle = self._idle.get(route)
                if not idle:
                    return None
                connection = idle.pop()
            if not _dropped(connection.sock):
                return connection
            connection.close()


def _dropped(sock: socket) -> bool:
    """Whether something has come on an idle connection: its end, or what nobody asked for."""
    sock.settimeout(0)
    try:
        socket.recv(sock, 1, MSG_PEEK)  # of the plain socket also under TLS
    except BlockingIOError:
        return False
    except OSError:
        pass
    return True


def _close_all(idle: dict[_Route, list[HTTPConnection]]) -> None:
    for connections in idle.values():
        for connection in connections:
            connection.close()


def _connect(request: HTTPRequest, proxy: SplitResult | None, clock: Clock) -> HTTPConnection:
    connection = _connection(urlsplit(request.url), proxy, clock.allowed())
    connection.response_class = partial(timed_response, clock)  # type: ignore[assignment]  # a proxy's reply as well
    clock.begin("connect")
    try:
        connection.connect()
    except BaseException as error:
        _close_answer(clock)
        connection.close()
        if isinstance(error, TimeoutError) and error.errno is None:  # else the system's own limit, which has a number
            raise clock.expired() from None
        if isinstance(error, OSError | UnicodeError | HTTPException):
            # TLS is spoken with the server, also within a proxy's tunnel.
            where = request.host if proxy is None or isinstance(error, SSLError) else proxy_host(proxy)
            raise unreachable(where, error) from error
        raise
    _close_answer(clock)
    connection.sock.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1)
    return connection


def _close_answer(clock: Clock) -> None:
    """Close what a proxy's answer to CONNECT was read by: http.client leaves it open, and with it the socket."""
    if clock.response is not None:
        clock.response.close()
        clock.response = None


def _connection(url: SplitResult, proxy: SplitResult | None, timeout: float | None) -> HTTPConnection:
    target = proxy or url
    host, port = target.hostname or "", port_of(target)  # always with its port: http.client would look for one in ::1
    if url.scheme == "https":
        from .tls import tls_context

        secure = HTTPSConnection(host, port, context=tls_context(), timeout=timeout)
        if proxy is not None:
            secure.set_tunnel(url.hostname or "", port_of(url), proxy_authorization(proxy))
        return secure
    return HTTPConnection(host, port, timeout=timeout)


def _ask(connection: HTTPConnection, request: HTTPRequest, proxy: SplitResult | None, clock: Clock) -> HTTPResponse:
    """Send the request and wait for the head of the reply."""
    url = urlsplit(request.url)
    target, headers = request.target, request.all_headers
    if url.scheme == "http" and proxy is not None:
        target = f"http://{url.netloc}{target}"
        headers |= {**proxy_authorization(proxy), "host": url.netloc}
    clock.enter("first_byte")
    connection.sock.settimeout(clock.allowed())
    connection.response_class = partial(timed_response, clock)  # type: ignore[assignment]
    try:
        connection.request(request.method, target, request.body, headers)
    except TimeoutError:
        raise clock.expired() from None
    except ConnectionError as error:
        return _early(connection, error)
    return connection.getresponse()


def _early(connection: HTTPConnection, error: ConnectionError) -> HTTPResponse:
    """The reply of a server that closed before it had read the request, such as 413; else the error."""
    try:
        return connection.getresponse()
    except (OSError, HTTPException):
        raise error from None


def _reason(error: BaseException) -> str:
    if isinstance(error, IncompleteRead):
        return "it was closed early"
    if isinstance(error, RemoteDisconnected):
        return "it was closed without a reply"
    return reason(error)
