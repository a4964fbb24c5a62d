"""What is told of a column agrees with a plain count of its values."""

from __future__ import annotations

import json
import threading
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pushconsole.errors import Cancelled
from pushconsole.records import Spread, Statistics, Workspace, column_statistics, make_view, read_filter
from tests.records.builders import loaded

_NUMBERS = st.from_regex(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,20})?", fullmatch=True).filter(lambda raw: raw != "-0")
_RAW = st.one_of(
    st.none(),
    st.sampled_from(["null", '""', "true", "false", "[]", '{"a":[1,2]}', '"x"', '"X y"', "0", "1.10", "1.1"]),
    _NUMBERS,
    st.text(st.characters(codec="ascii", min_codepoint=32), max_size=8).map(json.dumps),
)


def _lines(values: list[str | None]) -> str:
    return "".join('{"n":1' + ("}\n" if raw is None else f',"a.b\\"c":{raw}}}\n') for raw in values)


def _told(workspace: Workspace) -> Statistics:
    return column_statistics(workspace, 'a.b"c')


@settings(max_examples=60, deadline=None)
@given(st.lists(_RAW, min_size=1, max_size=30))
def test_the_counts_are_those_of_a_plain_count(values: list[str | None]) -> None:
    with loaded(_lines(values)) as (workspace, _):
        told = _told(workspace)
    there = [raw for raw in values if raw is not None]
    counted = Counter(there)
    assert told.records == len(values)
    assert told.missing == len(values) - len(there)
    assert (told.nulls, told.empties, told.distinct) == (counted["null"], counted['""'], len(counted))
    assert [value.number for value in told.common] == sorted((n for n in counted.values() if n > 1), reverse=True)[:8]
    assert all(counted[value.raw] == value.number for value in told.common)
    numbers = [Decimal(raw) for raw in there if raw[0] in "-0123456789"]
    if numbers:
        assert told.smallest is not None
        assert told.largest is not None
        assert (Decimal(told.smallest), Decimal(told.largest)) == (min(numbers), max(numbers))
    if told.spread is Spread.NUMBERS:
        assert sum(bar.number for bar in told.bars) == len(numbers)


def test_texts_that_all_differ_are_told_by_their_length() -> None:
    with loaded("".join(f'{{"a.b\\"c":"{"x" * n}"}}\n' for n in range(1, 40))) as (workspace, _):
        told = _told(workspace)
    assert told.spread is Spread.LENGTHS
    assert (told.bars[0].first, told.bars[-1].last) == ("1", "39")
    assert sum(bar.number for bar in told.bars) == 39


def test_a_number_beyond_every_double_leaves_the_ends_right() -> None:
    with loaded(_lines(["1e400", "2", "-1e400"])) as (workspace, _):
        told = _told(workspace)
    assert (told.smallest, told.largest) == ("-1e400", "1e400")
    assert told.spread is Spread.VALUES or told.bars == ()


def test_only_what_a_view_shows_is_counted() -> None:
    with loaded(_lines(["1", "2", "2", None])) as (workspace, _):
        view = make_view(workspace, where=read_filter('"a.b\\"c" > 1', ['a.b"c', "n"]))
        assert view is not None
        told = column_statistics(view, 'a.b"c')
        view.close()
    assert (told.records, told.missing, told.distinct) == (2, 0, 1)


def test_counting_can_be_cancelled_and_leaves_no_file() -> None:
    stop = threading.Event()
    stop.set()
    with loaded("".join(f'{{"a.b\\"c":{n}}}\n' for n in range(5000))) as (workspace, _):
        with pytest.raises(Cancelled):
            column_statistics(workspace, 'a.b"c', cancelled=stop.is_set)
        assert not list(workspace.path.parent.glob("*-statistics-*"))
