"""The results of tools that Anthropic ran, in words; the block itself is kept whole beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def result_words(content: Any) -> tuple[str, str | None]:
    """What a result says, for people, and its error if it is one."""
    if isinstance(content, Mapping) and isinstance(content.get("error_code"), str):
        return "", ": ".join(filter(None, (content["error_code"], _text(content.get("error_message")))))
    return _words(content), None


def _words(content: Any) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(filter(None, map(_words, content)))
    if not isinstance(content, Mapping):
        return ""
    match content:
        case {"stdout": _} | {"stderr": _}:
            return _text(content.get("stdout")) + _text(content.get("stderr"))
        case {"tool_references": list(references)}:
            return "\n".join(_text(item.get("tool_name")) for item in references if isinstance(item, Mapping))
        case {"tool_name": str(name)}:
            return name
        case {"text": str(text)}:
            return text
        case {"url": str(url)}:
            document = content.get("content")
            title = content.get("title") or (document.get("title") if isinstance(document, Mapping) else None)
            return f"{title}: {url}" if isinstance(title, str) and title else url
        case {"content": str(text)}:
            return text
    return _json({name: value for name, value in content.items() if name != "type" and not _is_blob(name)})


def _is_blob(name: str) -> bool:
    return name.startswith("encrypted") or name == "signature"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if value else ""
