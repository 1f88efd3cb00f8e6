"""The fixtures that users switch on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_TESTS = """
from llm.testing import Script
from urllib.request import urlopen

def test_first(model_server, keyed_model_server, scripted_model):
    assert scripted_model.suffix == ".gguf"
    assert model_server.key is None and keyed_model_server.key
    assert urlopen(model_server.url + "/models").status == 200
    seen.append(model_server.pid)

def test_second(model_server):
    assert seen == [model_server.pid]

seen = []
"""


def test_the_fixtures_are_switched_on_by_one_line_and_last_for_the_session(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["llm.testing.pytest_plugin"]\n')
    (tmp_path / "test_it.py").write_text(_TESTS)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=60)
    assert "2 passed" in done.stdout, done.stdout + done.stderr
