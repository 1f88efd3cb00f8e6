"""`llm prompt`, which is what `llm "text"` runs."""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from ..errors import OptionError
from . import exit_codes
from .stderr import say

if TYPE_CHECKING:
    from .._api.app import App
    from .._api.conversation import Conversation
    from .._api.model import Model
    from .._api.response import Response
    from .._domain.call import Attempt
    from .._engine.pipeline import Policy
    from .._storage.journal import Journal
    from .recording import LastTurn


def _seconds(context: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    if value is None or (value > 0 and math.isfinite(value)):
        return value
    raise click.BadParameter("must be more than 0", context, parameter)


@click.command("prompt")
@click.argument("prompt", required=False)
@click.option("-s", "--system", help="System prompt to use.")
@click.option("model_id", "-m", "--model", help="Model to ask: an id, an alias, or ENDPOINT/MODEL.")
@click.option(
    "options", "-o", "--option", nargs=2, multiple=True, metavar="KEY VALUE", help="Set an option of the model."
)
@click.option("show_options", "--options", is_flag=True, help="Show the options of the model, and ask nothing.")
@click.option("continue_last", "-c", "--continue", is_flag=True, help="Continue the conversation used last.")
@click.option("reference", "--cid", "--conversation", metavar="REF", help="Continue this one: an id, or a name.")
@click.option("--name", help="Name the conversation of this prompt.")
@click.option("--no-stream", is_flag=True, help="Wait for the whole answer.")
@click.option("-n", "--no-log", is_flag=True, help="Do not keep this turn in the history.")
@click.option("--log", is_flag=True, help="Keep this turn, also where a file logs-off says not to.")
@click.option("-R", "--hide-reasoning", is_flag=True, help="Do not show the model's reasoning.")
@click.option("--key", help="API key to use, or the name of a stored one.")
@click.option("--no-retry", is_flag=True, help="Do not ask again when an attempt fails.")
@click.option("--timeout", type=float, callback=_seconds, metavar="SECONDS", help="Give up after this time in all.")
@click.option("-u", "--usage", is_flag=True, help="Show the tokens consumed, on standard error.")
@click.option("as_json", "--json", is_flag=True, help="Print the turn as JSON, as `llm logs --json` does.")
def prompt(
    prompt: str | None,
    system: str | None,
    model_id: str | None,
    options: tuple[tuple[str, str], ...],
    show_options: bool,
    continue_last: bool,
    reference: str | None,
    name: str | None,
    no_stream: bool,
    no_log: bool,
    log: bool,
    hide_reasoning: bool,
    key: str | None,
    no_retry: bool,
    timeout: float | None,
    usage: bool,
    as_json: bool,
) -> None:
    """
    Ask a model

    What is piped in goes before PROMPT. The answer goes to standard output, everything else to standard error.

    \b
      llm "Capital of France?"
      llm -m gpt-5.6-luna -s "Answer in Spanish" "Capital of France?"
      cat notes.txt | llm "Summarize this" -o temperature 0.2

    Without -m the model is $LLM_MODEL, else the one that `llm models default` set, else one whose key is there.
    """
    from .answer import AnswerPrinter
    from .app import current_app
    from .recording import LastTurn
    from .stdin import read_prompt

    if log and no_log:
        raise click.UsageError("--log and --no-log exclude each other")
    given = _named_once(options)
    app = current_app()
    conversation: Conversation | None = None
    if continue_last or reference is not None:
        from .continuing import continued

        conversation = continued(app, reference, model_id)
    model = _model(app, model_id) if conversation is None else conversation.model
    if show_options:
        from .model_options import print_options

        return print_options(model)
    text = read_prompt(prompt)
    if not text.strip():
        raise click.UsageError("The prompt is empty")

    journal = _journal(app, log, no_log)
    if name is not None:
        from .continuing import named

        conversation = conversation or model.conversation()
        journal = named(app, journal, name, conversation.id)
    last = LastTurn(journal)
    app.policy = _policy(app.policy, last, no_retry, timeout)
    response = (conversation or model).prompt(
        text, system=system, stream=not no_stream, options=given, hide_reasoning=hide_reasoning, key=key
    )
    try:
        AnswerPrinter(text=not as_json, reasoning=not hide_reasoning).print(response)
    finally:
        last.close()
    if as_json:
        _print_json(last)
    if usage:
        _print_usage(response)
    _note_ending(response, given)
    return None


def _named_once(options: tuple[tuple[str, str], ...]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in options:
        if name in values:
            raise OptionError(f"The option {name} is given twice", hint=f"Give one -o {name}")
        values[name] = value
    return values


def _model(app: App, name: str | None) -> Model:
    if name is not None:
        return app.get_model(name)
    from .app import chosen_model

    choice = chosen_model(app)
    model = app.get_model(choice.name)
    if choice.why:
        say(choice.why)
    return model


def _journal(app: App, log: bool, no_log: bool) -> Journal | None:
    from .recording import Complaint, is_recording

    if no_log or not (log or is_recording(app.directory)):
        return None
    from .terminal import terminal

    return app.journal(Complaint(), terminal())


def _policy(policy: Policy, last: LastTurn, no_retry: bool, timeout: float | None) -> Policy:
    policy = replace(policy, recorder=last)
    if no_retry:
        policy = replace(policy, retries=replace(policy.retries, attempts=1))
    if timeout is not None:
        policy = replace(policy, timeouts=replace(policy.timeouts, total=timeout))
    return replace(policy, notify=_note_attempt) if sys.stderr.isatty() else policy


def _note_attempt(attempt: Attempt) -> None:
    say(f"{attempt.error} - trying again in {attempt.waited:.1f} s", dim=True)


def _print_json(last: LastTurn) -> None:
    import json

    from .._storage.turn_json import turn_to_json

    assert last.turn is not None
    click.echo(json.dumps([turn_to_json(last.turn)], indent=2))


def _print_usage(response: Response) -> None:
    from .token_usage import usage_line

    say(f"Token usage: {usage_line(response.usage()) or 'the provider did not say'}", fg="yellow", bold=True)


def _note_ending(response: Response, options: dict[str, str]) -> None:
    """Say what kept the answer from being all that the model had to say."""
    match response.debug()["finish_reason"]:
        case "length":
            limit = f" of {options['max_tokens']} tokens" if "max_tokens" in options else ""
            say(f"The answer was cut at the token limit{limit}; raise it with -o max_tokens N")
            raise click.exceptions.Exit(exit_codes.TRUNCATED)
        case "content_filter":
            say("The answer was cut by the provider's content filter")
        case "refusal":
            say("The model refused to answer")
