"""Every action against every fault, with and without watch, through a real socket.

Each run sends nine records in three batches, and a fault hits the second push. Afterwards the four sets must be a
partition of the plan, and the sandbox's index must hold exactly what the account says: the effect of each record that
succeeded, once, and of none that failed or was not sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pushconsole.ingestion import Action
from pushconsole.runs import (
    BatchEnded,
    BatchLimits,
    Ledger,
    Pace,
    Patience,
    Plan,
    Resending,
    RunEvent,
    Verdict,
    plan_index_action,
    plan_records,
)
from pushconsole.sandbox import RunningSandbox
from tests.runs.builders import PRODUCTS, Followed, followed, sandbox_client, workspace_of
from tests.sandbox.caller import PRODUCTS as TASK
from tests.sandbox.caller import Caller

_RECORDS = 9
_PACE = Pace(
    concurrency=2,
    patience=Patience(wait_s=0.4, first_pause_s=0.01, slowest_pause_s=0.05),
    resending=Resending(attempts=3, first_pause_s=0.01, longest_pause_s=0.02),
    settling_s=0.3,
    calls_per_minute=None,
)
_ENGINE = "Record at the position 1 objectID=absent is too big size=12822/10000 bytes"
_NEWER = "Record objectID={named} is too big: size: 12822 byte(s), maximum allowed: 10000 byte(s)"


@dataclass(frozen=True)
class Fault:
    """What goes wrong.

    Attributes:
        effect: of the rule, or None where `settings` or `midway` say it all.
        settings: of the sandbox.
        midway: whether the task is disabled after the first verdict.
        held_back: how many records may at most not succeed; None where the fault is the end of the run.

    """

    effect: Mapping[str, Any] | None = None
    settings: Mapping[str, Any] | None = None
    midway: bool = False
    held_back: int | None = 3


FAULTS = {
    "none": Fault(held_back=0),
    "400 engine text": Fault({"status": 400, "message": _ENGINE}, held_back=1),
    "400 newer text": Fault({"status": 400, "message": _NEWER}, held_back=1),
    "400 without a name": Fault({"status": 400, "message": "cannot be read"}, held_back=3),
    "401": Fault({"status": 401}, held_back=None),
    "403": Fault({"status": 403}, held_back=None),
    "404": Fault({"status": 404}, held_back=None),
    "413": Fault({"status": 413}, held_back=0),
    "429": Fault({"status": 429, "message": "at most 500 calls per 1 second"}, held_back=0),
    "429 with Retry-After": Fault({"status": 429, "headers": {"retry-after": "0.2"}}, held_back=0),
    "429 without a word": Fault({"status": 429, "message": ""}, held_back=0),
    "500": Fault({"status": 500}),
    "502 HTML": Fault({"status": 502, "body": "html"}),
    "503": Fault({"status": 503}),
    "504": Fault({"status": 504}),
    "broken JSON": Fault({"body": "broken"}),
    "HTML": Fault({"body": "html"}),
    "closed before reading": Fault({"close": "before_reading"}),
    "closed after reading": Fault({"close": "after_reading"}),
    "closed after applying": Fault({"close": "after_applying"}),
    "slow answer": Fault({"delay_s": 0.3}, held_back=0),
    "dripping answer": Fault({"drip": {"bytes": 7, "interval_s": 0.005}}, held_back=0),
    "event failed": Fault({"event": "failed", "message": "not now"}),
    "event critical": Fault({"event": "critical", "message": "not now"}),
    "event null": Fault({"event": "null"}),
    "event never": Fault({"event": "never"}),
    "watch over time": Fault(settings={"watch_limit_s": 0.05, "indexing_s": 0.1}, held_back=0),
    "task disabled midway": Fault(midway=True, held_back=None),
}
_UNSAFE = {Action.PARTIAL_UPDATE_OBJECT, Action.PARTIAL_UPDATE_OBJECT_NO_CREATE}
_ON_THE_INDEX = {Action.CLEAR, Action.DELETE}


def _ids() -> list[str]:
    return [f"id-{number}" for number in range(_RECORDS)]


def _prepared(caller: Caller, action: Action) -> None:
    """Put into the index what the action needs to find there."""
    if action not in {Action.ADD_OBJECT, Action.UPDATE_OBJECT}:
        caller.push("updateObject", [{"objectID": name, "stock": 0} for name in _ids()])
    caller.control("DELETE", "/sandbox/calls")


def _plan(folder: Path, action: Action, *, watch: bool) -> Plan:
    if action in _ON_THE_INDEX:
        return plan_index_action(PRODUCTS, action, watch=watch)
    stock: object = {"_operation": "Increment", "value": 1} if action in _UNSAFE else 1
    workspace = workspace_of(folder, [{"objectID": name, "stock": stock} for name in _ids()])
    return plan_records(workspace, PRODUCTS, action, watch=watch, limits=BatchLimits(max_records=3))


def _switched_on(caller: Caller, fault: Fault, action: Action) -> Callable[[RunEvent], None]:
    caller.settings(**{"watch_limit_s": 0.3, **(fault.settings or {})})
    if fault.effect:
        effect = dict(fault.effect)
        if "message" in effect:
            effect["message"] = effect["message"].replace("{named}", "id-4").replace("objectID=absent ", "")
        caller.fault(effect, path="/push$", nth=1 if action in _ON_THE_INDEX else 2)
    disabled: list[bool] = []

    def look(event: RunEvent) -> None:
        if fault.midway and isinstance(event, BatchEnded) and not disabled:
            disabled.append(True)
            caller.http.put(f"/2/tasks/{TASK}/disable").raise_for_status()

    return look


def _sets(run: Followed) -> dict[str, Verdict]:
    """Return each record's verdict, and check that it has exactly one."""
    sets = {
        verdict: {at for first, last in run.accounting.ranges(verdict) for at in range(first, last + 1)}
        for verdict in Verdict
    }
    assert sum(map(len, sets.values())) == _RECORDS
    assert set().union(*sets.values()) == set(range(1, _RECORDS + 1))
    return {f"id-{at - 1}": verdict for verdict, among in sets.items() for at in among}


