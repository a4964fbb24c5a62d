"""Every record of a run is in exactly one place, at any moment."""

import pytest

from pushconsole.errors import InternalError
from pushconsole.ingestion import Action
from pushconsole.runs import Accounting, BatchEnded, Divided, Part, Plan, Verdict
from pushconsole.runs.events import RecordFailure
from pushconsole.runs.plan import Batch
from tests.runs.builders import PRODUCTS

_PLAN = Plan(
    PRODUCTS,
    Action.UPDATE_OBJECT,
    watch=False,
    batches=(
        Batch(number=1, first=1, records=3, body_bytes=30, ranges=((1, 2), (4, 4))),
        Batch(number=2, first=4, records=2, body_bytes=20, ranges=((5, 6),)),
        Batch(number=3, first=6, records=1, body_bytes=10, ranges=((9, 9),)),
    ),
)


def _ended(batch: int, verdict: Verdict, *, reason: str = "", named: int | None = None) -> BatchEnded:
    failures = (RecordFailure(record_id=named, line=named, object_id="x", reason="too big"),) if named else ()
    records, size = _PLAN.batches[batch - 1].records, _PLAN.batches[batch - 1].body_bytes
    return BatchEnded(
        run_id="r",
        batch=batch,
        verdict=verdict,
        records=records,
        bytes=size,
        seconds=0.1,
        reason=reason,
        failures=failures,
    )


def test_before_anything_ended_all_is_unsent() -> None:
    accounting = Accounting(_PLAN)
    assert (accounting.records, accounting.unsent, accounting.decided) == (6, 6, 0)
    assert not accounting.all_succeeded
    accounting.check()


def test_the_numbers_add_up_after_each_verdict() -> None:
    accounting = Accounting(_PLAN)
    for batch, verdict in ((2, Verdict.IN_DOUBT), (1, Verdict.FAILED), (3, Verdict.SUCCEEDED)):
        accounting.apply(_ended(batch, verdict))
        accounting.check()
    assert (accounting.succeeded, accounting.failed, accounting.in_doubt, accounting.unsent) == (1, 3, 2, 0)
    assert accounting.ranges(Verdict.FAILED) == [(1, 2), (4, 4)]
    assert accounting.ranges(Verdict.UNSENT) == []


def test_a_record_has_the_outcome_of_its_batch_and_its_own_reason_where_it_was_named() -> None:
    accounting = Accounting(_PLAN)
    accounting.apply(_ended(1, Verdict.FAILED, reason="refused", named=4))
    assert accounting.outcome(1) == (Verdict.FAILED, "refused")
    assert accounting.outcome(4) == (Verdict.FAILED, "too big")
    assert accounting.outcome(3) is None  # deleted before the plan was made
    assert accounting.outcome(5) is None  # its batch has no verdict yet
    assert accounting.outcome(99) is None


def test_a_batch_ends_once() -> None:
    accounting = Accounting(_PLAN)
    accounting.apply(_ended(1, Verdict.SUCCEEDED))
    with pytest.raises(InternalError, match="twice"):
        accounting.apply(_ended(1, Verdict.FAILED))


def test_only_success_of_every_batch_is_success() -> None:
    accounting = Accounting(_PLAN)
    for batch in (1, 2):
        accounting.apply(_ended(batch, Verdict.SUCCEEDED))
    assert not accounting.all_succeeded
    accounting.apply(_ended(3, Verdict.SUCCEEDED))
    assert accounting.all_succeeded


def _part(number: int, *ids: int) -> Part:
    return Part(batch=number, of=1, first=1, records=len(ids), bytes=10, ranges=tuple((one, one) for one in ids))


def test_a_record_that_stood_alone_and_went_with_others_has_their_outcome() -> None:
    accounting = Accounting(_PLAN)
    accounting.apply(Divided(run_id="r", batches=(1,), into=(_part(4, 1), _part(5, 2), _part(6, 4)), reason=""))
    accounting.apply(Divided(run_id="r", batches=(5, 6), into=(_part(7, 2, 4),), reason="together"))
    ended = BatchEnded(run_id="r", batch=7, verdict=Verdict.SUCCEEDED, records=2, bytes=10, seconds=0.1)
    accounting.apply(ended)
    assert accounting.outcome(1) is None
    assert accounting.outcome(2) == accounting.outcome(4) == (Verdict.SUCCEEDED, "")
