"""A plan's batches, one after the other, are the records; none is larger than its limits."""

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pushconsole.errors import InputError, WorkspaceFrozen
from pushconsole.ingestion import Action
from pushconsole.records import SortKey, View, Workspace, make_view, read_filter
from pushconsole.runs import BatchLimits, plan_index_action, plan_records, plan_size
from tests.runs.builders import PRODUCTS, numbered, workspace_of

_names = st.text(min_size=1, max_size=20)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    names=st.lists(_names, min_size=1, max_size=60, unique=True),
    max_bytes=st.integers(min_value=400, max_value=2_000),
    max_records=st.integers(min_value=1, max_value=20),
)
def test_the_batches_together_are_the_records_and_keep_their_limits(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], max_bytes: int, max_records: int
) -> None:
    records = [{"objectID": name, "n": at} for at, name in enumerate(names)]
    workspace = workspace_of(tmp_path_factory.mktemp("plan"), records)
    limits = BatchLimits(max_bytes, max_records)
    plan = plan_records(workspace, PRODUCTS, Action.UPDATE_OBJECT, watch=False, limits=limits)
    bodies = [plan.payload(batch).body for batch in plan.batches]
    sent = [record for body in bodies for record in json.loads(body)["records"]]
    assert sent == records
    assert plan.records == len(records)
    assert [len(body) for body in bodies] == [batch.body_bytes for batch in plan.batches]
    assert all(len(body) <= max_bytes for body in bodies)
    assert all(batch.records <= max_records for batch in plan.batches)
    assert [batch.first for batch in plan.batches] == [
        1 + before for before in itertools.accumulate((b.records for b in plan.batches[:-1]), initial=0)
    ]


def test_an_unedited_record_travels_as_the_characters_that_were_read(tmp_path: Path) -> None:
    file = tmp_path / "odd.ndjson"
    text = '{"objectID":"a","price":1.10,"big":12345678901234567890,"tiny":1e400,"s":"\\u00e9"}'
    file.write_text(text + "\n")
    workspace = workspace_of(tmp_path, [])
    workspace.load(file)
    plan = plan_records(workspace, PRODUCTS, Action.UPDATE_OBJECT, watch=False)
    assert plan.payload(plan.batches[0]).body == f'{{"action":"updateObject","records":[{text}]}}'.encode()


def test_delete_object_sends_objectids_alone(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path, numbered(2))
    plan = plan_records(workspace, PRODUCTS, Action.DELETE_OBJECT, watch=False)
    body = plan.payload(plan.batches[0]).body
    assert json.loads(body)["records"] == [{"objectID": "sku-00001"}, {"objectID": "sku-00002"}]
    assert len(body) == plan.body_bytes


def test_add_object_makes_the_objectids_that_lack_and_they_stay(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path, [{"name": "lamp"}, {"objectID": "", "name": "oak"}, {"objectID": "own"}])
    plan = plan_records(workspace, PRODUCTS, Action.ADD_OBJECT, watch=False)
    first = plan.payload(plan.batches[0]).body
    ids = [record["objectID"] for record in json.loads(first)["records"]]
    assert len(set(ids)) == 3
    assert all(ids)
    assert ids[2] == "own"
    again = plan_records(workspace, PRODUCTS, Action.ADD_OBJECT, watch=False)
    assert again.payload(again.batches[0]).body == first


@pytest.mark.parametrize("action", [a for a in Action if a not in {Action.ADD_OBJECT, Action.DELETE, Action.CLEAR}])
def test_a_record_without_objectid_stops_the_plan_with_its_line(tmp_path: Path, action: Action) -> None:
    workspace = workspace_of(tmp_path, [{"objectID": "a"}, {"name": "lamp"}])
    with pytest.raises(InputError, match="line 2") as caught:
        plan_records(workspace, PRODUCTS, action, watch=False)
    assert (caught.value.line, caught.value.attribute) == (2, "objectID")


def test_a_record_larger_than_a_call_is_named(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path, [{"objectID": "a"}, {"objectID": "b", "text": "x" * 1000}])
    with pytest.raises(InputError, match=r"line 2.*objectID b"):
        plan_records(workspace, PRODUCTS, Action.UPDATE_OBJECT, watch=False, limits=BatchLimits(500, 10))