def _applied(caller: Caller, action: Action) -> dict[str, int]:
    """Return how often each record was applied, from what the index holds."""
    held = {hit["objectID"]: hit for hit in caller.hits()} if "products" in caller.index_names() else {}
    if action is Action.DELETE_OBJECT:
        return {name: int(name not in held) for name in _ids()}
    return {name: int(held[name]["stock"]) if name in held else 0 for name in _ids()}


def _check_index(caller: Caller, action: Action, run: Followed) -> None:
    sets, applied = _sets(run), _applied(caller, action)
    for name, verdict in sets.items():
        assert applied[name] <= 1, f"{name} was applied {applied[name]} times"
        if verdict is Verdict.SUCCEEDED:
            assert applied[name] == 1, f"{name} counts as succeeded and is not in the index"
        elif verdict is not Verdict.IN_DOUBT:
            assert applied[name] == 0, f"{name} counts as {verdict} and is in the index"


def _check_index_action(caller: Caller, action: Action, run: Followed) -> None:
    done = caller.hits() == [] if "products" in caller.index_names() else True
    ended = [event.verdict for event in run.of(BatchEnded)]
    if ended == [Verdict.SUCCEEDED]:
        assert done
        assert ("products" in caller.index_names()) is (action is Action.CLEAR)
    elif ended in ([Verdict.FAILED], [Verdict.UNSENT]):
        assert not done
    else:
        assert ended in ([Verdict.IN_DOUBT], [])


@pytest.mark.parametrize("watch", [False, True], ids=["plain", "watch"])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("action", Action)
async def test_the_account_is_true(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path, action: Action, fault: Fault, watch: bool
) -> None:
    _prepared(caller, action)
    look = _switched_on(caller, fault, action)
    plan = _plan(tmp_path, action, watch=watch)
    run = await followed(plan, sandbox_client(sandbox), ledger, pace=_PACE, on_event=look)
    if action in _ON_THE_INDEX:
        _check_index_action(caller, action, run)
        return
    _check_index(caller, action, run)
    if fault.held_back is not None:
        assert run.finished.succeeded >= _RECORDS - fault.held_back, "good records were held back"
