"""The offline manual over small trees of Markdown: cutting, searching, quoting, and the limits of it."""

import time

import pytest

from llm._providers.manual.answer import LABEL, answer, cut
from llm._providers.manual.bm25 import search
from llm._providers.manual.sections import read_sections, split_page
from llm._providers.manual.terms import _IRREGULAR, question_terms, stem

KEYS = """\
# Keys

A key is what a provider knows you by. LLM stores keys in a file that only you can read.

## Store a key

```console
$ llm keys set openai
Enter key: ...
```

It is written to `keys.json` with mode 0600.

## Remove a key

`llm keys remove NAME` forgets it.
"""
PROMPTS = """\
# Run a prompt

```console
$ llm -m gpt-4o "What is the capital of France?"
The capital of France is Paris.
```

## Print the whole answer at once

`--no-stream` waits for the end, and prints the answer in one piece.

## Choose the model

`-m` names the model; `llm models` lists them.
"""
LOGS = """\
# History

Every prompt is stored in an SQLite database.

## Where the database is

`llm logs path` prints it.
"""


@pytest.fixture
def sections(tmp_path):
    for page, text in {"howto/keys.md": KEYS, "howto/prompts.md": PROMPTS, "reference/logs.md": LOGS}.items():
        path = tmp_path / page
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read_sections(tmp_path)


def ask(question, sections):
    return "".join(answer(question, sections))


def test_a_page_is_cut_at_its_headings_and_each_section_knows_those_above_it():
    found = [(section.headings, section.source) for section in split_page("howto/keys.md", KEYS)]
    assert found == [
        (("Keys",), "docs/howto/keys.md § Keys"),
        (("Keys", "Store a key"), "docs/howto/keys.md § Store a key"),
        (("Keys", "Remove a key"), "docs/howto/keys.md § Remove a key"),
    ]


def test_a_comment_in_a_code_block_is_no_heading():
    page = "# Page\n\n````bash\n# not a heading\n```\n# nor this\n````\n\n## Real\n\ntext\n"
    assert [section.heading for section in split_page("page.md", page)] == ["Page", "Real"]


def test_deep_headings_stay_in_their_section():
    (section,) = split_page("page.md", "# Page\n\nOne.\n\n#### Deep\n\nTwo.\n")
    assert "#### Deep" in section.text


def test_front_matter_generator_marks_and_labels_are_not_quoted():
    page = "---\ntitle: X\n---\n<!-- [[[cog\nprint('x')\n]]] -->\n(the-label)=\n# Page\n\nBody.\n<!-- [[[end]]] -->\n"
    (section,) = split_page("page.md", page)
    assert section.text == "Body."


def test_a_heading_without_text_is_no_section_but_stands_above_the_next():
    (section,) = split_page("page.md", "# Page\n\n## Part\n\n### Piece\n\nText.\n")
    assert section.headings == ("Page", "Part", "Piece")


def test_a_page_without_a_heading_is_named_after_its_file():
    (section,) = split_page("howto/odd-page.md", "Text.\n")
    assert section.source == "docs/howto/odd-page.md § odd-page"


def test_windows_line_ends_and_broken_bytes_are_read(tmp_path):
    (tmp_path / "page.md").write_bytes(b"# Page\r\n\r\nBody \xff.\r\n")
    (section,) = read_sections(tmp_path)
    assert section.text == "Body \ufffd."


@pytest.mark.parametrize(
    "forms",
    [
        "key keys",
        "store stores stored storing",
        "set setting settings",
        "log logs logged logging",
        "install installs installed installing installation",
        "retry retries retried retrying",
        "alias aliases",
        "attach attached attachment attachments",
        "configure configured configuration",
        "response responses",
        "option options",
        "database databases",
        "authenticate authentication",
    ],
)
def test_the_forms_of_a_word_are_one_term(forms):
    assert len({stem(form) for form in forms.split()}) == 1


def test_a_stem_begins_its_words_so_that_a_text_can_be_searched_for_it():
    assert all(word.startswith(common) for word, common in _IRREGULAR.items())


def test_options_names_and_commands_are_terms():
    asked, extra = question_terms("Does `llm keys set` or -m gpt-4o take --no-stream, as in keys.json?")
    assert [term.text for term in asked if not term.is_word] == ["-m", "--no-stream"]
    assert {"llm keys", "llm keys set", "gpt-4o", "keys.json"} <= {term.text for term in extra}


