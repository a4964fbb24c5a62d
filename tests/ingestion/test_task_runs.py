"""How a task stands, from its runs and their events: real ones of a sandbox, and calls that are counted."""

from __future__ import annotations

import msgspec
import pytest

from pushconsole.ingestion import FAILURES_THAT_DISABLE, Standing, code_of, details_of, standing_of
from pushconsole.ingestion.messages import Transformation
from pushconsole.sandbox import RunningSandbox
from tests.runs.builders import sandbox_client
from tests.sandbox.caller import ARTICLES, PRODUCTS, Caller

_A = [{"objectID": "a", "price": 10}]


async def _standing(sandbox: RunningSandbox, task_id: str = PRODUCTS) -> Standing:
    async with sandbox_client(sandbox) as client:
        return await standing_of(client, task_id)


def _push(caller: Caller, outcomes: str) -> None:
    """Push once for each letter: s succeeds, f fails."""
    for outcome in outcomes:
        caller.settings(record_limit_bytes=100_000 if outcome == "s" else 5)
        caller.push("updateObject", _A)


@pytest.mark.parametrize("run_window_s", [0, 3600], ids=["a run a push", "one run for all"])
@pytest.mark.parametrize(
    ("outcomes", "outcome", "failures"),
    [("", "", 0), ("s", "success", 0), ("f", "failure", 1), ("sff", "failure", 2), ("fsffff", "failure", 4)],
)
async def test_failures_are_counted_since_the_last_success(
    sandbox: RunningSandbox, caller: Caller, run_window_s: int, outcomes: str, outcome: str, failures: int
) -> None:
    caller.settings(run_window_s=run_window_s)
    _push(caller, outcomes)
    standing = await _standing(sandbox)
    assert (standing.outcome, standing.failures_in_a_row) == (outcome, failures)
    assert standing.next_disables == (failures == 4)
    assert (standing.last_at is None) == (not outcomes)
    assert ("too big" in standing.reason) == (outcome == "failure")


async def test_a_success_after_failures_ends_them_although_its_run_failed(
    sandbox: RunningSandbox, caller: Caller
) -> None:
    _push(caller, "ffs")
    standing = await _standing(sandbox)
    assert (standing.outcome, standing.failures_in_a_row) == ("failure", 0), "the run as a whole has failures"


async def test_no_more_is_counted_than_turns_a_task_off(sandbox: RunningSandbox, caller: Caller) -> None:
    caller.settings(disable_after_failures=0)
    _push(caller, "f" * 8)
    assert (await _standing(sandbox)).failures_in_a_row == FAILURES_THAT_DISABLE


async def test_a_run_under_way_has_no_outcome(sandbox: RunningSandbox, caller: Caller) -> None:
    caller.settings(indexing_s=30)
    caller.push("updateObject", _A, watch=False)
    standing = await _standing(sandbox)
    assert (standing.outcome, standing.failures_in_a_row) == ("", 0)
    assert standing.last_at is not None


async def test_a_task_that_goes_well_costs_one_call_and_each_waits_for_its_turn(
    sandbox: RunningSandbox, caller: Caller
) -> None:
    _push(caller, "s")
    turns: list[int] = []

    async def turn() -> None:
        turns.append(len(caller.get("/sandbox/calls")))

    async with sandbox_client(sandbox) as client:
        await standing_of(client, PRODUCTS, turn)
        assert len(turns) == 1
        _push(caller, "f")
        turns.clear()
        await standing_of(client, PRODUCTS, turn)
        assert len(turns) == 2


async def test_details_join_a_task_with_all_it_passes(sandbox: RunningSandbox) -> None:
    async with sandbox_client(sandbox) as client:
        details = await details_of(client, ARTICLES)
    assert details.target.transformation_names == ("Price with tax",)
    assert details.source.name == details.target.name == "Shop export"
    assert details.destination.input.index_name == "articles"
    assert "price_with_tax" in code_of(details.transformations[0])


@pytest.mark.parametrize(
    ("given", "code", "read"),
    [
        (b'{"code":"new"}', "old", "new"),
        (b"null", "old", "old"),
        (b'{"steps":[{"a":1}]}', None, '{\n  "steps": [\n    {\n      "a": 1\n    }\n  ]\n}'),
    ],
    ids=["code", "older code", "steps"],
)
def test_code_is_found_where_it_stands(given: bytes, code: str | None, read: str) -> None:
    transformation = Transformation(transformation_id="t", name="T", code=code, input=msgspec.Raw(given))
    assert code_of(transformation) == read
