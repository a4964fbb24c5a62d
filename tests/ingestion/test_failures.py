"""The records an error text names are found, in both texts and wherever they stand."""

import pytest

from pushconsole.ingestion import NamedRecord, failure_from_event, failure_from_text

_OLD = "Record at the position 729 objectID=sku 1 is too big size=12822/10000 bytes. Please have a look at …"
_NEW = "Record sku-1 is too big: size: 12 byte(s), maximum allowed: 10 byte(s)"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (_OLD, [NamedRecord(729, "sku 1", "is too big size=12822/10000 bytes")]),
        (_NEW, [NamedRecord(None, "sku-1", "is too big: size: 12 byte(s), maximum allowed: 10 byte(s)")]),
        ("Record at the position 3 is too big size=1/2 bytes", [NamedRecord(3, None, "is too big size=1/2 bytes")]),
        ("The task is not available", []),
        ("", []),
    ],
)
def test_a_text_names_its_records(text: str, named: list[NamedRecord]) -> None:
    failure = failure_from_text(text)
    assert failure.message == text
    assert list(failure.named) == named


def test_several_records_in_one_text() -> None:
    assert [record.object_id for record in failure_from_text(f"{_OLD}; {_NEW}").named] == ["sku 1", "sku-1"]


def test_what_stands_beside_a_text_names_the_record_where_the_text_does_not() -> None:
    failure = failure_from_text("invalid geo", position=4, object_id="b")
    assert failure.named == (NamedRecord(4, "b", "invalid geo"),)


def test_the_data_of_an_event_is_searched_wherever_the_texts_stand() -> None:
    data = {
        "message": _OLD,
        "errors": [{"error": {"message": "bad", "objectID": "z", "position": 2}}, {"reason": _NEW}],
    }
    failure = failure_from_event(data)
    assert [(record.position, record.object_id) for record in failure.named] == [
        (729, "sku 1"),
        (2, "z"),
        (None, "sku-1"),
    ]


def test_an_event_without_data_gives_no_reason() -> None:
    assert failure_from_event(None).message == ""
