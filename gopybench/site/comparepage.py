"""The model -> the page that compares any two commits, runtimes and machines, and its data."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

from gopybench.site import datafiles, htmltemplates
from gopybench.site.htmltemplates import COMPARE
from gopybench.site.model import Site

# With more values than these, in bytes as they are sent, the page opens with one runtime.
_MOST = 60_000


def write(site: Site, out: Path) -> None:
    """Write the page into *out*, and ``measured.json`` among the data: see docs/site.md."""
    measured = _measured(site)
    datafiles.dump(out / "data" / "measured.json", [sorted(of.items()) for of in measured])
    defaults = _defaults(site, measured, out / "data")
    text = htmltemplates.render("compare.html", site, COMPARE, defaults=defaults)
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


def _defaults(site: Site, measured: list[dict[int, int]], data: Path) -> dict[str, Any]:
    """Return what the page opens with: the two newest commits that have something in common.

    That is of one machine, and of one runtime where all would be too much to load.
    """
    branch = next(iter(site.branches.values()), ())
    machine = max(range(len(measured)), key=lambda i: max(measured[i], default=-1), default=0)
    commits = [c for c in branch if measured and c in measured[machine]]
    after = commits[-1] if commits else 0
    with_after = [
        (environment, values.campaign)
        for benchmark in site.benchmarks
        for environment, values in benchmark.values.items()
        if site.environments[environment].machine == machine and after in values.campaign
    ]
    before = next((c for c in commits[-2::-1] if any(c in of for _, of in with_after)), after)
    there = sorted({environment for environment, of in with_after if before in of})
    files = {
        path
        for environment, of in enumerate(site.environments)
        if of.machine == machine
        for path in datafiles.values_paths(site, data, environment, (before, after))
    }
    size = sum(len(gzip.compress(path.read_bytes())) for path in files)
    runtime = site.environments[there[-1]].label if there and size > _MOST else ""
    return {"before": before, "after": after, "machine": machine, "before-runtime": runtime}
