"""The file format of models."""

from __future__ import annotations

import struct
from pathlib import Path

from llm.testing.gguf import Tensor, TensorType, write_gguf


def test_the_header_counts_tensors_and_metadata(tmp_path: Path) -> None:
    path = tmp_path / "a.gguf"
    write_gguf(path, {"one": 1, "two": "zwei"}, [Tensor("t", (4,), bytes(8))])
    assert struct.unpack_from("<4sIQQ", path.read_bytes()) == (b"GGUF", 3, 1, 2)


def test_metadata_values_carry_their_types(tmp_path: Path) -> None:
    path = tmp_path / "a.gguf"
    write_gguf(path, {"n": 7, "x": 0.5, "b": True, "s": "é", "texts": ["a"], "numbers": [-1]}, [])
    data = path.read_bytes()
    assert b"n" + struct.pack("<II", 4, 7) in data
    assert b"x" + struct.pack("<If", 6, 0.5) in data
    assert b"b" + struct.pack("<I?", 7, True) in data
    assert b"s" + struct.pack("<IQ", 8, 2) + "é".encode() in data
    assert b"texts" + struct.pack("<IIQQ", 9, 8, 1, 1) + b"a" in data
    assert b"numbers" + struct.pack("<IIQi", 9, 5, 1, -1) in data


def test_every_tensor_starts_where_its_entry_says_on_a_multiple_of_32_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.gguf"
    first = Tensor("first", (3, 1), b"\1" * 12, TensorType.F32)
    second = Tensor("second", (5,), b"\2" * 10)
    write_gguf(path, {}, [first, second])
    data = path.read_bytes()
    assert b"first" + struct.pack("<IQQIQ", 2, 3, 1, TensorType.F32, 0) in data
    assert b"second" + struct.pack("<IQIQ", 1, 5, TensorType.F16, 32) in data
    start = len(data) - 64
    assert start % 32 == 0
    assert data[start : start + 32] == first.data + bytes(20)
    assert data[start + 32 :] == second.data + bytes(22)
