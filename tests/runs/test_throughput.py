"""How fast a run went: all records counted, in the parts of its time, without its pauses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushconsole.runs import throughput
from pushconsole.runs.throughput import TimedCalls


def test_nothing_that_was_sent_has_no_speed() -> None:
    assert throughput([], 4) is None


def test_one_batch_has_an_average_and_no_course() -> None:
    speed = throughput([TimedCalls(100.0, 102.0, 50)], 4)
    assert speed is not None
    assert (speed.average, speed.course) == (25.0, ())


def test_a_run_that_slows_down_has_a_course_that_falls() -> None:
    speed = throughput([TimedCalls(0.0, 1.0, 30), TimedCalls(0.0, 2.0, 30), TimedCalls(2.0, 4.0, 10)], 2)
    assert speed is not None
    assert speed.average == 17.5
    assert speed.course == (30.0, 5.0)


def test_a_day_between_a_run_and_its_resumption_is_no_part_of_it() -> None:
    day = 24 * 60 * 60.0
    speed = throughput([TimedCalls(0.0, 2.0, 20), TimedCalls(day, day + 2.0, 20)], 4)
    assert speed is not None
    assert speed.average == pytest.approx(10.0)
    assert speed.course == pytest.approx((0.0, 20.0, 0.0, 20.0))


def test_a_long_wait_of_a_call_is_a_part_of_the_run() -> None:
    speed = throughput([TimedCalls(0.0, 1.0, 10), TimedCalls(0.5, 600.0, 10)], 4)
    assert speed is not None
    assert speed.average == pytest.approx(20 / 600)


_CALLS = st.builds(
    lambda at, took, records: TimedCalls(at, at + took, records),
    st.floats(0, 10_000),
    st.floats(0, 400),
    st.integers(0, 10_000),
)


@given(st.lists(_CALLS, min_size=2, max_size=40), st.integers(1, 30))
def test_the_course_has_every_record(calls: list[TimedCalls], parts: int) -> None:
    speed = throughput(calls, parts)
    assert speed is not None
    assert len(speed.course) == parts
    records = sum(call.records for call in calls)
    assert sum(speed.course) / parts == pytest.approx(speed.average)
    assert (speed.average > 0) is (records > 0)
