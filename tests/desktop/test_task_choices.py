"""The order of tasks, and which of them a text means; no widget."""

from __future__ import annotations

import pytest

from pushconsole.desktop.task_choices import Section, TaskChoice, arranged, fitting, meant

_A = TaskChoice("aaaa", "Shop export", "products", sought="enabled save “price range” 2026-11-02T10:00:00Z owner-7")
_B = TaskChoice("bbbb", "Shop export", "products_old", sought="enabled replace")
_C = TaskChoice("cccc", "Blog", "articles", refusal="disabled", sought="disabled")
_D = TaskChoice("dddd", "Shopify", "orders", refusal="its source is of type shopify, not push", takes_pushes=False)
_ALL = [_A, _B, _C, _D]


def test_favourites_stand_first_then_the_last_used_then_the_others() -> None:
    found = arranged(_ALL, favourites=["cccc"], used=["bbbb", "cccc", "aaaa"])
    assert [(one.key, one.section) for one in found] == [
        ("cccc", Section.FAVOURITE),
        ("bbbb", Section.USED),
        ("aaaa", Section.USED),
        ("dddd", Section.OTHER),
    ]
    assert [one.key for one in arranged(_ALL, [], [])] == ["aaaa", "bbbb", "cccc", "dddd"]
    assert [one.key for one in arranged(_ALL, ["gone"], ["gone"])] == ["aaaa", "bbbb", "cccc", "dddd"]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("", "abcd"),
        ("shop", "abd"),
        ("SHOP old", "b"),
        ("old shop", "b"),
        ("price range", "a"),
        ("replace", "b"),
        ("disabled", "c"),
        ("enabled", "ab"),
        ("2026-11-02", "a"),
        ("owner-7", "a"),
        ("ccc", "c"),
        ("type shopify", "d"),
        ("nothing", ""),
    ],
)
def test_every_word_of_a_text_is_somewhere_in_what_fits(text: str, keys: str) -> None:
    assert [one.key for one in fitting(_ALL, text)] == [letter * 4 for letter in keys]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("products", "aaaa"),
        ("products_old", "bbbb"),
        ("Shop export  →  products", "aaaa"),
        ("price range", "aaaa"),
        ("shop", None),
        ("articles", None),
        ("orders", None),
        ("nothing", None),
    ],
)
def test_a_text_means_an_index_or_the_only_fit_that_can_be_pushed_to(text: str, key: str | None) -> None:
    found = meant(_ALL, text)
    assert (found.key if found else None) == key
