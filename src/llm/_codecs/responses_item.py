"""
What is kept of an output item, so that it can be sent back as it came.

Under `{endpoint: {"responses": {...}}}` a part has `id`, the item's; `part`, the entry of the item's content or summary
that the part is, without its words; and, on the last part of an item, `item`, its other fields. What no part has a
place for is kept in `item` whole. Base64 of files is left out there and stands in the attachments that `at` (a path
into the item) belongs to.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from .._domain.attachment import Attachment
from .._domain.media_type import from_content

WIRE = "responses"
_ENTRIES = ("content", "summary")
_SAID_BY_CALLS = ("name", "call_id", "arguments", "input")
_ARGUMENTS = ("code", "container_id", "queries", "actions", "operation", "revised_prompt", "server_label")
_CALLS = ("mcp_list_tools", "mcp_approval_request", "program")


def metadata(source: str, **fields: Any) -> dict[str, Any]:
    """Opaque data of a part; fields that are None are left out."""
    return {source: {WIRE: {name: value for name, value in fields.items() if value is not None}}}


def frame(item: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a message or of reasoning that are not in its parts."""
    return {name: value for name, value in item.items() if not (value and name in _ENTRIES)}


def call_frame(item: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a function's or custom tool's call that its part does not say, its arguments if need be."""
    kept = {name: value for name, value in item.items() if name not in _SAID_BY_CALLS}
    for name in ("arguments", "input"):
        text = item.get(name)
        if isinstance(text, str) and not _is_said(text):
            kept[name] = text
    return kept


def as_json(value: Any) -> str:
    """Compact JSON, as providers write it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _is_said(text: str) -> bool:
    """Whether the part of a call says this text exactly: as compact JSON of an object, or raw."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return bool(text.strip())
    return as_json(value) == text if isinstance(value, dict) else value is not None


def is_server_call(kind: str) -> bool:
    """Whether items of this type are calls of tools that the provider declares, and mostly runs, itself."""
    return kind in _CALLS or kind.endswith("_call")


def tool_name(item: Mapping[str, Any]) -> str:
    """The name of the provider's tool that an item calls: its own, else the item's type without `_call`."""
    name = item.get("name")
    return name if isinstance(name, str) and name else str(item["type"]).removesuffix("_call")


def server_arguments(item: Mapping[str, Any]) -> str:
    """What a provider's tool was called with, as JSON text."""
    arguments = item.get("arguments", item.get("action"))
    if isinstance(arguments, str):
        return arguments
    if isinstance(arguments, Mapping):
        return as_json(arguments)
    return as_json({name: item[name] for name in _ARGUMENTS if item.get(name)})


def server_output(item: Mapping[str, Any]) -> str:
    """What a provider's tool returned, as text; lists of results as JSON."""
    logs = [output.get("logs") for output in item.get("outputs") or () if isinstance(output, Mapping)]
    if text := "\n".join(log for log in logs if isinstance(log, str)):
        return text
    output = next((item[name] for name in ("output", "result", "results") if item.get(name)), "")
    return output if isinstance(output, str) else as_json(output)


def server_error(item: Mapping[str, Any]) -> str | None:
    """What went wrong with a provider's tool, as text."""
    error = item.get("error")
    if not error:
        return None
    message = error.get("message") if isinstance(error, Mapping) else error
    return message if isinstance(message, str) and message else as_json(error)


def take_files(item: dict[str, Any]) -> list[tuple[Attachment, list[str | int]]]:
    """The files that a provider's tool made, each with its place in the item, which is left without them."""
    files: list[tuple[Attachment, list[str | int]]] = []
    if item["type"] == "image_generation_call" and item.get("result"):
        content = base64.b64decode(item.pop("result"))
        declared = {"svg": "svg+xml", None: None}.get(item.get("output_format"), item.get("output_format"))
        media_type = f"image/{declared}" if declared else from_content(content) or "image/png"
        files.append((Attachment(media_type, content=content), ["result"]))
    outputs = item.get("outputs")
    if isinstance(outputs, list):
        item["outputs"] = [dict(output) if isinstance(output, Mapping) else output for output in outputs]
        for index, output in enumerate(item["outputs"]):
            if isinstance(output, dict) and output.get("type") == "image" and output.get("url"):
                files.append((_image(output), ["outputs", index, "url"]))
    return files


def _image(output: dict[str, Any]) -> Attachment:
    url = output["url"]
    head, mark, data = url.partition(";base64,")
    if not (mark and head.startswith("data:")):
        return Attachment("image/*", url=url)
    del output["url"]
    return Attachment(head.removeprefix("data:") or "image/png", content=base64.b64decode(data))


def put_file(item: dict[str, Any], place: list[Any], attachment: Attachment) -> None:
    """Put a file back to its place in an item; the inverse of `take_files`."""
    holder: Any = item
    text = attachment.base64_content()
    with suppress(IndexError, KeyError, TypeError):  # the item has no such place any more
        for step in place[:-1]:
            holder = holder[step]
        holder[place[-1]] = text if place == ["result"] else f"data:{attachment.type};base64,{text}"
