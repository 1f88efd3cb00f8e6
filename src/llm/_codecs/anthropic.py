"""The codec of Anthropic Messages, and of servers that speak it."""

from .anthropic_attachment import needs_content
from .anthropic_decode import decoder
from .anthropic_encode import encode
from .anthropic_error import error
from .anthropic_models import decode_models, models_request
from .sse import looks_like_stream

__all__ = ["decode_models", "decoder", "encode", "error", "looks_like_stream", "models_request", "needs_content"]
