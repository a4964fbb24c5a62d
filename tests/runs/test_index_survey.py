"""What a push would do to an index, counted before it, through a real socket; and that leaving out changes nothing."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pushconsole.errors import CredentialsError, InputError, PermissionRefused, ServiceFailed
from pushconsole.ingestion import Action, IngestionClient
from pushconsole.records import View, Workspace, make_view, read_filter, set_sent
from pushconsole.runs import (
    Compared,
    Effect,
    Ledger,
    LeftOut,
    Resending,
    Started,
    Survey,
    check_may_look,
    export_run,
    lines,
    plan_records,
    survey,
    without_unchanged,
)
from pushconsole.runs.pace import CallPace
from pushconsole.sandbox import RunningSandbox
from tests.runs.builders import AT_ONCE, PRODUCTS, followed, numbered, sandbox_client, workspace_of
from tests.sandbox.caller import Caller, eventually

_RECORDS = [a for a in Action if a not in {Action.DELETE, Action.CLEAR}]
_SOON = Resending(attempts=3, first_pause_s=0.01)


async def surveyed(
    client: IngestionClient, source: Workspace | View, action: Action = Action.UPDATE_OBJECT, **of: Any
) -> tuple[Survey, list[Compared]]:
    """Compare all records, and return what is known at the end."""
    compared = list[Compared]()
    async with client:
        async for known, more in survey(client, PRODUCTS, action, source, **of):
            compared += more
            assert known.done == len(compared)
    return known, compared


def _effects(compared: Sequence[Compared]) -> list[Effect]:
    return [one.effect for one in compared]


THERE = '[{"objectID":"a","n":1.1,"o":{"x":1,"y":[true]}},{"objectID":"b","n":1,"keep":"k"},{"objectID":"c","n":0}]'
SENT: Sequence[Mapping[str, object]] = [
    {"o": {"y": [True], "x": 1.0}, "objectID": "a", "n": 1.10},
    {"objectID": "b", "n": 1},
    {"objectID": "c", "n": False},
    {"objectID": "d"},
]


@pytest.mark.parametrize(
    ("action", "effects"),
    [
        (Action.UPDATE_OBJECT, "unchanged replaced replaced created"),
        (Action.ADD_OBJECT, "unchanged replaced replaced created"),
        (Action.PARTIAL_UPDATE_OBJECT, "unchanged unchanged patched created"),
        (Action.PARTIAL_UPDATE_OBJECT_NO_CREATE, "unchanged unchanged patched skipped"),
        (Action.DELETE_OBJECT, "deleted|deleted|deleted|not there"),
    ],
)
async def test_every_record_has_the_effect_its_push_would_have(
    sandbox: RunningSandbox, caller: Caller, tmp_path: Path, action: Action, effects: str
) -> None:
    caller.push("updateObject", THERE)
    workspace = workspace_of(tmp_path, SENT)
    known, compared = await surveyed(sandbox_client(sandbox), workspace, action)
    assert [effect.value for effect in _effects(compared)] == effects.split("|" if "|" in effects else " ")
    assert known.counts == Counter(_effects(compared))
    assert (known.done, known.records) == (4, 4)
    workspace.close()


@pytest.mark.parametrize(
    ("there", "sent", "same"),
    [
        ("1.1", "1.10", True),
        ("1", "1.0", True),
        ("100", "1e2", True),
        ("0.1", "0.10000000000000001", True),
        ("12345678901234567890", "12345678901234567000", False),
        ("1", "true", False),
        ("1", '"1"', False),
        ("null", '""', False),
        ('"é"', '"\\u00e9"', True),
        ('{"a":1,"b":[2]}', '{"b":[2.0],"a":1}', True),
        ("[1,2]", "[2,1]", False),
        ('{"_operation":"AddUnique","value":1}', "[1]", False),
    ],
)
async def test_values_are_compared_as_the_index_holds_them(
    sandbox: RunningSandbox, caller: Caller, tmp_path: Path, there: str, sent: str, same: bool
) -> None:
    caller.push("updateObject", f'[{{"objectID":"a","n":{there}}}]')
    (tmp_path / "one.ndjson").write_text(f'{{"objectID":"a","n":{sent}}}\n')
    workspace = Workspace.create(tmp_path / "w.sqlite")
    workspace.load(tmp_path / "one.ndjson")
    _, (one,) = await surveyed(sandbox_client(sandbox), workspace)
    assert one.effect is (Effect.UNCHANGED if same else Effect.REPLACED)
    assert [change.name for change in one.preview(Action.UPDATE_OBJECT).changes] == ([] if same else ["n"])
    workspace.close()


async def test_thousands_of_records_take_a_call_a_thousand_and_are_told_in_file_order(
    sandbox: RunningSandbox, caller: Caller, tmp_path: Path
) -> None:
    records = numbered(4500)
    for start in range(0, 4500, 1500):
        caller.push(
            "updateObject", [{**one, "stock": -1} if one["stock"] == 7 else one for one in records[start:][:1500]]
        )
    workspace = workspace_of(tmp_path, [*records, {"objectID": "new"}])
    caller.control("DELETE", "/sandbox/calls")
    known, compared = await surveyed(sandbox_client(sandbox), workspace)
    assert known.counts == {Effect.UNCHANGED: 4499, Effect.REPLACED: 1, Effect.CREATED: 1}
    assert [one.who.record_id for one in compared] == sorted(one.who.record_id for one in compared)
    assert 5 <= _asked(caller) <= 6
    (place,) = known.places(Effect.REPLACED)
    assert workspace.row(known.record_id(place)).object_id == "sku-00007"
    assert known.others(Effect.UNCHANGED) == ((7, 7), (4501, 4501))
    workspace.close()


async def test_only_what_a_filter_leaves_is_compared_and_as_it_is_sent(
    sandbox: RunningSandbox, caller: Caller, tmp_path: Path
) -> None:
    caller.push("updateObject", [{"objectID": f"sku-{n:05}"} for n in (2, 3, 9)])
    workspace = workspace_of(tmp_path, numbered(10))
    set_sent(workspace, "stock", sent=False)
    view = make_view(workspace, where=read_filter("stock > 2", ["stock"]))
    assert view is not None
    known, compared = await surveyed(sandbox_client(sandbox), view)
    assert known.counts == {Effect.UNCHANGED: 2, Effect.CREATED: 6}
    assert compared[0].sent == b'{"objectID":"sku-00003"}'
    assert known.others(Effect.CREATED) == ((3, 3), (9, 9))
    workspace.close()


async def test_an_index_that_holds_nothing_is_not_asked_for_records(
    sandbox: RunningSandbox, caller: Caller, tmp_path: Path
) -> None:
    workspace = workspace_of(tmp_path, numbered(1500))
    known, _ = await surveyed(sandbox_client(sandbox), workspace)
    assert known.counts == {Effect.CREATED: 1500}
    assert not _asked(caller)
    workspace.close()


@pytest.mark.parametrize("lists", [True, False])
async def test_a_key_without_the_permission_to_list_compares_all_the_same(
    sandbox: RunningSandbox, caller: Caller, tmp_path: Path, lists: bool
) -> None:
    acl = ["search", *(["listIndexes"] if lists else [])]
    key = caller.control("POST", "/sandbox/keys", {"acl": acl}).json()["value"]
    workspace = workspace_of(tmp_path, numbered(2))
    client = sandbox_client(sandbox, api_key=key)
    known, _ = await surveyed(client, workspace)
    assert known.counts == {Effect.CREATED: 2}  # of an index that is not there
    workspace.close()


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        (
            {"acl": ["addObject", "browse"]},
            "may not compare records with those of the index: it lacks the permission s",
        ),
        ({"acl": ["search"], "indexes": ["dev_*"]}, r"is for dev_\* only, and the task pushes to products"),
    ],
    ids=str,
)
async def test_a_key_that_may_not_look_is_told_before(
    sandbox: RunningSandbox, caller: Caller, key: Mapping[str, object], sentence: str
) -> None:
    value = caller.control("POST", "/sandbox/keys", key).json()["value"]
    async with sandbox_client(sandbox, api_key=value) as client:
        with pytest.raises(CredentialsError, match=sentence):
            await check_may_look(client, "products")


async def test_a_limit_of_calls_is_waited_for_and_what_clears_up_is_asked_again(
    sandbox: RunningSandbox, caller: Caller, tmp_path: Path
) -> None:
    caller.push("updateObject", THERE)
    caller.fault({"status": 429, "headers": {"retry-after": "0"}}, path="/objects$", nth=1)
    caller.fault({"status": 503}, path="/objects$", nth=2)
    workspace = workspace_of(tmp_path, SENT)
    pace = CallPace()
    known, _ = await surveyed(sandbox_client(sandbox), workspace, pace=pace, resending=_SOON)
    assert known.counts[Effect.UNCHANGED] == 1
    assert pace.per_minute is not None
    assert pace.per_minute < 480
    workspace.close()


@pytest.mark.parametrize(("status", "error"), [(503, ServiceFailed), (403, PermissionRefused)])
async def test_what_does_not_clear_up_ends_it(
    sandbox: RunningSandbox, caller: Caller, tmp_path: Path, status: int, error: type[Exception]
) -> None:
    caller.push("updateObject", THERE)
    caller.fault({"status": status}, path="/objects$")
    workspace = workspace_of(tmp_path, SENT)
    with pytest.raises(error):
        await surveyed(sandbox_client(sandbox), workspace, resending=AT_ONCE)
    workspace.close()


async def test_records_edited_meanwhile_end_it(sandbox: RunningSandbox, caller: Caller, tmp_path: Path) -> None:
    caller.push("updateObject", THERE)
    workspace = workspace_of(tmp_path, numbered(9000))
    async with sandbox_client(sandbox) as client:
        going = survey(client, PRODUCTS, Action.UPDATE_OBJECT, workspace)
        await anext(going)
        workspace.delete_records([9000])
        with pytest.raises(InputError, match="changed while they were compared"):
            async for _ in going:
                pass
    workspace.close()


def _asked(caller: Caller) -> int:
    return sum(call["path"].endswith("/objects") for call in caller.get("/sandbox/calls"))


async def test_it_ends_at_once_when_it_is_cancelled(sandbox: RunningSandbox, caller: Caller, tmp_path: Path) -> None:
    caller.push("updateObject", THERE)
    caller.fault({"delay_s": 20}, path="/objects$")
    workspace = workspace_of(tmp_path, numbered(3000))
    client = sandbox_client(sandbox)
    task = asyncio.create_task(surveyed(client, workspace))
    await asyncio.to_thread(eventually, lambda: _asked(caller))
    begun = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - begun < 1
    workspace.close()


async def test_a_report_made_of_the_ledger_alone_says_what_was_left_out(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.push("updateObject", numbered(2))
    workspace = workspace_of(tmp_path, numbered(3))
    known, _ = await surveyed(sandbox_client(sandbox), workspace)
    only, left_out = without_unchanged(workspace, known)
    plan = plan_records(workspace, PRODUCTS, Action.UPDATE_OBJECT, watch=True, only=only, left_out=left_out)
    run = await followed(plan, sandbox_client(sandbox), ledger)
    export_run(tmp_path / "out", ledger, ledger.saved_run(run.finished.run_id))
    started = json.loads((tmp_path / "out" / "report.json").read_text())["started"]
    assert (started["records"], started["left_out"]) == (1, 2)
    assert "<dt>Left out</dt><dd>2 records: unchanged in products" in (tmp_path / "out" / "report.html").read_text()
    workspace.close()


values = st.sampled_from(["1", "1.0", "1.10", "1.1", "true", '"1"', "null", "[1,2.0]", "[1,2]", '{"a":1}', '{"a":1.0}'])
records = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.dictionaries(st.sampled_from(["n", "é"]), values, max_size=2)), max_size=7
)


def _texts(drawn: Sequence[tuple[str, Mapping[str, str]]]) -> list[str]:
    return [
        "{" + ",".join([f'"objectID":"{name}"', *(f'"{key}":{value}' for key, value in attributes.items())]) + "}"
        for name, attributes in drawn
    ]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(there=records, sent=records.filter(bool), action=st.sampled_from(_RECORDS))
def test_leaving_unchanged_records_out_leaves_the_index_as_pushing_all_would(
    sandbox: RunningSandbox, there: list[Any], sent: list[Any], action: Action
) -> None:
    ends = []
    with Caller(sandbox) as caller:
        for skip in (False, True):
            caller.control("POST", "/sandbox/reset").raise_for_status()
            if there:
                caller.push("updateObject", f"[{','.join(_texts(there))}]")
            with tempfile.TemporaryDirectory() as folder:
                before = {hit["objectID"]: hit for hit in caller.all_hits()}
                known = asyncio.run(_pushed(sandbox, Path(folder), _texts(sent), action, skip=skip))
                _check_counts(known, before, _texts(sent), action)
            ends.append({hit["objectID"]: hit for hit in caller.all_hits()})
    assert ends[0] == ends[1]


async def _pushed(sandbox: RunningSandbox, folder: Path, texts: Sequence[str], action: Action, *, skip: bool) -> Survey:
    """Compare, and push all records, or those that are not unchanged."""
    (folder / "records.ndjson").write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    workspace, ledger = Workspace.create(folder / "w.sqlite"), Ledger(folder / "ledger.sqlite")
    workspace.load(folder / "records.ndjson")
    try:
        known, _ = await surveyed(sandbox_client(sandbox), workspace, action)
        only, left_out = without_unchanged(workspace, known) if skip else (None, LeftOut())
        plan = plan_records(workspace, PRODUCTS, action, watch=True, only=only, left_out=left_out)
        assert plan.records + plan.left_out.records == len(texts)
        run = await followed(plan, sandbox_client(sandbox), ledger)
        assert run.numbers == (plan.records, 0, 0, 0)
        (started,) = run.of(Started)
        assert ("left out: unchanged in products" in lines(started)[0].text) is bool(left_out.records)
        assert ledger.saved_run(run.finished.run_id).left_out == (left_out if left_out.records else LeftOut())
        ledger.forget(run.finished.run_id)
    finally:
        ledger.close()
        workspace.close()
    return known


def _check_counts(known: Survey, before: Mapping[str, Any], texts: Sequence[str], action: Action) -> None:
    """Count again what a push does, by what Python's own numbers make of it."""
    seen, expected = set[str](), Counter[str]()
    for record in map(json.loads, texts):
        there = before.get(record["objectID"])
        partial = action in {Action.PARTIAL_UPDATE_OBJECT, Action.PARTIAL_UPDATE_OBJECT_NO_CREATE}
        after = {**there, **record} if partial and there else record
        if record["objectID"] in seen:
            expected["repeated"] += 1
        elif action is Action.DELETE_OBJECT:
            expected["deleted" if there else "not there"] += 1
        elif there is None:
            expected["skipped" if action is Action.PARTIAL_UPDATE_OBJECT_NO_CREATE else "created"] += 1
        elif _strict(after) == _strict(there):
            expected["unchanged"] += 1
        else:
            expected["patched" if partial else "replaced"] += 1
        seen.add(record["objectID"])
    assert {effect.value: count for effect, count in known.counts.items()} == dict(expected)


def _strict(value: Any) -> Any:
    """Tell true from 1, which Python does not."""
    if isinstance(value, dict):
        return {key: _strict(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_strict(one) for one in value]
    return (isinstance(value, bool), value)
