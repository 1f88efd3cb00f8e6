"""
The servers that LLM knows by name, as data.

Sources, read in November 2026. Addresses and variables: each vendor's own API documentation (`homepage` leads to it or
to its keys). Stored names: those under which the plugins for today's `llm` keep the same keys, so that what a user has
stored goes on working (llm-anthropic, llm-gemini, llm-mistral, llm-groq, llm-openrouter, llm-deepseek, llm-together,
llm-fireworks, llm-cerebras, llm-perplexity, llm-moonshot, llm-github-models, llm-sambanova, llm-hyperbolic, llm-zai;
for xAI it is `grok`, after llm-grok).

Variables that move an endpoint are those that the vendor's own SDK reads, with its meaning and its precedence
(openai 3.54, anthropic 2.12, google-genai 3.4, ollama 0.6). GROQ_BASE_URL and the like are not here: they hold the
address without its path.
"""

from __future__ import annotations

from collections.abc import Mapping

from .._domain.endpoint import Endpoint


def _service(
    name: str, title: str, base_url: str, env: str, homepage: str, *, key: str | None = None, dialect: str | None = None
) -> Endpoint:
    return Endpoint(
        name,
        title=title,
        base_url=base_url,
        key_name=key or name,
        key_env=env,
        needs_key=True,
        dialect=dialect or name,
        homepage=homepage,
    )


def _local(name: str, title: str, port: int, homepage: str, env: str | None = None) -> Endpoint:
    """A server on this machine: it asks for a key only where its owner set one."""
    url = f"http://localhost:{port}/v1"
    return Endpoint(name, title=title, base_url=url, key_name=name, key_env=env, dialect=name, homepage=homepage)