def test_a_term_is_counted_as_a_whole_word(sections):
    (term,), _ = question_terms("key")
    assert term.count("monkey keyboard key keys api_key keyed") == 4
    (option,), _ = question_terms("-m")
    assert option.count("-m --m -model x-m (-m)") == 2


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("how do I set a key", "docs/howto/keys.md § Store a key"),
        ("storing keys", "docs/howto/keys.md § Store a key"),
        ("How can I delete a key?", "docs/howto/keys.md § Remove a key"),
        ("what does --no-stream do?", "docs/howto/prompts.md § Print the whole answer at once"),
        ("-m", "docs/howto/prompts.md § Choose the model"),
        ("llm keys set", "docs/howto/keys.md § Store a key"),
        ("what is llm logs path for", "docs/reference/logs.md § Where the database is"),
        ("Where's the database?", "docs/reference/logs.md § Where the database is"),
        ("KEYS.JSON", "docs/howto/keys.md § Store a key"),
    ],
)
def test_a_question_is_answered_by_the_section_about_it(question, source, sections):
    assert search(sections, question)[0].section.source == source
    assert f"Source: {source}" in ask(question, sections).splitlines()


def test_an_answer_says_first_that_no_language_model_wrote_it_and_quotes_the_section_as_it_stands(sections):
    text = ask("how do I store a key", sections)
    assert text.startswith(f"{LABEL}\n\n## Store a key\n\n```console\n$ llm keys set openai\n")
    assert "not a language model" in LABEL
    assert "It is written to `keys.json` with mode 0600." in text


def test_an_answer_comes_in_short_pieces(sections):
    pieces = list(answer("how do I store a key", sections))
    assert len(pieces) > 20
    assert max(map(len, pieces)) < 60


def test_other_sections_that_answer_are_named(sections):
    text = ask("where are keys stored", sections)
    assert "Source: docs/howto/keys.md § " in text
    assert "See also:\n- docs/howto/keys.md § " in text


@pytest.mark.parametrize(
    "question",
    [
        "what is the capital of France",
        "hi",
        "",
        "   \n",
        "Write a poem about the sea",
        "who won the world cup in 2022?",
        "?!*([",
        "как сохранить ключ",
        "鍵を保存する",
        "🔑",
        "\0",
    ],
)
def test_what_the_manual_does_not_say_is_said_not_to_be_in_it_with_ways_to_connect_a_model(question, sections):
    text = ask(question, sections)
    assert text.startswith(LABEL)
    assert "not in the manual" in text
    assert "Source:" not in text
    for command in ("llm keys set openai", "llm endpoints add NAME URL", "llm models", "pip install llm-"):
        assert command in text


def test_a_question_that_is_only_half_known_gets_the_nearest_sections(sections):
    text = ask("how do I embroider and launder the path of the database", sections)
    assert "not in the manual" in text
    assert "The nearest sections:\n- docs/" in text


def test_an_installation_without_a_manual_says_so_and_how_to_connect_a_model():
    text = ask("how do I set a key", [])
    assert "The manual is not part of this installation" in text
    assert "llm keys set openai" in text


def test_a_short_section_is_followed_by_those_below_it(sections):
    text = ask("what are keys", sections)
    assert text.index("A key is what a provider knows you by") < text.index("### Store a key")


def test_a_long_section_is_cut_at_a_paragraph_with_a_note(tmp_path):
    paragraphs = "\n\n".join(f"Paragraph {number} about widgets. " + "word " * 60 for number in range(20))
    (tmp_path / "long.md").write_text(f"# Widgets\n\n{paragraphs}\n", encoding="utf-8")
    text = ask("widgets", read_sections(tmp_path))
    assert "[... cut here: the rest is in docs/long.md]" in text
    assert len(text) < 2500
    assert text.split("\n\n[... cut")[0].rstrip().endswith("word")


def test_a_code_block_is_not_split_by_a_cut():
    code = "```python\n" + "\n\n".join("x = 1" for _ in range(10)) + "\n```"
    text = cut(f"Before.\n\n{code}\n\n{'After. ' * 100}", 200)
    assert text == f"Before.\n\n{code}"


def test_a_code_block_that_alone_is_too_long_is_cut_at_a_line_and_closed():
    text = cut("```python\n" + "value = 12345\n" * 50 + "```", 100)
    assert text.endswith("value = 12345\n```")
    assert len(text) <= 110


def test_a_megabyte_of_question_is_answered_at_once(sections):
    for question in ("key " * 250_000, "-" * 1_000_000, "a.b" * 330_000, "x" * 1_000_000, "\u0130'" * 500_000):
        start = time.perf_counter()
        assert ask(question, sections).startswith(LABEL)
        assert time.perf_counter() - start < 1


def test_sixty_pages_are_searched_in_little_time(tmp_path):
    page = "\n\n".join(f"## Part {part}\n\n" + "Keys and models are set with options. " * 20 for part in range(8))
    for number in range(60):
        (tmp_path / f"page{number}.md").write_text(f"# Page {number}\n\n{page}\n", encoding="utf-8")
    start = time.perf_counter()
    assert "Source: docs/page" in "".join(answer("how do I set a key for a model", read_sections(tmp_path)))
    # Some 20 ms on the machine it was written on; the bound is for slower and busier ones.
    assert time.perf_counter() - start < 0.5
