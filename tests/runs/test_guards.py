"""What must hold before a run may start."""

import dataclasses

import pytest

from pushconsole.errors import CommandError, TargetError
from pushconsole.ingestion import Action
from pushconsole.runs import FACTS, check_target
from tests.runs.builders import PRODUCTS


def test_every_action_is_told_in_words() -> None:
    assert set(FACTS) == set(Action)
    assert all(facts.effect.endswith(".") and facts.title and facts.verb for facts in FACTS.values())


@pytest.mark.parametrize("action", list(Action))
def test_a_read_only_profile_cannot_push(action: Action) -> None:
    with pytest.raises(TargetError, match="read-only"):
        check_target(PRODUCTS, action, read_only=True, typed_index="products")


def test_a_disabled_task_takes_no_push() -> None:
    with pytest.raises(TargetError, match="disabled"):
        check_target(
            dataclasses.replace(PRODUCTS, enabled=False), Action.UPDATE_OBJECT, read_only=False, typed_index=None
        )


def test_a_task_of_another_source_takes_no_push() -> None:
    with pytest.raises(TargetError, match="shopify"):
        check_target(
            dataclasses.replace(PRODUCTS, source_type="shopify"),
            Action.UPDATE_OBJECT,
            read_only=False,
            typed_index=None,
        )


@pytest.mark.parametrize("action", [Action.DELETE, Action.CLEAR])
@pytest.mark.parametrize("typed", [None, "", "Products", "products ", "product"])
def test_what_destroys_an_index_wants_its_name_in_full(action: Action, typed: str | None) -> None:
    with pytest.raises(CommandError, match="Type the index's name in full: products"):
        check_target(PRODUCTS, action, read_only=False, typed_index=typed)


@pytest.mark.parametrize("action", list(Action))
def test_with_the_name_typed_every_action_may_go(action: Action) -> None:
    check_target(PRODUCTS, action, read_only=False, typed_index="products")
