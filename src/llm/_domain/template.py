"""A reusable prompt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Template as Pattern
from typing import Any

from ..errors import MissingVariables, RequestError
from .prompt import Prompt


@dataclass(frozen=True, slots=True)
class Template:
    """
    A prompt with `$variables` (`${name}` also; `$$` is a dollar sign).

    `prompt` and `system` are texts with variables, `defaults` values for variables, `options` model options, `model`
    the model it is meant for. `$input` is what the template is applied to: where neither text has it, it follows the
    prompt on a line of its own, or is the prompt where the template has none.
    """

    name: str
    prompt: str | None = field(default=None, kw_only=True)
    system: str | None = field(default=None, kw_only=True)
    defaults: Mapping[str, Any] = field(default_factory=dict, kw_only=True)
    options: Mapping[str, Any] = field(default_factory=dict, kw_only=True)
    model: str | None = field(default=None, kw_only=True)

    def variables(self) -> tuple[str, ...]:
        """The names of the variables in the prompt and the system prompt, each once, in order."""
        names: dict[str, None] = {}
        for text in (self.prompt, self.system):
            for match in Pattern.pattern.finditer(text or ""):
                name = match.group("named") or match.group("braced")
                if name:
                    names[name] = None
        return tuple(names)

    def apply(self, input: str | None = None, /, **variables: Any) -> Prompt:
        """
        The prompt that this template makes of *input* and the variables.

        Raises MissingVariables, naming every variable that has no value, and RequestError for a stray `$`.
        """
        values = {**self.defaults, **variables}
        if input is None:
            input = values.get("input")
        else:
            values["input"] = input
        missing = tuple(name for name in self.variables() if name not in values)
        if missing:
            raise MissingVariables(
                f"The template {self.name!r} needs values for: {', '.join(missing)}",
                names=missing,
                hint=f"Pass them by name: apply({', '.join(f'{name}=...' for name in missing)})",
            )
        text = input if self.prompt is None else self._fill(self.prompt, values)
        if self.prompt is not None and input and "input" not in self.variables():
            text = f"{text}\n{input}"
        system = None if self.system is None else self._fill(self.system, values)
        return Prompt(text, system=system, options=dict(self.options), template=self.name)

    def _fill(self, text: str, values: Mapping[str, Any]) -> str:
        try:
            return Pattern(text).substitute(values)
        except ValueError as error:
            raise RequestError(
                f"The template {self.name!r} has a $ that starts no variable: {error}", hint="Write $$ for a dollar"
            ) from error
