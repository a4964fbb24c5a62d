"""What the sandbox accepts as a push."""

from __future__ import annotations

import pytest

from pushconsole.sandbox.errors import Refusal
from pushconsole.sandbox.push_body import ACTIONS, action_of, parse_push


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("[]", "body must be an object"),
        ("", "body must be JSON"),
        ('{"action":"updateObject","records":[}', "body must be JSON"),
        ('{"action":"updateObject","records":[{"objectID":"a","x":NaN}]}', "body must be JSON"),
        ('{"action":"updateObject","records":[{"objectID":"a","x":01}]}', "body must be JSON"),
        ('{"records":[]}', "body.action is required"),
        ('{"action":"replace","records":[]}', "body.action must be one of [addObject, updateObject"),
        ('{"action":1,"records":[]}', "body.action must be one of"),
        ('{"action":"updateObject"}', "body.records is required"),
        ('{"action":"updateObject","records":{}}', "body.records must be an array"),
        ('{"action":"updateObject","records":[{"objectID":"a"},1]}', "body.records[1] must be an object"),
        ('{"action":"updateObject","records":[{"objectID":"a"},{"a":1}]}', "body.records[1].objectID is required"),
        ('{"action":"deleteObject","records":[{}]}', "body.records[0].objectID is required"),
        ('{"action":"updateObject","records":[{"objectID":1}]}', "body.records[0].objectID must be a string"),
        ('{"action":"addObject","records":[{"objectID":null}]}', "body.records[0].objectID must be a string"),
        ('{"action":"updateObject","records":[{"objectID":""}]}', "body.records[0].objectID must not be empty"),
    ],
)
def test_a_body_against_the_schema_is_refused_with_the_path(body: str, message: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_push(body.encode())
    assert refused.value.status == 400
    assert refused.value.message.startswith(message)


def test_broken_utf8_is_refused_even_inside_a_string() -> None:
    with pytest.raises(Refusal, match="body must be JSON"):
        parse_push(b'{"action":"updateObject","records":[{"objectID":"a","x":"\xff"}]}')


def test_only_add_object_takes_records_without_object_id() -> None:
    assert parse_push(b'{"action":"addObject","records":[{"a":1}]}').records == [(None, '{"a":1}', 0)]


def test_records_keep_their_characters() -> None:
    record = '{ "objectID" : "a\\u0062", "p": 1.10, "q": 1E+2 }'
    assert parse_push(f'{{"action":"updateObject","records":[{record}]}}'.encode()).records == [("ab", record, 0)]


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_is_known(action: str) -> None:
    body = f'{{"action":"{action}","records":[]}}'.encode()
    assert parse_push(body).action == action_of(body) == action


def test_a_body_without_an_action_names_none() -> None:
    assert action_of(b"<html>") is None
