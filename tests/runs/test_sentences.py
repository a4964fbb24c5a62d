"""A run's events read as lines a person understands."""

from typing import Any

import pytest

from pushconsole.runs import BatchEnded, Finished, Level, StopCause, Stopping, Verdict, lines
from pushconsole.runs.events import RecordFailure, Waiting


def _ended(verdict: Verdict, reason: str = "", failures: tuple[RecordFailure, ...] = ()) -> BatchEnded:
    return BatchEnded(
        run_id="r",
        batch=12,
        verdict=verdict,
        records=11_214,
        bytes=4_800_000,
        seconds=0.31,
        event_id="113b",
        reason=reason,
        failures=failures,
    )


def test_a_batch_that_succeeded() -> None:
    (line,) = lines(_ended(Verdict.SUCCEEDED))
    assert line.level is Level.SUCCESS
    assert line.text.replace("\u202f", " ") == "Batch 12 · 11 214 records · 4.8 MB · 0.31 s · event 113b · succeeded"


def test_a_named_record_has_a_line_of_its_own_that_leads_to_it() -> None:
    named = RecordFailure(record_id=347, line=348, object_id="sku-347", reason="is too big size=12822/10000 bytes")
    batch, record = lines(_ended(Verdict.FAILED, "refused", (named,)))
    assert batch.text.endswith("failed: refused")
    assert record.text == "Line 348 · sku-347 is too big size=12822/10000 bytes"
    assert (record.level, record.record_id) == (Level.ERROR, 347)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (_ended(Verdict.IN_DOUBT, "no answer"), "in doubt: no answer"),
        (Waiting(run_id="r", batches=1, seconds=5.2), "Waiting for the service to index 1 batch · 5 s so far"),
        (Stopping(run_id="r", cause=StopCause.CANCELLED, reason="It was cancelled."), "nothing more is sent"),
    ],
)
def test_what_is_not_settled_is_said(event: BatchEnded | Waiting | Stopping, said: str) -> None:
    assert said in lines(event)[0].text


@pytest.mark.parametrize(("failed", "level"), [(0, Level.SUCCESS), (1, Level.WARNING)])
def test_the_last_line_has_all_four_numbers(failed: int, level: Level) -> None:
    finished = Finished(
        run_id="r",
        records=3,
        succeeded=3 - failed,
        failed=failed,
        in_doubt=0,
        unsent=0,
        batches=1,
        bytes=9,
        seconds=1.26,
    )
    (line,) = lines(finished)
    assert line.level is level
    assert line.text == (
        f"Finished in 1.3 s · {3 - failed} succeeded · {failed} failed · 0 in doubt · 0 unsent of 3 records"
    )


@pytest.mark.parametrize(
    ("call", "level", "words"),
    [
        (Verdict.SUCCEEDED, Level.SUCCESS, "succeeded"),
        (Verdict.FAILED, Level.ERROR, "failed"),
        (Verdict.IN_DOUBT, Level.WARNING, "is in doubt"),
        (Verdict.UNSENT, Level.WARNING, "was not sent"),
    ],
)
def test_the_last_line_of_an_action_on_the_whole_index_says_what_became_of_it(
    call: Verdict, level: Level, words: str
) -> None:
    numbers: dict[str, Any] = dict.fromkeys(("records", "succeeded", "failed", "in_doubt", "unsent"), 0)
    (line,) = lines(Finished(run_id="r", batches=1, bytes=9, seconds=1.26, call=call, **numbers))
    assert (line.level, line.text) == (level, f"Finished in 1.3 s: the call for the whole index {words}")
