"""`llm prompt`, which is what `llm "text"` runs."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from . import exit_codes
from .asking import Asked, asking
from .stderr import say

if TYPE_CHECKING:
    from .._api.app import App
    from .._api.conversation import Conversation
    from .._api.model import Model
    from .._api.response import Response
    from .._domain.call import Attempt
    from .._engine.pipeline import Policy
    from .._storage.journal import Journal
    from .media_output import MediaOutput
    from .recording import LastTurn


@click.command("prompt")
@click.argument("prompt", required=False)
@asking
def prompt(prompt: str | None, asked: Asked) -> None:
    """
    Ask a model

    What is piped in goes before PROMPT. The answer goes to standard output, everything else to standard error.

    \b
      llm "Capital of France?"
      llm -m gpt-5.6-luna -s "Answer in Spanish" "Capital of France?"
      llm -m gpt-5.6-luna,claude-haiku-5-5 "What is this?" -a photo.jpg
      cat notes.txt | llm "Summarize this" -o temperature 0.2

    Without -m the model is $LLM_MODEL, else the one that `llm models default` set, else one whose key is there.
    """
    from .app import current_app
    from .recording import LastTurn

    if asked.log and asked.no_log:
        raise click.UsageError("--log and --no-log exclude each other")
    given = asked.given()
    app = current_app()
    conversation: Conversation | None = None
    if asked.continue_last or asked.reference is not None:
        from .continuing import continued

        conversation = continued(app, asked.reference, asked.model)
    model = _model(app, asked.model) if conversation is None else conversation.model
    if asked.show_options:
        from .model_options import print_options

        return print_options(model)
    fields = _fields(prompt, asked)
    output = _output(asked)

    journal = _journal(app, asked)
    if asked.name is not None:
        from .continuing import named

        conversation = conversation or model.conversation()
        journal = named(app, journal, asked.name, conversation.id)
    last = LastTurn(journal)
    app.policy = _policy(app, last, asked)
    response = (conversation or model).prompt(
        stream=not asked.no_stream, options=given, hide_reasoning=asked.hide_reasoning, key=asked.key, **fields
    )
    _print(response, last, asked, output)
    if asked.usage:
        _print_usage(response)
    _note_ending(response, given)
    if output is not None:
        output.check()
    return None


def _print(response: Response, last: LastTurn, asked: Asked, output: MediaOutput | None) -> None:
    """Print the answer, and what else was asked for, as it comes."""
    from .answer import AnswerPrinter

    text = not (asked.as_json or (output is not None and output.takes_stdout))
    try:
        AnswerPrinter(text=text, reasoning=not asked.hide_reasoning, output=output).print(response)
    finally:
        last.close()
    if asked.as_json:
        _print_json(last)


def _fields(argument: str | None, asked: Asked) -> dict[str, Any]:
    """What is asked. Raises RequestError, and UsageError where that is nothing."""
    from .stdin import read_prompt

    fields: dict[str, Any] = {"system": asked.system}
    takes_stdin = False
    if asked.attachments or asked.typed_attachments:
        from .attachment_argument import read_attachments, wants_stdin

        takes_stdin = bool(wants_stdin(asked.attachments, asked.typed_attachments))
        fields["attachments"] = read_attachments(asked.attachments, asked.typed_attachments)
    if asked.schema is not None:
        from .schema_reference import read_schema

        fields["schema"] = read_schema(asked.schema)
    if asked.fallbacks:
        fields["fallbacks"] = asked.fallbacks
    if takes_stdin or (argument is None and "attachments" in fields and sys.stdin.isatty()):
        text = argument or ""
    else:
        text = read_prompt(argument)
    if not text.strip() and "attachments" not in fields:
        raise click.UsageError("The prompt is empty")
    return {**fields, "prompt": text}


def _output(asked: Asked) -> MediaOutput | None:
    """Where files go, where that was said; else it is made when there is one."""
    if asked.output is None:
        return None
    from .media_output import MediaOutput

    return MediaOutput(asked.output)


def _model(app: App, name: str | None) -> Model:
    if name is None:
        from .app import chosen_model

        choice = chosen_model(app)
        model = app.get_model(choice.name)
        if choice.why:
            say(choice.why)
        return model
    model = app.get_model(name)
    if family := getattr(getattr(model, "profile", None), "family", None):
        say(f"{name} is in no list of models; what it can do is taken to be what {family} can")
    return model


def _journal(app: App, asked: Asked) -> Journal | None:
    from .recording import Complaint, is_recording

    if asked.no_log or not (asked.log or is_recording(app.directory)):
        return None
    from .terminal import terminal

    return app.journal(Complaint(), terminal())


def _policy(app: App, last: LastTurn, asked: Asked) -> Policy:
    """The policy of the one call that this process makes, so that there is nobody to be paced with."""
    policy = replace(app.policy, recorder=last, paced=False)
    if asked.no_retry:
        policy = replace(policy, retries=replace(policy.retries, attempts=1))
    if asked.no_repair:
        policy = replace(policy, repairs=0)
    if asked.timeout is not None:
        policy = replace(policy, timeouts=replace(policy.timeouts, total=asked.timeout))
    if asked.max_cost is not None:
        policy = replace(policy, account=app.accounts(asked.max_cost))
    return replace(policy, notify=_note_attempt)


def _note_attempt(attempt: Attempt) -> None:
    """Say that another model is asked; that the same one is asked again, only where somebody waits and watches."""
    if attempt.model is not None and not attempt.waited:
        say(f"{attempt.model} failed: {attempt.error} - asking the next model")
    elif sys.stderr.isatty():
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
