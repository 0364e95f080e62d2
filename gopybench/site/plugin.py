"""What asv loads of the site, named under ``plugins`` in asv.conf.json: our part of a publish."""

from __future__ import annotations

import dataclasses
import functools
from importlib.resources import files
from pathlib import Path
from typing import Any

from asv.console import log
from asv.publishing import OutputPublisher

from gopybench.alarms import overview
from gopybench.asvdata import commits
from gopybench.site import (
    changespage,
    classic,
    collected,
    comparedruntimes,
    comparepage,
    datafiles,
    feed,
    historypage,
    listpages,
    listviews,
    machinespage,
    pages,
    resultspage,
    turnratios,
)
from gopybench.site.comparisonviews import Views
from gopybench.site.findinglinks import Links
from gopybench.site.findingwords import Titles
from gopybench.site.parameterroles import SiteSettings
from gopybench.site.sitesteps import steps


class Compare(OutputPublisher):  # type: ignore[misc]
    """Makes the page that compares runtimes the site's first, and asv's own pages local."""

    name = "compare"
    button_label = "Compare runtimes"
    description = "All runtimes and variants side by side"
    # After asv's own.
    order = 100

    @classmethod
    def publish(
        cls, conf: Any, repo: Any, benchmarks: Any, graphs: Any, revisions: dict[str, int]
    ) -> None:
        """Write the page and its data beside asv's pages, which are there by now."""
        html = Path(conf.html_dir)
        site = collected.collect(conf, repo, benchmarks, graphs, revisions)
        settings = SiteSettings.of(conf)
        names = {name for benchmark in site.benchmarks for name in benchmark.param_names}
        for name in sorted({*settings.parameters} - names):
            log.warning(f'asv.conf.json: "site" has a parameter "{name}", which no benchmark has')
        measured_at = functools.partial(collected.measured_at, conf.results_dir, site)
        comparison = comparedruntimes.compare(site, settings, measured_at)
        if comparison is None:
            site = dataclasses.replace(site, title="Benchmarks")
        shown = overview.make(conf, repo, benchmarks, graphs, revisions)
        hashes = {*overview.named(shown), *(commit.hash for commit in site.commits)}
        subjects = commits.subjects(repo, hashes)
        ends = {(one.standing.finding.before, one.standing.finding.after) for one in shown}
        between = commits.counts_between(repo, ends)
        links = Links(site, subjects, between)
        changespage.write(shown, Titles(site, settings), links, site, html)
        machinespage.write(site, html)
        feed.write(shown, links, conf.project, html)
        classic.make_local(html, site.title)
        turned = turnratios.read(conf.results_dir, site)
        datafiles.write(site, settings, subjects, steps(site, shown), turned, html / "data")
        resultspage.write(site, html)
        comparepage.write(site, html)
        historypage.write(site, comparison, html)
        if comparison is None:
            listpages.write(listviews.views(site, settings), site, html)
        else:
            pages.write_views(Views(site, settings, comparison, turned), html)
        for source in (files(__package__) / "page").iterdir():
            (html / source.name).write_bytes(source.read_bytes())
