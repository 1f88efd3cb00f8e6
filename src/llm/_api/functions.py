"""The functions of the package, which speak to the process's own App."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from .._config import paths
from ..errors import ConfigError
from .app import App, default_app
from .choice import choose_model
from .embedding_model import EmbeddingModel
from .history import History
from .model import AsyncModel, Model

M = TypeVar("M")


def get_model(name: str | None = None) -> Model:
    """
    The model with this id or alias (`NAME/MODEL` for a model at an endpoint).

    Without a name: `LLM_MODEL`, the configured default, or the first documented provider whose key is there; never
    the offline model. Raises UnknownModelError, which names similar ones, and NoModelError.
    """
    return default_app().get_model(name)


def get_async_model(name: str | None = None) -> AsyncModel:
    """The same model as `get_model` gives, behind the async API. Raises UnknownModelError and NoModelError."""
    return default_app().get_async_model(name)


def get_embedding_model(name: str) -> EmbeddingModel:
    """
    The embedding model with this id or alias, or `ENDPOINT/MODEL`. Raises UnknownModelError, with what there is.

    Vectors of several texts come with `embed_multi`, that of one with `embed`.
    """
    return default_app().get_embedding_model(name)


def get_models() -> list[Model]:
    """Every model of the plugins and of the built-in catalogue; this imports every plugin."""
    app = default_app()
    return list(_each(app.get_model, app))


def get_async_models() -> list[AsyncModel]:
    """Every model, as `get_models` lists them, behind the async API."""
    app = default_app()
    return list(_each(app.get_async_model, app))


def _each(get: Callable[[str], M], app: App) -> Iterator[M]:
    """The models that can be made; an entry of a file that cannot be used does not take the others away."""
    for row in app.rows():
        with suppress(ConfigError):
            yield get(row.id)


def get_key(
    explicit_key: str | None = None,
    key_alias: str | None = None,
    env_var: str | None = None,
    *,
    alias: str | None = None,
    env: str | None = None,
    input: str | None = None,
) -> str | None:
    """
    A key: *input* (a key, or the name of a stored one), else the one stored as *alias*, else the variable *env*.

    The positional names are older spellings of the keyword ones. None where there is no key.
    """
    key = default_app().keys.resolve(input or explicit_key, alias or key_alias, env or env_var)
    return None if key is None else key.value


def get_default_model() -> str:
    """The id of the model that `get_model()` takes. Raises NoModelError."""
    return choose_model(default_app()).name


def set_default_model(model: str | None) -> None:
    """Take *model* where none is named; None forgets the choice."""
    default = default_app().default_model
    if model is None:
        default.clear()
    else:
        default.set(model)


def history(path: Path | str | None = None) -> History:
    """
    The history in the file *path* (None: the user's own), which need not exist yet.

    A `logs.db` of the older `llm` package can be read, and is never written.
    """
    return History(None if path is None else Path(path), app=default_app())


def user_dir() -> Path:
    """The directory with a user's keys, settings and history, made where it is missing. Raises ConfigError."""
    return paths.user_dir(create=True)
