"""Endpoints as users write them down."""

from __future__ import annotations

import pytest

from llm._config.endpoints import check_base_url, check_endpoint_name
from llm.errors import ConfigError


@pytest.mark.parametrize("name", ["vllm", "my-box.2_b", "0"])
def test_a_plain_name_is_taken(name: str) -> None:
    assert check_endpoint_name(name) == name


@pytest.mark.parametrize("name", ["", "A", "a/b", "-a", ".a", "a b", "ä", "a\n", "a:b"])
def test_any_other_name_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="cannot be the name of an endpoint") as caught:
        check_endpoint_name(name)
    assert "small letters" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("http://localhost:8080", "http://localhost:8080"),
        ("https://api.example.com/v1/", "https://api.example.com/v1"),
        ("http://[::1]:8080/v1//", "http://[::1]:8080/v1"),
        ("HTTPS://API.example.com/v1", "HTTPS://API.example.com/v1"),
        ("http://10.0.0.1/a@b", "http://10.0.0.1/a@b"),
    ],
)
def test_a_base_url_loses_the_slash_at_its_end(url: str, taken: str) -> None:
    assert check_base_url(url) == taken


@pytest.mark.parametrize(
    ("url", "why", "hint"),
    [
        ("", "must start with http:// or https://", "looks like"),
        ("localhost:8080/v1", "must start with http:// or https://", "Did you mean http://localhost:8080/v1?"),
        ("api.example.com/v1", "must start with http:// or https://", "Did you mean http://api.example.com/v1?"),
        ("ftp://example.com", "must start with http:// or https://", "looks like"),
        ("http:///v1", "and a host", "looks like"),
        ("http://host:99999", "is not a URL", "looks like"),
        ("http://[::1", "is not a URL", "looks like"),
        ("http://me:SECRET@host/v1", "user name or password", "llm keys set"),
        ("http://SECRET@host/v1", "user name or password", "llm keys set"),
        ("me:SECRET@host/v1", "must start with", "looks like"),
        ("http://host/v1?key=SECRET", "has a query", "Leave it out"),
        ("http://host/v1#SECRET", "has a query or a fragment", "Leave it out"),
        ("http://host/v1\nHost: x", "a control character", None),
        ("http://ho st/v1", "has a space", None),
        ("http://host\\@SECRET/v1", "", None),
        ("https://host/v1/chat/completions", "must end before /chat/completions", "Use https://host/v1"),
    ],
)
def test_any_other_url_is_refused_with_what_to_do_and_no_secret(url: str, why: str, hint: str | None) -> None:
    with pytest.raises(ConfigError, match=r"^The URL ") as caught:
        check_base_url(url)
    assert why in str(caught.value)
    assert hint is None or hint in str(caught.value.hint)
    assert "SECRET" not in f"{caught.value} {caught.value.hint}"
