"""What a plugin raises is reported once, and breaks nothing."""

from __future__ import annotations

import json

import pytest

from .installed import Site

FINE = """
    @hookimpl
    def register_models(register):
        register(Simple("fine"))
"""
HINT = "  `llm plugins` lists what failed; LLM_RAISE_ERRORS=1 shows the traceback.\n"
RAISED = {
    "raise ValueError('boom')": "ValueError: boom",
    "import nothing_of_this_name": "ModuleNotFoundError: No module named 'nothing_of_this_name'",
    "raise SystemExit(3)": "SystemExit: 3",
    "raise BaseException('base')": "BaseException: base",
    "raise GeneratorExit": "GeneratorExit",
    "x = = 1": "SyntaxError: invalid syntax (llm_broken.py, line 12)",
    "raise RuntimeError('two\\nlines \\x1b[31mred')": "RuntimeError: two lines [31mred",
}


@pytest.mark.parametrize("source", RAISED)
def test_a_plugin_that_fails_to_import_is_reported_once_and_the_others_work(site: Site, source: str) -> None:
    site.install("llm-broken", source)
    site.install("llm-fine", FINE)
    done = site.run("""
        plugins.manifest(); plugins.load_all(); plugins.load("llm-broken"); plugins.rebuild()
        show([plugins.load("llm-broken"), plugins.errors, plugins.model("fine").model_id])
    """)
    error = RAISED[source]
    assert done.stderr == f"Plugin llm-broken could not be loaded: {error}\n{HINT}"
    assert done.stdout == f'[false, {{"llm-broken": {json.dumps(error)}}}, "fine"]\n'


def test_a_later_process_is_not_told_again_and_still_knows(site: Site) -> None:
    site.install("llm-broken", "raise ValueError('boom')")
    assert "ValueError: boom" in site.run("plugins.manifest()").stderr
    assert site.shown("plugins.manifest(); show(plugins.errors)") == {"llm-broken": "ValueError: boom"}


def test_a_survey_after_a_miss_tries_a_failed_plugin_again(site: Site) -> None:
    site.install("llm-broken", "import dependency", FINE)
    assert "No module named 'dependency'" in site.run("plugins.manifest()").stderr
    (site.directory / "dependency.py").write_text("", "utf-8")  # without metadata, so no scan sees it
    code = "show([plugins.find_model('fine'), plugins.rebuild().find_model('fine'), plugins.errors])"
    assert site.shown(code) == [None, ["llm-broken", "fine"], {}]


def test_a_dependency_that_is_installed_while_the_process_runs_mends_the_plugin(site: Site) -> None:
    site.install("llm-broken", "import dependency", FINE)
    done = site.run("""
        before = plugins.find_model("fine")
        (Path(site) / "dependency.py").write_text("")
        (Path(site) / "dependency-1.0.dist-info").mkdir()
        show([before, plugins.rebuild().find_model("fine"), plugins.errors])
    """)
    assert done.stdout == '[null, ["llm-broken", "fine"], {}]\n'
    assert done.stderr.count("Plugin llm-broken") == 1


@pytest.mark.parametrize("raised", ["ValueError('boom')", "SystemExit('boom')", "BaseException('boom')"])
def test_a_hook_that_fails_keeps_what_was_registered_before(site: Site, raised: str) -> None:
    site.install(
        "llm-broken",
        f"""
        @hookimpl
        def register_models(register):
            register(Simple("first"))
            raise {raised}

        @hookimpl
        def register_commands(cli):
            @cli.command()
            def works(): "It works"
            raise {raised}
        """,
    )
    site.install("llm-fine", FINE)
    done = site.run("""
        import click
        row = plugins.manifest().plugins[0]
        group = click.Group()
        show([[m.model_id for m in row.models], [c.name for c in row.commands], row.error,
              plugins.find_model("fine"), len(plugins.models_of("llm-broken")),
              plugins.add_commands("llm-broken", group), list(group.commands)])
    """)
    error = raised.partition("(")[0] + ": boom"
    assert done.stdout == (
        f'[["first"], ["works"], "{error} (in register_models)", ["llm-fine", "fine"], 1, false, ["works"]]\n'
    )
    assert done.stderr == f"Plugin llm-broken failed in register_models: {error}\n{HINT}"


def test_a_hook_with_an_argument_that_there_is_not_leaves_no_trace(site: Site) -> None:
    site.install("llm-broken", "@hookimpl\ndef register_models(register, moon): ...", FINE)
    site.install("llm-wrong", "@hookimpl\ndef register_commands(cli, moon): ...\n")
    done = site.run("show([plugins.find_model('fine'), len(plugins.manager.get_plugins()), sorted(plugins.errors)])")
    assert done.stdout == '[["llm-broken", "fine"], 1, ["llm-wrong"]]\n'
    assert done.stderr.startswith("Plugin llm-wrong could not be loaded: PluginValidationError: ")
    assert len(done.stderr.splitlines()) == 2


def test_a_model_that_cannot_be_described_does_not_hide_the_next(site: Site) -> None:
    site.install(
        "llm-odd",
        """
        class Odd:
            model_id = "odd"
            def __str__(self): raise ValueError("no name")

        @hookimpl
        def register_models(register):
            register(Odd())
            register(object())
            register(Simple("fine"))
        """,
    )
    done = site.run("show([m.model_id for m in plugins.manifest().plugins[0].models])")
    assert done.stdout == '["fine"]\n'
    assert done.stderr == f"Plugin llm-odd failed in register_models: ValueError: no name\n{HINT}"


def test_an_entry_point_without_its_attribute_is_a_failure_of_the_plugin(site: Site) -> None:
    site.install("llm-foo", FINE, entry_points="[llm]\na = llm_foo:nothing.here\nb = llm_foo\n")
    done = site.run("show(plugins.find_model('fine'))")
    assert done.stdout == '["llm-foo", "fine"]\n'
    assert "AttributeError: module 'llm_foo' has no attribute 'nothing'" in done.stderr


def test_a_very_long_message_is_cut(site: Site) -> None:
    site.install("llm-broken", "raise ValueError('x' * 10_000)")
    first, _ = site.run("plugins.manifest()").stderr.splitlines()
    assert len(first) < 400
    assert first.endswith("xxx...")


def test_ctrl_c_during_an_import_is_not_taken_from_the_user(site: Site) -> None:
    site.install("llm-slow", "raise KeyboardInterrupt")
    done = site.run("plugins.manifest()")
    assert done.returncode != 0
    assert "KeyboardInterrupt" in done.stderr


def test_with_llm_raise_errors_the_traceback_comes_out(site: Site) -> None:
    site.install("llm-broken", "raise ValueError('boom')")
    site.run("plugins.manifest()")
    done = site.run("plugins.manifest()", LLM_RAISE_ERRORS="1")
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert 'llm_broken.py", line' in done.stderr
    assert done.stderr.endswith("ValueError: boom\n")


def test_without_a_stderr_nothing_is_said_and_nothing_breaks(site: Site) -> None:
    site.install("llm-broken", "raise ValueError('boom')")
    done = site.run("sys.stderr = None; plugins.manifest(); show(plugins.errors)")
    assert (done.stdout, done.stderr) == ('{"llm-broken": "ValueError: boom"}\n', "")


def test_what_a_plugin_warns_of_comes_out_as_it_is(site: Site) -> None:
    site.install("llm-old", "import warnings\nwarnings.warn('get a newer one')")
    done = site.run("plugins.manifest(); show(plugins.errors)")
    assert "UserWarning: get a newer one" in done.stderr
    assert done.stdout == "{}\n"
