"""Speech that a model generates: bare samples in pieces, made into a sound file that can be played."""

from __future__ import annotations

import re
import struct

_RATE = 24_000  # what Google's models speak at, where the type does not say
_RATE_OF = re.compile(r"rate=(\d{3,6})", re.ASCII)
_CHANNELS_OF = re.compile(r"channels=(\d{1,2})", re.ASCII)


def is_bare(media_type: str) -> bool:
    """Whether bytes of this type are samples with nothing that says how to play them."""
    return media_type.partition(";")[0].strip().lower() in ("audio/l16", "audio/pcm")


def wav(samples: bytes, media_type: str) -> bytes:
    """
    A WAV file of 16-bit samples; their rate and channels are those that *media_type* names.

    Google's `audio/L16` has the low byte first, unlike that of RFC 2586. Format of the header:
    https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html.
    """
    rate = int(found[1]) if (found := _RATE_OF.search(media_type)) else _RATE
    channels = int(found[1]) if (found := _CHANNELS_OF.search(media_type)) else 1
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, channels, rate, rate * channels * 2, channels * 2, 16)
    size = len(samples)
    return struct.pack("<4sI4s", b"RIFF", 36 + size, b"WAVE") + form + struct.pack("<4sI", b"data", size) + samples
