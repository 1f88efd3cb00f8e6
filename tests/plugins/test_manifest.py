"""What plugins register is known without importing them, as long as nothing changes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from llm._plugins.manifest import CommandRow, Manifest, ModelRow, PluginCommand, PluginRow

from .installed import SOURCE, Site

TWO_MODELS = """
    @hookimpl
    def register_models(register):
        register(Simple("small", can_stream=True), aliases=["s"])
        register(
            Simple("large", supports_tools=True, supports_schema=True, attachment_types={"image/png", "audio/wav"}),
            Simple("large"),
            aliases=("l", "big"),
        )
"""
COMMANDS = """
    import click

    @hookimpl
    def register_commands(cli):
        @cli.command()
        def shout():
            "Say everything in capitals. With more to say about it."

        @cli.group(hidden=True)
        def secret():
            "Nobody sees this"
"""

READ = "show([plugin[:4] for plugin in plugins.manifest().plugins])"
IMPORTED = "plugins.manifest(); show(imported('pluggy', 'click', 'llm_foo', 'importlib.metadata', 'dataclasses'))"


def cached(site: Site) -> list[Path]:
    return sorted((site.user_dir / "cache").glob("plugins-*.json"))


def test_a_survey_tells_what_each_plugin_registers(site: Site) -> None:
    site.install("llm-foo", TWO_MODELS, COMMANDS, version="0.3")
    site.install("llm-bar", "@hookimpl\ndef register_tools(register): ...\n")
    rows = site.shown("show(plugins.manifest().plugins)")
    assert rows == [
        ["llm-bar", "1.0", True, ["register_tools"], [], [], [], False, None],
        [
            "llm-foo",
            "0.3",
            True,
            ["register_commands", "register_models"],
            [
                ["small", ["s"], False, True, False, False, [], "Simple: small"],
                ["large", ["l", "big"], True, False, True, True, ["audio/wav", "image/png"], "Simple: large"],
            ],
            [["secret", "Nobody sees this", True], ["shout", "Say everything in capitals.", False]],
            [],
            False,
            None,
        ],
    ]


def test_a_stored_manifest_is_the_one_that_was_surveyed(site: Site) -> None:
    site.install("llm-foo", TWO_MODELS, COMMANDS)
    code = "manifest = plugins.manifest(); show([repr(manifest), imported('llm_foo')])"
    surveyed, read = site.shown(code), site.shown(code)
    assert surveyed[0] == read[0]
    assert (surveyed[1], read[1]) == (["llm_foo"], [])


def test_reading_a_stored_manifest_imports_no_plugin_no_pluggy_and_no_click(site: Site) -> None:
    site.install("llm-foo", TWO_MODELS, COMMANDS)
    assert site.shown(IMPORTED) != []
    assert site.shown(IMPORTED) == []


def test_without_plugins_nothing_is_imported_and_nothing_is_written(site: Site) -> None:
    site.install("requests", entry_points="[console_scripts]\na = b:c\n")
    assert site.shown(IMPORTED) == []
    assert not site.user_dir.exists()


def test_without_plugins_not_even_json_is_imported(site: Site) -> None:
    code = (
        "import sys; from pathlib import Path; from llm._plugins.plugins import Plugins; "
        f"Plugins(Path({str(site.user_dir)!r}), {{}}, [{str(site.directory)!r}]).manifest(); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"json", "click", "pluggy", "dataclasses"} & set(done.stdout.split())


def test_a_hook_that_llm_does_not_know_yet_is_listed_and_left_alone(site: Site) -> None:
    hooks = ("embedding_models", "template_loaders", "fragment_loaders", "tools", "something_new")
    source = "\n".join(f"@hookimpl\ndef register_{hook}(register): raise SystemExit(1)\n" for hook in hooks)
    site.install("llm-foo", source, TWO_MODELS)
    names, models, errors = site.shown(
        "row = plugins.manifest().plugins[0]; show([row.hooks, [m.model_id for m in row.models], plugins.errors])"
    )
    assert names == sorted([f"register_{hook}" for hook in hooks] + ["register_models"])
    assert (models, errors) == (["small", "large"], {})


def _upgrade(site: Site) -> None:
    info = site.directory / "llm_foo-1.0.dist-info"
    info.rename(info.with_name("llm_foo-2.0.dist-info"))


def _add(site: Site) -> None:
    site.install("dependency", entry_points="")


def _edit(site: Site) -> None:
    source = site.directory / "llm_foo.py"
    source.write_text(source.read_text("utf-8") + "\n# edited\n", "utf-8")


@pytest.mark.parametrize("change", [_upgrade, _add, _edit], ids=lambda change: change.__name__)
def test_a_change_of_what_is_installed_makes_a_new_survey(site: Site, change) -> None:
    site.install("llm-foo", TWO_MODELS)
    code = "plugins.manifest(); show(imported('llm_foo'))"
    assert [site.shown(code), site.shown(code)] == [["llm_foo"], []]
    change(site)
    assert [site.shown(code), site.shown(code)] == [["llm_foo"], []]


def test_a_plugin_that_is_removed_is_gone_from_the_manifest(site: Site) -> None:
    info = site.install("llm-foo", TWO_MODELS)
    assert len(site.shown(READ)) == 1
    info.rename(site.directory / "gone")
    assert site.shown(READ) == []
    assert site.shown(IMPORTED) == []


def test_an_edited_module_of_an_editable_package_is_noticed(site: Site, tmp_path: Path) -> None:
    place = tmp_path / "checkout"
    (place / "llm_foo").mkdir(parents=True)
    site.install("llm-foo", "", entry_points="[llm]\nfoo = llm_foo\n", module="unused", editable=place)
    (place / "llm_foo" / "__init__.py").write_text("from .models import register_models\n", "utf-8")
    models = place / "llm_foo" / "models.py"

    def write(model_id: str) -> None:
        models.write_text(
            "from llm.plugins import hookimpl\nfrom types import SimpleNamespace\n"
            f"@hookimpl\ndef register_models(register): register(SimpleNamespace(model_id={model_id!r}))\n",
            "utf-8",
        )

    code = "show([[m.model_id for m in plugins.manifest().plugins[0].models], imported('llm_foo')])"
    write("one")
    first = json.loads(site.run(code, paths=(place,)).stdout)
    again = json.loads(site.run(code, paths=(place,)).stdout)
    write("another")
    edited = json.loads(site.run(code, paths=(place,)).stdout)
    assert [first, again, edited] == [[["one"], ["llm_foo"]], [["one"], []], [["another"], ["llm_foo"]]]


def test_a_package_that_failed_to_import_is_tried_again_once_its_source_is_edited(site: Site) -> None:
    site.install("llm-foo", entry_points="[llm]\nfoo = llm_package.entry\n", module="unused")
    package = site.directory / "llm_package"
    package.mkdir()
    (package / "__init__.py").write_text("", "utf-8")
    (package / "entry.py").write_text("import nothing_of_this_name", "utf-8")
    code = "show(plugins.manifest().plugins[0].error)"
    failing = site.run(code)
    assert "nothing_of_this_name" in failing.stdout
    assert (site.run(code).stdout, site.run(code).stderr) == (failing.stdout, "")
    (package / "entry.py").write_text("", "utf-8")
    assert site.shown(code) is None


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"\xff\xfe", b"[]", b"null", b'{"made_for": 1}', b"[" * 100_000],
    ids=["empty", "cut", "no text", "list", "null", "other", "deep"],
)
def test_a_damaged_manifest_is_built_anew(site: Site, damage: bytes) -> None:
    site.install("llm-foo", TWO_MODELS)
    before = site.shown(READ)
    (path,) = cached(site)
    good = path.read_bytes()
    path.write_bytes(damage)
    assert site.shown(READ) == before
    assert path.read_bytes() == good


@pytest.mark.parametrize("field", ["manifest", "sources"])
def test_a_manifest_of_another_shape_is_built_anew(site: Site, field: str) -> None:
    site.install("llm-foo", TWO_MODELS)
    before = site.shown(READ)
    (path,) = cached(site)
    stored = json.loads(path.read_bytes())
    stored[field] = [[["too", "short", True, [], [["m"]]]], []]
    path.write_text(json.dumps(stored), "utf-8")
    assert site.shown(READ) == before


def test_a_user_directory_that_cannot_be_written_costs_a_survey_each_time_and_nothing_else(site: Site) -> None:
    site.install("llm-foo", TWO_MODELS)
    site.user_dir.write_text("a file where the directory should be", "utf-8")
    code = "show([len(plugins.manifest().plugins[0].models), imported('llm_foo')])"
    # Reading the list of disabled plugins fails too, and that is an error of its own; so the variable chooses.
    assert site.shown(code, LLM_LOAD_PLUGINS="llm-foo") == [2, ["llm_foo"]]
    assert site.shown(code, LLM_LOAD_PLUGINS="llm-foo") == [2, ["llm_foo"]]


def test_processes_that_survey_at_once_leave_a_whole_manifest(site: Site) -> None:
    site.install("llm-foo", TWO_MODELS, COMMANDS)
    code = (
        "import sys, os; from pathlib import Path; from llm._plugins.plugins import Plugins; sys.stdin.readline(); "
        f"print(Plugins(Path({str(site.user_dir)!r}), {{}}, [{str(site.directory)!r}]).manifest())"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (SOURCE, site.directory)))}
    running = [
        subprocess.Popen([sys.executable, "-c", code], env=environ, stdin=-1, stdout=-1, stderr=-1, text=True)
        for _ in range(6)
    ]
    done = [process.communicate("go\n", timeout=60) for process in running]
    assert {errors for _, errors in done} == {""}
    assert len({manifest for manifest, _ in done}) == 1
    (path,) = cached(site)
    assert json.loads(path.read_bytes())["manifest"]
    assert sorted(path.parent.iterdir()) == [path]


def test_another_value_of_the_variable_has_its_own_manifest(site: Site) -> None:
    site.install("llm-foo", TWO_MODELS)
    site.install("llm-bar", TWO_MODELS)
    code = "plugins.manifest(); show(imported('llm_foo', 'llm_bar'))"
    assert site.shown(code) == ["llm_bar", "llm_foo"]
    assert site.shown(code, LLM_LOAD_PLUGINS="llm-foo") == ["llm_foo"]
    assert [site.shown(code), site.shown(code, LLM_LOAD_PLUGINS="llm-foo")] == [[], []]


def test_a_miss_makes_a_new_survey_of_a_stored_manifest(site: Site, tmp_path: Path) -> None:
    listed = tmp_path / "models.txt"
    listed.write_text("one", "utf-8")
    site.install(
        "llm-foo",
        f"""
        from pathlib import Path

        @hookimpl
        def register_models(register):
            for name in Path({str(listed)!r}).read_text("utf-8").split():
                register(Simple(name))
        """,
    )
    code = "show([plugins.find_model('two'), plugins.rebuild().find_model('two'), plugins.find_model('two')])"
    assert site.shown(code) == [None, None, None]
    listed.write_text("one two", "utf-8")
    assert site.shown(code) == [None, ["llm-foo", "two"], ["llm-foo", "two"]]


def test_a_survey_of_this_process_is_not_repeated_until_something_is_installed(site: Site) -> None:
    site.install("llm-foo", TWO_MODELS)
    code = """
        first = plugins.manifest()
        again = plugins.rebuild() is first
        (Path(site) / "dependency-1.0.dist-info").mkdir()
        show([again, plugins.rebuild() is first])
    """
    assert site.shown(code) == [True, False]


def model(model_id: str, *aliases: str) -> ModelRow:
    return ModelRow(model_id, aliases, False, True, False, True, ("image/png",), f"Title of {model_id}")


MANIFEST = Manifest(
    (
        PluginRow("a", "1", models=(model("one", "two", "x"),), commands=(CommandRow("c", "of a", False),)),
        PluginRow("b", "1", models=(model("two", "x"),), commands=(CommandRow("c", "of b", False),), extends=("logs",)),
        PluginRow("c", "1", commands=(CommandRow("d", "hidden", True),), extends=("logs", "models"), error="E: boom"),
    )
)


def test_an_id_goes_before_an_alias_and_the_first_plugin_before_the_next() -> None:
    found = [MANIFEST.find_model(name) for name in ("one", "two", "x", "three")]
    assert found == [("a", "one"), ("b", "two"), ("a", "one"), None]


def test_of_two_commands_with_one_name_the_first_counts() -> None:
    assert MANIFEST.commands() == {"c": PluginCommand("a", "of a", False), "d": PluginCommand("c", "hidden", True)}


def test_a_manifest_names_the_plugins_that_change_a_command_and_those_that_failed() -> None:
    assert (MANIFEST.extending("logs"), MANIFEST.extending("prompt")) == (("b", "c"), ())
    assert MANIFEST.errors() == {"c": "E: boom"}


def test_the_details_of_a_model_are_json_values() -> None:
    details = model("one").details
    assert json.loads(json.dumps(details)) == details
    assert details["attachment_types"] == ["image/png"]
    assert [details[fact] for fact in ("has_async", "can_stream", "supports_tools", "supports_schema")] == [
        False,
        True,
        False,
        True,
    ]
