"""Problems are found, counted in full, and told with their place."""

from __future__ import annotations

import threading

import pytest

from pushconsole.errors import Cancelled
from pushconsole.records import Problem, ProblemKind, check
from tests.records.builders import loaded

LINES = "\n".join(
    [
        '{"objectID":"a","n":1}',
        '{"n":2}',
        '{"objectID":"","n":3}',
        '{"objectID":7}',
        '{"objectID":"a"}',
        "oops",
        '{"objectID":"big","t":"' + "é" * 6000 + '"}',
        '{"objectID":"a"}',
        '{"objectID":null}',
    ]
)


def test_each_kind_is_found_with_its_record_and_line() -> None:
    with loaded(LINES) as (workspace, _):
        problems = check(workspace)
        assert problems.counts == {
            ProblemKind.MISSING_OBJECT_ID: 2,
            ProblemKind.EMPTY_OBJECT_ID: 1,
            ProblemKind.OBJECT_ID_NOT_TEXT: 1,
            ProblemKind.DUPLICATE_OBJECT_ID: 3,
            ProblemKind.OVERSIZE_RECORD: 1,
            ProblemKind.REJECTED_ROW: 1,
        }
        found = [(problem.kind, problem.record_id, problem.line) for problem in problems.first]
        assert found == [
            (ProblemKind.MISSING_OBJECT_ID, 2, 2),
            (ProblemKind.MISSING_OBJECT_ID, 8, 9),
            (ProblemKind.EMPTY_OBJECT_ID, 3, 3),
            (ProblemKind.OBJECT_ID_NOT_TEXT, 4, 4),
            (ProblemKind.DUPLICATE_OBJECT_ID, 1, 1),
            (ProblemKind.DUPLICATE_OBJECT_ID, 5, 5),
            (ProblemKind.DUPLICATE_OBJECT_ID, 7, 8),
            (ProblemKind.OVERSIZE_RECORD, 6, 7),
            (ProblemKind.REJECTED_ROW, None, 6),
        ]
        assert all(problem.sentence.endswith(".") for problem in problems.first)


def told(content: str, kind: ProblemKind) -> list[Problem]:
    with loaded(content) as (workspace, _):
        return [problem for problem in check(workspace).first if problem.kind is kind]


def test_duplicates_name_the_other_lines() -> None:
    sentences = [problem.sentence for problem in told("objectID\na\nb\na\na\n", ProblemKind.DUPLICATE_OBJECT_ID)]
    assert sentences == [
        "Line 2 shares the objectID “a” with lines 4, 5.",
        "Line 4 shares the objectID “a” with lines 2, 5.",
        "Line 5 shares the objectID “a” with lines 2, 4.",
    ]


def test_of_many_duplicates_some_lines_are_named_and_the_rest_counted() -> None:
    (first, *_) = told("objectID\n" + "a\n" * 50, ProblemKind.DUPLICATE_OBJECT_ID)
    assert first.sentence == "Line 2 shares the objectID “a” with lines 3, 4, 5, 6, 7 and 44 more."


def test_a_duplicate_that_was_added_by_hand_is_named_so() -> None:
    with loaded("objectID\na\n") as (workspace, _):
        workspace.add_record('{"objectID":"a"}')
        assert [problem.sentence for problem in check(workspace).first] == [
            "Line 2 shares the objectID “a” with a record added here.",
            "A record added here shares the objectID “a” with line 2.",
        ]


def test_sizes_are_said_to_be_about_and_white_space_does_not_count() -> None:
    (problem,) = told('{"objectID":"b","t":"' + "x" * 12_000 + '"}\n{"a":1}', ProblemKind.OVERSIZE_RECORD)
    assert "about 12.0 KB" in problem.sentence
    assert "“b”" in problem.sentence
    assert told('[{"objectID":"b",' + " " * 20_000 + '"t":1}]', ProblemKind.OVERSIZE_RECORD) == []


def test_the_limit_can_be_another() -> None:
    with loaded('{"objectID":"b"}\n{"objectID":"longer"}') as (workspace, _):
        assert check(workspace, record_limit_bytes=18).counts == {ProblemKind.OVERSIZE_RECORD: 1}


def test_many_problems_are_counted_in_full_and_told_in_part_by_every_kind() -> None:
    with loaded("objectID,n\n" + ",1\n" * 3000 + "x,2\nx,3\n" + "ragged\n") as (workspace, _):
        problems = check(workspace, limit=30)
        assert problems.counts[ProblemKind.MISSING_OBJECT_ID] == 3000
        assert {problem.kind for problem in problems.first} == set(problems.counts)
        assert len(problems.first) <= 30


def test_a_clean_file_has_no_problems() -> None:
    with loaded("objectID,n\na,1\nb,2\n") as (workspace, _):
        assert check(workspace).counts == {}
        assert check(workspace).first == ()


def test_problems_follow_edits() -> None:
    with loaded("objectID,n\na,1\na,2\n") as (workspace, _):
        assert check(workspace).counts == {ProblemKind.DUPLICATE_OBJECT_ID: 2}
        workspace.set_value(2, "objectID", '"b"')
        assert check(workspace).counts == {}


def test_a_check_gives_way_to_an_edit_and_ends_when_nobody_wants_it() -> None:
    with loaded(LINES) as (workspace, _):
        with workspace.database.going_first(), pytest.raises(Cancelled):
            check(workspace)
        with pytest.raises(Cancelled):
            check(workspace, cancelled=lambda: True)
        assert check(workspace).counts  # nothing of them stays behind


def test_an_edit_ends_the_making_of_the_index() -> None:
    with loaded("objectID\n" + "".join(f"k{n}\n" for n in range(20_000))) as (workspace, _):
        edit = threading.Thread(target=workspace.set_value, args=(1, "objectID", '"first"'))

        def begin_to_edit() -> bool:  # asked first when the file is held already
            if not edit.ident:
                edit.start()
                while not workspace.database.wanted:
                    edit.join(0.001)
            return False

        with pytest.raises(Cancelled):
            check(workspace, cancelled=begin_to_edit)
        edit.join()
        assert workspace.find_object_id("first") == [1]
