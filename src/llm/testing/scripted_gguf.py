"""A tiny model whose answers are known in advance, as a real file that llama.cpp loads and runs like any other."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

from ..errors import RequestError
from .bigram import Bigrams
from .chat_format import CONTROL_TOKENS, CUES, END, PAD, TEMPLATE
from .gguf import MetadataValue, Tensor, TensorType, write_gguf
from .script import Script
from .vocabulary import MERGE, Vocabulary

_HEAD = 32  # elements of an attention head, and of the feed-forward layer
_SHORTEST_CONTEXT = 64  # tokens
_ONE, _STRENGTH = struct.pack("<e", 1.0), struct.pack("<e", 2.0)


def write_scripted_model(path: str | Path, script: Script | None = None, *, context: int = 8192) -> Path:
    """
    Write a model file that says what `script` says, word for word at any sensible temperature; return its path.

    The file (GGUF, llama architecture, a megabyte or a few) is all real: chat template, sampling, streaming, tool
    calls, schemas and token counts work as they do with any model. Only its weights are set by hand: each token is
    embedded as a vector of its own, attention and feed-forward add nothing, and the output matrix is a table of the
    next token, a bigram table. The chat template ends a prompt with a token that says which of the script's answers
    is due.

    `context` is the length in tokens that the model claims to be trained for. A token of the answer is a word or so
    (coarser for scripts of more than about a thousand words), a token of the prompt is a byte. Raises `RequestError`
    for a context that no chat fits into, and `OSError` where the file cannot be written.
    """
    if context < _SHORTEST_CONTEXT:
        raise RequestError(f"A context of {context} tokens is too short: a chat needs {_SHORTEST_CONTEXT} or more.")
    texts = (script or Script()).parts()
    table = Bigrams(texts.values(), end=END)
    vocabulary = Vocabulary(CONTROL_TOKENS, table.successor)
    successors = _successors(texts, table, vocabulary)
    width = -(-len(vocabulary) // _HEAD) * _HEAD
    path = Path(path)
    write_gguf(
        path, {**_architecture(width, len(vocabulary), context), **_tokenizer(vocabulary)}, _tensors(successors, width)
    )
    return path


def _successors(texts: Mapping[str, str], table: Bigrams, vocabulary: Vocabulary) -> list[int]:
    """The next token by token; what is no part of the script is followed by the end."""
    numbers = {END: vocabulary.control(END)} | {piece: vocabulary.piece(piece) for piece in table.successor}
    successors = [numbers[END]] * len(vocabulary)
    for part, text in texts.items():
        successors[vocabulary.control(CUES[part])] = numbers[table.first[text]]
    for piece, following in table.successor.items():
        successors[numbers[piece]] = numbers[following]
    return successors


def _tensors(successors: list[int], width: int) -> list[Tensor]:
    count = len(successors)
    embedding = _matrix(count, width, [(token, token) for token in range(count)], _ONE)
    output = _matrix(count, width, [(following, token) for token, following in enumerate(successors)], _STRENGTH)
    norm = struct.pack("<f", 1.0) * width
    nothing = {
        "attn_q": (width, width),
        "attn_k": (width, _HEAD),
        "attn_v": (width, _HEAD),
        "attn_output": (width, width),
        "ffn_gate": (width, _HEAD),
        "ffn_up": (width, _HEAD),
        "ffn_down": (_HEAD, width),
    }
    return [
        Tensor("token_embd.weight", (width, count), embedding),
        Tensor("output.weight", (width, count), output),
        *(
            Tensor(f"{name}.weight", (width,), norm, TensorType.F32)
            for name in ("output_norm", "blk.0.attn_norm", "blk.0.ffn_norm")
        ),
        *(Tensor(f"blk.0.{name}.weight", (a, b), bytes(2 * a * b)) for name, (a, b) in nothing.items()),
    ]


def _matrix(rows: int, width: int, cells: list[tuple[int, int]], value: bytes) -> bytes:
    """A matrix of 16-bit floats, `rows` by `width`, that is zero but for the cells (row, column) that hold `value`."""
    data = bytearray(rows * width * 2)
    for row, column in cells:
        at = (row * width + column) * 2
        data[at : at + 2] = value
    return bytes(data)


def _architecture(width: int, tokens: int, context: int) -> dict[str, MetadataValue]:
    return {
        "general.architecture": "llama",
        "general.name": "scripted",
        "general.file_type": 1,  # mostly 16-bit floats
        "llama.context_length": context,
        "llama.embedding_length": width,
        "llama.block_count": 1,
        "llama.feed_forward_length": _HEAD,
        "llama.attention.head_count": width // _HEAD,
        "llama.attention.head_count_kv": 1,
        "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "llama.rope.dimension_count": _HEAD,
        "llama.rope.freq_base": 10000.0,
        "llama.vocab_size": tokens,
    }


def _tokenizer(vocabulary: Vocabulary) -> dict[str, MetadataValue]:
    return {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "gpt-2",
        "tokenizer.ggml.tokens": vocabulary.texts,
        "tokenizer.ggml.token_type": vocabulary.types,
        "tokenizer.ggml.merges": [" ".join(MERGE)],
        "tokenizer.ggml.bos_token_id": vocabulary.control(PAD),
        "tokenizer.ggml.eos_token_id": vocabulary.control(END),
        "tokenizer.ggml.padding_token_id": vocabulary.control(PAD),
        "tokenizer.ggml.add_bos_token": False,
        "tokenizer.chat_template": TEMPLATE,
    }
