"""What might cost more than a limit leaves is not sent, and what was spent is known however an answer ends."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

import llm
from api.colour import Colour, take
from llm._domain.call import Trace
from llm._domain.price import cost
from llm._engine.budget import Account, budget
from llm._engine.cost_limits import CostLimits
from llm._engine.ledger import Ledger
from llm._engine.repair import repair
from llm._engine.retry import Retries, retry
from llm._io.io import Handler

from .test_repair import BAD, GOOD, SCHEMA, Scripted, said

KEY = "openai/gpt-4o"  # $2.50 and $10 per million tokens
PROMPT = llm.Prompt("x" * 30_000)  # 10,000 tokens or so: $0.025
ASKED = 0.025


def allowed(
    handler: Any,
    limits: CostLimits,
    ledger: Ledger | None = None,
    *,
    key: str | None = KEY,
    account: Account | None = None,
    trace: Trace | None = None,
    **how: Any,
) -> Handler:
    account = account or Account(limits, ledger)
    return budget(handler, account, trace or Trace(), model="m", price_key=key, **how)


def ask(colour: Colour, handler: Handler, prompt: llm.Prompt = PROMPT) -> list[Any]:
    return list(colour.iterate(handler(prompt, colour.io())))


def test_without_a_limit_the_handler_is_as_it_was() -> None:
    scripted = Scripted()
    assert allowed(scripted, CostLimits(), key=None) is scripted


def test_what_fits_is_asked_and_its_events_go_on(colour: Colour) -> None:
    scripted = Scripted(said("hello"))
    assert ask(colour, allowed(scripted, CostLimits(max_cost=0.03))) == said("hello")


def test_an_input_that_costs_too_much_is_refused_before_it_is_sent(colour: Colour) -> None:
    scripted = Scripted(said("hello"))
    with pytest.raises(llm.BudgetError) as caught:
        ask(colour, allowed(scripted, CostLimits(max_cost=0.02)))
    error = caught.value
    assert scripted.asked == []
    assert (error.limit, error.spent) == (0.02, 0.0)
    assert error.estimate == pytest.approx(ASKED, rel=0.01)
    assert "and $0.00 of the $0.02 that the call may cost are spent" in str(error)
    assert "--max-cost" in str(error.hint)


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens", "max_output_tokens", "num_predict"])
def test_the_output_counts_at_max_tokens_where_that_is_set(colour: Colour, name: str) -> None:
    """1,000 tokens are $0.01 more."""
    limits = CostLimits(max_cost=ASKED + 0.005)
    ask(colour, allowed(Scripted(said("hello")), limits))
    ask(colour, allowed(Scripted(said("hello")), limits), PROMPT.replace(options={name: 100}))
    for options in ({name: 1000}, {"extra_body": {name: 1000}}):
        with pytest.raises(llm.BudgetError):
            ask(colour, allowed(Scripted(), limits), PROMPT.replace(options=options))


def test_a_file_counts_by_its_size_before_it_is_read(colour: Colour, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"x" * 3_000_000)
    attached = llm.Prompt("look", attachments=[llm.Attachment(path=str(tmp_path / "notes.txt"))])
    with pytest.raises(llm.BudgetError) as caught:
        ask(colour, allowed(Scripted(), CostLimits(max_cost=1)), attached)
    assert caught.value.estimate == pytest.approx(2.5, rel=0.01)


@pytest.mark.parametrize("key", [None, "openai/no-such-model", "acme/m"])
@pytest.mark.parametrize("limits", [CostLimits(max_cost=1000), CostLimits(daily=1000)])
def test_a_model_of_unknown_price_is_refused_with_a_hint(
    colour: Colour, key: str | None, limits: CostLimits, tmp_path: Path
) -> None:
    scripted = Scripted(said("hello"))
    with pytest.raises(llm.BudgetError, match="Nobody knows what m costs") as caught:
        ask(colour, allowed(scripted, limits, Ledger(tmp_path), key=key))
    assert caught.value.estimate is None
    assert "free = " in str(caught.value.hint)
    assert scripted.asked == []


def test_a_model_that_costs_nothing_is_asked_whatever_the_limit(colour: Colour, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    assert ask(colour, allowed(Scripted(said("hi")), CostLimits(0.0, 0.0), ledger, key=None, free=True)) == said("hi")
    assert not ledger.path.exists()


def test_what_a_call_spent_counts_towards_the_next_exchange_of_it(colour: Colour) -> None:
    account = Account(CostLimits(max_cost=0.06))
    usage = llm.UsageEvent(llm.Usage(10_000, 1_000))
    scripted = Scripted([usage], [usage])
    handler = allowed(scripted, account.limits, account=account)
    ask(colour, handler)
    assert account.spent == pytest.approx(0.035)
    with pytest.raises(llm.BudgetError) as caught:
        ask(colour, allowed(scripted, account.limits, account=account, key="openai/gpt-4.1"), PROMPT.replace(
            options={"max_tokens": 1000}))  # fmt: skip
    assert caught.value.spent == pytest.approx(0.035)
    assert len(scripted.asked) == 1


def test_the_day_is_full_for_every_call_of_the_user(colour: Colour, tmp_path: Path) -> None:
    limits, ledger = CostLimits(daily=0.062), Ledger(tmp_path)
    usage = [llm.TextDelta("hi"), llm.UsageEvent(llm.Usage(10_000, 1_000, cached=10))]
    ask(colour, allowed(Scripted(usage), limits, ledger))
    (line,) = ledger.today()
    assert (line.price_key, line.exchanges, line.input, line.output, line.cached) == (KEY, 1, 10_000, 1_000, 10)
    assert line.cost == pytest.approx(cost(KEY, llm.Usage(10_000, 1_000, cached=10), time.time()))
    ask(colour, allowed(Scripted(usage), limits, ledger))
    with pytest.raises(llm.BudgetError, match=r"of today's \$0\.062 are spent"):
        ask(colour, allowed(Scripted(usage), limits, Ledger(tmp_path)))


def test_without_a_daily_limit_nothing_is_written(colour: Colour, tmp_path: Path) -> None:
    ask(colour, allowed(Scripted(said("hi")), CostLimits(max_cost=1), Ledger(tmp_path)))
    assert list(tmp_path.iterdir()) == []


def test_while_a_request_is_under_way_its_estimate_counts(colour: Colour, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    prompt = PROMPT.replace(options={"max_tokens": 1000})
    events = colour.iterate(allowed(Scripted(said("hello")), CostLimits(daily=0.06), ledger)(prompt, colour.io()))
    next(events)
    assert ledger.spent() == pytest.approx(0.035, rel=0.01)
    with pytest.raises(llm.BudgetError):
        ask(colour, allowed(Scripted(), CostLimits(daily=0.06), ledger), prompt)
    list(events)
    assert ledger.spent() == pytest.approx((10 * 2.5 + 4 * 10) / 1e6)


def test_a_provider_that_counts_no_tokens_costs_the_estimate(colour: Colour, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ask(colour, allowed(Scripted([llm.TextDelta("y" * 3000)]), CostLimits(daily=1), ledger))
    assert ledger.spent() == pytest.approx(ASKED + 0.01, rel=0.01)


@pytest.mark.parametrize("how", ["left", "broken", "interrupted"])
def test_an_answer_that_breaks_off_costs_its_input_and_what_had_arrived(
    colour: Colour, how: str, tmp_path: Path
) -> None:
    """Also where a provider told its counts at the beginning, as Anthropic does: one token of output."""
    ledger, account = Ledger(tmp_path), Account(CostLimits(daily=1), Ledger(tmp_path))
    beginning = [llm.UsageEvent(llm.Usage(9_000, 1)), llm.TextDelta("y" * 3000)]
    end = {"left": [llm.TextDelta("z")], "broken": [llm.NetworkError("cut")], "interrupted": [KeyboardInterrupt()]}
    handler = allowed(Scripted([*beginning, *end[how]]), account.limits, account=account)
    if how == "left":
        take(colour, handler(PROMPT, colour.io()), 2)
    else:
        with pytest.raises((llm.NetworkError, KeyboardInterrupt)):
            ask(colour, handler)
    assert ledger.spent() == pytest.approx(0.0225 + 0.01)
    assert account.spent == pytest.approx(0.0325)
    assert ledger.today()[0].input == 9_000


@pytest.mark.parametrize(
    ("error", "counts"),
    [
        (llm.ProviderError("busy", status=529), False),
        (llm.RateLimitError("busy", status=429), False),
        (llm.AuthenticationError("no", status=401), False),
        (llm.NetworkError("connection refused"), False),
        (llm.LLMTimeoutError("x", phase="connect", seconds=1), False),
        (llm.AttachmentError("no such file"), False),
        (llm.LLMTimeoutError("x", phase="first_byte", seconds=1), True),
        (llm.LLMTimeoutError("x", phase="total", seconds=1), True),
        (llm.ProviderError("in the stream", status=200), True),
        (llm.BadReplyError("no answer"), True),
        (ValueError("bug of a plugin"), True),
        (KeyboardInterrupt(), True),
    ],
)
def test_a_request_that_nobody_worked_on_costs_nothing(
    colour: Colour, error: BaseException, counts: bool, tmp_path: Path
) -> None:
    ledger = Ledger(tmp_path)
    with pytest.raises(type(error)):
        ask(colour, allowed(Scripted([error]), CostLimits(daily=1), ledger))
    assert ledger.spent() == (pytest.approx(ASKED, rel=0.01) if counts else 0)


def test_a_connection_that_is_cut_after_the_reply_began_costs_its_input(colour: Colour, tmp_path: Path) -> None:
    ledger, trace = Ledger(tmp_path), Trace(first_byte=1.0)
    with pytest.raises(llm.NetworkError):
        ask(colour, allowed(Scripted([llm.NetworkError("cut")]), CostLimits(daily=1), ledger, trace=trace))
    assert ledger.spent() == pytest.approx(ASKED, rel=0.01)


def test_each_retry_is_checked_again(colour: Colour, tmp_path: Path) -> None:
    late = llm.LLMTimeoutError("late", phase="first_byte", seconds=1)
    scripted, trace = Scripted([late], [late], said("hi")), Trace()
    guarded = allowed(scripted, CostLimits(max_cost=0.06), trace=trace)
    with pytest.raises(llm.BudgetError):
        ask(colour, retry(guarded, Retries(attempts=5, delay=0.001), trace))
    assert len(scripted.asked) == 2
    assert len(trace.attempts) == 2


def test_a_repair_is_checked_again_and_the_first_answer_goes_on(colour: Colour) -> None:
    prompt = PROMPT.replace(schema=SCHEMA)
    answer = [llm.TextDelta(BAD), llm.UsageEvent(llm.Usage(10_000, 10)), llm.Finish("stop")]
    scripted, trace = Scripted(answer, said(GOOD)), Trace()
    handler = repair(allowed(scripted, CostLimits(max_cost=0.04), trace=trace), trace)
    events: list[Any] = []
    with pytest.raises(llm.BudgetError):
        events.extend(colour.iterate(handler(prompt, colour.io())))
    assert len(scripted.asked) == 1
    assert list(trace.held) == []


def test_the_price_is_that_of_the_model_that_answered(colour: Colour, tmp_path: Path) -> None:
    ledger, trace = Ledger(tmp_path), Trace()

    async def handler(prompt: Any, io: Any) -> Any:
        yield llm.UsageEvent(llm.Usage(1_000, 0))
        trace.price_key = "openai/gpt-4o-mini"

    ask(colour, allowed(handler, CostLimits(daily=1), ledger, trace=trace))
    assert ledger.spent() == pytest.approx(0.15 / 1000)


def test_an_answer_of_a_model_without_a_price_costs_what_the_asked_one_does(colour: Colour, tmp_path: Path) -> None:
    ledger, trace = Ledger(tmp_path), Trace()

    async def handler(prompt: Any, io: Any) -> Any:
        yield llm.UsageEvent(llm.Usage(1_000, 0))
        trace.price_key = "openai/no-such-model"

    ask(colour, allowed(handler, CostLimits(daily=1), ledger, trace=trace))
    assert ledger.spent() == pytest.approx(2.5 / 1000)


def test_a_ledger_that_cannot_be_used_refuses_before_anything_is_sent(colour: Colour, tmp_path: Path) -> None:
    ledger, scripted = Ledger(tmp_path), Scripted(said("hi"))
    ledger.path.write_bytes(b"not a database" * 100)
    with pytest.raises(llm.ConfigError, match="Cannot add up what was spent"):
        ask(colour, allowed(scripted, CostLimits(daily=1), ledger))
    assert scripted.asked == []


def test_a_ledger_that_breaks_under_way_does_not_take_the_answer_along(colour: Colour, tmp_path: Path) -> None:
    ledger, trace = Ledger(tmp_path), Trace()

    async def handler(prompt: Any, io: Any) -> Any:
        yield llm.TextDelta("hi")
        ledger.path.write_bytes(b"not a database" * 100)

    assert ask(colour, allowed(handler, CostLimits(daily=1), ledger, trace=trace)) == [llm.TextDelta("hi")]
    assert "Cannot add up what was spent" in trace.notes["budget"]


def test_a_daily_limit_without_a_ledger_is_a_mistake_of_the_caller_and_no_hole(colour: Colour) -> None:
    with pytest.raises(AssertionError):
        ask(colour, allowed(Scripted(said("hi")), CostLimits(daily=1)))
