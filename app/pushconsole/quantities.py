"""Numbers as people read them: thin separators, decimal sizes, times that are short."""

from __future__ import annotations

from datetime import datetime

THIN_SPACE = "\u202f"
"""Narrow no-break space: the separator of thousands, and between a number and its unit (ISO 80000-1)."""

_AGES = ((86_400, "d"), (3_600, "h"), (60, "min"))
_SIZES = ((1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))


def number(value: int) -> str:
    """Return a whole number with thin separators: 1 000 000."""
    return f"{value:,}".replace(",", THIN_SPACE)


def counted(value: int, one: str, many: str) -> str:
    """Return a number with the noun that fits it: 1 record, 2 records."""
    return f"{number(value)} {one if value == 1 else many}"


def of_records(done: int, whole: int) -> str:
    """Return how many of the records are done: 3 000 of 1 000 000 records."""
    return f"{number(done)} of {counted(whole, 'record', 'records')}"


def size(size_bytes: int) -> str:
    """Return a size in decimal units, three figures at most: 431 MB, 4.8 MB, 12 B."""
    for unit, name in _SIZES:
        if size_bytes >= unit:
            value = size_bytes / unit
            return f"{value:.1f} {name}" if value < 10 else f"{value:.0f} {name}"  # noqa: PLR2004  one decimal below ten
    return f"{size_bytes} B"


def duration(seconds: float) -> str:
    """Return a length of time as a clock shows it: 0:21, 12:05, 1:02:05."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def ago(seconds: float) -> str:
    """Return how long something is past, in one unit: just now, 5 min ago, 2 h ago, 3 d ago."""
    for unit_s, unit in _AGES:
        if seconds >= unit_s:
            return f"{int(seconds // unit_s)} {unit} ago"
    return "just now"


def percent(part: int, whole: int) -> str:
    """Return a share in whole percent, rounded down so that 100 % means all of it."""
    return f"{100 * part // whole if whole else 0} %"


def rate(per_second: float) -> str:
    """Return a speed: 41 800 records/s."""
    return f"{rate_number(per_second)} records/s"


def rate_number(per_second: float) -> str:
    """Return a speed without its unit: 41 800; three figures are as many as can be trusted."""
    digits = max(0, len(str(int(per_second))) - 3)
    return number(round(per_second / 10**digits) * 10**digits)


def clock(moment: datetime) -> str:
    """Return the time of day to the millisecond."""
    return moment.strftime("%H:%M:%S.") + f"{moment.microsecond // 1000:03}"


def moment_with_offset(moment: datetime) -> str:
    """Return date, time and offset from UTC, for a tooltip."""
    return moment.strftime("%Y-%m-%d %H:%M:%S %z").strip()
