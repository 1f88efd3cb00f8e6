"""The offline manual over the project's own documentation: real questions find the page that answers them."""

import re
from pathlib import Path

import pytest

from llm._providers.manual.answer import answer
from llm._providers.manual.sections import manual_root, read_sections

DOCS = Path(__file__).parents[2] / "docs"
SECTIONS = read_sections(DOCS)

pytestmark = pytest.mark.skipif(len({section.page for section in SECTIONS}) < 5, reason="the manual is not written yet")

# Each question with words of which one is in the path of the page that answers it. Pages are known by name, so that
# rewording them, or moving a section to another page on the same subject, breaks nothing here.
QUESTIONS = {
    "How do I store an API key?": "keys",
    "set an openai key": "keys",
    "where are my keys stored": "keys",
    "can a password manager supply the key": "keys config",
    "how do I remove a key": "keys",
    "it says no key found": "troubleshooting keys errors",
    "How do I add my own server as an endpoint?": "endpoints",
    "connect to ollama": "endpoints",
    "llm endpoints add": "endpoints",
    "how do I choose the default model": "models first-prompt",
    "list all models": "models",
    "set the temperature": "options",
    "what is extra_body": "options",
    "how do I pass a system prompt": "pipes prompt conversations",
    "pipe a file into a prompt": "pipes",
    "what does --no-stream do": "pipes stream prompt",
    "how do I attach an image": "attachments",
    "where is the history database": "history",
    "how to disable logging": "history",
    "delete my history": "history",
    "what is the meaning of the exit codes": "exit-codes",
    "how are failed requests retried": "retries",
    "set a timeout": "timeouts",
    "proxy settings": "proxies",
    "how do I write a plugin": "plugins",
    "install a plugin": "plugins",
    "how do I use a template": "templates",
    "hold a conversation in Python": "conversations python",
    "async streaming": "async",
    "what is in config.toml": "config troubleshooting",
    "OPENAI_BASE_URL": "environment endpoints",
    "what is response.debug()": "debug",
    "test my code without a network": "testing",
    "uninstall llm": "install",
}


def source(question):
    found = re.search(r"^Source: (.*) § ", "".join(answer(question, SECTIONS)), re.MULTILINE)
    return found[1] if found else None


def test_the_manual_of_a_checkout_is_its_docs():
    assert manual_root() == DOCS


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_real_question_is_answered_from_a_page_about_it(question):
    page = source(question)
    assert page is not None
    assert any(word in page for word in QUESTIONS[question].split()), page


@pytest.mark.parametrize(
    "question",
    [
        "what is the capital of France",
        "hi",
        "write a haiku about pelicans and autumn leaves",
        "who won the football world cup in 2022",
        "translate good morning into Japanese",
        "what is 17 times 23",
        "explain quantum entanglement to a child",
        "recommend a restaurant in Paris",
        "how old is the universe",
        "what time is it",
        "tell me a joke",
        "what is a tuple in python",
        "give me five names for a cat",
    ],
)
def test_a_question_about_the_world_is_not_answered(question):
    assert source(question) is None
