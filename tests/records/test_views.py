"""Sorted and filtered views: the right records, in the right order, at the right places, and still so after edits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pushconsole.errors import InputError
from pushconsole.records import SortKey, View, Workspace, make_view, read_filter
from pushconsole.records.ordering import folded, number_key
from tests.records.builders import empty, loaded


def _workspace_text(values: Sequence[str | None]) -> str:
    """Return NDJSON with these JSON texts under ``v``; None leaves it out."""
    return "".join(f'{{"n":{n}' + ("}\n" if raw is None else f', "v":{raw}}}\n') for n, raw in enumerate(values))


def _sorted_values(values: Sequence[str | None], *, descending: bool = False) -> list[str | None]:
    with loaded(_workspace_text(values)) as (workspace, report):
        assert report.loaded == len(values)
        view = _made(make_view(workspace, order=[SortKey("v", descending)]))
        return [values[record_id - 1] for record_id in view.record_ids(0, view.count)]


def _made(view: View | None) -> View:
    assert view is not None
    return view


def _filtered(workspace: Workspace, text: str) -> View:
    columns = [column.name for column in workspace.columns()]
    return _made(make_view(workspace, where=read_filter(text, columns)))


def _ids(view: View) -> list[int]:
    return view.record_ids(0, view.count)


def _rank(raw: str | None) -> int:
    if raw is None or raw == "null":
        return 4
    return {'"': 1, "t": 2, "f": 2, "[": 3, "{": 3}.get(raw[0], 0)


def _reference_key(raw: str) -> Decimal | str | bool | int:
    match _rank(raw):
        case 0:
            return Decimal(raw)
        case 1:
            return folded(json.loads(raw))
        case 2:
            return raw == "true"
    return len(raw)


def _reference(values: Sequence[str | None], *, descending: bool) -> list[str | None]:
    """Sort in plain Python: Python's sort is stable, also in reverse."""
    groups: dict[int, list[str | None]] = {rank: [] for rank in range(5)}
    for raw in values:
        groups[_rank(raw)].append(raw)
    for rank in range(4):
        groups[rank].sort(key=lambda raw: _reference_key(raw or ""), reverse=descending)
    return [raw for rank in range(5) for raw in groups[rank]]


_short_numbers = st.decimals(-999, 999, places=2).map(str)
_long_numbers = st.from_regex(r"-?(0|[1-9][0-9]{0,40})(\.[0-9]{1,25})?(e[+-]?[1-9][0-9]{0,2})?", fullmatch=True)
_NEAR = (
    "0.1 0.10 0.1000000000000000055 0.09999999999999999999 0.1000000000000000000 1e-1 1e400 1e500 -1e400 -0 0 0e9 "
    "9007199254740993 9007199254740992 9007199254740993.0 9007199254740993.5 1e-400 1e-500 5e-324 "
    "1234567890123456789012345678901234567890 1234567890123456789012345678901234567891 "
    "12345678901234567890123456789012345678900e-1 100000000000000000000"
)
_near_numbers = st.sampled_from(_NEAR.split())
_texts = st.text(st.sampled_from('abzAZéÉöøßñ 1"\\/漢')).map(lambda text: json.dumps(text, ensure_ascii=False))
_anything = st.one_of(
    st.none(), st.just("null"), _short_numbers, _near_numbers, _texts,
    st.sampled_from(["true", "false", "[]", "[1]", '{"a":1}']),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(
        st.lists(_anything),
        st.lists(st.one_of(_short_numbers, st.just("null"))),
        st.lists(st.one_of(_near_numbers, _long_numbers, _short_numbers), max_size=30),
        st.lists(st.one_of(_texts, st.none())),
    ),
    st.booleans(),
)
def test_sorting_is_that_of_exact_decimals_and_folded_texts_and_keeps_the_order_of_the_file(
    values: list[str | None], descending: bool
) -> None:
    if any(raw is not None for raw in values):
        assert _sorted_values(values, descending=descending) == _reference(values, descending=descending)


