"""
LLM runs prompts against language models, from one question to a million rows, and keeps what was said.

    import llm

    model = llm.get_model("gpt-5.6-luna")
    for chunk in model.prompt("Ten names for a pelican"):
        print(chunk, end="")

Names are imported when they are first used, so `import llm` costs next to nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers know it by its name; importing `typing` would take longer than all else here
if TYPE_CHECKING:
    from typing import Any

    from ._api.async_response import AsyncResponse as AsyncResponse
    from ._api.conversation import AsyncConversation as AsyncConversation
    from ._api.conversation import Conversation as Conversation
    from ._api.embedding_model import EmbeddingModel as EmbeddingModel
    from ._api.functions import get_async_model as get_async_model
    from ._api.functions import get_async_models as get_async_models
    from ._api.functions import get_default_model as get_default_model
    from ._api.functions import get_embedding_model as get_embedding_model
    from ._api.functions import get_key as get_key
    from ._api.functions import get_model as get_model
    from ._api.functions import get_models as get_models
    from ._api.functions import history as history
    from ._api.functions import set_default_model as set_default_model
    from ._api.functions import user_dir as user_dir
    from ._api.history import History as History
    from ._api.model import AsyncKeyModel as AsyncKeyModel
    from ._api.model import AsyncModel as AsyncModel
    from ._api.model import KeyModel as KeyModel
    from ._api.model import Model as Model
    from ._api.options import Options as Options
    from ._api.recording import record as record
    from ._api.response import Response as Response
    from ._domain.attachment import Attachment as Attachment
    from ._domain.call import Call as Call
    from ._domain.call import Trace as Trace
    from ._domain.event import Event as Event
    from ._domain.event import Finish as Finish
    from ._domain.event import PartEvent as PartEvent
    from ._domain.event import ReasoningDelta as ReasoningDelta
    from ._domain.event import TextDelta as TextDelta
    from ._domain.event import ToolCallDelta as ToolCallDelta
    from ._domain.event import UsageEvent as UsageEvent
    from ._domain.message import Message as Message
    from ._domain.message import assistant as assistant
    from ._domain.message import system as system
    from ._domain.message import tool_message as tool_message
    from ._domain.message import user as user
    from ._domain.part import AttachmentPart as AttachmentPart
    from ._domain.part import Part as Part
    from ._domain.part import ReasoningPart as ReasoningPart
    from ._domain.part import TextPart as TextPart
    from ._domain.part import ToolCallPart as ToolCallPart
    from ._domain.part import ToolResultPart as ToolResultPart
    from ._domain.prompt import Prompt as Prompt
    from ._domain.template import Template as Template
    from ._domain.tool import CodeExecution as CodeExecution
    from ._domain.tool import ImageGeneration as ImageGeneration
    from ._domain.tool import ServerSideTool as ServerSideTool
    from ._domain.tool import Tool as Tool
    from ._domain.tool import ToolCall as ToolCall
    from ._domain.tool import ToolResult as ToolResult
    from ._domain.tool import WebSearch as WebSearch
    from ._domain.turn import Turn as Turn
    from ._domain.usage import Usage as Usage
    from ._domain.version import __version__ as __version__
    from ._storage.query import ConversationQuery as ConversationQuery
    from ._storage.query import ConversationRecord as ConversationRecord
    from ._storage.query import TurnQuery as TurnQuery
    from .errors import AttachmentError as AttachmentError
    from .errors import AuthenticationError as AuthenticationError
    from .errors import BadReplyError as BadReplyError
    from .errors import BudgetError as BudgetError
    from .errors import ConfigError as ConfigError
    from .errors import ConversationNotSupported as ConversationNotSupported
    from .errors import HistoryError as HistoryError
    from .errors import Incomplete as Incomplete
    from .errors import LaterTurns as LaterTurns
    from .errors import LLMError as LLMError
    from .errors import LLMTimeoutError as LLMTimeoutError
    from .errors import MissingTurn as MissingTurn
    from .errors import MissingVariables as MissingVariables
    from .errors import ModelError as ModelError
    from .errors import NeedsKeyException as NeedsKeyException
    from .errors import NetworkError as NetworkError
    from .errors import NoModelError as NoModelError
    from .errors import OptionError as OptionError
    from .errors import ProviderError as ProviderError
    from .errors import RateLimitError as RateLimitError
    from .errors import RequestError as RequestError
    from .errors import SchemaViolation as SchemaViolation
    from .errors import UnknownConversation as UnknownConversation
    from .errors import UnknownModelError as UnknownModelError
    from .errors import UnknownTurn as UnknownTurn
    from .plugins import hookimpl as hookimpl

_HOMES = {
    "_api.async_response": ("AsyncResponse",),
    "_api.conversation": ("AsyncConversation", "Conversation"),
    "_api.embedding_model": ("EmbeddingModel",),
    "_api.functions": (
        "get_async_model",
        "get_async_models",
        "get_default_model",
        "get_embedding_model",
        "get_key",
        "get_model",
        "get_models",
        "history",
        "set_default_model",
        "user_dir",
    ),
    "_api.history": ("History",),
    "_api.model": ("AsyncKeyModel", "AsyncModel", "KeyModel", "Model"),
    "_api.options": ("Options",),
    "_api.recording": ("record",),
    "_api.response": ("Response",),
    "_domain.attachment": ("Attachment",),
    "_domain.call": ("Call", "Trace"),
    "_domain.event": ("Event", "Finish", "PartEvent", "ReasoningDelta", "TextDelta", "ToolCallDelta", "UsageEvent"),
    "_domain.message": ("Message", "assistant", "system", "tool_message", "user"),
    "_domain.part": ("AttachmentPart", "Part", "ReasoningPart", "TextPart", "ToolCallPart", "ToolResultPart"),
    "_domain.prompt": ("Prompt",),
    "_domain.template": ("Template",),
    "_domain.tool": (
        "CodeExecution",
        "ImageGeneration",
        "ServerSideTool",
        "Tool",
        "ToolCall",
        "ToolResult",
        "WebSearch",
    ),
    "_domain.turn": ("Turn",),
    "_domain.usage": ("Usage",),
    "_domain.version": ("__version__",),
    "_storage.query": ("ConversationQuery", "ConversationRecord", "TurnQuery"),
    "errors": (
        "AttachmentError",
        "AuthenticationError",
        "BadReplyError",
        "BudgetError",
        "ConfigError",
        "ConversationNotSupported",
        "HistoryError",
        "Incomplete",
        "LLMError",
        "LLMTimeoutError",
        "LaterTurns",
        "MissingTurn",
        "MissingVariables",
        "ModelError",
        "NeedsKeyException",
        "NetworkError",
        "NoModelError",
        "OptionError",
        "ProviderError",
        "RateLimitError",
        "RequestError",
        "SchemaViolation",
        "UnknownConversation",
        "UnknownModelError",
        "UnknownTurn",
    ),
    "plugins": ("hookimpl",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(name for name in _HOME_OF if not name.startswith("_"))


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'llm' has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(f"llm.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME_OF])
