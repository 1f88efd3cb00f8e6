"""The models of extra-openai-models.yaml."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from .._api.catalogue import Row
from .._api.model import Model
from .._config.extra_models import ExtraModel, read_extra_models
from .._domain.endpoint import Endpoint
from .._domain.option import OptionTable
from .._domain.profile import IMAGES, Profile
from ..errors import ConfigError
from .catalogue import row


class ExtraModels:
    """The models of the file in *directory*; an entry without an address of its own is one of *openai*'s."""

    def __init__(self, directory: Path, openai: Endpoint) -> None:
        self._models = read_extra_models(directory)
        self._openai = openai

    def find(self, name: str) -> Model | None:
        """The model of the entry with this id or alias, or None. Raises ConfigError for one that is not chat."""
        entry = next((entry for entry in self._models if name in (entry.model_id, *entry.aliases)), None)
        if entry is None:
            return None
        if entry.api == "completion":
            raise ConfigError(
                f"{entry.model_id} is a completion model in extra-openai-models.yaml; only chat models can be asked",
                hint="Use a chat model of the same server, and leave `completion` out of its entry",
            )
        from .http_model import HTTPModel

        return HTTPModel(entry.model_id, self._endpoint(entry), _profile(entry), entry.model_name)

    def rows(self, usable: Callable[[Endpoint], bool]) -> Iterator[Row]:
        """The entries as lines of a list."""
        for entry in self._models:
            endpoint = self._endpoint(entry)
            yield row(entry.model_id, _profile(entry), endpoint, usable(endpoint))

    def _endpoint(self, entry: ExtraModel) -> Endpoint:
        endpoint = replace(
            self._openai,
            key_name=entry.key_name,
            key_env=entry.key_env,
            needs_key=entry.key_name is not None,
            wire=entry.api,
            wire_elsewhere=None,
            headers=entry.headers,
        )
        if entry.api_base is None:
            return endpoint
        return replace(
            endpoint,
            name=entry.model_id,
            base_url=entry.api_base,
            base_url_envs=(),
            dialect="compatible",
            title="OpenAI-compatible",
        )


def _profile(entry: ExtraModel) -> Profile:
    types = (*(IMAGES if entry.vision else ()), *(("audio/wav", "audio/mpeg") if entry.audio else ()))
    return Profile(
        aliases=entry.aliases,
        options=OptionTable(open=True),
        attachment_types=types,
        supports_tools=entry.supports_tools,
        supports_schema=entry.supports_schema,
        can_stream=entry.can_stream,
    )
