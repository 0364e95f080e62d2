"""The model -> the page that compares any two commits, runtimes and machines, and its data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gopybench.site import htmltemplates
from gopybench.site.datafiles import dump
from gopybench.site.htmltemplates import COMPARE
from gopybench.site.model import Site


def write(site: Site, out: Path) -> None:
    """Write the page into *out*, and ``measured.json`` among the data: see docs/site.md."""
    measured = _measured(site)
    dump(out / "data" / "measured.json", [sorted(of.items()) for of in measured])
    text = htmltemplates.render("compare.html", site, COMPARE, defaults=_defaults(site, measured))
    (out / COMPARE).write_text(text, encoding="utf-8")


def _measured(site: Site) -> list[dict[int, int]]:
    """Return by machine, and by commit, the first campaign in which something was measured."""
    found: list[dict[int, int]] = [{} for _ in site.machines]
    for benchmark in site.benchmarks:
        for environment, values in benchmark.values.items():
            of = found[site.environments[environment].machine]
            for commit, campaign in values.campaign.items():
                of[commit] = min(campaign, of.get(commit, campaign))
    return found


def _defaults(site: Site, measured: list[dict[int, int]]) -> dict[str, Any]:
    """Return the two newest commits that have a benchmark and a runtime of a machine in common."""
    branch = next(iter(site.branches.values()), ())
    machine = max(range(len(measured)), key=lambda i: max(measured[i], default=-1), default=0)
    commits = [c for c in branch if measured and c in measured[machine]]
    after = commits[-1] if commits else 0
    with_after = [
        values.campaign
        for benchmark in site.benchmarks
        for environment, values in benchmark.values.items()
        if site.environments[environment].machine == machine and after in values.campaign
    ]
    before = next((c for c in commits[-2::-1] if any(c in of for of in with_after)), after)
    return {"before": before, "after": after, "machine": machine}
