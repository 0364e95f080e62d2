"""The page ``results.html``: what it says of the latest commit; all else it reads from the data."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

from gopybench.site import htmltemplates
from gopybench.site.htmltemplates import RESULTS
from gopybench.site.humannumbers import day
from gopybench.site.model import Site
from gopybench.site.placevalues import FAILED, NA


def write(site: Site, out: Path) -> None:
    """Write the page into the directory of the site."""
    commit = site.latest()
    text = htmltemplates.render(
        RESULTS, site, RESULTS, commit=commit, sentence=sentence(site, commit)
    )
    (out / RESULTS).write_text(text, encoding="utf-8")


def sentence(site: Site, commit: int) -> str:
    """Return how much of a commit has a value, how much failed, and how much is not available."""
    if not site.commits:
        return "Nothing was measured."
    counts = Counter[str]()
    for benchmark in site.benchmarks:
        for of in benchmark.values.values():
            for value in of.at(commit):
                if not math.isnan(value):
                    counts[{FAILED: "failed", NA: "not available"}.get(value, "values")] += 1
    values = counts.pop("values", 0)
    told = [f"{values:,} {'value' if values == 1 else 'values'}"] if values or not counts else []
    told += [f"{counts[state]:,} {state}" for state in ("failed", "not available") if counts[state]]
    of_commit = site.commits[commit]
    date = f" of {day(of_commit.date)}" if of_commit.date is not None else ""
    return f"Commit {of_commit.hash[: site.hash_length]}{date}: {', '.join(told)}."
