"""What config.toml sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ConfigError
from .model_options import read_model_options
from .text_file import read_text

if TYPE_CHECKING:
    from .._domain.endpoint import Endpoint
    from .table import Table

FILE_NAME = "config.toml"

_SECTIONS = ("budget", "endpoints", "key_command", "key_commands", "limits", "options", "retries", "timeouts")


@dataclass(frozen=True, slots=True)
class TimeoutSettings:
    """
    How long to wait, in seconds; None waits for ever.

    `connect` for a connection, `first_byte` for the reply to begin, `between_bytes` between two pieces of it, `total`
    for all of it.
    """

    connect: float | None = 10.0
    first_byte: float | None = 600.0
    between_bytes: float | None = 300.0
    total: float | None = None


@dataclass(frozen=True, slots=True)
class RetrySettings:
    """How often to try in all (1: no retry), and the seconds of the first and of the longest pause between tries."""

    attempts: int = 3
    delay: float = 0.5
    max_delay: float = 30.0


@dataclass(frozen=True, slots=True)
class BudgetSettings:
    """
    What may be spent, in US dollars: on one call (`max_cost`) and in a day, which is one of UTC (`daily`).

    None is no limit. `free` are model ids, and names of endpoints, that cost nothing: without a known price, a model
    that is not among them is refused while there is a limit.
    """

    daily: float | None = None
    max_cost: float | None = None
    free: tuple[str, ...] = ()

    def is_free(self, model_id: str) -> bool:
        """Whether the model, or the endpoint before the slash of its id, is said to cost nothing."""
        return model_id in self.free or ("/" in model_id and model_id.partition("/")[0] in self.free)


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """
    How much a provider is asked at a time, at most: open requests, and requests and tokens in a minute.

    None leaves it to what the provider's replies say.
    """

    concurrency: int | None = None
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """
    The settings of a user; what is not set has its default.

    `limits` are by the name of an endpoint, `endpoints` by their own, `options` are the default options by model id:
    those of model_options.json, under those of config.toml. `key_command` (with `{name}` in it) and `key_commands` (by
    key name) are shell commands that print keys; they stay out of the repr, as do header values.
    """

    timeouts: TimeoutSettings = TimeoutSettings()
    retries: RetrySettings = RetrySettings()
    budget: BudgetSettings = BudgetSettings()
    limits: Mapping[str, LimitSettings] = field(default_factory=dict)
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    key_command: str | None = field(default=None, repr=False)
    key_commands: Mapping[str, str] = field(default_factory=dict, repr=False)


def load_settings(directory: Path) -> Settings:
    """The settings that `config.toml` and `model_options.json` in *directory* hold. Raises ConfigError."""
    file = directory / FILE_NAME
    text = read_text(file)
    options = read_model_options(directory)
    if text is None:
        return Settings(options=options)

    from .table import Table

    table = Table(file, parse(text, file))
    table.allow(_SECTIONS)
    return Settings(
        timeouts=_timeouts(table.table("timeouts")),
        retries=_retries(table.table("retries")),
        budget=_budget(table.table("budget")),
        limits=_limits(table.table("limits")),
        endpoints=_endpoints(table.table("endpoints")),
        options=_over(options, _options(table.table("options"))),
        key_command=_key_command(table),
        key_commands=_key_commands(table.table("key_commands")),
    )


def parse(text: str, file: Path) -> dict[str, Any]:
    """The tables of a TOML *text*. Raises ConfigError that names *file*, the line and the column."""
    import tomllib

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(
            f"{file} is not valid TOML: {error}", hint="Correct it by hand; it is left as it is"
        ) from None


def _timeouts(table: Table) -> TimeoutSettings:
    default = TimeoutSettings()
    table.allow(TimeoutSettings.__slots__)
    return TimeoutSettings(
        connect=table.limit("connect", default.connect),
        first_byte=table.limit("first_byte", default.first_byte),
        between_bytes=table.limit("between_bytes", default.between_bytes),
        total=table.limit("total", default.total),
    )


def _retries(table: Table) -> RetrySettings:
    default = RetrySettings()
    table.allow(RetrySettings.__slots__)
    return RetrySettings(
        attempts=table.whole("attempts", default.attempts, minimum=1),
        delay=table.seconds("delay", default.delay),
        max_delay=table.seconds("max_delay", default.max_delay),
    )


def _budget(table: Table) -> BudgetSettings:
    table.allow(BudgetSettings.__slots__)
    free = table.values.get("free", [])
    if not isinstance(free, list) or not all(isinstance(name, str) and name for name in free):
        raise table.wrong("free", 'a list of model ids and names of endpoints, such as ["ollama"]')
    return BudgetSettings(daily=_dollars(table, "daily"), max_cost=_dollars(table, "max_cost"), free=tuple(free))


def _limits(table: Table) -> dict[str, LimitSettings]:
    return {name: _limit(table.table(name)) for name in table.values}


def _limit(table: Table) -> LimitSettings:
    table.allow(LimitSettings.__slots__)
    concurrency = table.whole("concurrency", 0, minimum=1) if "concurrency" in table.values else None
    return LimitSettings(concurrency, _rate(table, "requests_per_minute"), _rate(table, "tokens_per_minute"))


def _rate(table: Table, key: str) -> float | None:
    value = table.values.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise table.wrong(key, "a number of more than 0")
    return float(value)


def _dollars(table: Table, key: str) -> float | None:
    value = table.values.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise table.wrong(key, "a number of US dollars, 0 or more", hint="Leave it out where there is no limit")
    return float(value)


def _endpoints(table: Table) -> dict[str, Endpoint]:
    if not table.values:
        return {}
    from .endpoints import read_endpoint

    return {name: read_endpoint(name, table.table(name)) for name in table.values}


def _options(table: Table) -> dict[str, dict[str, Any]]:
    return {model_id: _values(table.table(model_id)) for model_id in table.values}


def _values(table: Table) -> dict[str, Any]:
    for name, value in table.values.items():
        if not name.isidentifier():
            # [options.gpt-4.1] is a table "1" in a table "gpt-4".
            raise ConfigError(
                f"{table.where(name)} is not an option",
                hint='A model id with a dot in it needs quotes: [options."gpt-4.1"]',
            )
        if not _is_json(value):
            raise table.wrong(name, "text, a number, true or false, a list or a table", hint="Put a date in quotes")
    return dict(table.values)


def _is_json(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_is_json, value.values()))
    if isinstance(value, list):
        return all(map(_is_json, value))
    return isinstance(value, str | int) or (isinstance(value, float) and abs(value) < float("inf"))


def _over(
    lower: Mapping[str, Mapping[str, Any]], upper: Mapping[str, Mapping[str, Any]]
) -> dict[str, Mapping[str, Any]]:
    return {model_id: {**lower.get(model_id, {}), **upper.get(model_id, {})} for model_id in {**lower, **upper}}


def _key_command(table: Table) -> str | None:
    command = table.text("key_command", secret=True)
    if command is not None and "{name}" not in command:
        # One command for all names that cannot tell them apart would give every server the same key.
        raise table.wrong(
            "key_command",
            "a command with {name} in it, which stands for the name of the key",
            secret=True,
            hint='A command for one key goes into a table: [key_commands] openai = "..."',
        )
    return command


def _key_commands(table: Table) -> dict[str, str]:
    return {name: table.text(name, secret=True) or "" for name in table.values}
