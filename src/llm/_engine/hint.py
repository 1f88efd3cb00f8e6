"""What to do about an exchange that failed, where the provider does not say."""

from __future__ import annotations

from ..errors import BadReplyError, ModelError, NetworkError, ProviderError, RateLimitError


def hint_for(error: ModelError) -> str | None:
    """One line of advice for this kind of failure."""
    match error:
        case RateLimitError(retry_after=float(seconds)):
            return f"It asks to wait {seconds:g} s before the next request"
        case RateLimitError():
            return "Ask again later, ask less often, or look at the quota of the key"
        case BadReplyError():
            return "Check the base URL (llm endpoints list), or ask again"
        case ProviderError(status=int(status)) if status >= 500:
            return "The trouble is on the provider's side: ask again later"
        case ProviderError():
            return "The provider did not accept this request: look at the model's name and its options"
        case NetworkError():
            return "Ask again; on the command line, llm logs -n 1 shows what had arrived"
    return None