@given(st.lists(st.one_of(_near_numbers, _long_numbers), min_size=2, max_size=2))
def test_keys_of_numbers_stand_to_one_another_as_the_numbers_do(numbers: list[str]) -> None:
    first, second = numbers
    assert (number_key(first) < number_key(second)) == (Decimal(first) < Decimal(second))
    assert (number_key(first) == number_key(second)) == (Decimal(first) == Decimal(second))


def test_exponents_that_no_decimal_can_hold_sort_too() -> None:
    numbers = ["1e999999999999999999999", "-1e999999999999999999999", "1e-999999999999999999999", "0", "7"]
    assert _sorted_values(numbers) == [numbers[1], "0", numbers[2], "7", numbers[0]]


def test_letters_are_sorted_without_case_and_accents() -> None:
    names = ['"zebra"', '"Äpfel"', '"apfel"', '"Ångström"', '"Ørsted"', '"Zürich"', '"zurich"', '"Œuvre"']
    expected = ['"Ångström"', '"Äpfel"', '"apfel"', '"Œuvre"', '"Ørsted"', '"zebra"', '"Zürich"', '"zurich"']
    assert _sorted_values(names) == expected


def test_the_second_key_decides_where_the_first_is_equal() -> None:
    lines = '{"a":1,"b":2}\n{"a":0,"b":1}\n{"a":1,"b":1}\n{"a":1,"b":3}\n'
    with loaded(lines) as (workspace, _):
        view = _made(make_view(workspace, order=[SortKey("a"), SortKey("b", descending=True)]))
        assert _ids(view) == [2, 4, 1, 3]


def test_many_equal_rows_keep_the_order_of_the_file_also_when_sorting_goes_through_the_disk() -> None:
    padding = "x" * 300
    rows = "".join(f'{{"v":"{padding}{n % 3}"}}\n' for n in range(60_000))
    with loaded(rows) as (workspace, _):
        view = _made(make_view(workspace, order=[SortKey("v")]))
        assert _ids(view) == [n + 1 for third in range(3) for n in range(third, 60_000, 3)]


def test_pages_positions_and_ids_agree_at_every_place() -> None:
    rows = "".join(f'{{"v":{n * 7919 % 1000}}}\n' for n in range(1000))
    with loaded(rows) as (workspace, _):
        view = _made(make_view(workspace, order=[SortKey("v")]))
        assert view.count == 1000
        assert [row.cells["v"].text for row in view.page(990, 200)] == [str(n) for n in range(990, 1000)]
        for position in (0, 1, 499, 999):
            (row,) = view.page(position, 1)
            assert view.record_ids(position, 1) == [row.record_id]
            assert view.position(row.record_id) == position
        assert view.page(1000, 5) == view.page(-1, 5) == view.page(3, 0) == []


def test_a_record_that_is_not_seen_has_no_position() -> None:
    with loaded('{"v":1}\n{"v":2}\n') as (workspace, _):
        assert _filtered(workspace, "v = 2").position(1) is None


def test_an_edited_record_stays_in_its_place_with_its_new_value() -> None:
    with loaded('{"v":1}\n{"v":2}\n{"v":3}\n') as (workspace, _):
        view = _filtered(workspace, "v < 3")
        workspace.set_value(1, "v", "9")
        view.follow()
        assert [row.cells["v"].text for row in view.page(0, 9)] == ["9", "2"]


def test_deleted_records_leave_come_back_with_undo_and_added_ones_are_last() -> None:
    with loaded("".join(f'{{"v":{n}}}\n' for n in range(6))) as (workspace, _):
        view = _made(make_view(workspace, order=[SortKey("v", descending=True)]))
        workspace.delete_records([2, 5])
        view.follow()
        assert _ids(view) == [6, 4, 3, 1]
        assert [view.position(record_id) for record_id in (6, 3, 2)] == [0, 2, None]
        added = workspace.add_record('{"v":99}')
        view.follow()
        assert _ids(view) == [6, 4, 3, 1, *(added.record_ids or ())]
        workspace.undo()
        view.follow()
        assert _ids(view) == [6, 4, 3, 1]
        workspace.undo()
        view.follow()
        assert _ids(view) == [6, 5, 4, 3, 2, 1]


