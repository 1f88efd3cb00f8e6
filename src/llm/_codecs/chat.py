"""The codec of OpenAI Chat Completions and of everything that is compatible with it."""

from .chat_attachment import needs_content
from .chat_decode import decoder
from .chat_encode import encode
from .chat_models import decode_models, models_request
from .provider_error import error
from .sse import looks_like_stream

__all__ = ["decode_models", "decoder", "encode", "error", "looks_like_stream", "models_request", "needs_content"]