_ROWS = (
    Endpoint(
        "openai",
        title="OpenAI",
        base_url="https://api.openai.com/v1",
        base_url_envs=("OPENAI_BASE_URL",),
        key_name="openai",
        key_env="OPENAI_API_KEY",
        needs_key=True,
        wire="responses",
        wire_elsewhere="chat",
        dialect="openai",
        open_options=False,
        homepage="https://platform.openai.com/api-keys",
    ),
    Endpoint(
        "ollama",
        title="Ollama",
        base_url="http://localhost:11434",
        base_url_envs=("OLLAMA_HOST",),
        key_name="ollama",
        key_env="OLLAMA_API_KEY",
        wire="ollama",
        dialect="ollama",
        homepage="https://docs.ollama.com/api",
    ),
    _local("lmstudio", "LM Studio", 1234, "https://lmstudio.ai/docs/developer/openai-compat", "LM_API_TOKEN"),
    _local("llamacpp", "llama.cpp server", 8080, "https://github.com/ggml-org/llama.cpp", "LLAMA_API_KEY"),
    _local("vllm", "vLLM", 8000, "https://docs.vllm.ai", "VLLM_API_KEY"),
    Endpoint(
        "anthropic",
        title="Anthropic",
        base_url="https://api.anthropic.com",
        base_url_envs=("ANTHROPIC_BASE_URL",),
        key_name="anthropic",
        key_env="ANTHROPIC_API_KEY",
        needs_key=True,
        wire="anthropic",
        homepage="https://platform.claude.com/settings/keys",
    ),
    Endpoint(
        "gemini",
        title="Google Gemini",
        base_url="https://generativelanguage.googleapis.com",
        base_url_envs=("GOOGLE_GEMINI_BASE_URL", "GEMINI_BASE_URL"),
        key_name="gemini",
        key_env="GOOGLE_API_KEY",
        other_key_envs=("GEMINI_API_KEY", "LLM_GEMINI_KEY"),
        needs_key=True,
        wire="gemini",
        homepage="https://aistudio.google.com/apikey",
    ),
    _service(
        "mistral", "Mistral", "https://api.mistral.ai/v1", "MISTRAL_API_KEY", "https://console.mistral.ai/api-keys"
    ),
    _service("groq", "Groq", "https://api.groq.com/openai/v1", "GROQ_API_KEY", "https://console.groq.com/keys"),
    _service(
        "openrouter",
        "OpenRouter",
        "https://openrouter.ai/api/v1",
        "OPENROUTER_API_KEY",
        "https://openrouter.ai/settings/keys",
    ),
    _service(
        "deepseek",
        "DeepSeek",
        "https://api.deepseek.com",
        "DEEPSEEK_API_KEY",
        "https://platform.deepseek.com/api_keys",
    ),
    _service("xai", "xAI", "https://api.x.ai/v1", "XAI_API_KEY", "https://console.x.ai", key="grok"),
    _service(
        "together",
        "Together AI",
        "https://api.together.ai/v1",
        "TOGETHER_API_KEY",
        "https://api.together.ai/settings/api-keys",
    ),
    _service(
        "fireworks",
        "Fireworks AI",
        "https://api.fireworks.ai/inference/v1",
        "FIREWORKS_API_KEY",
        "https://app.fireworks.ai/settings/users/api-keys",
    ),
    _service("cerebras", "Cerebras", "https://api.cerebras.ai/v1", "CEREBRAS_API_KEY", "https://cloud.cerebras.ai"),
    _service(
        "huggingface",
        "Hugging Face router",
        "https://router.huggingface.co/v1",
        "HF_TOKEN",
        "https://huggingface.co/settings/tokens",
    ),
    # Perplexity ended this API on 2026-09-27 in favour of one in another format, GitHub its own on 2026-07-30. Whoever
    # asks them gets the vendor's own explanation, which says more than an unknown name would.
    _service(
        "perplexity",
        "Perplexity Sonar (ended September 2026)",
        "https://api.perplexity.ai",
        "PERPLEXITY_API_KEY",
        "https://docs.perplexity.ai/docs/agent-api/migrate-from-sonar/overview",
    ),
    _service(
        "moonshot",
        "Moonshot AI",
        "https://api.moonshot.ai/v1",
        "MOONSHOT_API_KEY",
        "https://platform.moonshot.ai/console/api-keys",
    ),
    _service("zai", "Z.ai", "https://api.z.ai/api/paas/v4", "ZAI_API_KEY", "https://z.ai/manage-apikey/apikey-list"),
    _service(
        "github",
        "GitHub Models (retired July 2026)",
        "https://models.github.ai/inference",
        "GITHUB_TOKEN",
        "https://docs.github.com/github-models",
    ),
    _service(
        "nvidia",
        "NVIDIA",
        "https://integrate.api.nvidia.com/v1",
        "NVIDIA_API_KEY",
        "https://build.nvidia.com/settings/api-keys",
        dialect="compatible",
    ),
    _service(
        "sambanova",
        "SambaNova",
        "https://api.sambanova.ai/v1",
        "SAMBANOVA_API_KEY",
        "https://cloud.sambanova.ai/apis",
        dialect="compatible",
    ),
    _service(
        "deepinfra",
        "DeepInfra",
        "https://api.deepinfra.com/v1/openai",
        "DEEPINFRA_API_KEY",
        "https://deepinfra.com/dash/api_keys",
        dialect="compatible",
    ),
    _service(
        "hyperbolic",
        "Hyperbolic",
        "https://api.hyperbolic.xyz/v1",
        "HYPERBOLIC_API_KEY",
        "https://app.hyperbolic.ai/settings",
        dialect="compatible",
    ),
    _service(
        "novita",
        "Novita AI",
        "https://api.novita.ai/openai/v1",
        "NOVITA_API_KEY",
        "https://novita.ai/settings/key-management",
        dialect="compatible",
    ),
    _service(
        "nebius",
        "Nebius Token Factory",
        "https://api.tokenfactory.nebius.com/v1",
        "NEBIUS_API_KEY",
        "https://tokenfactory.nebius.com",
        dialect="compatible",
    ),
    _service(
        "vercel",
        "Vercel AI Gateway",
        "https://ai-gateway.vercel.sh/v1",
        "AI_GATEWAY_API_KEY",
        "https://vercel.com/docs/ai-gateway",
        dialect="compatible",
    ),
)

ENDPOINTS: Mapping[str, Endpoint] = {row.name: row for row in _ROWS}

# The first of these whose key is present serves a prompt for which no model was named or configured, with the model
# beside it: small enough to be cheap, and where the vendor has a name that moves along, that name. Hugging Face, GitHub
# and Vercel are not here, because their variables are commonly set for other purposes than asking models.
PREFERENCE: tuple[tuple[str, str], ...] = (
    ("openai", "gpt-5.6-luna"),
    ("anthropic", "claude-haiku-5-5"),
    ("gemini", "gemini-flash-latest"),
    ("mistral", "mistral-small-latest"),
    ("groq", "openai/gpt-oss-120b"),
    ("openrouter", "openai/gpt-5.6-luna"),
    ("deepseek", "deepseek-flash"),
    ("xai", "grok-4.7"),
    ("together", "openai/gpt-oss-120b"),
    ("fireworks", "accounts/fireworks/models/gpt-oss-120b"),
    ("cerebras", "gpt-oss-120b"),
    ("moonshot", "kimi-k3"),
    ("zai", "glm-5.3-flash"),
)


def endpoint(name: str) -> Endpoint | None:
    """The endpoint of that name, or None."""
    return ENDPOINTS.get(name)
