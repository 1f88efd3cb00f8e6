"""The models of the built-in providers: listed as data, made when one is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .._api.catalogue import Row
from .._api.model import Model
from .._domain.endpoint import Endpoint
from .._domain.profile import Profile
from .endpoints import ENDPOINTS, PREFERENCE

if TYPE_CHECKING:
    from .._api.app import App
    from .extra import ExtraModels


class BuiltIn:
    """
    What is built in, for one App: OpenAI's models, those of extra-openai-models.yaml, `ENDPOINT/MODEL` for every
    endpoint, the user's own first, and the offline manual.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    @cached_property
    def endpoints(self) -> Mapping[str, Endpoint]:
        """Every endpoint by name: the user's own may replace one that is built in."""
        return {**ENDPOINTS, **self._app.settings.endpoints}

    @cached_property
    def extra(self) -> ExtraModels:
        """The models of extra-openai-models.yaml."""
        from .extra import ExtraModels

        return ExtraModels(self._app.directory, self.endpoints["openai"])

    def find(self, name: str) -> Model | None:
        """The model with this id or alias, or None."""
        if name == "manual":
            from .manual.model import Manual

            return Manual()
        return self.extra.find(name) or self._at_endpoint(name) or self._of_openai(name)

    def rows(self) -> Sequence[Row]:
        """Every model that is listed."""
        from .manual.model import ROW

        return [*self.extra.rows(self._usable), *self._openai_rows(), ROW]

    def preferred(self) -> tuple[str, str] | None:
        """The first provider of the documented list whose key is there, and its default model."""
        for provider, model in PREFERENCE:
            if self._usable(self.endpoints[provider]):
                return provider, model if provider == "openai" else f"{provider}/{model}"
        return None

    def prefixes(self) -> Sequence[str]:
        """The names of the endpoints."""
        return tuple(self.endpoints)

    def preference(self) -> Sequence[tuple[str, str]]:
        """The documented list."""
        return PREFERENCE

    def _usable(self, endpoint: Endpoint) -> bool:
        return not endpoint.needs_key or self._app.keys.has(endpoint.key_name, endpoint.key_env)

    def _at_endpoint(self, name: str) -> Model | None:
        """`ENDPOINT/MODEL`: whatever the server calls its models."""
        prefix, slash, model = name.partition("/")
        endpoint = self.endpoints.get(prefix) if slash and model else None
        if endpoint is None:
            return None
        from .chat_model import ChatModel

        profile = self._openai_profile(model) if prefix == "openai" else None
        return ChatModel(name, endpoint, profile or Profile(), model)

    def _of_openai(self, name: str) -> Model | None:
        from .openai_catalogue import OPENAI_MODELS

        model_id = name if name in OPENAI_MODELS else _aliases(OPENAI_MODELS).get(name)
        if model_id is None:
            return None
        from .chat_model import ChatModel

        return ChatModel(model_id, self.endpoints["openai"], OPENAI_MODELS[model_id])

    def _openai_profile(self, model: str) -> Profile | None:
        from .openai_catalogue import OPENAI_MODELS

        return OPENAI_MODELS.get(model)

    def _openai_rows(self) -> Iterator[Row]:
        from .openai_catalogue import OPENAI_MODELS

        endpoint = self.endpoints["openai"]
        usable = self._usable(endpoint)
        for model_id, profile in OPENAI_MODELS.items():
            yield row(model_id, profile, endpoint, usable)


def row(model_id: str, profile: Profile, endpoint: Endpoint, usable: bool) -> Row:
    """The line of a list for a model of an endpoint."""
    title = f"{endpoint.title or endpoint.name}: {model_id}"
    details = {
        "can_stream": profile.can_stream,
        "supports_tools": profile.supports_tools,
        "supports_schema": profile.supports_schema,
        "attachment_types": sorted(profile.attachment_types or ()),
        "async": True,
    }
    return Row(model_id, profile.aliases, endpoint.name, title, usable=usable, details=details)


def _aliases(profiles: Mapping[str, Profile]) -> dict[str, str]:
    return {alias: model_id for model_id, profile in profiles.items() for alias in profile.aliases}


def catalogue(app: Any) -> BuiltIn:
    """What is built in, for an App."""
    return BuiltIn(app)