def test_nothing_is_no_plan(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no records"):
        plan_records(workspace_of(tmp_path, []), PRODUCTS, Action.UPDATE_OBJECT, watch=False)


@pytest.mark.parametrize("limits", [(0, 1), (5_000_001, 1), (100, 0)])
def test_limits_beyond_the_service_are_refused(limits: tuple[int, int]) -> None:
    with pytest.raises(InputError):
        BatchLimits(*limits)


def test_batches_that_share_an_objectid_wait_for_one_another(tmp_path: Path) -> None:
    records = [{"objectID": name} for name in ("a", "b", "c", "a", "d", "b", "a")]
    plan = plan_records(
        workspace_of(tmp_path, records), PRODUCTS, Action.UPDATE_OBJECT, watch=False, limits=BatchLimits(max_records=2)
    )
    assert [batch.waits_for for batch in plan.batches] == [(), (1,), (1,), (2,)]


def test_deleted_records_are_not_in_the_plan(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path, numbered(5))
    workspace.delete_records([workspace.page(1, 1)[0].record_id, workspace.page(3, 1)[0].record_id])
    plan = plan_records(workspace, PRODUCTS, Action.UPDATE_OBJECT, watch=False)
    records = json.loads(plan.payload(plan.batches[0]).body)["records"]
    assert [record["stock"] for record in records] == [1, 3, 5]


def test_the_same_plan_gives_the_same_fingerprint(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path, numbered(10))
    first, second = (plan_records(workspace, PRODUCTS, Action.UPDATE_OBJECT, watch=False) for _ in range(2))
    assert first.payload(first.batches[0]).sha256 == second.payload(second.batches[0]).sha256


def test_an_action_on_the_whole_index_is_one_call_without_records() -> None:
    plan = plan_index_action(PRODUCTS, Action.CLEAR, watch=True)
    assert plan.payload(plan.batches[0]).body == b'{"action":"clear","records":[]}'
    assert plan.records == 0


def test_a_frozen_workspace_cannot_be_given_objectids(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path, [{"name": "lamp"}])
    workspace.freeze("These records are being pushed.")
    with pytest.raises(WorkspaceFrozen, match="being pushed"):
        plan_records(workspace, PRODUCTS, Action.ADD_OBJECT, watch=False)


@pytest.mark.parametrize("action", [Action.ADD_OBJECT, Action.UPDATE_OBJECT, Action.DELETE_OBJECT])
def test_the_size_told_beforehand_is_that_of_the_plan(tmp_path: Path, action: Action) -> None:
    workspace = workspace_of(tmp_path, [*[{"name": "x"}] * 3 * (action is Action.ADD_OBJECT), *numbered(40)])
    limits = BatchLimits(max_bytes=600)
    size = plan_size(workspace, action, limits=limits)
    assert workspace.undo_label is None
    plan = plan_records(workspace, PRODUCTS, action, watch=False, limits=limits)
    assert (size.records, size.calls, size.body_bytes) == (plan.records, len(plan.batches), plan.body_bytes)


def _seen(workspace: Workspace, text: str) -> View:
    columns = [column.name for column in workspace.columns()]
    view = make_view(workspace, where=read_filter(text, columns), order=[SortKey("n", descending=True)])
    assert view is not None
    return view


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(
    chosen=st.lists(st.booleans(), min_size=1, max_size=300),
    max_bytes=st.integers(min_value=400, max_value=4_000),
    max_records=st.integers(min_value=1, max_value=60),
)
def test_a_plan_of_a_view_sends_its_records_and_no_other_in_file_order(
    tmp_path_factory: pytest.TempPathFactory, chosen: list[bool], max_bytes: int, max_records: int
) -> None:
    records: list[dict[str, object]] = [{"objectID": f"{n}", "n": n, "in": here} for n, here in enumerate(chosen)]
    workspace = workspace_of(tmp_path_factory.mktemp("plan"), records)
    limits, view = BatchLimits(max_bytes, max_records), _seen(workspace, "in = true")
    if not any(chosen):
        with pytest.raises(InputError, match="filter leaves no records"):
            plan_records(workspace, PRODUCTS, Action.UPDATE_OBJECT, watch=False, limits=limits, only=view)
        return
    size = plan_size(view, Action.UPDATE_OBJECT, limits=limits)
    plan = plan_records(workspace, PRODUCTS, Action.UPDATE_OBJECT, watch=False, limits=limits, only=view)
    view.close()
    bodies = [plan.payload(batch).body for batch in plan.batches]
    sent = [record for body in bodies for record in json.loads(body)["records"]]
    assert sent == [record for record in records if record["in"]]
    assert [len(body) for body in bodies] == [batch.body_bytes for batch in plan.batches]
    assert (size.records, size.calls, size.body_bytes) == (plan.records, len(plan.batches), plan.body_bytes)
    named = [identity.object_id for batch in plan.batches for identity in plan.identities(batch)]
    assert named == [record["objectID"] for record in sent]


def test_only_the_records_of_a_view_are_given_objectids(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path, [{"n": 0}, {"n": 1}, {"n": 2}])
    plan = plan_records(workspace, PRODUCTS, Action.ADD_OBJECT, watch=False, only=_seen(workspace, "n >= 1"))
    assert [row.object_id is None for row in workspace.page(0, 3)] == [True, False, False]
    assert plan.records == 2
