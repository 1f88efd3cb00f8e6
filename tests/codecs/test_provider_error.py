"""Errors carry what the provider said, in whatever form it said it, and no secrets."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from codec_replies import ENDPOINT, decode

from llm._codecs import chat
from llm._codecs.redaction import redact
from llm.errors import AuthenticationError, ProviderError, RateLimitError

DETAIL = [{"type": "extra_forbidden", "loc": ["body", "stream_options"], "msg": "Extra inputs are not permitted"}]


def error(status: int, body: Any = b"", headers: dict[str, str] | None = None, **more: Any) -> ProviderError:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return chat.error(status, headers or {}, data, ENDPOINT, **more)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"error": {"message": "No such model", "type": "t", "param": None, "code": "c"}}, "No such model"),
        ({"error": "No such model"}, "No such model"),
        ({"error": {"message": {"text": 1, "detail": "No such model"}}}, "No such model"),
        ({"code": "c", "error": "No such model"}, "No such model"),
        ({"message": "No such model"}, "No such model"),
        ({"detail": "No such model"}, "No such model"),
        ({"detail": DETAIL}, "body.stream_options: Extra inputs are not permitted"),
        ({"object": "error", "message": {"detail": DETAIL}, "type": "t"}, "body.stream_options: Extra inputs"),
        ({"detail": [{"loc": ["body", 0], "msg": "Bad"}, {"msg": "Worse"}]}, "body.0: Bad; Worse"),
        ([{"error": {"code": 400, "message": "No such model", "status": "INVALID_ARGUMENT"}}], "No such model"),
        ({"errors": [{"message": "No such model"}]}, "No such model"),
        ({"code": 500, "msg": "404 NOT_FOUND", "success": False}, "404 NOT_FOUND"),
        ({"error": {"message": "Provider returned error", "metadata": {"raw": "Too busy"}}},
         "Provider returned error (Too busy)"),
        ({"error": {"message": "Failed", "metadata": {"raw": '{"error": {"message": "Busy"}}'}}}, "Failed (Busy)"),
        (b"Service unavailable\n", "Service unavailable"),
        (b"<html><head><title>502 Bad Gateway</title></head>" + b"x" * 5000, "an HTML page (502 Bad Gateway)"),
        (b"<!doctype html><h1>Oh <b>no</b></h1>", "an HTML page (Oh no)"),
        (b"", "Bad Request"),
        (b"{}", "Bad Request"),
        (b'{"error": {}}', "Bad Request"),
    ],
)  # fmt: skip
def test_the_providers_message_is_found(body: Any, message: str) -> None:
    """In all forms of error bodies, and in a few words where the body is no error or nothing."""
    found = error(400, body)
    assert str(found).startswith(f"Acme answered 400: {message}")
    assert len(str(found)) < 200
    assert found.status == 400


@pytest.mark.parametrize(
    ("body", "code", "kind"),
    [
        ({"error": {"message": "m", "type": "t", "code": "c"}}, "c", "t"),
        ({"error": {"message": "m", "code": 429}}, 429, None),
        ({"message": "m", "type": "t", "code": "1300"}, "1300", "t"),
        ({"code": "c", "error": "m"}, "c", None),
        ({"error": {"message": "m", "type": "", "code": ""}}, None, None),
        ({"error": {"message": "m", "code": None}, "code": 3}, 3, None),
        (b"text", None, None),
    ],
)
def test_code_and_type_are_the_providers(body: Any, code: str | int | None, kind: str | None) -> None:
    """The innermost object that has them tells."""
    found = error(400, body)
    assert (found.code, found.type) == (code, kind)


@pytest.mark.parametrize(
    ("status", "kind", "retryable"),
    [
        (400, ProviderError, False),
        (401, AuthenticationError, False),
        (403, AuthenticationError, False),
        (404, ProviderError, False),
        (408, ProviderError, True),
        (429, RateLimitError, True),
        (500, ProviderError, True),
        (529, ProviderError, True),
        (799, ProviderError, True),
    ],
)
def test_the_status_decides_the_kind(status: int, kind: type[ProviderError], retryable: bool) -> None:
    """A key that is not accepted, a limit, and everything else."""
    found = error(status)
    assert type(found) is kind
    assert found.retryable is retryable


def test_hints_say_what_to_do() -> None:
    """A wrong key and an unknown model each have a command."""
    assert error(401).hint == "Set its key with: llm keys set acme"
    assert error(404).hint == "See what it has with: llm endpoints models acme"


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ({"X-Request-Id": "req_1", "CF-Ray": "x"}, b"", "req_1"),
        ({"request-id": "req_1"}, b"", "req_1"),
        ({}, {"error": {"message": "m"}, "request_id": "req_1"}, "req_1"),
        ({}, b"", None),
    ],
)
def test_the_request_id_is_found(headers: dict[str, str], body: Any, expected: str | None) -> None:
    """In the headers that services use, whatever their case, else in the body."""
    assert error(500, body, headers).request_id == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "1500", "retry-after": "7"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "7"}, 7.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:30 GMT"}, 30.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:27:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": ""}, None),
        ({}, None),
    ],
)
def test_the_wait_that_is_asked_for_is_in_seconds(headers: dict[str, str], expected: float | None) -> None:
    """Seconds, milliseconds or a date, which counts from now; what is none of these is none."""
    assert error(429, headers=headers, now=1445412480.0).retry_after == expected


def test_a_date_counts_from_the_replys_own_without_a_clock() -> None:
    """The server's Date header stands in for now."""
    dates = {"retry-after": "Wed, 21 Oct 2015 07:28:30 GMT", "date": "Wed, 21 Oct 2015 07:28:00 GMT"}
    assert error(429, headers=dates).retry_after == 30.0
    assert error(429, headers={"retry-after": dates["retry-after"]}).retry_after is None


