"""What a model cannot do is said before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._domain.option import OptionTable
from .._domain.prompt import Prompt
from ..errors import AttachmentError, ConversationNotSupported, RequestError
from .options_slot import own_options

if TYPE_CHECKING:
    from .model import BaseModel

_NO_OPTIONS = OptionTable()


def validate_options(model: BaseModel[Any, Any], values: Mapping[str, Any]) -> Any:
    """Options in the model's own type: its table, else its Options class, else none."""
    own = own_options(type(model))
    if model.option_table is not None or own is None:
        return (model.option_table or _NO_OPTIONS).validate(values, model.model_id)
    from .options import validated

    return validated(own, {name: value for name, value in values.items() if value is not None}, model.model_id)


def check_prompt(model: BaseModel[Any, Any], prompt: Prompt) -> None:
    """Raise RequestError where the prompt has what the model does not take."""
    name = model.model_id
    if prompt.tools and not model.supports_tools:
        raise RequestError(f"{name} does not support tools", hint="llm models --tools lists models that do")
    _check_server_tools(model, prompt)
    if prompt.schema and not model.supports_schema:
        raise RequestError(f"{name} does not support schemas", hint="llm models --schemas lists models that do")
    if prompt.earlier and not model.supports_conversation:
        raise ConversationNotSupported(f"{name} takes one prompt at a time, without earlier messages")
    if prompt.attachments and model.attachment_types is not None:
        _check_attachments(model, prompt, sorted(model.attachment_types))


def _check_server_tools(model: BaseModel[Any, Any], prompt: Prompt) -> None:
    """The provider's own tools, where it is known which the model has."""
    has = getattr(getattr(model, "profile", None), "server_tools", ())
    for tool in prompt.tools:
        kind = getattr(tool, "kind", None)
        if has and kind is not None and kind not in has:
            raise RequestError(f"{model.model_id} has no {kind}", hint=f"Its provider runs for it: {', '.join(has)}")


def _check_attachments(model: BaseModel[Any, Any], prompt: Prompt, accepted: list[str]) -> None:
    if not accepted:
        raise AttachmentError(
            f"{model.model_id} does not support attachments", hint="llm models --json says which models accept what"
        )
    for attachment in prompt.attachments:
        if attachment.url and not attachment.type:
            continue  # only the server knows what is behind a URL
        media_type = attachment.resolve_type()
        family = media_type.partition("/")[0]
        is_text = family == "text" and "text/plain" in accepted  # any text can be read as one
        if media_type not in accepted and f"{family}/*" not in accepted and not is_text:
            raise AttachmentError(
                f"{model.model_id} does not accept {attachment.name}, which is {media_type}",
                hint=f"It accepts: {', '.join(accepted)}",
            )
