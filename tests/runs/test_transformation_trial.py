"""Trying a transformation, through a real socket to the sandbox: what changes, and that a push does just that."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pushconsole.credentials import Secret
from pushconsole.ingestion import Action, IngestionClient, transformations_of
from pushconsole.ingestion.messages import Transformation
from pushconsole.records import set_sent
from pushconsole.runs import (
    AttributeChange,
    Ledger,
    Outcome,
    Sample,
    Trial,
    plan_records,
    samples_of,
    stratified,
    try_records,
)
from pushconsole.sandbox import RunningSandbox
from tests.runs.builders import PRODUCTS, followed, numbered, sandbox_client, workspace_of
from tests.sandbox.caller import Caller

CODES = (
    "record.added = true; return record;",
    "return {...record, objectID: record.objectID + '-x'};",
    "return Object.keys(record).length % 2 ? null : record;",
    "return [record, {...record, objectID: record.objectID + '-copy'}];",
    "const {objectID, ...rest} = record; return {objectID, rest, n: Object.keys(rest).length};",
    "return {...record, objectID: 'one and the same'};",
    "record.price = typeof record.price === 'number' ? record.price * 1.2 : null; return record;",
)


def attach(caller: Caller, body: str) -> None:
    code = f"function transform(record, helper) {{ {body} }}"
    document = {"task": PRODUCTS.task_id, "code": code}
    caller.control("POST", "/sandbox/transformations", document).raise_for_status()


async def tried(sandbox: RunningSandbox, samples: Sequence[Sample]) -> list[Trial]:
    async with sandbox_client(sandbox) as client:
        transformations = await transformations_of(client, PRODUCTS.task_id)
        return [trial async for trial in try_records(client, transformations, samples)]


def sample(text: str) -> Sample:
    return Sample(1, json.loads(text)["objectID"], 2, text)


async def test_added_removed_and_changed_attributes_are_told(sandbox: RunningSandbox, caller: Caller) -> None:
    attach(caller, "delete record.old; record.new = 'é'; record.n += 1; return record;")
    (trial,) = await tried(sandbox, [sample('{"objectID": "a", "old": [1, 2], "n": 1, "same": "\\u00e9"}')])
    assert trial.outcome is Outcome.CHANGED
    assert trial.changes == (
        (
            AttributeChange("old", "[1, 2]", None),
            AttributeChange("n", "1", "2"),
            AttributeChange("new", None, '"é"'),
        ),
    )


@pytest.mark.parametrize("text", ['{"objectID":"a","n":[1,{"b":true}]}', '{ "n" : [1, {"b":true}], "objectID": "a" }'])
async def test_blanks_and_order_are_no_change(sandbox: RunningSandbox, caller: Caller, text: str) -> None:
    attach(caller, "return record;")
    (trial,) = await tried(sandbox, [sample(text)])
    assert trial.outcome is Outcome.UNCHANGED


@pytest.mark.parametrize(
    ("body", "before", "after"),
    [
        ("return record;", "1.10", "1.1"),
        ("return record;", "12345678901234567890", "12345678901234567000"),
        ("record.n = 1; return record;", "true", "1"),
        ("record.n = '1'; return record;", "1", '"1"'),
        ("record.n = null; return record;", '""', "null"),
    ],
)
async def test_values_that_look_alike_are_told_apart(
    sandbox: RunningSandbox, caller: Caller, body: str, before: str, after: str
) -> None:
    attach(caller, body)
    (trial,) = await tried(sandbox, [sample(f'{{"objectID":"a","n":{before}}}')])
    assert trial.changes == ((AttributeChange("n", before, after),),)


async def test_records_dropped_multiplied_and_failed_are_told(sandbox: RunningSandbox, caller: Caller) -> None:
    attach(caller, "if (record.n < 0) throw new Error('no stock'); return Array(record.n).fill(record);")
    trials = await tried(sandbox, [sample(f'{{"objectID":"a","n":{n}}}') for n in (0, 2, -1)])
    assert [trial.outcome for trial in trials] == [Outcome.DROPPED, Outcome.MULTIPLIED, Outcome.FAILED]
    assert [trial.error for trial in trials] == [None, None, "Error: no stock"]
    assert all(trial.seconds > 0 for trial in trials)


async def test_what_is_no_record_is_a_failure_and_no_crash() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"payloads": ['{"objectID":"a"}', "[1,2]"]})

    one = Transformation(transformation_id="t", name="Odd", code="return [record, [1, 2]];")
    async with IngestionClient(
        application_id="A", api_key=Secret("k"), region="us", transport=httpx.MockTransport(answer)
    ) as client:
        (trial,) = [trial async for trial in try_records(client, [one], [sample('{"objectID":"a"}')])]
    assert trial.outcome is Outcome.FAILED
    assert trial.error == "“Odd” made something that is no record: [1,2]"


def test_a_stratified_sample_has_first_last_largest_and_the_one_that_lacks_most(tmp_path: Path) -> None:
    records: list[dict[str, object]] = numbered(400)
    records[150]["text"] = "x" * 500
    records[250] = {"objectID": "poor"}
    workspace = workspace_of(tmp_path, records)
    names = [found.object_id for found in samples_of(workspace, stratified(workspace))]
    assert names == ["sku-00001", "sku-00151", "poor", "sku-00400"]
    workspace.close()


def test_a_sample_of_few_records_names_each_once(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    for folder, count in ((tmp_path, 1), (tmp_path / "none", 0)):
        workspace = workspace_of(folder, numbered(count))
        assert len(stratified(workspace)) == count
        workspace.close()


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=3),
    max_leaves=5,
)
attributes = st.dictionaries(st.sampled_from(["name", "price", "tags", "é"]), values, max_size=4)


def test_a_column_that_is_not_sent_is_not_tried(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path, [{"objectID": "a", "price": 1.5, "secret": "x"}])
    set_sent(workspace, "secret", sent=False)
    (one,) = samples_of(workspace, stratified(workspace))
    assert one.text == '{"objectID":"a","price":1.5}'
    workspace.close()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    records=st.lists(attributes, min_size=1, max_size=5),
    body=st.sampled_from(CODES),
    action=st.sampled_from([Action.UPDATE_OBJECT, Action.ADD_OBJECT]),
    unsent=st.sampled_from(["", "price", "name"]),
    there=st.booleans(),
)
def test_a_push_gives_exactly_the_records_that_were_tried(
    sandbox: RunningSandbox,
    records: list[Mapping[str, object]],
    body: str,
    action: Action,
    unsent: str,
    there: bool,
) -> None:
    with Caller(sandbox) as caller, tempfile.TemporaryDirectory() as folder:
        caller.control("POST", "/sandbox/reset").raise_for_status()
        if there:
            caller.push("updateObject", [{"objectID": name, "old": True} for name in ("r0", "r1-x", "other")])
        before = {hit["objectID"]: hit for hit in caller.all_hits()}
        attach(caller, body)
        previewed = asyncio.run(_tried_then_pushed(sandbox, Path(folder), records, action, unsent))
        expected = before | {record["objectID"]: record for record in previewed}
        assert {hit["objectID"]: hit for hit in caller.all_hits()} == expected


async def _tried_then_pushed(
    sandbox: RunningSandbox, folder: Path, records: Sequence[Mapping[str, object]], action: Action, unsent: str
) -> list[dict[str, Any]]:
    """Try all records, push them, and return the records that the trials showed."""
    workspace = workspace_of(folder, [{"objectID": f"r{n}", **record} for n, record in enumerate(records)])
    ledger = Ledger(folder / "ledger.sqlite")
    try:
        if unsent in {column.name for column in workspace.columns()}:
            set_sent(workspace, unsent, sent=False)
        ids = [row.record_id for row in workspace.page(0, workspace.count())]
        trials = await tried(sandbox, samples_of(workspace, ids))
        plan = plan_records(workspace, PRODUCTS, action, watch=True)
        run = await followed(plan, sandbox_client(sandbox), ledger)
        assert run.numbers == (len(records), 0, 0, 0)
    finally:
        ledger.close()
        workspace.close()
    return [json.loads(text) for trial in trials for text in trial.made]
