"""An App of a test's own, with endpoints and keys as a user would have set them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from llm._api.app import App
from llm._engine.pipeline import Policy
from llm._engine.retry import Retries
from llm._io.request import Timeouts

QUICK = Retries(attempts=3, delay=0.01)
ONCE = Retries(attempts=1)


def make_app(directory: Path, url: str = "", *, key: str | None = None, **app: Any) -> App:
    """An App whose endpoint `test` is at *url*; with *key* stored under the endpoint's name. It retries quickly."""
    directory.mkdir(parents=True, exist_ok=True)
    lines = ["[endpoints.test]", f'base_url = "{url}"'] if url else []
    if key is not None:
        lines.append('key_name = "test"')
        (directory / "keys.json").write_text(json.dumps({"test": key}), encoding="utf-8")
        (directory / "keys.json").chmod(0o600)
    (directory / "config.toml").write_text("\n".join(lines), encoding="utf-8")
    made = App(directory, **app)
    set_policy(made)
    return made


def set_policy(
    app: App, *, retries: Retries = QUICK, recorder: Any = None, notify: Any = None, **timeouts: float | None
) -> App:
    """Replace the policy of an App: what is not named is off, or the default."""
    app.policy = Policy(Timeouts(**timeouts), retries, recorder, notify)  # type: ignore[arg-type]
    return app
