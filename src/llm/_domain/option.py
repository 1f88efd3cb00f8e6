"""What can be set on a model: declared as tables, read as attributes and as a mapping."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from ..errors import OptionError

_TRUE = ("1", "true", "yes", "on")
_FALSE = ("0", "false", "no", "off")
_NOUNS = {int: "a whole number", float: "a number", bool: "true or false", str: "text", dict: "a JSON object"}


@dataclass(frozen=True, slots=True)
class Option:
    """
    One thing that can be set. `type` is int, float, bool, str, list (of strings) or dict (a JSON object).

    `or_number` says that a whole number from 0 up may stand in place of one of the `choices`.
    """

    name: str
    type: type = str
    description: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    or_number: bool = False

    @property
    def allowed(self) -> str:
        """What a value must be, in words."""
        if self.choices:
            return f"one of {', '.join(self.choices)}" + " or a whole number of at least 0" * self.or_number
        noun = _NOUNS.get(self.type, "a string or a JSON array of strings")
        if self.minimum is not None and self.maximum is not None:
            return f"{noun} from {self.minimum:g} to {self.maximum:g}"
        if self.minimum is not None:
            return f"{noun} of at least {self.minimum:g}"
        return noun if self.maximum is None else f"{noun} of at most {self.maximum:g}"

    def parse(self, value: Any) -> Any:
        """The value in this option's type, from that type or from text. Raises OptionError."""
        if self.or_number and str(value).isdecimal():
            return int(value)
        try:
            parsed = self._convert(value)
        except (ValueError, TypeError, OverflowError, RecursionError):
            raise self._error(value) from None
        if self.choices and parsed not in self.choices:
            raise self._error(value)
        if isinstance(parsed, int | float) and not isinstance(parsed, bool):
            above = self.minimum is None or parsed >= self.minimum
            below = self.maximum is None or parsed <= self.maximum
            if not (above and below):
                raise self._error(value)
        return parsed

    def _convert(self, value: Any) -> Any:
        if self.type is bool:
            return _boolean(value)
        if self.type is dict:
            decoded = json.loads(value) if isinstance(value, str) else value
            if not isinstance(decoded, Mapping):
                raise TypeError(value)
            return dict(decoded)
        if self.type is list:
            return _strings(value)
        if self.type is str:
            return value if isinstance(value, str) else _scalar(value)
        if isinstance(value, bool):
            raise TypeError(value)
        number = self.type(value)
        if (isinstance(value, float) and number != value) or not isfinite(number):
            raise ValueError(value)
        return number

    def _error(self, value: Any) -> OptionError:
        return OptionError(f"The option {self.name} must be {self.allowed}, not {value!r}")


def _boolean(value: Any) -> bool:
    word = str(value).lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError(value)


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        if not value.lstrip().startswith("["):
            return [value]
        value = json.loads(value)
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise TypeError(value)
    return list(value)


def _scalar(value: Any) -> str:
    if isinstance(value, int | float):
        return str(value)
    raise TypeError(value)


class OptionValues(Mapping[str, Any]):
    """
    The options that were set, by name, and as attributes: `options.temperature` is None where it was not set.

    An attribute that the model does not know raises AttributeError.
    """

    __slots__ = ("_known", "_values")

    def __init__(self, values: Mapping[str, Any] | None = None, known: Iterable[str] = ()) -> None:
        self._values = dict(values or {})
        self._known = frozenset(known)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name in self._values or name in self._known:
            return self._values.get(name)
        raise AttributeError(f"There is no option {name!r}")

    def __repr__(self) -> str:
        return f"OptionValues({self._values!r})"


@dataclass(frozen=True, slots=True)
class OptionTable:
    """The options of a model. An `open` table passes names that it does not list, as JSON where they parse."""

    options: tuple[Option, ...] = ()
    open: bool = False
    by_name: Mapping[str, Option] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {option.name: option for option in self.options})

    def validate(self, values: Mapping[str, Any], model: str) -> OptionValues:
        """The values in their types. Raises OptionError that names the option and what is allowed."""
        parsed = {name: self._parse(name, value, model) for name, value in values.items() if value is not None}
        return OptionValues(parsed, self.by_name)

    def _parse(self, name: str, value: Any, model: str) -> Any:
        if option := self.by_name.get(name):
            return option.parse(value)
        if self.open:
            return _as_json(value)
        known = ", ".join(sorted(self.by_name)) or "none"
        raise OptionError(f"{model} has no option {name!r}", hint=f"Its options are: {known}")


def _as_json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def as_dict(options: Any) -> dict[str, Any]:
    """The options that are set, from values or from a plugin's own Options instance."""
    if isinstance(options, Mapping):
        return {name: value for name, value in options.items() if value is not None}
    return {name: value for name, value in options.model_dump().items() if value is not None}


def given(options: Any) -> dict[str, Any]:
    """The options that somebody has set, without the defaults of a plugin's own Options class."""
    if isinstance(options, Mapping):
        return as_dict(options)
    return {name: value for name, value in options.model_dump(exclude_unset=True).items() if value is not None}


def merge(options: Mapping[str, Any] | None, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Options and keyword options in one. Raises OptionError for one that is given in both."""
    twice = sorted(set(options or ()) & set(kwargs))
    if twice:
        raise OptionError(f"Given twice, in options= and as a keyword: {', '.join(twice)}")
    return {**(options or {}), **kwargs}
