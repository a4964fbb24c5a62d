"""Checks for what is probably not meant: objectIDs, attribute names, values."""

from __future__ import annotations

import json
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushconsole.records import ProblemKind, check, object_id_checks
from tests.records.builders import loaded


def found(*records: object, partial_update: bool = False) -> dict[ProblemKind, tuple[int, list[str]]]:
    """Return how many problems of each kind the records have, and their sentences."""
    lines = "".join((record if isinstance(record, str) else json.dumps(record)) + "\n" for record in records)
    with loaded(lines) as (workspace, _):
        problems = check(workspace, partial_update=partial_update)
        return {
            kind: (count, [problem.sentence for problem in problems.first if problem.kind is kind])
            for kind, count in problems.counts.items()
        }


def test_object_ids_that_differ_by_capitals_spaces_or_form_are_told_together() -> None:
    ids = ["sku-1", "SKU-1", "sku- 1", "caf\u00e9", "cafe\u0301", "other", "same", "same"]
    problems = found(*({"objectID": object_id} for object_id in ids))
    count, sentences = problems[ProblemKind.SIMILAR_OBJECT_ID]
    assert (count, len(sentences)) == (5, 2)
    assert sentences[0].startswith("Line 1 and line 3 and 1 more: “SKU-1” and “sku-1”")


@pytest.mark.parametrize("object_id", ["1E+05", "1.23457E+11", "9e+9", "#REF!"])
def test_object_ids_that_a_spreadsheet_rewrote_are_told(object_id: str) -> None:
    count, sentences = found({"objectID": object_id}, {"objectID": "E5"}, {"objectID": "a1E+05"})[
        ProblemKind.DAMAGED_OBJECT_ID
    ]
    assert (count, sentences) == (
        1,
        [f"Line 1: the objectID “{object_id}” looks as if a spreadsheet had rewritten it."],
    )


@pytest.mark.parametrize("object_id", [" a", "a\t", "a\u00a0"])
def test_object_ids_with_white_space_around_them_are_told(object_id: str) -> None:
    assert found({"objectID": object_id}, {"objectID": "a b"})[ProblemKind.SPACED_OBJECT_ID][0] == 1


def test_values_that_are_not_what_most_of_their_column_are_are_told() -> None:
    records = [{"objectID": str(n), "n": n, "t": "x"} for n in range(5)] + [{"objectID": "z", "n": "five", "t": None}]
    assert found(*records) == {
        ProblemKind.MIXED_TYPES: (1, ["n: 1 value is text, the others are a number; the first stands in line 6."])
    }


def test_names_the_service_keeps_and_names_that_differ_by_capitals_are_told() -> None:
    problems = found({"objectID": "a", "_rankingInfo": 1, "Name": 1}, {"objectID": "b", "name": 2})
    assert problems[ProblemKind.RESERVED_ATTRIBUTE][0] == 1
    assert "“Name” and “name”" in problems[ProblemKind.SIMILAR_ATTRIBUTES][1][0]


def test_texts_cut_at_a_round_length_are_told() -> None:
    cut = [{"objectID": str(n), "d": "x" * 255, "e": "y" * (250 + n)} for n in range(10)]
    count, sentences = found(*cut)[ProblemKind.CUT_VALUE]
    assert count == 10
    assert sentences == [
        "d: 10 texts end after exactly 255 characters, and none is longer; they look cut off. The first: line 1."
    ]
    assert ProblemKind.CUT_VALUE not in found(*cut, {"objectID": "z", "d": "x" * 300, "e": ""})


def test_partial_updates_of_nothing_are_told() -> None:
    records = ['{ "objectID" : "\\u0061" }', {"objectID": "b", "n": 1}, {"n": 1}, {"m": 1}]
    assert ProblemKind.NOTHING_TO_UPDATE not in found(*records)
    count, sentences = found(*records, partial_update=True)[ProblemKind.NOTHING_TO_UPDATE]
    assert count == 1
    assert sentences[0].startswith("Line 1 has nothing but an objectID")


@pytest.mark.parametrize(("operation", "told"), [("Increment", True), ("Add", True), ("AddUnique", False)])
def test_operations_that_are_not_safe_to_send_twice_are_told(operation: str, told: bool) -> None:
    problems = found({"objectID": "a", "n": {"_operation": operation, "value": 1}})
    assert (ProblemKind.UNSAFE_OPERATION in problems) is told


def test_records_over_every_limit_are_errors_and_large_ones_are_warnings() -> None:
    lines = [{"objectID": "a", "d": "x" * 20_001}, {"objectID": "b", "d": "x" * 120_001}]
    problems = found(*lines)
    assert problems[ProblemKind.OVERSIZE_RECORD][0] == problems[ProblemKind.OVER_LIMIT_RECORD][0] == 1
    assert "no plan of the service takes more than 100 KB" in problems[ProblemKind.OVER_LIMIT_RECORD][1][0]


def test_records_are_checked_again_and_again() -> None:
    with loaded('{"objectID":"a"}\n{"objectID":"A"}\n{}\n{}\n') as (workspace, _):
        for _ in range(3):
            assert check(workspace, limit=2).counts[ProblemKind.SIMILAR_OBJECT_ID] == 2


@pytest.mark.parametrize("few", [2, 10_000])
@given(st.lists(st.text("aAbB Éé1ﬁ", min_size=1, max_size=3), min_size=1, max_size=30))
def test_objectids_that_are_alike_are_counted_however_many_are_odd(few: int, object_ids: list[str]) -> None:
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for object_id in object_ids:
        alike[object_id_checks._plain(object_id)].append(object_id)
    lines = [json.dumps({"objectID": object_id}) for object_id in object_ids]
    with pytest.MonkeyPatch.context() as patched, loaded("\n".join([*lines, "{}"])) as (workspace, _):
        patched.setattr(object_id_checks, "_FEW", few)
        counted = check(workspace).counts.get(ProblemKind.SIMILAR_OBJECT_ID, 0)
    assert counted == sum(len(those) for those in alike.values() if len({*those}) > 1)
