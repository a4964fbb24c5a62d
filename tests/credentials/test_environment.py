"""Credentials from the environment."""

from __future__ import annotations

import pytest

from pushconsole import errors
from pushconsole.credentials import environment_credentials

WHOLE = {"ALGOLIA_APPLICATION_ID": "ABCDEFGH12", "ALGOLIA_API_KEY": "k" * 32, "ALGOLIA_REGION": "eu"}


def test_three_variables_make_credentials() -> None:
    credentials = environment_credentials(WHOLE | {"ALGOLIA_API_KEY": "k" * 32 + "\n", "OTHER": "x"})
    assert (credentials.application_id, credentials.region) == ("ABCDEFGH12", "eu")
    assert credentials.api_key.reveal() == "k" * 32
    assert "kkk" not in repr(credentials)


@pytest.mark.parametrize("lacking", WHOLE)
@pytest.mark.parametrize("value", [None, "", " "])
def test_the_one_that_lacks_is_named(lacking: str, value: str | None) -> None:
    environ = {name: text for name, text in WHOLE.items() if name != lacking} | ({lacking: value} if value else {})
    with pytest.raises(errors.CredentialsError) as raised:
        environment_credentials(environ)
    assert raised.value.sentence == f"The environment lacks {lacking}."


def test_all_that_lack_are_named_at_once() -> None:
    with pytest.raises(errors.CredentialsError, match="ALGOLIA_APPLICATION_ID and ALGOLIA_API_KEY and ALGOLIA_REGION"):
        environment_credentials({})


@pytest.mark.parametrize(("name", "value"), [("ALGOLIA_REGION", "de"), ("ALGOLIA_APPLICATION_ID", "short")])
def test_what_cannot_be_right_is_refused(name: str, value: str) -> None:
    with pytest.raises(errors.ConfigurationError, match=value):
        environment_credentials(WHOLE | {name: value})