def test_a_view_can_be_limited_to_ranges_of_ids() -> None:
    with loaded("".join(f'{{"v":{9 - n}}}\n' for n in range(9))) as (workspace, _):
        where = read_filter("v != 4", ["v"])
        view = _made(make_view(workspace, where=where, among=[(2, 3), (5, 8)], order=[SortKey("v")]))
        assert _ids(view) == [8, 7, 5, 3, 2]
        assert view.ranges() == [(2, 3), (5, 5), (7, 8)]
        assert _made(make_view(workspace, among=[])).count == 0


@settings(max_examples=30, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=400), st.booleans())
def test_spans_cover_just_the_records_seen_without_gaps(seen: list[bool], only_ids: bool) -> None:
    lines = "".join(f'{{"objectID":"{n}","v":{json.dumps(here)}}}\n' for n, here in enumerate(seen))
    with loaded(lines) as (workspace, _):
        view = _made(
            make_view(workspace, where=read_filter("v = true", ["v"]), order=[SortKey("objectID", descending=True)])
        )
        spans = list(view.spans(only_object_ids=only_ids))
        covered = [n for span in spans for n in range(span.first_id, span.last_id + 1)]
        assert covered == [n + 1 for n, here in enumerate(seen) if here]
        measured = [
            measure
            for span in spans
            for measure in view.measures(span.first_id, span.last_id, only_object_ids=only_ids)
        ]
        assert [measure.record_id for measure in measured] == covered
        assert sum(span.size_bytes for span in spans) == sum(measure.size_bytes for measure in measured)
        assert covered == [n for first, last in view.ranges() for n in range(first, last + 1)]


def test_making_a_view_can_be_cancelled_and_leaves_nothing_behind() -> None:
    with loaded("".join(f'{{"v":{n}}}\n' for n in range(20_000))) as (workspace, _):
        before = sorted(workspace.path.parent.iterdir())
        assert make_view(workspace, order=[SortKey("v")], cancelled=lambda: True) is None
        assert sorted(workspace.path.parent.iterdir()) == before


def test_a_closed_view_removes_its_file_and_says_so_when_it_is_used() -> None:
    with loaded('{"v":1}\n') as (workspace, _):
        before = sorted(workspace.path.parent.iterdir())
        view = _made(make_view(workspace))
        view.close()
        assert sorted(workspace.path.parent.iterdir()) == before
        with pytest.raises(InputError, match="closed"):
            view.page(0, 1)


def test_a_workspace_without_records_has_an_empty_view() -> None:
    with empty() as workspace:
        view = _made(make_view(workspace))
        assert (view.count, view.page(0, 10), list(view.spans())) == (0, [], [])


def test_a_view_is_made_while_edits_go_on_elsewhere(tmp_path: Path) -> None:
    with loaded("".join(f'{{"v":{n}}}\n' for n in range(100))) as (workspace, _):
        edits = 0

        def edit_meanwhile() -> bool:
            nonlocal edits
            if edits < 3:
                edits += 1
                workspace.set_value(1, "v", str(1000 + edits))
            return False

        view = _made(make_view(workspace, order=[SortKey("v")], cancelled=edit_meanwhile))
        assert view.count == 100


@pytest.mark.parametrize("descending", [False, True])
def test_what_is_missing_stays_last_after_records_came_and_went(descending: bool) -> None:
    key = SortKey("v", descending)
    with loaded(_workspace_text(["2", "1", "3"])) as (workspace, _):
        numbers = [3, 1, 2] if descending else [2, 1, 3]
        assert _ids(_made(make_view(workspace, order=[key]))) == numbers
        workspace.add_record("{}")
        assert _ids(_made(make_view(workspace, order=[key]))) == [*numbers, 4]
        workspace.add_record('{"v":4}')
        workspace.undo()  # its number stays taken, above those that are left
        assert _ids(_made(make_view(workspace, order=[key]))) == [*numbers, 4]
        workspace.delete_records([1])
        numbers.remove(1)
        assert _ids(_made(make_view(workspace, order=[key]))) == [*numbers, 4]
