"""A text gives way to another one in whatever form it stands."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable
from urllib.parse import quote, quote_plus, unquote

import pytest

from llm._storage.rewriting import Rewriting
from llm.errors import RequestError

SECRETS = [
    "pelican-4711",
    'say "pelican"\n\ttwice',
    "Größe der Möwe",
    "🐦 fliegt",
    "a & b < c > 'd'",
    r"C:\new\pelican",
    "100% pelican+gull",
    "half \udcff character",
]


def redact(secret: str, text: str) -> str:
    return Rewriting.of_text(secret, "[redacted]")(text)


@pytest.mark.parametrize("secret", SECRETS)
def test_a_text_is_found_as_it_is(secret: str) -> None:
    assert redact(secret, f"before {secret} between {secret}{secret} after") == (
        "before [redacted] between [redacted][redacted] after"
    )


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("ascii", [True, False])
def test_a_text_is_found_in_json_and_the_json_stays_json(secret: str, ascii: bool) -> None:
    text = json.dumps({"q": f"\nÜ: {secret}!", secret: [1]}, ensure_ascii=ascii)
    assert json.loads(redact(secret, text)) == {"q": "\nÜ: [redacted]!", "[redacted]": [1]}


@pytest.mark.parametrize("secret", SECRETS)
def test_a_text_is_found_in_json_that_is_in_json(secret: str) -> None:
    text = secret
    for _ in range(3):
        text = json.dumps(["\\ü", text])
    read = json.loads(redact(secret, text))
    for _ in range(2):
        assert read[0] == "\\ü"
        read = json.loads(read[1])
    assert read == ["\\ü", "[redacted]"]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("escape", [repr, ascii])
def test_a_text_is_found_in_what_python_prints_of_it(secret: str, escape: Callable[[str], str]) -> None:
    assert "[redacted]" in redact(secret, f"ValueError: {escape(secret)} is wrong")


def small(text: str) -> str:
    return re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), quote(text, safe=""))


@pytest.mark.parametrize("secret", SECRETS[:-1])
@pytest.mark.parametrize("escape", [quote, quote_plus, small])
def test_a_text_is_found_in_an_address(secret: str, escape: Callable[[str], str]) -> None:
    redacted = redact(secret, f"https://x.example/%C3%BC?q={escape(secret)}&z=1%20")
    assert unquote(redacted) == "https://x.example/ü?q=[redacted]&z=1 "


@pytest.mark.parametrize("secret", ["a & b < c > 'd'", 'Möwe "gull"'])
def test_a_text_is_found_in_html(secret: str) -> None:
    assert redact(secret, f"<b>&eacute;{html.escape(secret)}</b>") == "<b>&eacute;[redacted]</b>"
    numbered = "".join(f"&#{ord(letter)};" for letter in secret)
    assert redact(secret, f"<b>{numbered}</b>") == "<b>[redacted]</b>"


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("before", ["", "x", "xy", "xyz"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_text_is_found_in_base64(secret: str, before: str, encode: Callable[[bytes], bytes]) -> None:
    data = f"{before}{secret} and so on".encode("utf-8", "surrogatepass")
    redacted = redact(secret, f"data:text/plain;base64,{encode(data).decode()}.")
    assert redacted.startswith("data:text/plain;base64,")
    assert redacted.endswith(".")
    inside = redacted[len("data:text/plain;base64,") : -1]
    assert base64.b64decode(inside) == f"{before}[redacted] and so on".encode()


def test_a_text_is_found_in_base64_in_lines() -> None:
    text = base64.encodebytes(b"x" * 50 + b"pelican-4711" + b"y" * 90).decode()
    assert b"pelican" not in base64.b64decode(redact("pelican-4711", text))


def test_two_halves_of_a_character_are_that_character() -> None:
    assert redact("bird \ud83d\udc26", "a bird 🐦 flies") == "a [redacted] flies"


def test_what_is_not_it_stays_as_it_is() -> None:
    text = r'pelican \" \n %20 + &amp; Q2xlYW4gdGV4dCBpbiBiYXNlNjQ= {"a": "\u00e4"}'
    assert redact("gull", text) == text


def test_matches_at_several_depths_do_not_get_into_each_others_way() -> None:
    text = json.dumps(json.dumps("größer")) + json.dumps("größer") + "größer" + json.dumps("größer ") * 3
    assert redact("größer", text).count("[redacted]") == 6


def test_many_matches_take_time_that_grows_with_their_number_alone() -> None:
    """Once it was their square: 20,000 took minutes, and now a blink."""
    rewrite = Rewriting.of_text("secret", "[x]")
    assert rewrite(r"s\u0065cret " * 20_000).count("[x]") == 20_000
    assert rewrite("s%65cret " * 20_000).count("%5Bx%5D") == 20_000
    words = "ordinary words of the language " * 20_000
    assert rewrite(words) == words


def test_a_pattern_is_found_plainly_and_escaped() -> None:
    rewrite = Rewriting.of_pattern(r"[a-z]+@\S+\.example", "[address]")
    assert rewrite("to a@b.example and c@d.example") == "to [address] and [address]"
    assert rewrite("q=gull%40nest.example") == "q=%5Baddress%5D"


def test_a_file_keeps_the_bytes_that_are_no_text() -> None:
    rewrite = Rewriting.of_text("Möwe", "[redacted]")
    noise = bytes(range(256))
    assert rewrite.file(noise) == noise
    assert rewrite.file(noise + "Möwe".encode() + noise) == noise + b"[redacted]" + noise
    assert rewrite.file(b"\xc3" + "Möwe".encode()) == b"\xc3[redacted]"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_is_found_in_a_file_in_utf_16(encoding: str) -> None:
    data = "eine Möwe fliegt".encode(encoding)
    assert Rewriting.of_text("Möwe", "[redacted]").file(data) == "eine [redacted] fliegt".encode(encoding)
    odd = b"\xff\x00\xff" + data
    assert "Möwe".encode("utf-16-le") not in Rewriting.of_text("Möwe", "x").file(odd)


@pytest.mark.parametrize(
    ("pattern", "replacement", "why"),
    [
        ("(", "x", "cannot be used"),
        ("a{99999999999}", "x", "cannot be used"),
        ("a*", "x", "nothing to redact"),
        ("[a-z]+", "gone", "fits the replacement"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_an_error(pattern: str, replacement: str, why: str) -> None:
    with pytest.raises(RequestError, match=why):
        Rewriting.of_pattern(pattern, replacement)


@pytest.mark.parametrize(("text", "replacement"), [("", "x"), ("e", "[redacted]")])
def test_a_text_that_cannot_go_is_an_error(text: str, replacement: str) -> None:
    with pytest.raises(RequestError):
        Rewriting.of_text(text, replacement)
