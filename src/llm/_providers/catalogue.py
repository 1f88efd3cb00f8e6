"""The models of the built-in providers: listed as data, made when one is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .._api.catalogue import Row
from .._api.model import Model
from .._domain.endpoint import Endpoint
from .._domain.profile import Profile
from .endpoints import ENDPOINTS, PREFERENCE
from .families import assumed, catalogued, wire_name

if TYPE_CHECKING:
    from .._api.app import App
    from .extra import ExtraModels

LISTED = ("openai", "anthropic", "gemini")
"""The providers whose models are listed, in the order in which a name is looked for."""


class BuiltIn:
    """
    What is built in, for one App: the models of the providers that are LISTED, those of extra-openai-models.yaml,
    `ENDPOINT/MODEL` for every endpoint, the user's own first, and the offline manual.
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
        return self.extra.find(name) or self._at_endpoint(name) or self._listed(name)

    def rows(self) -> Sequence[Row]:
        """Every model that is listed."""
        from .manual.model import ROW

        listed = [row for provider in LISTED for row in self._rows_of(provider)]
        known = {f"{row.served_by}/{wire_name(row.served_by, row.id)}" for row in listed}
        stored = (row for row in self._refreshed() if row.id not in known)
        return [*self.extra.rows(self._usable), *listed, *stored, ROW]

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
        return not endpoint.needs_key or self._app.keys.has(endpoint.key_name, endpoint.key_envs)

    def _at_endpoint(self, name: str) -> Model | None:
        """`ENDPOINT/MODEL`: whatever the server calls its models."""
        provider, slash, model = name.partition("/")
        endpoint = self.endpoints.get(provider) if slash and model else None
        if endpoint is None:
            return None
        from .http_model import HTTPModel

        listed = _id_of(catalogued(provider), name, model)
        if listed is None:
            return HTTPModel(name, endpoint, assumed(provider, model), model)
        called = wire_name(provider, listed)
        return HTTPModel(f"{provider}/{called}", endpoint, catalogued(provider)[listed], called)

    def _listed(self, name: str) -> Model | None:
        for provider in LISTED:
            models = catalogued(provider)
            if (model_id := _id_of(models, name)) is not None:
                from .http_model import HTTPModel

                called = wire_name(provider, model_id)
                return HTTPModel(model_id, self.endpoints[provider], models[model_id], called)
        return None

    def _rows_of(self, provider: str) -> Iterator[Row]:
        endpoint = self.endpoints[provider]
        usable = self._usable(endpoint)
        for model_id, profile in catalogued(provider).items():
            yield row(model_id, profile, endpoint, usable)

    def _refreshed(self) -> Iterator[Row]:
        """The models that `llm models refresh` has stored."""
        from .refreshed import read_refreshed

        for provider, stored in read_refreshed(self._app.directory).items():
            if endpoint := self.endpoints.get(provider):
                for model in stored.models:
                    profile = replace(assumed(provider, model.id), context=model.context, output=model.output)
                    yield row(f"{provider}/{model.id}", profile, endpoint, usable=True)


def row(model_id: str, profile: Profile, endpoint: Endpoint, usable: bool) -> Row:
    """The line of a list for a model of an endpoint."""
    title = f"{endpoint.title or endpoint.name}: {model_id}"
    details = {
        "can_stream": profile.can_stream,
        "supports_tools": profile.supports_tools,
        "supports_schema": profile.supports_schema,
        "attachment_types": sorted(profile.attachment_types or ()),
        "server_tools": list(profile.server_tools),
        "media_out": list(profile.media_out),
        "context": profile.context,
        "output": profile.output,
        "deprecated": profile.deprecated,
        "assumed_from": profile.family,
        "async": True,
    }
    return Row(model_id, profile.aliases, endpoint.name, title, usable=usable, details=details)


def _id_of(models: Mapping[str, Profile], *names: str) -> str | None:
    """The id of the listed model that has one of these names as its id or alias."""
    for name in names:
        if name in models:
            return name
    return next((model_id for model_id, profile in models.items() if not set(names).isdisjoint(profile.aliases)), None)


def catalogue(app: Any) -> BuiltIn:
    """What is built in, for an App."""
    return BuiltIn(app)
