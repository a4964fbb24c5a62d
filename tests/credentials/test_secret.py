"""A secret shows itself nowhere but through `reveal`."""

from __future__ import annotations

import copy
import dataclasses
import json
import logging
import pickle
import traceback
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushconsole import errors
from pushconsole.credentials import Credentials, Secret, masked

KEY = "0123456789abcdef/+=SECRET"


@pytest.mark.parametrize("shown", [repr, str, "{}".format, "{!r}".format, "{:>40}".format, "%s".__mod__, "%r".__mod__])
def test_every_way_to_print_shows_the_mask(shown) -> None:  # type: ignore[no-untyped-def]
    text = shown(Secret(KEY))
    assert KEY not in text
    assert "********" in text


def test_a_dataclass_hides_it_in_its_own_repr_and_copies() -> None:
    credentials = Credentials("ABCDEFGH12", Secret(KEY), "us")
    fields = dataclasses.asdict(credentials)
    assert KEY not in repr(credentials) + repr(fields) + repr(copy.deepcopy(credentials)) + repr(copy.copy(credentials))
    assert fields["api_key"].reveal() == KEY


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_is_not_pickled(protocol: int) -> None:
    with pytest.raises(TypeError, match="written anywhere"):
        pickle.dumps({"key": Secret(KEY)}, protocol)


@pytest.mark.parametrize("encode", [json.dumps, msgspec.json.encode])
def test_it_is_not_encoded(encode) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TypeError) as raised:
        encode({"key": Secret(KEY)})
    assert KEY not in str(raised.value)


def test_a_log_record_holds_the_mask(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        logging.getLogger("pushconsole").info("with %s and %r", Secret(KEY), {"key": Secret(KEY)})
    assert KEY not in caplog.text
    assert "********" in caplog.text


def test_equality_is_by_value_and_only_with_secrets() -> None:
    assert Secret(KEY) == Secret(KEY)
    assert Secret(KEY) != Secret(KEY[:-1])
    assert Secret(KEY) != KEY
    with pytest.raises(TypeError):
        hash(Secret(KEY))


def test_blanks_that_came_along_with_a_paste_are_dropped() -> None:
    assert Secret(f"  {KEY}\r\n").reveal() == KEY


@pytest.mark.parametrize("bad", ["", " \n", "abc def", "clé", "abc\x00", "漢", "a\ud800"])
def test_what_cannot_be_a_key_is_refused_without_being_quoted(bad: str) -> None:
    with pytest.raises(errors.CredentialsError) as raised:
        Secret(f"{KEY}{bad}" if bad.strip() else bad)
    shown = traceback.TracebackException.from_exception(raised.value, capture_locals=True).stack[-1]
    assert KEY not in str(raised.value) + repr(shown.locals)
    assert raised.value.remedy


@given(st.text("0aZ/+=%&", min_size=3), st.text(), st.text())
def test_masked_text_holds_no_secret_not_even_quoted_in_an_address(key: str, before: str, after: str) -> None:
    text = masked(f"{before}{key}{after} GET https://host/1/keys/{quote(key, safe='')}", [Secret(key)])
    assert key not in text
    assert quote(key, safe="") not in text
    assert text.endswith("********")


def test_masking_takes_a_secret_that_begins_another_apart() -> None:
    assert masked("abcd abc", [Secret("abc"), Secret("abcd")]) == "******** ********"
