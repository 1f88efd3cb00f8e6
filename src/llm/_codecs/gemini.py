"""The codec of Google's Gemini API (`generateContent`), also as Vertex AI serves it."""

from .gemini_attachment import needs_content
from .gemini_decode import decoder
from .gemini_encode import encode
from .gemini_error import error
from .gemini_models import decode_models, models_request
from .sse import looks_like_stream

__all__ = ["decode_models", "decoder", "encode", "error", "looks_like_stream", "models_request", "needs_content"]
