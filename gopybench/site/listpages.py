"""The lists of benchmarks -> HTML pages, each with the CSV and JSON of all of its rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from gopybench.site import htmltemplates, sparklines
from gopybench.site.htmltemplates import HISTORY, INDEX, RESULTS
from gopybench.site.humannumbers import change, day, with_unit
from gopybench.site.latestvalues import DAYS, POINTS, Change, Series
from gopybench.site.listviews import ListView
from gopybench.site.model import Site
from gopybench.site.spreadsheetcsv import as_csv

# What the JSON of a list is written as: see docs/site.md.
FORMAT = 1

# The page has as many rows, and as many with those that are folded; its script has all.
_ROWS, _WITH_FOLDED = 150, 300

# As many fit on two printed pages, some of them in two lines.
_PRINTED = 50

_TEMPLATE = "list.html"

_COLUMNS = (
    *("benchmark", "unit", "parameters", "runtime", "machine", "commit", "date", "state", "value"),
    *("campaign", "campaign before", "value of the campaign before", "ratio to that"),
    *(f"first value of {DAYS} days", f"commit of the first value of {DAYS} days", "ratio to this"),
)

_TEXTS = ("name", "address", "words", "path", "state", "value", "note")
_NONE = {"text": "", "kind": "", "title": ""}

# By name, as the template and the script know it, how a row is drawn.
Drawn = dict[str, Any]


def write(views: Sequence[ListView], site: Site, out: Path) -> None:
    """Write all lists into *out*; the first one is ``index.html`` as well."""
    if not views:
        page = htmltemplates.render(_TEMPLATE, site, INDEX, view=None)
        (out / INDEX).write_text(page, encoding="utf-8")
    for view in views:
        drawn = _drawn(view)
        page = htmltemplates.render(_TEMPLATE, site, INDEX, **_context(views, view, drawn))
        text = json.dumps(
            as_json(view, drawn), separators=(",", ":"), ensure_ascii=False, allow_nan=False
        )
        (out / f"{view.name}.html").write_text(page, encoding="utf-8")
        (out / f"{view.name}.csv").write_text(_as_csv(view), encoding="utf-8", newline="")
        (out / f"{view.name}.json").write_text(f"{text}\n", encoding="utf-8")
        if view is views[0]:
            (out / INDEX).write_text(page, encoding="utf-8")


def _context(
    views: Sequence[ListView], view: ListView, drawn: Mapping[Series, Drawn]
) -> dict[str, Any]:
    site = view.site
    commit, machine = site.commits[view.commit], site.machines[view.machine]
    groups, left_out = _groups(view, drawn)
    return {
        "view": view,
        "views": views,
        "commit": commit.hash,
        "short": view.short(view.commit),
        "commit_url": site.commit_url(commit.hash),
        "day": day(commit.date),
        "machine": machine,
        "runtimes": list(dict.fromkeys(view.runtime(one) for one in view.series)),
        "results": f"{RESULTS}?{urlencode({'machine': machine.name})}",
        "days": DAYS,
        "groups": groups,
        "left_out": left_out,
        "is_across": _is_across(view),
        "blank": {**dict.fromkeys(_TEXTS, ""), "campaign": _NONE, "month": _NONE},
    }


def _groups(view: ListView, drawn: Mapping[Series, Drawn]) -> tuple[list[dict[str, Any]], int]:
    """Return the first benchmarks as the template draws them, and how many are left out."""
    groups = view.groups()
    shown, count = [], 0
    for group in groups:
        if count >= _ROWS:
            break
        shown.append(group)
        count += len(group.shown)
    found: list[dict[str, Any]] = []
    printed = 0
    for group in shown:
        printed += len(group.shown)
        fits = count + len(group.folded) <= _WITH_FOLDED
        count += len(group.folded) if fits else 0
        found.append(
            {
                "rows": [drawn[one] for one in group.shown],
                "folded": [drawn[one] for one in group.folded] if fits else [],
                "others": len(group.folded),
                "is_printed": printed <= _PRINTED,
                "moved": bool(group.shown[0].log),
            }
        )
    return found, len(groups) - len(shown)


def _drawn(view: ListView) -> dict[Series, Drawn]:
    """Return how each row is drawn."""
    mark = "" if _is_across(view) else " †"
    found = {}
    for one in view.series:
        of, latest = view.benchmark(one), one.latest
        at = view.site.commits[one.commit]
        found[one] = {
            "name": of.name,
            "address": _address(view, one),
            "words": view.words(one),
            "path": sparklines.path(one.points, POINTS),
            "state": one.state,
            "value": with_unit(latest.value, of.unit) if latest else one.state,
            "note": ""
            if one.commit == view.commit
            else f"{view.short(one.commit)}, {day(at.date)}",
            "campaign": _change(view, one, one.campaign, ""),
            "month": _change(view, one, one.month, mark),
        }
    return found


def _address(view: ListView, one: Series) -> str:
    """Return where the history of a row is."""
    asked = {"benchmark": view.benchmark(one).name, "machine": view.machine_name}
    asked["runtime"] = view.runtime(one)
    asked.update({f"p-{name}": value for name, value in view.parameters(one).items()})
    return f"{HISTORY}?{urlencode(asked)}"


def _is_across(view: ListView) -> bool:
    """Whether no change of the last days is within one campaign."""
    return all(one.month.is_across for one in view.series if one.month is not None)


def _change(view: ListView, one: Series, of: Change | None, mark: str) -> dict[str, str]:
    if of is None:
        return _NONE
    before = with_unit(of.before.value, view.benchmark(one).unit)
    where = f"{view.short(of.before.commit)}, campaign {view.campaign(of.before.campaign)}"
    text = f"from {before}" if of.ratio is None else change(of.ratio)
    return {
        "text": text + (mark if of.is_across else ""),
        "kind": ("more" if of.log > 0 else "less") if of.counts and one.is_current else "",
        "title": f"{before} at {where}",
    }


def _as_csv(view: ListView) -> str:
    """Return all rows of a list as CSV."""
    lines = []
    for one in view.series:
        of, latest, commits = view.benchmark(one), one.latest, view.site.commits
        at = commits[one.commit]
        line: list[Any] = [of.name, of.unit]
        line.append("; ".join(f"{name}={value}" for name, value in view.parameters(one).items()))
        line += [view.runtime(one), view.machine_name, at.hash, day(at.date), one.state]
        line += [latest.value, view.campaign(latest.campaign)] if latest else ["", ""]
        before, month = one.campaign, one.month
        line += (
            [view.campaign(before.before.campaign), before.before.value, before.ratio]
            if before
            else [""] * 3
        )
        line += (
            [month.before.value, commits[month.before.commit].hash, month.ratio]
            if month
            else [""] * 3
        )
        lines.append(line)
    return as_csv(_COLUMNS, lines)


def as_json(view: ListView, drawn: Mapping[Series, Drawn]) -> dict[str, Any]:
    """Return all rows of a list for tools, and for the script of the page."""
    site = view.site
    commit = site.commits[view.commit]
    return {
        "version": FORMAT,
        "project": site.project,
        "sentences": view.sentences(),
        "commit": commit.hash,
        "date": commit.date,
        "machine": view.machine_name,
        "days": DAYS,
        "rows": [
            {
                "benchmark": view.benchmark(one).name,
                "unit": view.benchmark(one).unit,
                "parameters": view.parameters(one),
                "runtime": view.runtime(one),
                "environment": site.environments[one.environment].params,
                "commit": site.commits[one.commit].hash,
                "date": site.commits[one.commit].date,
                "state": one.state,
                "value": one.latest.value if one.latest else None,
                "campaign": view.campaign(one.latest.campaign) if one.latest else None,
                "since_campaign": _as_json(view, one.campaign),
                "over_days": _as_json(view, one.month),
                "is_current": one.is_current,
                "shown": drawn[one],
            }
            for one in view.series
        ],
    }


def _as_json(view: ListView, of: Change | None) -> dict[str, Any] | None:
    if of is None:
        return None
    return {
        "value": of.before.value,
        "commit": view.site.commits[of.before.commit].hash,
        "campaign": view.campaign(of.before.campaign),
        "ratio": of.ratio,
        "counts": of.counts,
    }
