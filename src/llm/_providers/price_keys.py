"""
Whose list prices hold at a server, as data.

The names on the right are those of the genai-prices package. A server that is not here has no known prices: what a
gateway, a subscription or a machine of one's own costs is not a matter of tokens, or nobody can look it up.
"""

from __future__ import annotations

# Addresses without their scheme. Z.ai's has a path, because its subscriptions are served beside it.
_SELLERS = (
    ("api.openai.com/", "openai"),
    ("api.anthropic.com/", "anthropic"),
    ("generativelanguage.googleapis.com/", "google"),
    ("api.mistral.ai/", "mistral"),
    ("api.groq.com/", "groq"),
    ("openrouter.ai/api/", "openrouter"),
    ("api.deepseek.com/", "deepseek"),
    ("api.x.ai/", "x-ai"),
    ("api.together.ai/", "together"),
    ("api.together.xyz/", "together"),
    ("api.fireworks.ai/", "fireworks"),
    ("api.cerebras.ai/", "cerebras"),
    ("api.perplexity.ai/", "perplexity"),
    ("api.moonshot.ai/", "moonshotai"),
    ("api.z.ai/api/paas/", "zai"),
    ("api.novita.ai/", "novita"),
    ("api.minimax.io/", "minimax"),
    ("api.cohere.ai/", "cohere"),
    ("api.cohere.com/", "cohere"),
    ("inference.baseten.co/", "baseten"),
)


def price_key(base_url: str, model: str) -> str | None:
    """Whose prices hold for the *model* of the server at *base_url*, as `provider/model`; None: nobody knows."""
    address = f"{base_url.partition('://')[2].lower()}/"
    for start, seller in _SELLERS:
        if address.startswith(start):
            return f"{seller}/{model.removeprefix('models/')}"  # which is how Google spells its own
    return None
