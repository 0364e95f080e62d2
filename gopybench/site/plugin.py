"""What asv loads of the site, named under ``plugins`` in asv.conf.json: our part of a publish."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from asv.publishing import OutputPublisher
from asv.util import UserError

from gopybench.alarms import overview
from gopybench.asvdata import commits
from gopybench.site import changespage, classic, feed, pagedata
from gopybench.site.collected import collect

# shims.js is for asv's pages, the others are ours.
PAGE = ("index.html", "compare.css", "compare.js", "changes.css", "shims.js")


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
        try:
            import vl_convert
        except ModuleNotFoundError:
            raise UserError(
                "the site needs vl-convert-python: pip install 'gopybench[asv]'"
            ) from None
        html = Path(conf.html_dir)
        site = collect(conf, repo, benchmarks, graphs, revisions)
        pagedata.write(site, html / "compare")
        shown = overview.make(conf, repo, benchmarks, graphs, revisions)
        links = changespage.Links(conf, graphs, commits.subjects(repo, overview.named(shown)))
        changespage.write(shown, links, conf.project, site.title, html)
        feed.write(shown, links, conf.project, html)
        classic.make_local(html, site.title)
        for name in PAGE:
            source = files(__package__) / "page" / name
            text = source.read_text(encoding="utf-8")
            (html / name).write_text(text, encoding="utf-8")
        (html / "lib" / "vega.js").write_text(
            vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"), encoding="utf-8"
        )
