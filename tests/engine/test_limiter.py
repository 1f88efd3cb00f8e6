"""The queue of an endpoint: who begins, who waits, who leaves, and what the other side's answers make of it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from typing import Any

import pytest

from llm._codecs.rate_limit import RateLimit
from llm._engine.capacity import MOST, START, Capacity
from llm._engine.limiter import Limiter, Limits, Slot
from llm._engine.limiters import endpoint_key, limiter_of, limiters
from llm._engine.rate import Rate


def passed(slot: Slot, within: float = 5) -> bool:
    """Whether the slot stops waiting in time."""
    flag = threading.Event()
    slot.gate.subscribe(flag.set)
    return flag.wait(within)


def full(concurrency: int = 1, **more: Any) -> tuple[Limiter, list[Slot]]:
    """A limiter with all of its slots open."""
    limiter = Limiter(Limits(concurrency, **more))
    return limiter, [limiter.join() for _ in range(concurrency)]


def states(slots: list[Slot]) -> list[str]:
    return [slot.state for slot in slots]


def timers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]


def test_slots_open_as_far_as_allowed_and_then_in_the_order_of_joining() -> None:
    limiter, slots = full(2)
    waiting = [limiter.join() for _ in range(3)]
    assert states([*slots, *waiting]) == ["open", "open", "waiting", "waiting", "waiting"]
    limiter.leave(slots[0])
    assert states(waiting) == ["open", "waiting", "waiting"]
    limiter.leave(waiting[0])
    limiter.leave(slots[1])
    assert states(waiting) == ["gone", "open", "open"]
    assert (limiter.open, limiter.waiting) == (2, 0)


def test_who_leaves_the_queue_takes_no_slot_with_it() -> None:
    limiter, (slot,) = full()
    first, second = limiter.join(), limiter.join()
    limiter.leave(first)
    assert passed(first)
    limiter.leave(slot)
    assert states([first, second]) == ["gone", "open"]
    limiter.leave(second)
    assert (limiter.open, limiter.waiting) == (0, 0)


def test_leaving_twice_gives_back_one_slot() -> None:
    limiter, slots = full(2)
    limiter.leave(slots[0])
    limiter.leave(slots[0])
    assert limiter.open == 1


def test_a_slot_may_be_given_back_in_the_middle_of_anything() -> None:
    """The garbage collector closes dropped answers on a thread that may be changing the very same limiter."""
    limiter, slots = full(2)
    waiting = limiter.join()
    limiter._do(lambda: limiter.leave(slots[0]))
    assert waiting.state == "open"
    assert limiter.open == 2
    limiter._lock.acquire()
    limiter.leave(slots[1])
    assert limiter.open == 2
    limiter._lock.release()
    last = limiter.join()
    assert (last.state, limiter.open) == ("open", 2)


def test_a_refusal_halves_and_those_of_one_round_count_once() -> None:
    limiter, slots = full(8)
    for slot in slots:
        limiter.overloaded(slot)
        limiter.leave(slot)
    assert limiter.allowed == 4
    slots = [limiter.join() for _ in range(8)]
    assert states(slots) == ["open"] * 4 + ["waiting"] * 4
    limiter.overloaded(slots[0])
    assert limiter.allowed == 2


def test_at_least_one_is_allowed() -> None:
    limiter = Limiter(Limits(concurrency=3))
    for _ in range(4):
        slot = limiter.join()
        limiter.overloaded(slot)
        limiter.leave(slot)
    assert limiter.allowed == 1
    assert limiter.join().state == "open"


def test_a_refusal_does_not_cut_off_those_that_are_open() -> None:
    limiter, slots = full(4)
    waiting = limiter.join()
    limiter.overloaded(slots[0])
    for slot in slots[:2]:
        limiter.leave(slot)
    assert (states(slots), waiting.state) == (["gone", "gone", "open", "open"], "waiting")
    limiter.leave(slots[2])
    assert waiting.state == "open"


def test_full_rounds_of_good_answers_allow_one_more_each_up_to_the_maximum() -> None:
    capacity = Capacity()
    assert (capacity.allowed, capacity.most) == (START, MOST)
    grown = []
    for _ in range(3):
        before = capacity.allowed
        for _ in range(before):
            capacity.full = True
            capacity.good()
        grown.append(capacity.allowed - before)
    assert grown == [1, 1, 1]
    for _ in range(5000):
        capacity.full = True
        capacity.good()
    assert capacity.allowed == MOST


def test_good_answers_prove_nothing_where_not_all_slots_were_used() -> None:
    limiter = Limiter()
    for _ in range(100):
        limiter.leave(limiter.join(), good=True)
    assert limiter.allowed == START


def test_a_maximum_that_was_set_is_where_it_starts_and_ends() -> None:
    """Answers to requests from before a refusal do not bring it back."""
    limiter, slots = full(2)
    for _ in range(10):
        limiter.leave(slots[0], good=True)
        slots[0] = limiter.join()
    assert limiter.allowed == 2
    limiter.overloaded(slots[0])
    assert limiter.allowed == 1
    for slot in slots:
        limiter.leave(slot, good=True)
    assert limiter.allowed == 1
    limiter.leave(limiter.join(), good=True)
    assert limiter.allowed == 2


@pytest.mark.parametrize("limits", [{"concurrency": 0}, {"requests_per_minute": -1}, {"tokens_per_minute": 0}])
def test_a_limit_of_nothing_is_refused(limits: Any) -> None:
    with pytest.raises(ValueError, match="more than 0"):
        Limits(**limits)


def test_other_limits_hold_at_once() -> None:
    limiter, _ = full(1)
    waiting = limiter.join()
    limiter.configure(Limits(concurrency=2))
    assert waiting.state == "open"


def test_nobody_begins_until_the_time_that_the_provider_asked_for() -> None:
    limiter, refused = full(4)
    started = time.monotonic()
    for slot in refused:
        limiter.overloaded(slot, 0.2)
        limiter.leave(slot)
    slots = [limiter.join() for _ in range(3)]
    assert states(slots) == ["waiting"] * 3
    assert passed(slots[1])
    assert 0.2 <= time.monotonic() - started < 2
    assert states(slots) == ["open", "open", "waiting"]


def test_one_timer_serves_all_who_wait_and_none_is_left_when_nobody_does() -> None:
    limiter, (slot,) = full(1)
    end, before = time.monotonic() + 60, set(timers())
    slots = [limiter.join(deadline=end + number) for number in range(50)]
    assert len(set(timers()) - before) == 1
    for waiting in slots:
        limiter.leave(waiting)
    limiter.leave(slot)
    until = time.monotonic() + 5
    while set(timers()) - before and time.monotonic() < until:
        time.sleep(0.01)
    assert set(timers()) <= before


def test_who_has_no_more_time_leaves_the_queue() -> None:
    limiter, (slot,) = full()
    started = time.monotonic()
    slots = [limiter.join(deadline=started + seconds) for seconds in (0.3, 0.1, 60.0)]
    assert passed(slots[1])
    assert time.monotonic() - started >= 0.1
    assert states(slots) == ["waiting", "late", "waiting"]
    assert passed(slots[0])
    assert states(slots) == ["late", "late", "waiting"]
    limiter.leave(slot)
    assert slots[2].state == "open"


def test_a_deadline_that_has_passed_is_no_turn_to_wait_for() -> None:
    limiter, _ = full()
    assert limiter.join(deadline=time.monotonic() - 1).state == "late"


@pytest.mark.parametrize("name", ["patience", "deadline"])
def test_a_wait_that_is_asked_for_and_too_long_is_not_waited_for(name: str) -> None:
    """Those who were in the queue before are told too."""
    limit: Any = {"patience": 10.0} if name == "patience" else {"deadline": time.monotonic() + 200}
    limiter, (slot,) = full()
    before = limiter.join(**limit)
    patient = limiter.join()
    limiter.overloaded(slot, 300)
    assert states([before, patient, limiter.join(**limit)]) == ["denied", "waiting", "denied"]
    assert before.asked == pytest.approx(300, abs=1)
    limiter.leave(patient)


def test_a_wrong_retry_after_does_not_close_an_endpoint_for_good() -> None:
    limiter, (slot,) = full()
    limiter.overloaded(slot, 1e12)
    denied = limiter.join(patience=1)
    assert 3590 < denied.asked <= 3600


def test_a_far_deadline_is_one_all_the_same() -> None:
    limiter, (slot,) = full()
    waiting = limiter.join(deadline=1e300)
    limiter.leave(slot)
    assert waiting.state == "open"


def test_requests_per_minute_hold_over_every_minute() -> None:
    rate = Rate(3)
    for moment in (0, 10, 20):
        assert rate.free(moment) == moment
        rate.add(moment)
    assert rate.free(30) == 60
    assert rate.free(60) == 60
    rate.add(60)
    assert rate.free(61) == 70


@pytest.mark.parametrize(("per_minute", "many", "then"), [(2.5, 2, 48), (0.5, 1, 120), (600, 600, 60)])
def test_a_rate_may_be_any_number(per_minute: float, many: int, then: float) -> None:
    rate = Rate(per_minute)
    for _ in range(many):
        assert rate.free(0) == 0
        rate.add(0)
    assert rate.free(1) == then


def test_tokens_that_were_used_up_hold_back_what_follows() -> None:
    rate = Rate(1000)
    rate.add(0, 900)
    assert rate.free(1) == 1
    rate.add(10, 600)
    assert rate.free(11) == 60
    rate.add(12, 5000)
    assert rate.free(13) == 72


def test_rates_hold_for_the_queue() -> None:
    limiter = Limiter(Limits(requests_per_minute=2))
    slots = [limiter.join() for _ in range(3)]
    assert states(slots) == ["open", "open", "waiting"]
    limiter.leave(slots[2])
    limiter = Limiter(Limits(tokens_per_minute=100))
    limiter.leave(limiter.join(), good=True, tokens=100)
    waiting = limiter.join()
    assert waiting.state == "waiting"
    limiter.leave(waiting)


def test_no_more_begin_than_the_headers_leave() -> None:
    limiter = Limiter()
    limiter.note(RateLimit(2, 0.1, 1))
    slots = [limiter.join() for _ in range(5)]
    assert states(slots) == ["open", "open", "waiting", "waiting", "waiting"]
    started = time.monotonic()
    assert passed(slots[3])
    assert time.monotonic() - started >= 0.15
    limiter.note(RateLimit(100, 0.1, 1))
    assert states(slots) == ["open"] * 5


def test_after_a_window_all_begin_again() -> None:
    limiter = Limiter()
    limiter.note(RateLimit(0, 0.05))
    slots = [limiter.join() for _ in range(3)]
    assert states(slots) == ["waiting"] * 3
    assert all(passed(slot) for slot in slots)
    assert states(slots) == ["open"] * 3


def test_a_reply_without_headers_ends_what_the_last_one_said() -> None:
    limiter = Limiter()
    limiter.note(RateLimit(0, 1000, 1))
    waiting = limiter.join()
    assert waiting.state == "waiting"
    limiter.note(None)
    assert waiting.state == "open"


class TestRegistry:
    """The limiters of the process."""

    def test_calls_to_the_same_endpoint_with_the_same_key_share_one(self) -> None:
        shared = limiter_of(endpoint_key("http://a.invalid/v1/", "sk-1"))
        assert limiter_of(endpoint_key("http://a.invalid/v1", "sk-1")) is shared
        assert limiter_of(endpoint_key("http://a.invalid/v1", "sk-2")) is not shared
        assert limiter_of(endpoint_key("http://a.invalid/v1", None)) is not shared
        assert limiter_of(endpoint_key("http://b.invalid/v1", "sk-1")) is not shared
        assert limiters()[endpoint_key("http://a.invalid/v1", "sk-1")] is shared

    def test_the_key_is_nowhere_in_it(self) -> None:
        limiter_of(endpoint_key("http://secret.invalid", "sk-very-secret"))
        assert "sk-very-secret" not in repr(limiters())

    def test_the_limits_that_were_asked_for_last_hold(self) -> None:
        key = endpoint_key("http://limits.invalid", None)
        limiter = limiter_of(key, Limits(concurrency=3))
        assert limiter.allowed == 3
        assert limiter_of(key, Limits(concurrency=5)) is limiter
        assert limiter.allowed == 5

    def test_idle_ones_are_forgotten_when_there_are_many(self) -> None:
        busy = limiter_of("busy")
        busy.join()
        for number in range(1100):
            limiter_of(("many", number))
        assert len(limiters()) <= 1000
        assert limiters()["busy"] is busy

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="os.fork is not there")
    def test_a_forked_process_begins_anew(self) -> None:
        code = """if True:
            import os
            from llm._engine.limiters import limiter_of, limiters
            limiter_of("x").join()
            child = os.fork()
            if child == 0:
                os._exit(len(limiters()))
            raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) or len(limiters()) - 1)
        """
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
