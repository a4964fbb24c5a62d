"""The files the benchmarks read: product records, the same ones for the same number."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path

_SEED = 20_261_123
_ADJECTIVES = ("Alpha", "Brass", "Calm", "Dusk", "Élan", "Folded", "Golden", "Hollow", "Ivory", "Jute")
_NOUNS = ("Lamp", "Chair", "Table", "Shelf", "Mirror", "Vase", "Clock", "Rug", "Stool", "Bench")
_BRANDS = ("Nordlys", "Maison Gris", "Oak & Iron", "Lumen", "Hearth", "Blå", "Terra", "Sato")
_CATEGORIES = ("Lighting", "Living room", "Kitchen", "Bedroom", "Office", "Garden")
_TAGS = ("new", "sale", "eco", "bestseller", "limited", "handmade")
_WORDS = (
    *("warm", "light", "soft", "shade", "linen", "oak", "brass", "frame", "hand", "finished", "matte", "steel"),
    *("base", "cable", "switch", "dimmable", "indoor", "glass", "small", "large", "round", "square", "classic"),
    *("modern", "quiet", "durable", "simple", "natural"),
)
_SENTENCES = 4096  # different descriptions: composing a million would take longer than all that is measured
_CSV_COLUMNS = (
    "objectID", "name", "brand", "price", "stock", "rating", "active", "sku", "category", "url", "updated",
    "description",
)  # fmt: skip


class Inputs:
    """The files, each made when it is first asked for; one that is there from an earlier time is used as it is.

    Attributes:
        records: how many records each has.

    """

    def __init__(self, folder: Path, records: int) -> None:
        self.records = records
        self._folder = folder

    @cached_property
    def csv(self) -> Path:
        """12 columns, about 204 bytes a row, some cells empty and some quoted."""
        return self._made(f"products-{self.records}.csv", _write_csv)

    @cached_property
    def ndjson(self) -> Path:
        """14 attributes, two of them lists and one an object, about 431 bytes a record."""
        return self._made(f"products-{self.records}.ndjson", _write_ndjson)

    def _made(self, name: str, write: Callable[[Path, int], None]) -> Path:
        file = self._folder / name
        if not file.exists():
            write(file, self.records)
        return file


def _write_csv(path: Path, records: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_CSV_COLUMNS)
        writer.writerows(_rows(records))


def _write_ndjson(path: Path, records: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(_lines(records))


def _descriptions(chance: random.Random, characters: int) -> list[str]:
    made = []
    for _ in range(_SENTENCES):
        text = " ".join(chance.choices(_WORDS, k=characters // 4))
        made.append(text[:characters].strip().capitalize() + ".")
    return made


def _rows(records: int) -> Iterator[tuple[str, ...]]:
    chance = random.Random(_SEED)
    descriptions = _descriptions(chance, 70)
    for number in range(records):
        name = f"{chance.choice(_ADJECTIVES)} {chance.choice(_NOUNS)}, {number % 997} cm"
        yield (
            f"sku-{number:08}",
            name,
            chance.choice(_BRANDS),
            f"{chance.randrange(100, 100_000) / 100:.2f}",
            str(chance.randrange(500)) if number % 17 else "",
            f"{chance.randrange(10, 51) / 10}",
            "true" if number % 5 else "false",
            f"{chance.randrange(10**8):08}",
            chance.choice(_CATEGORIES),
            f"https://shop.example/p/{number:08}",
            f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}T{number % 24:02}:30:00Z",
            chance.choice(descriptions),
        )


def _lines(records: int) -> Iterator[str]:
    chance = random.Random(_SEED)
    descriptions = _descriptions(chance, 69)
    lists = [json.dumps(chance.sample(_TAGS, k=number % 4), separators=(",", ":")) for number in range(64)]
    for number in range(records):
        name = f"{chance.choice(_ADJECTIVES)} {chance.choice(_NOUNS)} {number % 997} cm"
        image = "null" if number % 11 == 0 else f'"https://img.example/{number:08}.webp"'
        yield (
            f'{{"objectID":"sku-{number:08}","name":"{name}","brand":"{chance.choice(_BRANDS)}",'
            f'"description":"{chance.choice(descriptions)}",'
            f'"price":{chance.randrange(100, 100_000) / 100:.2f},"stock":{chance.randrange(500)},'
            f'"rating":{chance.randrange(10, 51) / 10},"active":{"true" if number % 5 else "false"},'
            f'"url":"https://shop.example/p/{number:08}",'
            f'"image":{image},'
            f'"categories":["{chance.choice(_CATEGORIES)}","{chance.choice(_CATEGORIES)}"],'
            f'"tags":{chance.choice(lists)},'
            f'"size":{{"width":{number % 300},"height":{number % 200},"unit":"cm"}},'
            f'"updated":"2026-{number % 12 + 1:02}-{number % 28 + 1:02}T{number % 24:02}:30:00Z"}}\n'
        )