@pytest.mark.parametrize(
    "message",
    [
        "Incorrect API key provided: {key}. You can find your API key at https://acme.test.",
        "Incorrect API key provided: sk-proj-********************************abcd.",
        "Incorrect API key provided: my*key.",
        "Authorization: Bearer {key}",
        "invalid x-api-key {key}",
        "bad key sk-ant-api03-abcdefghijk",
        "bad key gsk_abcdefghijklmnop",
        "bad key AIzaSyA1234567890abcdef",
        "key abcd****wxyz is not known",
    ],
)
def test_no_key_is_repeated(message: str) -> None:
    """The key that was sent, any other that looks like one, and keys that the provider masks itself are left out."""
    key = "hush-1234567890"
    for body in ({"error": {"message": message.format(key=key), "code": key}}, message.format(key=key).encode()):
        found = error(401, body, key=key)
        shown = f"{found} {found!r} {found.__dict__}"
        for secret in (key, "abcd", "sk-", "gsk_a", "AIza", "***", "my*key"):
            assert secret not in shown
        assert "[redacted]" in shown


def test_ordinary_words_are_not_taken_for_keys() -> None:
    """Messages stay readable."""
    message = "The task-list for hf-inference/risk-assessment needs **bold** text, ask-me-anything, api key missing"
    assert message in str(error(400, {"error": message}, key="hush-1234567890"))


def test_a_long_message_is_cut() -> None:
    """An upstream's dump is no message."""
    assert len(str(error(400, {"error": "x" * 100_000}))) < 2100
    assert len(str(error(400, b"y " * 100_000))) < 500


@pytest.mark.parametrize("depth", [40, 300, 5000])
def test_errors_within_errors_take_linear_time(depth: int) -> None:
    """Each level is looked into once, and not more of them than an error can mean."""
    body = b'{"error":' * depth + b"{}" + b"}" * depth
    started = time.process_time()
    assert str(error(400, body)).startswith("Acme answered 400: ")
    streamed = decode([b"data: " + body + b"\n\n"]).error
    assert isinstance(streamed, ProviderError)
    assert time.process_time() - started < 1, "twice the time for each level would be years"


@pytest.mark.parametrize(
    "body",
    [
        b'{"error": ' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"message": "m", "loc": ' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"error": {"message": "m", "metadata": {"raw": ' + b"[" * 900 + b"]" * 900 + b"}}}",
        b'{"error": {"message": "m", "metadata": {"raw": "\\ud800"}}}',
        b'{"error": {"message": "\\ud800", "type": "\\ud800", "code": "\\ud800"}}',
        b"[" * 100_000,
    ],
)
def test_no_error_body_is_a_crash(body: bytes) -> None:
    """However deep it is, and with halves of characters, which could be neither printed nor stored."""
    found = error(400, body)
    assert type(found) is ProviderError
    assert f"{found} {found.type} {found.code}".encode()


def test_a_number_that_is_no_code_is_left_out() -> None:
    """One of thousands of digits fits in no store."""
    found = decode([b'data: {"error": {"message": "m", "code": ' + b"9" * 4000 + b"}}\n\n"]).error
    assert isinstance(found, ProviderError)
    assert (str(found), found.code) == ("Acme reported an error: m", None)


KEY = "hush/" + "0123456789" * 3


def shows(text: str) -> bool:
    """Whether a text tells eight characters of the key or more."""
    return any(KEY[start : start + 8] in text for start in range(len(KEY) - 7))


@pytest.mark.parametrize("secrets", [{"key": KEY}, {"secrets": ("", KEY)}, {"key": "other", "secrets": (f" {KEY}\n",)}])
@pytest.mark.parametrize("escaped", [KEY, KEY.replace("/", "\\/")])
def test_no_part_of_a_key_is_left_where_a_message_is_cut(secrets: dict[str, Any], escaped: str) -> None:
    """Wherever the cut goes: keys are taken out before it."""
    for limit in (400, 2000):
        for before in range(limit - 45, limit + 5):
            for body in (b"x" * before + escaped.encode(), b'{"error": "%s%s y"}' % (b"x" * before, escaped.encode())):
                assert not shows(str(error(400, body, **secrets)))


@pytest.mark.parametrize("before", range(3150, 3205, 5))
def test_no_part_of_a_key_is_left_behind_white_space(before: int) -> None:
    """An excerpt is of a window that a lot of white space fits into."""
    assert not shows(str(error(400, b"Bad" + b" " * before + KEY.encode() + b" z", key=KEY)))


def test_no_part_of_a_key_is_left_where_the_connection_broke() -> None:
    """The beginning of a key at the end of a body is taken for what it is."""
    for size in range(8, len(KEY)):
        found = error(400, b'{"error": "no such key as ' + KEY[:size].encode(), key=KEY)
        assert not shows(str(found))
        assert "no such key as" in str(found)


def test_no_key_is_in_what_else_is_known_of_an_error() -> None:
    """Type, code and request id are the provider's words too."""
    for place in ("type", "code", "request_id"):
        found = error(400, {"error": {"message": "m", place: f"x {KEY}"}}, secrets=(KEY,))
        assert not shows(repr(found.__dict__))
        assert getattr(found, place) == "x [redacted]"
    assert error(400, headers={"x-request-id": KEY}, key=KEY).request_id == "[redacted]"


def test_keys_are_found_in_linear_time() -> None:
    """A long word is no key, and is looked at once."""
    started = time.process_time()
    assert redact("x" * 200_000) == "x" * 200_000
    assert time.process_time() - started < 2, "a search from each of its letters would take minutes"
