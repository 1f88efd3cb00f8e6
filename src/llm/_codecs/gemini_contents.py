"""Messages as Gemini has them: contents of the roles user and model, made of parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias, assert_never

from .._domain.attachment import Attachment
from .._domain.message import Message
from .._domain.part import AttachmentPart, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from ..errors import AttachmentError
from .gemini_attachment import fits_response
from .gemini_opaque import PART, returned
from .gemini_results import OpenCalls, response

WirePart: TypeAlias = dict[str, Any]
Content: TypeAlias = dict[str, Any]

# Gemini 3 refuses a call without the signature of the thoughts before it; this stands for one where another model made
# the call. Source: https://ai.google.dev/gemini-api/docs/thought-signatures.
_UNSIGNED = "skip_thought_signature_validator"


class ContentWriter:
    """
    Writes messages for one endpoint, whose name is *source*.

    Opaque data under that name goes back to it. Reasoning of other models, and what other providers ran themselves,
    are left out. *third* says that the model is of the third generation or later, which wants signatures, and takes
    files inside of a function's response; to others these follow in a message of their own.
    """

    def __init__(self, source: str, carry: Callable[[Attachment], WirePart], *, third: bool) -> None:
        self._source = source
        self._carry = carry
        self._third = third
        self._calls = OpenCalls()
        self._written: list[Content] = []
        self._responses: list[WirePart] = []
        self._files: list[WirePart] = []  # files of functions' responses that cannot stand inside of them

    def write(self, messages: Iterable[Message]) -> list[Content]:
        """The contents on the wire."""
        for message in messages:
            if message.role == "assistant":
                self._write_responses()
                self._append("model", self._signed(list(self._of_model(message))))
                continue
            for part in message.parts:
                if isinstance(part, ToolResultPart) and not part.server_executed:
                    self._respond(part)
            if others := [part for part in message.parts if not isinstance(part, ToolResultPart)]:
                self._write_responses()
                self._append("user", self.of_user(others))
        self._write_responses()
        return self._written

    def of_user(self, parts: Iterable[Part]) -> list[WirePart]:
        """The parts of a user, of which an empty text stays where there is nothing else."""
        written: list[WirePart] = []
        for part in parts:
            if isinstance(part, TextPart):
                written.append({"text": part.text})
            elif isinstance(part, AttachmentPart):
                written.append(self._carry(part.attachment) | returned(part.provider_metadata, self._source))
        return [part for part in written if part != {"text": ""}] or written[:1]

    def _append(self, role: str, parts: list[WirePart]) -> None:
        if parts:
            self._written.append({"role": role, "parts": parts})

    def _respond(self, part: ToolResultPart) -> None:
        answer = self._calls.answer(part) | {"response": response(part)}
        files = [self._carry(file) for file in part.attachments]
        if inside := [file for file in files if self._fits(file)]:
            answer["parts"] = inside
        if outside := [file for file in files if not self._fits(file)]:
            self._files += [{"text": f"Files from the tool {answer['name']}:"}, *outside]
        self._responses.append({"functionResponse": answer})

    def _fits(self, file: WirePart) -> bool:
        return self._third and fits_response(file)

    def _write_responses(self) -> None:
        """Write the responses to the calls of one message together, as Gemini demands, and then their files."""
        responses, files = self._responses, self._files
        self._responses, self._files = [], []
        self._append("user", responses)
        self._append("user", files)

    def _of_model(self, message: Message) -> Iterator[WirePart]:
        for part in message.parts:
            opaque = returned(part.provider_metadata, self._source)
            if isinstance(whole := opaque.pop(PART, None), dict):
                yield dict(whole)
            elif (written := self._model_part(part, opaque)) is not None:
                yield written

    def _model_part(self, part: Part, opaque: dict[str, Any]) -> WirePart | None:
        match part:
            case TextPart():
                return {"text": part.text, **opaque} if part.text or opaque else None
            case ReasoningPart():
                said = part.text or opaque.keys() - {"thought"}
                return {"text": part.text, **opaque} if opaque and said else None
            case ToolCallPart(server_executed=False):
                self._calls.add(part)
                return {"functionCall": _call(part), **opaque}
            case AttachmentPart():
                try:
                    return self._carry(part.attachment) | opaque
                except AttachmentError:  # what another model made, and this one does not look at
                    return None
            case ToolCallPart() | ToolResultPart():
                return None
            case _:
                assert_never(part)

    def _signed(self, parts: list[WirePart]) -> list[WirePart]:
        """The parts, the first of whose calls has a signature, where the model wants one."""
        first = next((part for part in parts if "functionCall" in part), None)
        if self._third and first is not None and "thoughtSignature" not in first:
            first["thoughtSignature"] = _UNSIGNED
        return parts


def _call(part: ToolCallPart) -> dict[str, Any]:
    identity = {"id": part.tool_call_id} if part.tool_call_id else {}
    # Arguments are an object; a text that is none stays readable inside of one.
    arguments = dict(part.arguments) if part.raw is None else {"arguments": part.raw}
    return identity | {"name": part.name, "args": arguments}
