"""What is known of a provider's models, and what is assumed of one that no catalogue lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from .._domain.option import OptionTable
from .._domain.profile import Profile
from .endpoints import PREFERENCE

# Words that say how finished a model is, not which one it is.
_NOISE = frozenset({"exp", "experimental", "latest", "models", "preview"})
# Words that say that a model takes or makes other media than its relatives do.
_MEDIA = frozenset({"audio", "image", "omni", "tts", "video", "vision"})

_Version = tuple[int, ...]
_Words = tuple[str, ...]


def catalogued(provider: str) -> Mapping[str, Profile]:
    """The models of *provider* that are listed, by the ids that users type; empty where there is no list."""
    match provider:
        case "openai":
            from .openai_catalogue import OPENAI_MODELS

            return OPENAI_MODELS
        case "anthropic":
            from .anthropic_catalogue import ANTHROPIC_MODELS

            return ANTHROPIC_MODELS
        case "gemini":
            from .gemini_catalogue import GEMINI_MODELS

            return GEMINI_MODELS
    return {}


def wire_name(provider: str, model_id: str) -> str:
    """What *provider* itself calls the model with this id: the id without the provider."""
    return model_id.removeprefix(f"{provider}/")


def assumed(provider: str, model: str) -> Profile:
    """
    What to expect of a model of *provider* that is not listed: what holds for the nearest one that is.

    Where no listed model begins with the same word, that is the provider's usual one (`endpoints.PREFERENCE`). It is
    named by `family`. Its limits and its last day are not taken over, and options that it does not know
    are passed on.
    """
    models = catalogued(provider)
    family = nearest(provider, model) or _id_of(models, dict(PREFERENCE).get(provider, ""))
    if family is None:
        return Profile()
    profile = models[family]
    if (_MEDIA & set(_parts(model.lower())[0])) - set(_parts(family)[0]):
        profile = replace(profile, attachment_types=None, media_out=())
    options = OptionTable(profile.options.options, open=True)
    return replace(profile, aliases=(), options=options, context=None, output=None, deprecated=None, family=family)


def _id_of(models: Mapping[str, Profile], name: str) -> str | None:
    return next((model_id for model_id, profile in models.items() if name in (model_id, *profile.aliases)), None)


def nearest(provider: str, model: str) -> str | None:
    """
    The id of the listed model that is nearest to *model* by name, or None.

    A name that goes on after that of a listed model belongs to it: `gpt-4o-2024-08-06`, `gpt-5.5-pro`. Otherwise it is
    one of those that share the most words, and of these the newest that is not newer, of the same generation if any is.
    """
    wanted = wire_name(provider, model).lower()
    names = {wire_name(provider, model_id): model_id for model_id in catalogued(provider)}
    longer = [name for name in names if _continues(wanted, name)]
    if longer:
        return names[max(longer, key=len)]
    relatives = list(_relatives(wanted, names))
    return names[_of_version(relatives, _parts(wanted)[1])] if relatives else None


def _continues(wanted: str, name: str) -> bool:
    """Whether *wanted* is *name* and more; a short number more is another version of it."""
    return re.fullmatch(rf"{re.escape(name)}(?!\w)(?![-.]\d{{1,3}}(?!\w)).*", wanted) is not None


def _relatives(wanted: str, names: Mapping[str, str]) -> Iterator[str]:
    """The names that begin with the same word and share the most words, with the fewest others."""
    words, _ = _parts(wanted)
    ranks: dict[str, tuple[int, int]] = {}
    for name in names:
        others, _ = _parts(name)
        if others and words and others[0] == words[0]:
            shared = len(set(words) & set(others))
            ranks[name] = (shared, shared - len(others))
    best = max(ranks.values(), default=None)
    return (name for name, rank in ranks.items() if rank == best)


def _of_version(names: list[str], wanted: _Version) -> str:
    """The newest of *names* that is not newer than *wanted*, else the oldest; of equals the last."""
    versions = {name: _parts(name)[1] for name in names}
    versions = {name: version for name, version in versions.items() if version} or versions
    if same := {name: version for name, version in versions.items() if version[:1] == wanted[:1]}:
        versions = same
    older = [version for version in versions.values() if not wanted or version <= wanted]
    best = max(older) if older else min(versions.values())
    return [name for name, version in versions.items() if version == best][-1]


def _parts(name: str) -> tuple[_Words, _Version]:
    """
    The words of a name and its version: `gpt-4o-mini` is (gpt, o, mini), (4,); `claude-opus-4-5-20251101` is
    (claude, opus), (4, 5). A number of four digits begins a date.
    """
    tokens = re.findall(r"[a-z]+|\d+", name)
    words = tuple(token for token in tokens if not token.isdigit() and token not in _NOISE)
    version: list[int] = []
    for token in tokens:
        if token.isdigit() and len(token) < 4:
            version.append(int(token))
        elif version or token.isdigit():
            break
    while version and version[-1] == 0:
        version.pop()
    return words, tuple(version)
