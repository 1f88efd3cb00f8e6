"""Attachments are read before a codec sees them, because codecs do not wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from .._domain.attachment import Attachment
from .._domain.message import Message
from .._domain.part import AttachmentPart, Part, ToolResultPart
from .._domain.prompt import Prompt
from .._domain.tool import ToolResult
from .._io.io import IO
from .._io.request import HTTPRequest, Timeouts
from ..errors import AttachmentError

Load = Callable[[Attachment], Attachment]


async def load_attachments(prompt: Prompt, io: IO, needs: Callable[[Attachment], bool], timeouts: Timeouts) -> Prompt:
    """
    The prompt with the content and the type of every attached file.

    A URL is fetched, without a key, only where the wire *needs* its bytes; else the provider fetches it.
    """
    attachments = list(_attachments(prompt))
    if not attachments:
        return prompt
    loaded: dict[int, Attachment] = {}
    for attachment in attachments:
        if attachment.url and attachment.content is None:
            fetched = await _fetch(attachment, io, timeouts) if needs(attachment) else attachment
            loaded[id(attachment)] = fetched
        else:
            loaded[id(attachment)] = await io.call(_read, attachment)

    def load(attachment: Attachment) -> Attachment:
        return loaded[id(attachment)]

    return prompt.replace(
        attachments=tuple(map(load, prompt.attachments)),
        messages=tuple(_message(message, load) for message in prompt.earlier),
        tool_results=tuple(_result(result, load) for result in prompt.tool_results),
    )


def _attachments(prompt: Prompt) -> Iterator[Attachment]:
    yield from prompt.attachments
    for message in prompt.earlier:
        for part in message.parts:
            if isinstance(part, AttachmentPart):
                yield part.attachment
            elif isinstance(part, ToolResultPart):
                yield from part.attachments
    for result in prompt.tool_results:
        yield from result.attachments


def _read(attachment: Attachment) -> Attachment:
    if attachment.content is None and attachment.path:
        attachment = replace(attachment, content=attachment.content_bytes())
    return attachment if attachment.type else replace(attachment, type=attachment.resolve_type())


async def _fetch(attachment: Attachment, io: IO, timeouts: Timeouts) -> Attachment:
    url = attachment.url or ""
    if not url.startswith(("http://", "https://")):
        raise AttachmentError(
            f"The attachment {url} cannot be fetched", hint="Use an http:// or https:// URL, or a path"
        )
    async with io.send(HTTPRequest(url, method="GET", timeouts=timeouts)) as reply:
        if reply.status != 200:
            raise AttachmentError(f"The attachment {url} cannot be fetched: HTTP status {reply.status}")
        content = await reply.read()
        media_type = reply.headers.get("content-type", "").partition(";")[0].strip()
    return replace(attachment, content=content, type=attachment.type or media_type or None)


def _message(message: Message, load: Load) -> Message:
    return replace(message, parts=tuple(_part(part, load) for part in message.parts))


def _part(part: Part, load: Load) -> Part:
    if isinstance(part, AttachmentPart):
        return replace(part, attachment=load(part.attachment))
    if isinstance(part, ToolResultPart) and part.attachments:
        return replace(part, attachments=tuple(map(load, part.attachments)))
    return part


def _result(result: ToolResult, load: Load) -> ToolResult:
    return replace(result, attachments=tuple(map(load, result.attachments)))
