"""The table of which piece of text comes next."""

from __future__ import annotations

import random

import pytest

from llm.testing.bigram import Bigrams


def told(*texts: str, most: int = 1000) -> Bigrams:
    table = Bigrams(texts, end="END", most=most)
    for text in texts:
        assert "".join(table.pieces(text)) == text
    return table


def test_each_word_is_a_piece_with_the_space_before_it() -> None:
    assert told("ten names for a pelican").pieces("ten names for a pelican") == [
        "ten",
        " names",
        " for",
        " a",
        " pelican",
    ]


def test_words_that_occur_again_are_joined_to_their_neighbours() -> None:
    pieces = told("no no no yes no yes").pieces("no no no yes no yes")
    assert len(pieces) == len(set(pieces))
    assert 1 < len(pieces) < 6


def test_a_text_without_spaces_is_cut_as_well() -> None:
    assert len(told("日本語の文章には空白がないので長い一語に見える").successor) > 1


def test_an_empty_text_is_followed_by_the_end_at_once() -> None:
    table = told("", "something")
    assert table.first[""] == "END"


def test_a_text_that_occurs_inside_of_another_is_told_too() -> None:
    told("b", "a b c", "c", "b c", "a b")


def test_texts_with_the_same_start_or_end_are_told_apart() -> None:
    told("Hello there, world", "Hello again, world", "Hello there")


@pytest.mark.parametrize("alphabet", ["a ", "ab \n", "é日 \t-"])
def test_any_texts_can_be_told(alphabet: str) -> None:
    chance = random.Random(alphabet)
    for _ in range(400):
        told(*("".join(chance.choices(alphabet, k=chance.randrange(40))) for _ in range(3)))


def test_a_long_text_is_cut_coarsely_enough_for_the_table_to_stay_small() -> None:
    text = " ".join(f"word{number}" for number in range(5000))
    assert 50 < len(told(text, most=100).successor) <= 100
