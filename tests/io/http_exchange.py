"""One HTTP exchange over an IO of either colour."""

from __future__ import annotations

from typing import Any

from api.colour import Colour
from llm._io.request import HTTPRequest


def fetch(colour: Colour, io: Any, url: str, **request: Any) -> tuple[int, bytes]:
    """The status and the whole body of the reply."""

    async def exchange() -> tuple[int, bytes]:
        async with io.send(HTTPRequest(url, **request)) as reply:
            return reply.status, await reply.read()

    result: tuple[int, bytes] = colour.run(exchange())
    return result
