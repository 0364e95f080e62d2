"""docs/proof.md: its tables and aims are filled in between markers; the text is by hand."""

from __future__ import annotations

import re
from pathlib import Path

from ...conftest import ROOT
from . import historytables, prooftables, rawlines
from .binomial import share
from .plan import BUSY, CALM, PARTS
from .prooftables import Comparisons, compared, table
from .rawlines import Line

PAGE = ROOT / "docs" / "proof.md"


def tables(directory: Path = rawlines.DIRECTORY) -> dict[str, str]:
    """Return what stands between the markers, by their names.

    Raises Broken.
    """
    every = {part: rawlines.read(part, directory) for part in PARTS}
    counted = {part: rawlines.newest(lines)[0] for part, lines in every.items()}
    found = {f"{part}-with": prooftables.measured_with(lines) for part, lines in every.items()}
    for name, (part, make) in {**prooftables.TABLES, **historytables.TABLES}.items():
        found[name] = make(counted[part]) if counted[part] else ""
    found["aims"] = _aims(counted)
    return found


def refilled(page: str, found: dict[str, str]) -> str:
    """Return a page with these texts between its markers.

    Raises KeyError for a marker of another name.
    """

    def fill(match: re.Match[str]) -> str:
        text = found[match[1]]
        return f"<!-- {match[1]} -->\n{text}{chr(10) if text else ''}<!-- end -->"

    return re.sub(r"<!-- ([\w-]+) -->\n.*?<!-- end -->", fill, page, flags=re.S)


def refill(page: Path = PAGE) -> None:
    """Fill in the tables of the page anew.

    Raises Broken.
    """
    aside = page.with_suffix(".md.tmp")
    aside.write_text(refilled(page.read_text(encoding="utf-8"), tables()), encoding="utf-8")
    aside.replace(page)


def _aims(counted: dict[str, list[Line]]) -> str:
    """Return the table of what was aimed at and what was measured."""
    rows: list[list[str]] = []

    def add(
        what: str, comparisons: Comparisons, verdict: str, *, least: float, most: float
    ) -> None:
        """Add an aim: the share of a verdict is between these."""
        if comparisons:
            count = sum(c["verdict"] == verdict for c in comparisons)
            is_met = least <= count / len(comparisons) <= most
            said = share(count, len(comparisons))
            rows.append([what, said, "met" if is_met else "missed"])

    def enough(what: str, comparisons: Comparisons, wanted: int) -> None:
        if comparisons:
            is_met = len(comparisons) >= wanted
            told = f"{what}: at least {wanted:,} comparisons"
            rows.append([told, f"{len(comparisons):,}", "met" if is_met else "not yet"])

    same = compared(counted["same"])
    enough("the same code", same, 1000)
    add("the same code: no time called worse", same, "worse", least=0, most=0)
    for state in (CALM, BUSY):
        of = compared(line for line in counted["same"] if line["state"] == state)
        what = f"the same code, {state}: at most 5 % inconclusive"
        add(what, of, "inconclusive", least=0, most=0.05)
    for level, wanted, least in ((10, 60, 1), (5, 60, 0.95), (3, 30, 0), (2, 30, 0)):
        of = compared(line for line in counted["planted"] if line["planted"] == level)
        what = f"{level} % planted, by times"
        enough(what, of, wanted)
        if least:
            much = "all" if least == 1 else f"{100 * least:g} %"
            add(f"{what}: {much} called worse", of, "worse", least=least, most=1)
    for level in (10, 5, 3, 2):
        of = compared(line for line in counted["counted"] if line["planted"] == level)
        add(f"{level} % planted, by instructions: all called worse", of, "worse", least=1, most=1)
    rows += historytables.aims(counted)
    return table(["aim", "measured", ""], rows) if rows else prooftables.NOTHING
