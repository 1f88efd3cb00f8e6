"""Finding installed packages by looking at directories."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path

import pytest

from llm._plugins.discovery import distributions, scan
from llm._plugins.distribution import Distribution, EntryPoint
from llm._plugins.name import normalised

from .installed import Site


def found(*directories: Path) -> tuple[Distribution, ...]:
    return distributions(scan(map(str, directories)))


def names(*directories: Path) -> list[str]:
    return [f"{plugin.name} {plugin.version}" for plugin in found(*directories)]


def test_a_package_is_found_with_its_name_version_and_entry_points(site: Site) -> None:
    info = site.install(
        "LLM-Fancy.Name", version="2.1", module="fancy", entry_points="[llm]\none = fancy:Plugin.inner\n"
    )
    (plugin,) = found(site.directory)
    assert plugin == Distribution(
        "LLM-Fancy.Name", "2.1", (EntryPoint("one", "fancy", "Plugin.inner"),), str(info), info.stat().st_mtime_ns
    )


def test_packages_without_an_entry_point_for_llm_are_passed_over(site: Site) -> None:
    site.install("other", entry_points="[console_scripts]\nother = other:main\n")
    site.install("plain", entry_points="")
    assert names(site.directory) == []
    assert len(scan([str(site.directory)])) == 2


def test_egg_info_is_metadata_too(site: Site) -> None:
    site.install("llm-old", suffix=".egg-info")
    assert names(site.directory) == ["llm-old 1.0"]


def test_an_egg_info_file_is_not_mistaken_for_a_directory(site: Site) -> None:
    (site.directory / "ancient-1.0.egg-info").write_text("Name: ancient\n", "utf-8")
    assert names(site.directory) == []


def test_of_two_packages_with_one_name_the_first_on_the_path_counts(tmp_path: Path) -> None:
    for place, version in (("one", "1.0"), ("two", "2.0")):
        (tmp_path / place).mkdir()
        Site(tmp_path / place).install("llm-foo", version=version)
    one, two = tmp_path / "one" / "site", tmp_path / "two" / "site"
    assert names(one, two) == ["llm-foo 1.0"]
    assert names(two, one) == ["llm-foo 2.0"]


def test_a_first_package_that_is_no_plugin_hides_a_later_one_of_its_name(tmp_path: Path) -> None:
    for place, entry_points in (("one", ""), ("two", None)):
        (tmp_path / place).mkdir()
        Site(tmp_path / place).install("llm-foo", entry_points=entry_points)
    assert names(tmp_path / "one" / "site", tmp_path / "two" / "site") == []


def test_what_pip_left_of_a_removed_package_is_not_installed(site: Site) -> None:
    site.install("llm-foo").rename(site.directory / "~lm_foo-1.0.dist-info")
    assert names(site.directory) == []


@pytest.mark.parametrize(
    "text",
    [
        "[llm\nfoo = foo",
        "[llm]\nfoo",
        "[llm]\n= foo",
        "[llm]\nfoo =",
        "no section = here",
        "]][[",
        "[llm]\n\x00",
        "\ufeff",
    ],
)
def test_a_malformed_list_of_entry_points_offers_nothing(site: Site, text: str) -> None:
    site.install("llm-broken", entry_points=text)
    site.install("llm-fine")
    assert names(site.directory) == ["llm-fine 1.0"]


def test_bytes_that_are_no_text_break_nothing(site: Site) -> None:
    info = site.install("llm-odd")
    (info / "entry_points.txt").write_bytes(b"\xff\xfe[llm]\n\xff")
    (info / "METADATA").write_bytes(b"\xff\xfe")
    assert names(site.directory) == []


def test_comments_extras_and_good_lines_beside_bad_ones_are_read(site: Site) -> None:
    site.install(
        "llm-foo", entry_points="# a comment\n[other]\nx = y\n[llm]\n; no = more\nnonsense\n a = foo.bar : baz [x]\n"
    )
    assert found(site.directory)[0].entry_points == (EntryPoint("a", "foo.bar", "baz"),)


def test_without_metadata_the_name_of_the_directory_says_who_it_is(site: Site) -> None:
    (site.install("llm-foo", version="3.2") / "METADATA").unlink()
    assert names(site.directory) == ["llm-foo 3.2"]


def test_directories_that_are_not_there_or_not_directories_are_passed_over(site: Site, tmp_path: Path) -> None:
    site.install("llm-foo")
    (tmp_path / "archive.zip").write_bytes(b"PK")
    assert names(tmp_path / "nowhere", tmp_path / "archive.zip", site.directory) == ["llm-foo 1.0"]


def test_an_empty_entry_of_the_path_is_the_working_directory(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.install("llm-foo")
    monkeypatch.chdir(site.directory)
    assert scan([""]) == scan([str(site.directory)]) != ()


def test_two_scans_of_the_same_installation_are_equal(site: Site) -> None:
    site.install("llm-foo")
    site.install("llm-bar", suffix=".egg-info")
    assert scan([str(site.directory)]) == scan([str(site.directory), str(site.directory)])


def _upgrade(site: Site, info: Path) -> None:
    info.rename(info.with_name("llm_foo-1.1.dist-info"))


def _reinstall(site: Site, info: Path) -> None:
    (info / "RECORD").rename(info / "RECORD.new")


def _edit(site: Site, info: Path) -> None:
    os.utime(info / "entry_points.txt", ns=(1, 1))


def _add(site: Site, info: Path) -> None:
    site.install("dependency", entry_points="")


def _remove(site: Site, info: Path) -> None:
    info.rename(site.directory / "gone")


@pytest.mark.parametrize("change", [_upgrade, _reinstall, _edit, _add, _remove], ids=lambda change: change.__name__)
def test_a_scan_changes_when_the_installation_does(site: Site, change) -> None:
    info = site.install("llm-foo")
    os.utime(info, ns=(1, 10**18))  # long ago, so that a coarse clock sees the change
    before = scan([str(site.directory)])
    change(site, info)
    assert scan([str(site.directory)]) != before


def test_the_scan_agrees_with_importlib_metadata_about_this_environment() -> None:
    known: dict[str, set[str]] = {}
    for distribution in importlib.metadata.distributions():
        known.setdefault(
            normalised(distribution.name), {point.name for point in distribution.entry_points.select(group="llm")}
        )
    expected = {name: points for name, points in known.items() if points}
    plugins = distributions(scan(sys.path))
    assert {normalised(plugin.name): {point.name for point in plugin.entry_points} for plugin in plugins} == expected
    versions = {plugin.name: plugin.version for plugin in plugins}
    assert versions == {name: importlib.metadata.version(name) for name in versions}


def test_scanning_imports_no_importlib_metadata() -> None:
    code = "import sys; from llm._plugins.discovery import *; distributions(scan(sys.path)); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"importlib.metadata", "pluggy", "email", "click"} & set(done.stdout.split())


@pytest.mark.parametrize("spelling", ["llm-foo-bar", "LLM_Foo.bar", " llm--foo__bar "])
def test_every_spelling_of_a_name_is_the_same_name(spelling: str) -> None:
    assert normalised(spelling) == "llm-foo-bar"
