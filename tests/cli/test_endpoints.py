"""`llm endpoints`: the servers that models are asked at."""

from __future__ import annotations

from llm.testing import FaultyServer, Reply, chat_stream, error_reply, models_reply

from .command import connect, llm, user_dir
from .conftest import Serve


def rows() -> dict[str, dict[str, object]]:
    return {row["name"]: row for row in llm("endpoints", "list", "--json").json}


def test_a_server_is_added_used_and_removed() -> None:
    with FaultyServer(chat_stream("Hello")) as server:
        added = llm("endpoints", "add", "mine", f"{server.url}/")
        assert (added.code, added.out) == (0, "")
        assert "llm -m mine/MODEL" in added.err
        assert "llm endpoints models mine" in added.err
        assert llm("-m", "mine/org/model", "hi").out == "Hello\n"
    assert server.exchanges[0].json()["model"] == "org/model"
    assert llm("endpoints", "remove", "mine") == (0, "", "")
    assert llm("-m", "mine/org/model", "hi").code == 3


def test_adding_a_server_keeps_the_comments_of_the_file() -> None:
    user_dir().mkdir()
    (user_dir() / "config.toml").write_text("# mine alone\n[timeouts]\nconnect = 3 # quick\n", "utf-8")
    llm("endpoints", "add", "mine", "http://localhost:8080/v1")
    text = (user_dir() / "config.toml").read_text("utf-8")
    assert text.startswith("# mine alone\n[timeouts]\nconnect = 3 # quick\n")
    assert 'base_url = "http://localhost:8080/v1"' in text


def test_the_list_has_the_users_own_first_and_says_where_a_key_is() -> None:
    llm("endpoints", "add", "mine", "https://example.com/v1", "--key-name", "work", "--key-env", "WORK_API_KEY")
    llm("keys", "set", "groq", "--value", "sk-groq")
    lines = llm("endpoints").out.splitlines()
    assert lines[0].split() == ["mine", "https://example.com/v1", "needs", "the", "key", "work", "(config.toml)"]
    shown = {line.split()[0]: line.split(maxsplit=2)[2] for line in lines}
    assert shown["groq"] == "key: groq"
    assert shown["openai"] == "needs the key openai"
    assert shown["ollama"] == "no key needed"
    assert "sk-groq" not in "".join(lines)


def test_json_has_the_facts_of_a_server() -> None:
    llm("endpoints", "add", "mine", "https://example.com/v1", "--key-env", "WORK_API_KEY", "--dialect", "vllm")
    assert rows()["mine"] == {
        "name": "mine",
        "title": "",
        "base_url": "https://example.com/v1",
        "key_name": "mine",
        "key_env": "WORK_API_KEY",
        "needs_key": True,
        "has_key": False,
        "wire": "chat",
        "dialect": "vllm",
        "own": True,
    }


def test_the_address_of_openai_is_the_one_that_the_environment_names() -> None:
    done = llm("endpoints", "list", "--json", OPENAI_BASE_URL="http://localhost:9/v1/")
    assert next(row["base_url"] for row in done.json if row["name"] == "openai") == "http://localhost:9/v1"


def test_a_dialect_that_does_not_exist_is_refused_and_nothing_written() -> None:
    done = llm("endpoints", "add", "mine", "http://localhost:8080/v1", "--dialect", "klingon")
    assert done.code == 2
    assert "There is no dialect 'klingon'" in done.err
    assert not (user_dir() / "config.toml").exists()


def test_a_server_that_was_built_in_cannot_be_removed_and_one_of_that_name_replaces_it() -> None:
    assert llm("endpoints", "remove", "ollama").code == 2
    llm("endpoints", "add", "ollama", "http://bigbox:11434/v1")
    assert rows()["ollama"]["base_url"] == "http://bigbox:11434/v1"


def test_a_server_is_asked_which_models_it_has(serve: Serve) -> None:
    server = serve(models_reply("small", "org/large"), models_reply("small"))
    assert llm("endpoints", "models", "mine") == (0, "mine/small\nmine/org/large\n", "")
    assert llm("endpoints", "models", "mine", "--json").json == ["mine/small"]
    assert (server.exchanges[0].method, server.exchanges[0].path) == ("GET", "/v1/models")
    assert "authorization" not in server.exchanges[0].headers


def test_the_key_of_a_server_goes_with_the_question(serve: Serve) -> None:
    server = serve(models_reply("small"), models_reply("small"), key_name="work")
    assert llm("endpoints", "models", "mine").code == 4
    llm("keys", "set", "work", "--value", "sk-work")
    llm("endpoints", "models", "mine")
    llm("endpoints", "models", "mine", "--key", "sk-other")
    sent = [exchange.headers["authorization"] for exchange in server.exchanges]
    assert sent == ["Bearer sk-work", "Bearer sk-other"]


def test_a_server_without_models_says_so(serve: Serve) -> None:
    serve(models_reply())
    assert llm("endpoints", "models", "mine") == (0, "", "mine says that it has no models\n")


def test_what_a_server_says_instead_of_its_models_is_told_and_its_address_shown(serve: Serve) -> None:
    page = Reply(["<html>Welcome</html>"], headers={"Content-Type": "text/html"})
    server = serve(page, error_reply(404, "Not found"), error_reply(401, "Who are you?"))
    for code, words in ((7, "not JSON"), (7, "Not found")):
        done = llm("endpoints", "models", "mine")
        assert done.code == code
        assert words in done.err
        assert f"Hint: Is this its address? {server.url}\n" in done.err
    assert llm("endpoints", "models", "mine").code == 4


def test_a_server_that_is_down_is_told_with_its_host() -> None:
    with FaultyServer() as server:
        url, port = server.url, server.port
    connect(url)
    done = llm("endpoints", "models", "mine")
    assert done.code == 8
    assert f"127.0.0.1:{port}" in done.err


def test_a_server_of_that_name_that_is_not_known_offers_the_right_one() -> None:
    done = llm("endpoints", "models", "olama")
    assert done == (2, "", "Error: There is no endpoint 'olama'\nHint: Did you mean ollama?\n")


def test_names_of_a_server_that_would_forge_lines_or_steer_a_terminal_are_counted_alone(serve: Serve) -> None:
    names = ("small", "evil\nmine/forged", "\x1b]0;owned\x07", "a\rb", "\x9b31m")
    serve(*[models_reply(*names)] * 2)
    done = llm("endpoints", "models", "mine")
    assert done == (0, "mine/small\n", "4 more with control characters in the name; --json shows all\n")
    assert llm("endpoints", "models", "mine", "--json").json == [f"mine/{name}" for name in names]
