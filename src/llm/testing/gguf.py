"""
GGUF, the file format of llama.cpp's models, as much of it as a hand-made model needs.

Source: the format's specification, version 3, https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

VERSION = 3
ALIGNMENT = 32  # bytes; what a file has unless its metadata say otherwise

MetadataValue = bool | int | float | str | Sequence[str] | Sequence[int]


class TensorType(IntEnum):
    """How the numbers of a tensor are stored; the values are GGML's."""

    F32 = 0
    F16 = 1


@dataclass(frozen=True, slots=True)
class Tensor:
    """
    One named array of weights, little-endian.

    `shape` counts elements with the innermost dimension first, the reverse of NumPy's order; `data` holds
    `product(shape)` numbers of `type`.
    """

    name: str
    shape: tuple[int, ...]
    data: bytes = field(repr=False)
    type: TensorType = TensorType.F16


def write_gguf(path: Path, metadata: Mapping[str, MetadataValue], tensors: Sequence[Tensor]) -> None:
    """Write a model file: header, metadata, a directory of the tensors, then their data, each part aligned."""
    head = b"GGUF" + struct.pack("<IQQ", VERSION, len(tensors), len(metadata))
    head += b"".join(_string(key) + _value(value) for key, value in metadata.items())
    head += _directory(tensors)
    with path.open("wb") as file:
        file.write(_aligned(head))
        for tensor in tensors:
            file.write(_aligned(tensor.data))


def _directory(tensors: Sequence[Tensor]) -> bytes:
    entries = []
    offset = 0
    for tensor in tensors:
        rank = len(tensor.shape)
        entries.append(_string(tensor.name) + struct.pack(f"<I{rank}QIQ", rank, *tensor.shape, tensor.type, offset))
        offset += len(_aligned(tensor.data))
    return b"".join(entries)


def _aligned(data: bytes) -> bytes:
    return data + bytes(-len(data) % ALIGNMENT)


def _string(text: str) -> bytes:
    data = text.encode("utf-8")
    return struct.pack("<Q", len(data)) + data


class _Code(IntEnum):
    """The number that stands before a metadata value and says what it is."""

    UINT32 = 4
    INT32 = 5
    FLOAT32 = 6
    BOOL = 7
    STRING = 8
    ARRAY = 9


def _value(value: MetadataValue) -> bytes:
    match value:
        case bool():
            return struct.pack("<I?", _Code.BOOL, value)
        case int():
            return struct.pack("<II", _Code.UINT32, value)
        case float():
            return struct.pack("<If", _Code.FLOAT32, value)
        case str():
            return struct.pack("<I", _Code.STRING) + _string(value)
        case _:
            return struct.pack("<I", _Code.ARRAY) + _array(value)


def _array(values: Sequence[str] | Sequence[int]) -> bytes:
    """An array's elements behind their code and count; an empty array passes for one of integers."""
    strings = [_string(value) for value in values if isinstance(value, str)]
    if strings:
        return struct.pack("<IQ", _Code.STRING, len(strings)) + b"".join(strings)
    return struct.pack(f"<IQ{len(values)}i", _Code.INT32, len(values), *values)
