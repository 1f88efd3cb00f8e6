"""The offline manual over the project's own documentation: real questions find the page that answers them."""

import re
from pathlib import Path

import pytest

from llm._providers.manual.answer import answer
from llm._providers.manual.sections import manual_root, read_sections

DOCS = Path(__file__).parents[2] / "docs"
SECTIONS = read_sections(DOCS)

pytestmark = pytest.mark.skipif(len({section.page for section in SECTIONS}) < 5, reason="the manual is not written yet")

# Each question with words of which one is in the name of the page that answers it. Pages are known by name, not by
# place, so that moving or rewording them breaks nothing here.
QUESTIONS = {
    "How do I store an API key?": "key",
    "where are my keys kept": "key",
    "set an openai key": "key",
    "can a password manager supply the key": "key",
    "how do I remove a key": "key",
    "How do I add my own server as an endpoint?": "endpoint server local",
    "connect to ollama": "endpoint server local",
    "llm endpoints add": "endpoint server local cli command",
    "how do I choose the default model": "model default",
    "list all models": "model cli command",
    "set the temperature": "option",
    "what is extra_body": "option",
    "how do I pass a system prompt": "prompt template",
    "pipe a file into a prompt": "prompt pipe stdin first",
    "how do I turn off streaming": "stream prompt cli command",
    "where is the history database": "log history files",
    "show the last prompts and responses": "log history",
    "what does exit code 3 mean": "exit error",
    "how are failed requests retried": "retr timeout error",
    "set a timeout": "retr timeout error config",
    "how do I write a plugin": "plugin",
    "register a model from a plugin": "plugin",
    "install a plugin": "plugin",
    "use llm from Python": "python api",
    "how do I continue a conversation in Python": "python api conversation",
    "async response": "python api async",
    "what is in config.toml": "config files",
    "test my code without a network": "test",
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
    assert any(word in page.rpartition("/")[2] for word in QUESTIONS[question].split()), page


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
    ],
)
def test_a_question_about_the_world_is_not_answered(question):
    assert source(question) is None
