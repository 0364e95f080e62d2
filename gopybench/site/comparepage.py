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
    measured = [sorted(of.items()) for of in site.measured]
    datafiles.dump(out / "data" / "measured.json", measured)
    defaults = _defaults(site, out / "data")
    text = htmltemplates.render("compare.html", site, COMPARE, defaults=defaults)
    (out / COMPARE).write_text(text, encoding="utf-8")


def _defaults(site: Site, data: Path) -> dict[str, Any]:
    """Return what the page opens with: the two newest commits that have something in common.

    That is of one machine, and of one runtime where all would be too much to load; with
    the files of *data* that it takes.
    """
    after = site.latest()
    branch = next((of for of in site.branches.values() if after in of), ())
    machine = next((i for i, of in enumerate(site.measured) if after in of), 0)
    with_after = [
        (environment, values.campaign)
        for benchmark in site.benchmarks
        for environment, values in benchmark.values.items()
        if site.environments[environment].machine == machine and after in values.campaign
    ]
    earlier = (commit for commit in reversed(branch) if commit < after)
    before = next((c for c in earlier if any(c in of for _, of in with_after)), after)
    there = sorted({environment for environment, of in with_after if before in of})
    files = {
        environment: datafiles.values_paths(site, data, environment, (before, after))
        for environment, of in enumerate(site.environments)
        if of.machine == machine
    }
    size = sum(
        len(gzip.compress((data / path).read_bytes())) for of in files.values() for path in of
    )
    runtime = ""
    if there and size > _MOST:
        runtime = site.environments[there[-1]].label
        files = {e: of for e, of in files.items() if site.environments[e].label == runtime}
    return {
        "before": before,
        "after": after,
        "machine": machine,
        "before-runtime": runtime,
        "files": ["measured.json", *sorted(path for of in files.values() for path in of)],
    }
