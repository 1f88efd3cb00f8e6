"""Plugins in memory: their models, their commands, and pluggy's manager."""

from __future__ import annotations

import pytest

from .installed import Site

FOO = """
    @hookimpl
    def register_models(register):
        register(Simple("foo"), aliases=["f"])
"""


def test_only_the_plugin_whose_model_is_asked_for_is_imported(site: Site) -> None:
    site.install("llm-foo", FOO)
    site.install("llm-bar", FOO.replace("foo", "bar").replace('["f"]', "[]"))
    site.run("plugins.manifest()")
    code = "show([plugins.model('f').model_id, plugins.model('f').aliases, imported('llm_foo', 'llm_bar')])"
    assert site.shown(code) == ["foo", ["f"], ["llm_foo"]]


def test_models_are_registered_in_every_way_that_plugins_do_it(site: Site) -> None:
    site.install(
        "llm-foo",
        """
        @hookimpl
        def register_models(register, model_aliases):
            register(Simple("one"), Simple("one"), ("a",))
            register(model=Simple("two"), async_model=None, aliases=None)
            register(None, Simple("three"))
        """,
    )
    code = """
        both = lambda entry: [entry.model is not None, entry.async_model is not None]
        show([[entry.model_id, *both(entry), entry.aliases] for entry in plugins.models_of("LLM.Foo")])
    """
    assert site.shown(code) == [
        ["one", True, True, ["a"]],
        ["two", True, False, []],
        ["three", False, True, []],
    ]


def test_a_package_may_have_several_entry_points_and_one_object_as_plugin(site: Site) -> None:
    source = """
        class Plugin:
            @hookimpl
            def register_models(self, register):
                register(Simple("inner"))

        plugin = Plugin()
    """
    site.install(
        "llm-foo",
        FOO,
        source,
        entry_points="[llm]\na = llm_foo\nb = llm_foo:plugin\nc = llm_foo\n",
    )
    assert site.shown("show(sorted(e.model_id for e in plugins.models_of('llm-foo')))") == ["foo", "inner"]


def test_two_packages_may_give_their_entry_points_one_name(site: Site) -> None:
    site.install("llm-foo", FOO, entry_points="[llm]\nplugin = llm_foo\n")
    site.install("llm-bar", FOO.replace("foo", "bar"), entry_points="[llm]\nplugin = llm_bar\n")
    assert site.shown("show([plugins.model(name).model_id for name in ('foo', 'bar')])") == ["foo", "bar"]


def test_wrappers_and_other_names_work_for_the_hooks_of_one_plugin(site: Site) -> None:
    site.install(
        "llm-foo",
        """
        @hookimpl(specname="register_models", tryfirst=True)
        def models(register):
            register(Simple("inner"))

        @hookimpl(wrapper=True)
        def register_models(register):
            register(Simple("before"))
            yield
            register(Simple("after"))
        """,
    )
    assert site.shown("show([e.model_id for e in plugins.models_of('llm-foo')])") == ["before", "inner", "after"]


WRAPPER = """
    @hookimpl(trylast=True)
    def register_models(register, model_aliases):
        for entry in model_aliases:
            if entry.model and not entry.async_model:
                entry.async_model = Simple("async " + entry.model.model_id)
"""


def test_a_plugin_that_changes_the_models_of_others_does_so_whoever_is_asked_for(site: Site) -> None:
    site.install("llm-a-wrapper", WRAPPER)
    site.install("llm-foo", FOO)
    code = """
        rows = plugins.manifest().plugins
        show([[row.name, row.amends, [m.has_async for m in row.models]] for row in rows]
             + [plugins.model("foo").async_model.model_id])
    """
    expected = [["llm-a-wrapper", True, []], ["llm-foo", False, [True]], "async foo"]
    assert [site.shown(code), site.shown(code)] == [expected, expected]


def test_models_that_llm_brings_itself_are_seen_and_changed_too(site: Site) -> None:
    site.install("llm-wrapper", WRAPPER)
    code = """
        from types import SimpleNamespace
        from llm._plugins.model_with_aliases import ModelWithAliases
        mine = lambda: [ModelWithAliases(SimpleNamespace(model_id="mine"))]
        plugins = Plugins(Path(plugins._user_dir), {}, [site], built_in=mine)
        models = mine()
        plugins.amend(models)
        show([plugins.manifest().plugins[0].amends, models[0].async_model.model_id])
    """
    assert site.shown(code) == [True, "async mine"]


def test_a_plugin_that_takes_the_models_of_others_and_never_looks_loads_nobody(site: Site) -> None:
    site.install("llm-foo", FOO.replace("(register)", "(register, model_aliases)"))
    site.install("llm-bar", FOO.replace("foo", "bar"))
    site.run("plugins.manifest()")
    assert site.shown("plugins.model('foo'); show(imported('llm_foo', 'llm_bar'))") == ["llm_foo"]


def test_a_plugin_that_looks_sees_everybody_and_what_it_appends_is_its_own(site: Site) -> None:
    site.install("llm-bar", FOO.replace("foo", "bar"))
    site.install(
        "llm-foo",
        """
        from llm._plugins.model_with_aliases import ModelWithAliases

        @hookimpl
        def register_models(register, model_aliases):
            register(Simple("own"))
            known = [entry.model.model_id for entry in model_aliases]
            model_aliases.append(ModelWithAliases(Simple("after " + " ".join(known)), None, set()))
            del model_aliases[0]
        """,
    )
    code = "show([[e.model_id for e in plugins.models_of('llm-foo')], plugins.find_model('bar')])"
    assert site.shown(code) == [["own", "after bar own"], ["llm-bar", "bar"]]


