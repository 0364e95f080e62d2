"""The page ``history.html``: what it opens with; all else it reads from the data."""

from __future__ import annotations

from pathlib import Path

from gopybench.site import htmltemplates
from gopybench.site.comparedruntimes import Comparison
from gopybench.site.htmltemplates import HISTORY
from gopybench.site.model import Site


def write(site: Site, comparison: Comparison | None, out: Path) -> None:
    """Write the page into the directory of the site; it opens with what the first page compares."""
    names = [benchmark.name for benchmark in site.benchmarks] or [""]
    text = htmltemplates.render(
        HISTORY,
        site,
        HISTORY,
        benchmark=comparison.benchmarks[0].name if comparison else names[0],
        machine=site.machines[comparison.machine].name if comparison else "",
    )
    (out / HISTORY).write_text(text, encoding="utf-8")
