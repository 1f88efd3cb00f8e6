"""The codec of Ollama's own API: `/api/chat`, in JSON lines."""

from .ollama_attachment import needs_content
from .ollama_decode import decoder, looks_like_stream
from .ollama_encode import encode
from .ollama_models import decode_models, models_request
from .provider_error import error

__all__ = ["decode_models", "decoder", "encode", "error", "looks_like_stream", "models_request", "needs_content"]
