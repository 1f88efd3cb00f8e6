"""
The test kit: a model that says what you script, a real server for it, and a server that fails on purpose.

`write_scripted_model()` writes a model file whose answers are known in advance, `ModelServer` serves it (or any GGUF
file) on loopback with llama.cpp, and `llm.testing.pytest_plugin` has both as fixtures. `FaultyServer` plays `Reply`s
made of pieces, `Pause`, `Cut` and `Stall`. `ScriptedModel` and `ScriptedTransport` do the same without a server, in
memory. Model servers need `pip install 'llm[testing]'`; nothing here needs the network.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .exchange import Exchange as Exchange
    from .faulty import FaultyServer as FaultyServer
    from .model import AsyncScriptedModel as AsyncScriptedModel
    from .model import ScriptedModel as ScriptedModel
    from .openai_chat import chat_reply as chat_reply
    from .openai_chat import chat_stream as chat_stream
    from .openai_chat import error_reply as error_reply
    from .openai_chat import json_reply as json_reply
    from .openai_chat import models_reply as models_reply
    from .reply import Cut as Cut
    from .reply import Pause as Pause
    from .reply import Reply as Reply
    from .reply import Stall as Stall
    from .script import Script as Script
    from .script import tool_call as tool_call
    from .scripted_gguf import write_scripted_model as write_scripted_model
    from .server import ModelServer as ModelServer
    from .transport import ScriptedTransport as ScriptedTransport

_HOMES = {
    "exchange": ("Exchange",),
    "faulty": ("FaultyServer",),
    "model": ("AsyncScriptedModel", "ScriptedModel"),
    "openai_chat": ("chat_reply", "chat_stream", "error_reply", "json_reply", "models_reply"),
    "reply": ("Cut", "Pause", "Reply", "Stall"),
    "script": ("Script", "tool_call"),
    "scripted_gguf": ("write_scripted_model",),
    "server": ("ModelServer",),
    "transport": ("ScriptedTransport",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{home}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME_OF])
