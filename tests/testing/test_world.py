"""The default test world of this project."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest


def test_no_keys_proxies_or_settings_are_in_the_environment() -> None:
    settings = {name for name in os.environ if name.startswith("LLM_")}
    assert settings == {"LLM_USER_PATH", "LLM_LOAD_PLUGINS"}
    assert not [name for name in os.environ if name.upper().endswith(("_API_KEY", "_PROXY", "_BASE_URL"))]


def test_the_user_directory_is_the_tests_own(tmp_path: Path) -> None:
    assert Path(os.environ["LLM_USER_PATH"]).parent == tmp_path
    assert not Path(os.environ["LLM_USER_PATH"]).exists()


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_connecting_to_another_machine_fails_the_test(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as client:
        with pytest.raises(pytest.fail.Exception, match="loopback only"):
            client.connect((host, 80))
        with pytest.raises(pytest.fail.Exception, match="loopback only"):
            client.connect_ex((host, 80))


def test_looking_up_another_machine_fails_the_test() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"looked up api\.example\.com"):
        socket.create_connection(("api.example.com", 443))


def test_an_invalid_name_is_not_found_without_asking_anybody() -> None:
    with pytest.raises(socket.gaierror):
        socket.create_connection(("nowhere.invalid", 443))


def test_loopback_is_reached_by_name_and_number() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, port), timeout=5).close()
