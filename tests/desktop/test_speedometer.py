"""How fast a run goes now."""

from __future__ import annotations

from pushconsole.desktop.speedometer import Speedometer


class _Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def _driven(clock: _Clock, meter: Speedometer, decided: int, per_second: int, seconds: int) -> int:
    for _ in range(seconds * 10):
        clock.now += 0.1
        decided += per_second // 10
        meter.note(decided)
    return decided


def test_it_tells_the_speed_of_the_last_seconds_and_not_of_the_whole_run() -> None:
    clock = _Clock()
    meter = Speedometer(clock)
    meter.begin(0)
    decided = _driven(clock, meter, 0, 1_000, 30)
    assert round(meter.per_second() or 0) == 1_000
    _driven(clock, meter, decided, 100, 20)
    assert round(meter.per_second() or 0) == 100


def test_what_a_resumed_run_had_decided_before_is_no_speed() -> None:
    clock = _Clock()
    meter = Speedometer(clock)
    meter.begin(900_000)
    meter.note(900_000)
    assert meter.per_second() is None
    _driven(clock, meter, 900_000, 50, 2)
    assert round(meter.per_second() or 0) == 50


def test_a_run_that_stands_still_has_no_speed() -> None:
    clock = _Clock()
    meter = Speedometer(clock)
    meter.begin(0)
    decided = _driven(clock, meter, 0, 1_000, 5)
    _driven(clock, meter, decided, 0, 15)
    assert meter.per_second() is None
    assert meter.per_second(3.0) is None