def test_two_plugins_that_look_at_each_other_do_not_loop(site: Site) -> None:
    source = """
        @hookimpl
        def register_models(register, model_aliases):
            register(Simple(__name__ + str(len(model_aliases))))
    """
    site.install("llm-a", source)
    site.install("llm-b", source)
    assert site.shown("show([e.model_id for n in ('llm-a', 'llm-b') for e in plugins.models_of(n)])") == [
        "llm_a1",
        "llm_b1",
    ]


def test_a_plugin_may_ask_for_plugins_while_it_is_imported(site: Site) -> None:
    site.install(
        "llm-foo",
        "import __main__\n__main__.seen = [__main__.plugins.manifest().plugins, __main__.plugins.load('llm-foo')]\n"
        "__main__.plugins.load_all()",
        FOO,
    )
    assert site.shown("show([plugins.find_model('foo'), seen])") == [["llm-foo", "foo"], [[], False]]


def test_a_model_that_the_plugin_no_longer_has_is_not_found(site: Site) -> None:
    site.install("llm-foo", "import os", FOO.replace('"foo"', "os.environ['NAME']"))
    site.run("plugins.manifest()", NAME="old")
    find = "plugins.find_model('old')"
    code = f"show([{find}, plugins.model('old'), {find}, plugins.model('new').model_id])"
    assert site.shown(code, NAME="new") == [["llm-foo", "old"], None, None, "new"]


def test_commands_are_added_to_a_click_group(site: Site) -> None:
    site.install(
        "llm-foo",
        """
        @hookimpl
        def register_commands(cli):
            @cli.command()
            def shout():
                "Say everything in capitals"
                print("HELLO")
        """,
    )
    code = """
        import click
        group = click.Group()
        added = plugins.add_commands("llm_foo", group), plugins.add_commands("llm-moon", group)
        group.commands["shout"].main([], standalone_mode=False)
        show(added)
    """
    assert site.run(code).stdout == "HELLO\n[true, false]\n"


def test_what_is_registered_with_the_manager_by_hand_is_a_plugin_too(site: Site) -> None:
    site.install("llm-foo", FOO)
    code = """
        from types import SimpleNamespace
        from llm.plugins import hookimpl

        class Mine:
            @hookimpl
            def register_models(self, register):
                register(SimpleNamespace(model_id="mock"), aliases=["m"])

        plugins.manager.register(Mine(), name="undo")
        before = [plugins.find_model("m"), plugins.model("mock").model_id, plugins.names()]
        plugins.manager.unregister(name="undo")
        show([*before, plugins.find_model("m"), plugins.names()])
    """
    assert site.shown(code) == [["undo", "mock"], "mock", ["llm-foo", "undo"], None, ["llm-foo"]]


# The door that plugins and their tests go through: the plugins of the process.
DOOR = "import llm, os; os.environ['LLM_USER_PATH'] = str(plugins._user_dir)\n"


@pytest.mark.parametrize(
    "source", ["from llm.plugins import pm", "from llm.plugins import load_plugins, pm; load_plugins()"]
)
def test_the_manager_of_the_process_has_every_plugin(site: Site, source: str) -> None:
    site.install("llm-foo", FOO)
    site.install("llm-bar", FOO.replace("foo", "bar"))
    code = DOOR + source + "\nshow(sorted(plugin.__name__ for plugin in pm.get_plugins()))"
    assert site.shown(code, LLM_LOAD_PLUGINS="llm-foo,llm-bar") == ["llm_bar", "llm_foo"]
    assert site.shown(code, LLM_LOAD_PLUGINS="llm-foo") == ["llm_foo"]


def test_the_manager_calls_the_hooks_of_all(site: Site) -> None:
    site.install("llm-foo", FOO)
    code = DOOR + (
        "from llm.plugins import pm\n"
        "pm.hook.register_models(register=lambda model, aliases: show(model.model_id), model_aliases=[])"
    )
    assert site.shown(code, LLM_LOAD_PLUGINS="llm-foo") == "foo"


def test_everything_made_for_the_process_shares_what_is_loaded(site: Site) -> None:
    site.install("llm-foo", FOO)
    code = DOOR + (
        "from llm.plugins import pm\n"
        "one, two = Plugins(Path(site) / 'one'), Plugins(Path(site) / 'two')\n"
        "show([one.manager is two.manager is pm, plugins.manager is pm, one.names(), two.names()])"
    )
    assert site.shown(code, LLM_LOAD_PLUGINS="llm-foo") == [True, False, ["llm-foo"], ["llm-foo"]]


def test_a_plugin_may_ask_for_the_manager_while_it_is_imported(site: Site) -> None:
    site.install("llm-foo", "from llm.plugins import pm, load_plugins\nload_plugins()", FOO)
    site.install("llm-bar", FOO.replace("foo", "bar"))
    code = DOOR + "from llm.plugins import pm\nshow(len(pm.get_plugins()))"
    assert site.shown(code, LLM_LOAD_PLUGINS="llm-foo,llm-bar") == 2


def test_threads_that_load_a_plugin_at_once_load_it_once(site: Site) -> None:
    site.install("llm-foo", "import time; time.sleep(0.05)", FOO)
    site.install("llm-broken", "import time; time.sleep(0.05); raise ValueError('boom')")
    done = site.run("""
        from threading import Thread
        found = []
        def ask():
            plugins.load_all()
            found.append(plugins.model("f").model_id)
        threads = [Thread(target=ask) for _ in range(8)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        show([found, len(plugins.manager.get_plugins())])
    """)
    assert done.stdout == f"[{['foo'] * 8}, 1]\n".replace("'", '"')
    assert done.stderr.count("Plugin llm-broken") == 1
