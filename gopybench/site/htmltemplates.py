"""The pages of the site, as each links to the others, and their templates."""

from __future__ import annotations

import functools
from typing import Any

from asv.util import UserError

from gopybench.site.model import Site

# The first page, whose label is the site's title.
INDEX = "index.html"

HISTORY = "history.html"

# Any two commits, runtimes or machines.
COMPARE = "compare.html"

CHANGES = "changes.html"

MACHINES = "machines.html"

# All values of a commit, and why there are others without.
RESULTS = "results.html"

# What each page links to, in this order.
_PAGES = {
    HISTORY: "History",
    COMPARE: "Compare",
    CHANGES: "Changes",
    MACHINES: "Machines",
    RESULTS: "All results",
    "asv.html#/": "asv’s own pages",
}


def own_pages() -> list[str]:
    """Return the addresses of the pages that keep to the budget: all but asv's."""
    return [INDEX, *(address for address in _PAGES if "#" not in address)]


def render(name: str, site: Site, current: str, /, **context: Any) -> str:
    """Return a page made with the template of that name; *current* is its address.

    Raises asv's UserError where Jinja2 is missing.
    """
    links = {INDEX: site.title, **_PAGES}
    template = _environment().get_template(name)
    return str(template.render(site=site, links=links, current=current, **context))


@functools.cache
def _environment() -> Any:
    try:
        import jinja2
    except ModuleNotFoundError:
        raise UserError("the site needs jinja2: pip install 'gopybench[asv]'") from None
    return jinja2.Environment(
        loader=jinja2.PackageLoader("gopybench.site"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
