"""The codec of OpenAI Responses and of the servers that speak it too."""

from .chat_models import decode_models, models_request
from .provider_error import error
from .responses_attachment import needs_content
from .responses_decode import decoder
from .responses_encode import encode
from .sse import looks_like_stream

__all__ = ["decode_models", "decoder", "encode", "error", "looks_like_stream", "models_request", "needs_content"]
