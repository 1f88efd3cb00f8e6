"""Models that a user adds in extra-openai-models.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest

from llm._config.extra_models import ExtraModel, read_extra_models
from llm.errors import ConfigError

from .processes import finish, start


def read(directory: Path, text: str) -> tuple[ExtraModel, ...]:
    (directory / "extra-openai-models.yaml").write_text(text, encoding="utf-8")
    return read_extra_models(directory)


@pytest.mark.parametrize("text", [None, "", "# nothing yet\n", "[]"])
def test_no_file_and_an_empty_file_are_no_models(text: str | None, tmp_path: Path) -> None:
    assert (read_extra_models(tmp_path) if text is None else read(tmp_path, text)) == ()


def test_the_entries_of_the_llm_documentation_are_read(tmp_path: Path) -> None:
    assert read(
        tmp_path,
        """
- model_id: gpt-3.5-turbo-0613
  aliases: ["0613"]
- model_id: orca-openai-compat
  model_name: orca-mini-3b.ggmlv3
  api_base: "http://localhost:8080"
- model_id: claude
  model_name: anthropic/claude-2
  api_base: "https://openrouter.ai/api/v1"
  api_key_name: openrouter
  headers:
    HTTP-Referer: "https://llm.datasette.io/"
    X-Title: LLM
""",
    ) == (
        ExtraModel(
            "gpt-3.5-turbo-0613",
            model_name="gpt-3.5-turbo-0613",
            aliases=("0613",),
            key_name="openai",
            key_env="OPENAI_API_KEY",
        ),
        ExtraModel("orca-openai-compat", model_name="orca-mini-3b.ggmlv3", api_base="http://localhost:8080"),
        ExtraModel(
            "claude",
            model_name="anthropic/claude-2",
            api_base="https://openrouter.ai/api/v1",
            key_name="openrouter",
            headers={"HTTP-Referer": "https://llm.datasette.io/", "X-Title": "LLM"},
        ),
    )


@pytest.mark.parametrize(
    ("lines", "key_name", "key_env"),
    [
        ("", "openai", "OPENAI_API_KEY"),
        ("api_key_name: work", "work", None),
        ("api_base: http://x", None, None),
        ("api_base: http://x\n  api_key_name: groq", "groq", None),
        ("api_base: http://x\n  api_key_name: openai", "openai", "OPENAI_API_KEY"),
    ],
)
def test_a_key_goes_only_where_it_is_named(
    lines: str, key_name: str | None, key_env: str | None, tmp_path: Path
) -> None:
    [model] = read(tmp_path, f"- model_id: m\n  {lines}\n")
    assert (model.key_name, model.key_env) == (key_name, key_env)


def test_abilities_are_as_the_older_package_takes_them(tmp_path: Path) -> None:
    [plain, able] = read(
        tmp_path,
        """
- model_id: plain
- model_id: able
  can_stream: false
  supports_schema: true
  supports_tools: true
  vision: true
  audio: true
  reasoning: true
  service_tier: true
  api_type: azure
  api_version: 2024-02-01
  api_engine: deployment
  something_else: 5
""",
    )
    assert plain == ExtraModel("plain", model_name="plain", key_name="openai", key_env="OPENAI_API_KEY")
    assert plain.can_stream
    assert not plain.supports_tools
    assert not able.can_stream
    assert able.supports_schema
    assert able.supports_tools
    assert able.vision
    assert able.audio
    assert able.reasoning
    assert able.service_tier
    assert (able.api_type, able.api_version, able.api_engine) == ("azure", "2024-02-01", "deployment")


@pytest.mark.parametrize(
    ("line", "api"),
    [("", "chat"), ("completion: true", "completion"), ("responses: true", "responses"), ("responses: false", "chat")],
)
def test_an_entry_says_which_wire_it_speaks(line: str, api: str, tmp_path: Path) -> None:
    [model] = read(tmp_path, f"- model_id: m\n  {line}\n")
    assert model.api == api


def test_one_alias_may_stand_without_a_list(tmp_path: Path) -> None:
    [model] = read(tmp_path, "- model_id: m\n  aliases: fast\n")
    assert model.aliases == ("fast",)


@pytest.mark.parametrize(
    ("text", "complaint", "hint"),
    [
        ("- model_name: x\n", "entry 1 has no model_id", "- model_id: my-model"),
        ("- model_id: ok\n- model_id:\n", "entry 2 has no model_id", None),
        ("- model_id: ok\n- just a text\n", "entry 2 is not a model", None),
        ("model_id: x\n", "must be a list of models", "starts with a dash"),
        ("- model_id: 613\n", "entry 1: model_id must be a text", "quotes"),
        ("- model_id: m\n  aliases: [613]\n", "entry 1: aliases must be a list of texts", "quotes"),
        ("- model_id: m\n  api_base: localhost:80\n", "entry 1: api_base must start with http", "Did you mean"),
        ("- model_id: m\n  headers: SECRET\n", "entry 1: headers must be a table", None),
        ("- model_id: m\n  headers: {X: [SECRET]}\n", "entry 1: headers: the header X must be text", None),
        ("- model_id: m\n  headers: {X-Key: SECRET\n- model_id: n\n", "is not valid YAML (line 3, column 11)", None),
        ("- model_id: !!python/object:os.system {}\n", "is not valid YAML (line 1, column 13)", None),
        ("- model_id: m\n  since: 2024-99-99\n", "is not valid YAML", None),
        ("- model_id: m\x00\n", "is not valid YAML", None),
    ],
)
def test_a_malformed_file_is_an_error_that_names_the_entry_and_shows_no_secret(
    text: str, complaint: str, hint: str | None, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    assert complaint in str(caught.value)
    assert "extra-openai-models.yaml" in str(caught.value)
    assert hint is None or hint in str(caught.value.hint)
    assert "SECRET" not in f"{caught.value} {caught.value.hint}"


def test_header_values_are_in_no_repr(tmp_path: Path) -> None:
    [model] = read(tmp_path, "- model_id: m\n  headers: {Authorization: SECRET}\n")
    assert model.headers == {"Authorization": "SECRET"}
    assert "SECRET" not in repr(model)


IMPORTED = """
import sys
from pathlib import Path
from llm._config.extra_models import read_extra_models
print(len(read_extra_models(Path(sys.argv[1]))), "yaml" in sys.modules)
"""


def test_yaml_is_imported_only_where_there_is_a_file(tmp_path: Path) -> None:
    [bare] = finish(start(IMPORTED, tmp_path))
    assert bare == "0 False\n"
