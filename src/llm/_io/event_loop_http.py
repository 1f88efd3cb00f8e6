"""HTTP on an event loop: aiohttp, with the same limits and errors as for plain code."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit
from weakref import finalize

import aiohttp
from yarl import URL

from ..errors import BadReplyError
from .network_error import broken, reason, timed_out, unreachable
from .proxy import proxy_authorization, proxy_for, proxy_host
from .request import HTTPRequest, Timeouts

_GRACE = 0.05


class _Clock:
    """The waits of one exchange, each under its own limit and all under the total."""

    def __init__(self, timeouts: Timeouts, host: str) -> None:
        self._timeouts = timeouts
        self._host = host
        self._end = timeouts.end(time.monotonic())

    @asynccontextmanager
    async def limit(self, phase: str) -> AsyncIterator[None]:
        seconds: float | None = getattr(self._timeouts, phase)
        left = None if self._end is None else self._end - time.monotonic()
        total = left is not None and (seconds is None or left < seconds)
        limit = asyncio.timeout(left if total else seconds)
        try:
            async with limit:
                yield
        except TimeoutError:
            if not limit.expired():
                raise  # somebody else's limit, such as aiohttp's for the connection
            if total:
                raise timed_out(self._host, "total", self._timeouts.total or 0) from None
            raise timed_out(self._host, phase, seconds or 0) from None


class _Reply:
    """A reply whose head has arrived."""

    def __init__(self, response: aiohttp.ClientResponse, clock: _Clock, host: str) -> None:
        self._response = response
        self._clock = clock
        self._host = host
        self.status = response.status
        self.headers: Mapping[str, str] = {name.lower(): value for name, value in response.headers.items()}
        _watch(response)

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        content = self._response.content
        while True:
            try:
                async with self._clock.limit("between_bytes"):
                    chunk = await content.readany()
            except aiohttp.ClientError as error:
                raise broken(self._host, "it was closed early") from error
            except (ConnectionError, ValueError) as error:
                raise broken(self._host, getattr(error, "strerror", None) or str(error)) from error
            if not chunk:
                return
            yield chunk

    def abort(self) -> None:
        self._response.close()

    async def settle(self) -> None:
        with suppress(TimeoutError, aiohttp.ClientError, OSError):
            async with asyncio.timeout(_GRACE):
                while await self._response.content.readany():
                    pass

    async def read(self) -> bytes:
        return b"".join([chunk async for chunk in self.chunks()])


class EventLoopTransport:
    """Carries exchanges over aiohttp, with one session per event loop, closed when the loop shuts down."""

    def __init__(self) -> None:
        self._sessions: dict[asyncio.AbstractEventLoop, aiohttp.ClientSession] = {}
        self._keepers: dict[asyncio.AbstractEventLoop, AsyncGenerator[None, None]] = {}
        finalize(self, _close_soon, self._sessions, self._keepers).atexit = False

    @asynccontextmanager
    async def __call__(self, request: HTTPRequest) -> AsyncIterator[_Reply]:
        session = await self._session()
        clock = _Clock(request.timeouts, request.host)
        response = await self._ask(session, request, clock)
        try:
            yield _Reply(response, clock, request.host)
        finally:
            response.close()  # gives a reply that was read to the end back to the pool, and closes any other

    async def _ask(self, session: aiohttp.ClientSession, request: HTTPRequest, clock: _Clock) -> aiohttp.ClientResponse:
        url = urlsplit(request.url)
        proxy = proxy_for(url)
        nearest = request.host if proxy is None else proxy_host(proxy)
        headers, proxy_headers = request.all_headers, {} if proxy is None else proxy_authorization(proxy)
        if url.scheme == "http":
            headers |= proxy_headers  # aiohttp sends proxy_headers with CONNECT alone
        try:
            async with clock.limit("first_byte"):
                return await session.request(
                    request.method,
                    URL(f"{url.scheme}://{url.netloc}{request.target}", encoded=True),
                    data=request.body,
                    headers=headers,
                    skip_auto_headers=("accept", "content-type"),
                    allow_redirects=False,
                    proxy=None if proxy is None else f"http://{proxy_host(proxy)}",
                    proxy_headers=proxy_headers or None,
                    ssl=_tls() if url.scheme == "https" else True,
                    timeout=aiohttp.ClientTimeout(total=None, sock_connect=request.timeouts.connect),
                )
        except aiohttp.ConnectionTimeoutError:
            raise timed_out(request.host, "connect", request.timeouts.connect or 0) from None
        except aiohttp.ClientHttpProxyError as error:
            refused = OSError(f"Tunnel connection failed: {error.status} {error.message}")
            raise unreachable(nearest, refused) from None
        except aiohttp.ClientConnectorError as error:
            cause = getattr(error, "certificate_error", None) or error.os_error
            at_proxy = isinstance(error, aiohttp.ClientProxyConnectionError)
            raise unreachable(nearest if at_proxy else request.host, cause) from error
        except UnicodeError as error:
            raise unreachable(request.host, error) from error
        except aiohttp.ServerDisconnectedError as error:
            raise broken(request.host, "it was closed without a reply") from error
        except aiohttp.ClientResponseError as error:
            hint = "Check the base URL: llm endpoints list"
            raise BadReplyError(f"{request.host} does not answer in HTTP", hint=hint) from error
        except (aiohttp.ClientError, ConnectionError) as error:
            raise broken(request.host, reason(error)) from error

    async def _session(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        session = self._sessions.get(loop)
        if session is None or session.closed:
            connector = aiohttp.TCPConnector(limit=0, resolver=aiohttp.ThreadedResolver())
            session = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
            )
            self._sessions[loop] = session
            # An event loop closes its suspended async generators when it shuts down, and with this one the session.
            self._keepers[loop] = _keep(session, loop, self._sessions, self._keepers)
            await anext(self._keepers[loop])
        else:
            # The loop may not have looked for a while: two rounds, and it has seen which kept connections were dropped.
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        return session


def _watch(response: aiohttp.ClientResponse) -> None:
    """Let a broken body end the reading of it: aiohttp closes the connection then, and tells no reader."""
    connection = response.connection
    closed = None if connection is None or connection.protocol is None else connection.protocol.closed
    if closed is not None:
        content = response.content

        def tell(done: asyncio.Future[None]) -> None:
            failed = done.exception()  # asked for, or the loop complains that nobody did
            if not content.is_eof() and content.exception() is None:
                content.set_exception(failed or aiohttp.ClientPayloadError())

        closed.add_done_callback(tell)


def _close_soon(sessions: dict[asyncio.AbstractEventLoop, aiohttp.ClientSession], _keepers: object) -> None:
    """Close the sessions of a transport that nobody has any more, each on its own loop."""
    for loop, session in sessions.items():
        if not loop.is_closed():
            asyncio.run_coroutine_threadsafe(session.close(), loop)


async def _keep(
    session: aiohttp.ClientSession, loop: asyncio.AbstractEventLoop, *tables: dict[asyncio.AbstractEventLoop, Any]
) -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        for table in tables:
            table.pop(loop, None)
        await session.close()


def _tls() -> Any:
    from .tls import tls_context

    return tls_context()
