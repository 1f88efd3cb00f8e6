"""Which of the installed plugins are used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llm._plugins.disabled import DisabledPlugins
from llm.errors import ConfigError

from .installed import Site

LOADED = "plugins.load_all(); show(imported('llm_foo', 'llm_bar'))"


@pytest.fixture
def two(site: Site) -> Site:
    for name in ("foo", "bar"):
        site.install(f"llm-{name}", f"@hookimpl\ndef register_models(register): register(Simple({name!r}))")
    return site


def test_without_the_variable_every_plugin_is_loaded(two: Site) -> None:
    assert two.shown(LOADED) == ["llm_bar", "llm_foo"]


@pytest.mark.parametrize(
    ("value", "loaded"),
    [
        ("llm-foo", ["llm_foo"]),
        ("LLM_Foo", ["llm_foo"]),
        (" llm-bar , llm.foo,", ["llm_bar", "llm_foo"]),
        ("", []),
        (",", []),
    ],
)
def test_the_variable_names_the_plugins_that_are_loaded(two: Site, value: str, loaded: list[str]) -> None:
    assert two.shown(LOADED, LLM_LOAD_PLUGINS=value) == loaded
    rows = two.shown("show([p.name for p in plugins.manifest().plugins if p.enabled])", LLM_LOAD_PLUGINS=value)
    assert [name.replace("-", "_") for name in rows] == loaded


def test_a_plugin_that_is_not_used_cannot_be_loaded_by_name(two: Site) -> None:
    code = (
        "show([plugins.load('llm-foo'), len(plugins.models_of('llm-foo')), plugins.model('foo'), imported('llm_foo')])"
    )
    assert two.shown(code, LLM_LOAD_PLUGINS="llm-bar") == [False, 0, None, []]


def test_a_name_that_is_not_installed_is_reported_once_and_the_rest_is_loaded(two: Site) -> None:
    code = "plugins.manifest(); plugins.load_all(); plugins.rebuild(); show(plugins.names())"
    for _ in ("surveyed", "stored"):
        done = two.run(code, LLM_LOAD_PLUGINS="llm-foo, llm-Moon,llm-Moon")
        assert done.stdout == '["llm-foo"]\n'
        assert done.stderr == "Plugin llm-Moon could not be found\n"


def test_a_disabled_plugin_gives_its_models_back_and_is_still_listed(two: Site) -> None:
    code = "show([plugins.find_model('foo'), plugins.find_model('bar'), plugins.names(), imported('llm_foo')])"
    both = ["llm-bar", "llm-foo"]
    assert two.shown(code) == [["llm-foo", "foo"], ["llm-bar", "bar"], both, ["llm_foo"]]
    DisabledPlugins(two.user_dir).add("LLM_Foo")
    assert two.shown(code) == [None, ["llm-bar", "bar"], ["llm-bar"], []]
    assert two.shown("show([p[:3] for p in plugins.manifest().plugins])") == [
        ["llm-bar", "1.0", True],
        ["llm-foo", "1.0", False],
    ]
    DisabledPlugins(two.user_dir).remove("llm.foo")
    assert two.shown(code)[0] == ["llm-foo", "foo"]


def test_disabling_in_a_running_process_counts_from_the_next_survey(two: Site) -> None:
    code = """
        from llm._plugins.disabled import DisabledPlugins
        before = plugins.find_model("foo")
        DisabledPlugins(Path(plugins._user_dir)).add("llm-foo")
        show([before, plugins.rebuild().find_model("foo"), plugins.models_of("llm-foo")])
    """
    assert two.shown(code) == [["llm-foo", "foo"], None, []]


def test_a_plugin_that_the_variable_names_is_used_though_disabled(two: Site) -> None:
    DisabledPlugins(two.user_dir).add("llm-foo")
    assert two.shown("show(plugins.names())", LLM_LOAD_PLUGINS="llm-foo") == ["llm-foo"]


def test_disabled_names_are_kept_in_one_spelling(tmp_path: Path) -> None:
    disabled = DisabledPlugins(tmp_path / "user")
    assert disabled.read() == frozenset()
    for name in ("LLM_Foo", "llm-foo", "llm.bar"):
        disabled.add(name)
    assert json.loads(disabled.path.read_text("utf-8")) == {"disabled": ["llm-bar", "llm-foo"]}
    disabled.remove("LLM-BAR")
    assert disabled.read() == {"llm-foo"}


def test_enabling_what_was_never_disabled_writes_nothing(tmp_path: Path) -> None:
    DisabledPlugins(tmp_path / "user").remove("llm-foo")
    assert not (tmp_path / "user").exists()


@pytest.mark.parametrize("text", ["{", "[]", '{"disabled": "llm-foo"}', '{"disabled": [1]}'])
def test_a_list_of_disabled_plugins_that_cannot_be_read_is_an_error_and_stays_as_it_is(
    tmp_path: Path, text: str
) -> None:
    disabled = DisabledPlugins(tmp_path)
    disabled.path.write_text(text, "utf-8")
    for action in (disabled.read, lambda: disabled.add("llm-foo"), lambda: disabled.remove("llm-foo")):
        with pytest.raises(ConfigError, match=r"disabled-plugins\.json") as caught:
            action()
        assert caught.value.hint
    assert disabled.path.read_text("utf-8") == text
