"""Calls leave evenly, slower after the service's limit was reached, and climb back."""

from __future__ import annotations

import asyncio

import pytest

from pushconsole.runs.pace import CallLines, CallPace


class _Clock:
    """A clock that goes on only when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def _left_within(pace: CallPace, clock: _Clock, seconds: float) -> int:
    """Let calls leave as soon as they may; return how many did."""
    end, left = clock.now + seconds, 0
    while clock.now < end:
        wait_s = pace.wait_s()
        left += wait_s == 0
        clock.now += wait_s
    return left


def test_a_burst_leaves_at_once_and_then_as_many_as_the_rate_says() -> None:
    clock = _Clock()
    pace = CallPace(480, burst=20, clock=clock)
    assert [pace.wait_s() for _ in range(20)] == [0.0] * 20
    assert pace.wait_s() == pytest.approx(60 / 480)
    assert _left_within(pace, clock, 60) == pytest.approx(480, abs=2)


def test_what_the_service_asks_for_is_waited_for_and_the_rate_halves_once_for_calls_refused_together() -> None:
    clock = _Clock()
    pace = CallPace(480, clock=clock)
    assert [pace.refused(7.0, "") for _ in range(4)] == [7.0] * 4
    assert pace.per_minute == 240
    assert pace.wait_s() == 7.0
    clock.now = 8.0
    assert pace.wait_s() == 0.0


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        ("Too many requests: 500 per minute", 60.0),
        ("at most 500 calls in 30 seconds", 30.0),
        ("limit of 10/second reached", 1.0),
        ("Rate limit exceeded: maximum 500 requests in a 1m0s window", 60.0),
        ("limit: 500, window: 90s", 90.0),
        ("500 requests/60s", 60.0),
        ("you may call 10 times every 250 ms", 0.25),
        ("the maximum is 9000 per hour", 3600.0),
    ],
)
def test_without_a_number_the_window_in_the_message_is_waited_for(message: str, seconds: float) -> None:
    assert CallPace(clock=_Clock()).refused(None, message) == seconds


def test_without_a_word_each_refusal_is_waited_for_longer() -> None:
    clock = _Clock()
    pace = CallPace(clock=clock)
    pauses = []
    for _ in range(5):
        pauses.append(pace.refused(None, "no"))
        clock.now += pauses[-1] + 0.001
    assert all(0.5 * 2**n <= pause <= 2**n for n, pause in enumerate(pauses))


def test_the_rate_climbs_back_to_what_it_was_and_no_further() -> None:
    pace = CallPace(480, clock=_Clock())
    pace.refused(0.0, "")
    for _ in range(100):
        pace.taken()
    assert pace.per_minute == 480


@pytest.mark.parametrize("message", ["no", "index 5 in shop", "5 m of records in products", "in moderation"])
def test_words_that_only_look_like_a_window_are_none(message: str) -> None:
    assert 0.5 <= CallPace(clock=_Clock()).refused(None, message) <= 1.0


def test_another_limit_holds_at_once_and_forgets_no_refusal() -> None:
    clock = _Clock()
    pace = CallPace(480, clock=clock)
    pace.allow(60)
    assert pace.per_minute == 60
    pace.refused(7.0, "")
    pace.allow(480)
    assert (pace.per_minute, pace.wait_s()) == (30, 7.0)
    for _ in range(100):
        pace.taken()
    assert pace.per_minute == 480


async def _most_at_once(lines: CallLines, calls: int) -> int:
    """Make calls, each of which takes a turn of the loop or two, and count how many are under way at once."""
    busy = most = 0

    async def call() -> None:
        nonlocal busy, most
        async with lines:
            busy += 1
            most = max(most, busy)
            await asyncio.sleep(0)
            busy -= 1

    async with asyncio.TaskGroup() as group:
        for _ in range(calls):
            group.create_task(call())
    return most


async def test_a_call_that_times_out_halves_how_many_are_under_way_and_answers_widen_it_again() -> None:
    lines = CallLines(8)
    assert await _most_at_once(lines, 40) == 8
    lines.timed_out()
    assert await _most_at_once(lines, 40) == 4
    for _ in range(5):
        lines.timed_out()
    assert await _most_at_once(lines, 40) == 1
    for _ in range(1_000):
        lines.answered()
    assert await _most_at_once(lines, 40) == 8


def test_without_a_limit_nothing_waits() -> None:
    pace = CallPace(None, clock=_Clock())
    assert {pace.wait_s() for _ in range(10_000)} == {0.0}
