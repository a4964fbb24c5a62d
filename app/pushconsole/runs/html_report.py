"""The report of a run for people: one HTML file without scripts, made of what `report.json` says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pushconsole import __version__, locations, quantities
from pushconsole.runs.throughput import in_parts

FAILED_SHOWN = 5_000
"""Of more failed records a page would take a browser's patience."""

_Document = Mapping[str, Any]

_VERDICTS = (("succeeded", "succeeded"), ("failed", "failed"), ("in_doubt", "in doubt"), ("unsent", "unsent"))
_CALLS = {
    "succeeded": "The call for the whole index succeeded",
    "failed": "The call for the whole index failed",
    "unsent": "The call for the whole index was not sent",
    "planned": "The call for the whole index was not sent",
} | dict.fromkeys(("in_doubt", "sending", "accepted"), "The call for the whole index is in doubt")
_MOST_BATCHES = 1_000
_MOST_BARS = 400  # more would be thinner than a line
_WIDTH = 960
_COLUMNS = 80
_MOST_TICKS = 10
_LAST_TICK = 0.97  # of the width, so that there is room for its words
_STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 3_600, 7_200, 14_400, 43_200, 86_400)


def html_report(report: _Document, failed: Sequence[_Document], failed_count: int) -> str:
    """Return the page of a report.

    Args:
        report: as `report.json` has it.
        failed: the first of the failed records.
        failed_count: how many failed.

    """
    import jinja2  # noqa: PLC0415  only a report needs it

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    environment.filters.update(number=quantities.number, size=quantities.size)
    template = (locations.resources() / "reports" / "run.html").read_text(encoding="utf-8")
    return environment.from_string(template).render(_page(report, failed, failed_count))


def _page(report: _Document, failed: Sequence[_Document], failed_count: int) -> dict[str, Any]:
    started, finished = report["started"], report["finished"]
    leaves = [batch for batch in report["batches"] if batch["verdict"] != "divided"]
    notable = [batch for batch in leaves if batch["verdict"] != "succeeded" or batch["attempts"] > 1]
    counts = {name: finished[name] for name, _ in _VERDICTS}
    return {
        "started": started,
        "finished": finished,
        "version": __version__,
        "headline": _headline(counts, finished["records"], leaves),
        "begun": quantities.moment_with_offset(datetime.fromtimestamp(report["started_at"]).astimezone()),
        "took": f"took {_seconds(finished['seconds'])}" if finished["seconds"] else "",
        "stopped": report["stopped_because"],
        "verdicts": [(name, words, counts[name]) for name, words in _VERDICTS],
        "timeline": _timeline(leaves),
        "throughput": _throughput(leaves),
        "failed": failed,
        "failed_left_out": failed_count - len(failed),
        "batches": notable[:_MOST_BATCHES],
        "batches_left_out": max(0, len(notable) - _MOST_BATCHES),
    }


def _seconds(seconds: float) -> str:
    """Return a length of time with a decimal or two where it is short."""
    if seconds < 1:
        return f"{seconds:.2f} s"
    return f"{seconds:.1f} s" if seconds < 60 else quantities.duration(seconds)  # noqa: PLR2004  a minute


def _headline(counts: Mapping[str, int], records: int, batches: Sequence[_Document]) -> str:
    if not records:
        return _CALLS[batches[0]["verdict"]] if batches else "Nothing had to be sent"
    if counts["succeeded"] == records:
        return f"All {quantities.counted(records, 'record', 'records')} succeeded"
    return f"{quantities.number(counts['succeeded'])} of {quantities.counted(records, 'record', 'records')} succeeded"


def _sent(batches: Sequence[_Document]) -> list[_Document]:
    return [batch for batch in batches if batch["sent_at"] is not None and batch["ended_at"] is not None]


def _timeline(batches: Sequence[_Document]) -> dict[str, Any]:
    sent = _sent(batches)
    if not sent:
        return {"bars": []}
    shown = sent[:_MOST_BARS]
    begun, ended = min(batch["sent_at"] for batch in shown), max(batch["ended_at"] for batch in shown)
    length_s = max(ended - begun, 0.001)
    thickness = max(2.0, min(12.0, 480 / len(shown)))
    bars = [
        {
            "verdict": batch["verdict"],
            "x": round((batch["sent_at"] - begun) / length_s * _WIDTH, 2),
            "y": round(row * (thickness + 1), 2),
            "width": max(1.5, round((batch["ended_at"] - batch["sent_at"]) / length_s * _WIDTH, 2)),
            "title": f"Batch {batch['batch']}: {quantities.counted(batch['records']['count'], 'record', 'records')}, "
            f"{batch['verdict'].replace('_', ' ')} after {_seconds(batch['ended_at'] - batch['sent_at'])}",
        }
        for row, batch in enumerate(shown)
    ]
    step_s = next((step for step in _STEPS_S if length_s / step <= _MOST_TICKS), _STEPS_S[-1])
    last = int(length_s * _LAST_TICK / step_s)
    ticks = [(f"{at * step_s:g} s", round(at * step_s / length_s * _WIDTH, 2)) for at in range(last + 1)]
    what = "Each line is a call, from when it left to its verdict."
    if len(sent) > len(shown):
        what = f"Each line is a call, from when it left to its verdict: the first {len(shown)} of {len(sent)}."
    return {
        "bars": bars,
        "ticks": ticks,
        "thickness": round(thickness, 2),
        "height": round(len(shown) * (thickness + 1) + 24, 2),
        "sentence": what,
    }


def _throughput(batches: Sequence[_Document]) -> dict[str, Any]:
    sent = _sent(batches)
    if len(sent) < 2:  # noqa: PLR2004  one is no course of time
        return {"columns": []}
    begun, ended = min(batch["sent_at"] for batch in sent), max(batch["ended_at"] for batch in sent)
    length_s = max(ended - begun, 0.001)
    ends = [(batch["ended_at"], batch["records"]["count"]) for batch in sent]
    records = in_parts(ends, begun, length_s, _COLUMNS)
    most, wide = max(*records, 1), _WIDTH / _COLUMNS
    columns = [
        {
            "x": round(at * wide, 2),
            "y": round(110 - count / most * 106, 2),
            "height": round(count / most * 106, 2),
            "title": f"{quantities.counted(count, 'record', 'records')}",
        }
        for at, count in enumerate(records)
        if count
    ]
    average = quantities.rate(sum(records) / length_s)
    sentence = f"{average} on average; a column is {_seconds(length_s / _COLUMNS)}."
    return {"columns": columns, "width": round(wide - 1, 2), "sentence": sentence}
