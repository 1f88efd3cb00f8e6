"""Which model is asked when none is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import NoModelError

if TYPE_CHECKING:
    from .app import App

MANUAL = "manual"
WAYS = """\
Connect a model in one of these ways:
  llm keys set openai                  store a key (also: anthropic, gemini, groq, openrouter, ...)
  llm endpoints add NAME URL           use any server that speaks the OpenAI wire; then: -m NAME/MODEL
  llm -m ollama/MODEL "..."            use a local Ollama (also: lmstudio/, llamacpp/, vllm/)
  llm models default MODEL             choose the model that is asked when none is named
  llm -m manual "How do I ...?"        ask the offline manual, which needs no key"""


@dataclass(frozen=True, slots=True)
class Choice:
    """A model and, where it was picked rather than named, `why` in one line."""

    name: str
    why: str | None = None


def choose_model(app: App, *, interactive: bool = False) -> Choice:
    """
    The model to ask: `LLM_MODEL`, the configured default, the first documented provider whose key is there.

    Else, where *interactive* (standard input and output are both terminals), the offline model. Raises NoModelError.
    """
    named = app.environ.get("LLM_MODEL") or app.default_model.get()
    if named:
        return Choice(named)
    if preferred := app.builtin.preferred():
        provider, model = preferred
        why = f"Using {model}, as there is a key for {provider} (choose with -m, or: llm models default MODEL)"
        return Choice(model, why)
    if interactive:
        why = "No model is configured, so the offline manual answers; it is no language model (llm keys set openai)"
        return Choice(MANUAL, why)
    raise NoModelError("No model was named, none is configured, and no key was found", hint=WAYS)
