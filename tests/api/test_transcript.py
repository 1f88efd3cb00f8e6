"""A conversation as a document: Markdown, JSON and HTML."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from llm._api.history import History
from llm._api.html_text import html_text
from llm._api.transcript import Transcript
from llm._domain.attachment import Attachment
from llm._domain.message import Message, tool_message, user
from llm._domain.message_id import chain_id
from llm._domain.part import AttachmentPart, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from llm._domain.turn import Turn
from llm._storage.history import open_history
from llm._storage.ids import new_id
from llm._storage.query import ConversationRecord
from llm.errors import UnknownConversation

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
EVIL = """</code></pre><script>alert(1)</script>" onload='x' <img src=x onerror=alert(2)> &lt; `</p><b>` **<i>**
https://evil.example/"><script> javascript:alert(3) ]]> --> <!-- <style>"""
VOID = {"br", "img", "meta", "link"}
ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "main", "header", "section", "article", "h1", "h2", "p"),
    *("pre", "code", "strong", "a", "details", "summary", "figure", "img", "audio", "video", "span"),
}


class Page(HTMLParser):
    """A page that was read: its elements with their attributes, its text, and whether each element was closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open[-1:] != ["style"]:
            self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def turn(*parts: Part, said: tuple[Message, ...] = (user("Hi"),), **fields: Any) -> Turn:
    return Turn(
        new_id(),
        "01c",
        **{"model": "test/one", "input": said, "status": "done", "parts": parts, "started": 1800000000.0, **fields},
    )


def of(*turns: Turn, before: tuple[Message, ...] = (), **known: Any) -> Transcript:
    return Transcript(ConversationRecord("01c", **{"title": "Birds", **known}), before, turns)


def test_markdown_tells_who_said_what() -> None:
    text = of(turn(TextPart("Hello"), system="Be brief"), tags=("work",)).to_markdown()
    assert text == (
        "# Birds\n\nConversation: `01c` · #work\n\n## System\n\nBe brief\n\n*2027-01-15 08:00 UTC · test/one*\n\n"
        "## User\n\nHi\n\n## Assistant\n\nHello\n"
    )


def test_markdown_has_tools_files_reasoning_and_how_it_ended() -> None:
    call = ToolCallPart("add", {"a": 1}, "call_1")
    result = ToolResultPart("add", "```\n3\n```", "call_1", attachments=(Attachment("image/png", content=PNG),))
    files = user("Look", Attachment(url="https://a/b.png"), Attachment("text/plain", "/tmp/a.txt"))
    text = of(
        turn(ReasoningPart("Hm"), call, said=(files,)),
        turn(TextPart("3"), said=(tool_message(result),), status="error", error="It broke"),
    ).to_markdown()
    assert "Attachment: https://a/b.png\n\nAttachment (text/plain): /tmp/a.txt" in text
    assert "<details><summary>Reasoning</summary>\n\nHm\n\n</details>" in text
    assert 'Tool call: **add**\n\n```json\n{\n  "a": 1\n}\n```' in text
    assert "````\n```\n3\n```\n````\n\nAttachment (image/png): 28 bytes" in text
    assert text.endswith("3\n\n*Status: error: It broke*\n")


def test_json_has_every_message_with_its_id() -> None:
    before = (user("Earlier"), Message("assistant", ("Yes",)))
    one = turn(TextPart("Hello"), AttachmentPart(Attachment("image/png", content=PNG)), after=chain_id(before))
    value = json.loads(json.dumps(of(one, before=before, name="Birds", used=1800000000.5).to_dict()))
    assert [message["id"] for message in value["before"]] == [chain_id(before[:1]), chain_id(before)]
    (asked,) = value["turns"][0]["input"]
    assert asked == {
        "id": chain_id(one.input, one.after),
        "role": "user",
        "parts": [{"type": "text", "text": "Hi"}],
    }
    answer = value["turns"][0]["answer"]
    assert answer["id"] == chain_id((*one.input, *one.answer), one.after)
    assert answer["parts"][1]["attachment"]["content"] == base64.b64encode(PNG).decode()
    assert (value["name"], value["last_used_utc"]) == ("Birds", "2027-01-15T08:00:00.500+00:00")


def test_html_is_one_page_that_loads_and_runs_nothing() -> None:
    page = Page(of(turn(TextPart("See https://example.com/a?b=1&c=2."))).to_html())
    policy = next(meta["content"] for meta in page.all("meta") if meta.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    assert "script" not in policy
    assert page.all("script") == page.all("link") == page.all("iframe") == []
    assert [link["href"] for link in page.all("a")] == ["https://example.com/a?b=1&c=2"]
    assert "See https://example.com/a?b=1&c=2." in page.text


def test_whatever_is_said_is_text_of_the_page() -> None:
    """In every place where something that people or models wrote stands."""
    said = (
        user(EVIL, Attachment(EVIL, content=b"x"), Attachment("image/png", EVIL, content=PNG), Attachment(url=EVIL)),
    )
    evil = turn(
        TextPart(EVIL), TextPart(f"```{EVIL}\n{EVIL}\n```"), TextPart(f"# {EVIL}"), ReasoningPart(EVIL),
        ToolCallPart(EVIL, {EVIL: EVIL}), ToolCallPart(EVIL, {}, raw=EVIL),
        ToolResultPart(EVIL, EVIL, attachments=(Attachment(EVIL, EVIL, EVIL),), exception=EVIL),
        said=said, model=EVIL, system=EVIL, status="error", error=EVIL,
    )  # fmt: skip
    page = Page(of(evil, before=said, title=EVIL, tags=(EVIL,)).to_html())
    assert {tag for tag, _ in page.elements} <= ALLOWED
    attributes = {(tag, name) for tag, found in page.elements for name in found}
    assert not {name for _, name in attributes if name.startswith("on")}
    assert {name for tag, name in attributes if tag == "img"} == {"alt", "src"}
    for link in page.all("a"):
        assert re.match(r"https://evil\.example/$|data:application/octet-stream;base64,", str(link["href"]))
    assert page.text.count("<script>alert(1)</script>") >= 15, "nothing of it is lost"


def test_images_and_sounds_are_in_the_page_and_other_files_can_be_saved() -> None:
    files = (
        Attachment("image/png", content=PNG),
        Attachment("audio/mpeg", content=b"ID3"),
        Attachment("video/mp4", content=b"film"),
        Attachment("image/svg+xml", "/tmp/a b.svg", None, b"<svg onload=alert(1)>"),
    )
    page = Page(of(turn(said=(user("Look", *files),))).to_html())
    assert [image["src"] for image in page.all("img")] == [f"data:image/png;base64,{base64.b64encode(PNG).decode()}"]
    assert [sound["src"] for sound in page.all("audio")] == ["data:audio/mpeg;base64,SUQz"]
    assert [film["src"] for film in page.all("video")] == ["data:video/mp4;base64,ZmlsbQ=="]
    (saved,) = page.all("a")
    assert saved["download"] == "a b.svg"
    assert str(saved["href"]).startswith("data:application/octet-stream;base64,")


def test_html_has_no_characters_that_it_does_not_know() -> None:
    page = of(turn(TextPart("a\x00b\x1b[31mc\x85d\ud800e\nf\tg"))).to_html()
    assert "a�b�[31mc�d�e\nf\tg" in page
    assert page.encode()


def test_a_turn_that_goes_on_from_an_earlier_point_says_so() -> None:
    first = turn(TextPart("One"))
    end = chain_id((*first.input, *first.answer))
    second, third = turn(TextPart("Two"), after=end), turn(TextPart("Three"), after=end)
    assert "earlier point" not in of(first, second).to_html()
    assert of(first, second, third).to_html().count("earlier point") == 1


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("one\ntwo\n\nthree", '<p dir="auto">one\ntwo</p>\n<p dir="auto">three</p>'),
        ("# A `b`", '<p class="heading" dir="auto">A <code>b</code></p>'),
        ("```py\n\n# no heading\n```\nx", '<pre><code>\n# no heading</code></pre>\n<p dir="auto">x</p>'),
        ("````\n```\n````", "<pre><code>```</code></pre>"),
        ("~~~\n**a** <b>", "<pre><code>**a** &lt;b&gt;</code></pre>"),
        ("`**a**` **b** * c", '<p dir="auto"><code>**a**</code> <strong>b</strong> * c</p>'),
        ("#hash", '<p dir="auto">#hash</p>'),
        ("ftp://a/b", '<p dir="auto">ftp://a/b</p>'),
        ("", ""),
    ],
)
def test_markdown_is_shown_as_what_it_means_where_that_is_sure(text: str, html: str) -> None:
    assert html_text(text) == html


def test_long_texts_of_marks_take_no_long_time() -> None:
    for mark in ("`", "*", "**", "#", "```\n", "http://", "_", "[", "~~~ "):
        assert html_text(mark * 20_000)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with History(tmp_path / "history.db") as history:
        yield history


def test_a_fork_has_what_was_said_before_it(history: History) -> None:
    store = open_history(history.path)
    one = turn(TextPart("Hello"))
    store.add(one)
    store.close()
    fork = history.fork(one.id, name="fork")
    assert history.transcript("fork").before == (*one.input, *one.answer)
    assert history.transcript("fork").turns == ()
    assert "Hello" in history.transcript(fork).to_markdown()
    assert history.transcript("01c").turns == (one,)
    assert history.transcript("01c").before == ()


def test_an_unknown_conversation_has_no_transcript(history: History) -> None:
    with pytest.raises(UnknownConversation):
        history.transcript("nothing")


def test_turns_that_go_on_from_the_same_message_are_branches() -> None:
    first = turn(TextPart("One"))
    end = chain_id((*first.input, *first.answer))
    second, third = turn(TextPart("Two"), after=end), turn(TextPart("Three"), after=end)
    last = turn(TextPart("Four"), after=chain_id((*third.input, *third.answer), end))
    again = replace(first, id=new_id())
    roots = of(first, second, third, last, again).branches()
    assert [branch.turn for branch in roots] == [first, again]
    assert [branch.turn for branch in roots[0].following] == [second, third]
    assert [branch.turn for branch in roots[0].following[1].following] == [last]
