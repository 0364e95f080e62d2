"""docs/proof.md: its tables and aims are filled in between markers; the text is by hand."""

from __future__ import annotations

import re
from pathlib import Path

from ...conftest import ROOT
from . import prooftables, rawlines
from .binomial import share
from .plan import PARTS
from .rawlines import Line

PAGE = ROOT / "docs" / "proof.md"


def tables(directory: Path = rawlines.DIRECTORY) -> dict[str, str]:
    """Return what stands between the markers, by their names.

    Raises Broken.
    """
    every = {part: rawlines.read(part, directory) for part in PARTS}
    counted = {part: rawlines.newest(lines)[0] for part, lines in every.items()}
    found = {f"{part}-with": prooftables.measured_with(lines) for part, lines in every.items()}
    for name, (part, table) in prooftables.TABLES.items():
        found[name] = table(counted[part]) if counted[part] else ""
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
    same = prooftables.compared(counted["same"])
    rows = []
    if same:
        worse = sum(c["verdict"] == "worse" for c in same)
        is_met = not worse and len(same) >= 1000
        rows.append(
            ["the same code: no time called worse, of 1,000", share(worse, len(same)), is_met]
        )
        for state in ("calm", "busy"):
            of = [line for line in counted["same"] if line["state"] == state]
            found = prooftables.compared(of)
            open_ = sum(c["verdict"] == "inconclusive" for c in found)
            what = f"the same code, {state}: at most 5 % inconclusive"
            if found:
                rows.append([what, share(open_, len(found)), open_ <= 0.05 * len(found)])
    wanted = [("planted", 10, 1.0, 60), ("planted", 5, 0.95, 60)]
    wanted += [("counted", level, 1.0, 1) for level in (2, 3, 5, 10)]
    for part, level, least, trials in wanted:
        of = [line for line in counted[part] if line["planted"] == level]
        found = prooftables.compared(of)
        worse = sum(c["verdict"] == "worse" for c in found)
        by = "times" if part == "planted" else "instructions"
        what = f"{level} % planted, by {by}: {'all' if least == 1 else '95 %'} called worse"
        if found:
            is_met = worse >= least * len(found) and len(found) >= trials
            rows.append([what, share(worse, len(found)), is_met])
    if not rows:
        return "Nothing has been measured yet."
    told = [[what, of, "met" if is_met else "missed"] for what, of, is_met in rows]
    return prooftables._table(["aim", "measured", ""], told)
