"""Plugins from PyPI, as they are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

CODE = """
import json, sys
from pathlib import Path
from llm._plugins.plugins import Plugins

plugins = Plugins(Path(sys.argv[1]))
rows = {row.name: [row.version, row.error, [[m.model_id, m.has_async, m.title] for m in row.models]]
        for row in plugins.manifest().plugins}
before = "llm_markov" in sys.modules, "llm_echo" in sys.modules
print(json.dumps([rows, before, str(plugins.model("markov").model), "llm_echo" in sys.modules]))
"""


def test_echo_and_markov_are_surveyed_once_and_then_loaded_one_by_one(tmp_path: Path) -> None:
    environ = {**os.environ, "LLM_LOAD_PLUGINS": "llm-echo,llm-markov", "LLM_USER_PATH": str(tmp_path)}
    command = [sys.executable, "-c", CODE, str(tmp_path)]
    surveyed, read = (
        json.loads(subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout)
        for _ in range(2)
    )
    rows = {
        "llm-echo": [
            "0.5",
            None,
            [["echo", True, "Echo: echo"], ["echo-needs-key", True, "EchoNeedsKey: echo-needs-key"]],
        ],
        "llm-markov": ["0.1", None, [["markov", False, "Markov: markov"]]],
    }
    assert surveyed == [rows, [True, True], "Markov: markov", True]
    assert read == [rows, [False, False], "Markov: markov", False]
