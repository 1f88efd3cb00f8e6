"""The door of the test kit."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import llm.testing as kit


def test_the_exports_are_sorted_and_all_there() -> None:
    assert kit.__all__ == sorted(kit.__all__)
    for name in kit.__all__:
        assert getattr(kit, name).__doc__, name
    assert set(kit.__all__) <= set(dir(kit))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"llm\.testing.*no attribute 'nothing'"):
        _ = kit.nothing


def test_importing_the_kit_imports_nothing_else() -> None:
    script = "import sys, llm.testing; print(sorted(m for m in sys.modules if m.startswith('llm')))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.strip() == "['llm', 'llm.testing']"
