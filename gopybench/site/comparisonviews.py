"""What the first page compares -> its views: a size, which modes, and which ways to do the work.

Each view is a page of its own, so that its address is a link and it needs no script.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gopybench.site.comparedruntimes import OK, Cell, Comparison, Row, newest
from gopybench.site.filenames import unused
from gopybench.site.humannumbers import ends, times, with_unit
from gopybench.site.model import Environment, Site
from gopybench.site.parameterroles import CLASS, MODE, SIZE, SiteSettings
from gopybench.site.turnratios import Side, TurnRatio, both_ways

# Which modes a view has: the first alone, the fastest of each row, or all.
FIRST, FASTEST, ALL = MODES = ("first", "fastest", "all")
# Which ways: the one that all runtimes share, or all.
SAME = "same"

# With fewer samples an interval says nothing: they are drawn themselves.
FEW = 10

# More sizes than these are in All results alone, the smaller ones.
_MAX_SIZES = 6

# A bar as much longer than three quarters of them are ends at the edge.
_FAR = 4


class Ratio(NamedTuple):
    """How many times the baseline's value, and the turns that say so, if there were any."""

    value: float
    turned: TurnRatio | None = None

    @property
    def interval(self) -> list[float] | None:
        """The ends of its 95 % interval; values of other moments have none."""
        return [self.turned.low, self.turned.high] if self.turned else None

    @property
    def between(self) -> str:
        """The same for people; empty where there is none."""
        return ends(*self.interval) if self.interval else ""


@dataclass(frozen=True)
class View:
    """One page.

    Attributes:
        size, modes, ways: what is chosen: values of the sizes, one of :data:`MODES`,
            and :data:`SAME` or :data:`ALL`.
        rows: fastest first; those without a value are in *none*.
        baseline: what the others are compared with, None if it has no value here.
    """

    size: tuple[str, ...]
    modes: str
    ways: str
    rows: list[Row]
    none: list[Row]
    baseline: Row | None


class Views:
    """The views of a comparison, with their names, and the words for what they show."""

    def __init__(
        self,
        site: Site,
        settings: SiteSettings,
        comparison: Comparison,
        turned: Sequence[TurnRatio] = (),
    ) -> None:
        """Take what is compared, and what was measured in turns."""
        self.site, self.settings, self.comparison = site, settings, comparison
        rows = comparison.rows
        there = {row.size for row in rows if row.cells[0].state == OK}
        sizes = sorted(there, key=lambda size: [*map(float, size)] if _are_numbers(size) else [])
        self.sizes = [size for size in sizes if size in {comparison.size, *sizes[-_MAX_SIZES:]}]
        modes = {row.mode for row in rows if row.cells[0].state == OK}
        self.modes = MODES if len(modes) > 1 else MODES[:1]
        ways = {row.way for row in rows if row.cells[0].state == OK}
        self.ways = (SAME, ALL) if len(ways) > 1 else (ALL,)
        there_too = {row.environment for row in rows if self._is_like(row)}
        kinds = newest(site.environments, there_too)
        go = [e for e in kinds if site.environments[e].family == "Go"]
        self.kinds = kinds
        self.base = (go or kinds)[0]
        self._names = self._named()
        by_place: dict[tuple[str, str], list[TurnRatio]] = {}
        for of in reversed(turned):
            by_place.setdefault((of.commit, of.machine), []).insert(0, of)
        here = site.commits[comparison.commit].hash, site.machines[comparison.machine].name
        self._turned = both_ways(by_place.pop(here, []))
        self._elsewhere = [both_ways(ratios) for ratios in by_place.values()]

    @property
    def default(self) -> View:
        """The view that the site opens with."""
        return self.view(self.comparison.size, FIRST, ALL)

    def all(self) -> list[View]:
        """Return all views."""
        return [
            self.view(*choices) for choices in itertools.product(self.sizes, self.modes, self.ways)
        ]

    def view(self, size: tuple[str, ...], modes: str, ways: str) -> View:
        """Return one view."""
        rows = [row for row in self.comparison.rows if row.size == size]
        if ways == SAME:
            rows = [row for row in rows if row.way == self.comparison.way]
        if modes == FIRST:
            rows = [row for row in rows if row.mode == self.comparison.mode]
        ok = sorted((row for row in rows if row.cells[0].state == OK), key=_seconds)
        if modes == FASTEST:
            ok = list({(row.environment, row.way): row for row in reversed(ok)}.values())[::-1]
            ok.sort(key=_seconds)
        none = [row for row in rows if row.cells[0].state not in ("", OK)]
        if modes == FASTEST:
            known = {(row.environment, row.way) for row in ok}
            none = [row for row in none if (row.environment, row.way) not in known]
        of_base = [r for r in ok if r.environment == self.base and r.way == self.comparison.way]
        baseline = [row for row in of_base if row.mode == self.comparison.mode] or (
            of_base if modes == FASTEST else []
        )
        return View(size, modes, ways, ok, none, baseline[0] if baseline else None)

    def like(self, view: View, environment: int) -> Row | None:
        """Return the row that does the same as the baseline in another runtime."""
        if view.baseline is None:
            return None
        mode = view.baseline.mode
        rows = [
            row
            for row in view.rows
            if (row.environment, row.way) == (environment, self.comparison.way)
            and (row.mode == mode or view.modes == FASTEST)
        ]
        return rows[0] if rows else None

    def ratio(self, view: View, row: Row, which: int = 0) -> Ratio | None:
        """Return a row's time, or memory, over the baseline's; None where one has no value.

        What was measured in turns comes before the values, which are of other moments.
        """
        base = view.baseline
        if base is None or which >= len(row.cells):
            return None
        value, other = row.cells[which].value, base.cells[which].value
        # A ratio of what may be negative says nothing.
        if not value or not other or value < 0 or other < 0:
            return None
        turned = self._turned.get(self._pair(base, row, which))
        return Ratio(turned.ratio if turned else value / other, turned)

    def turned_elsewhere(self, base: Row, rows: Iterable[Row]) -> list[tuple[Row, TurnRatio]]:
        """Return what turns said of rows' times at another commit, or on another machine.

        It is the last one that has any of them.
        """
        pairs = [(row, self._pair(base, row, 0)) for row in rows]
        found = ([(row, of[pair]) for row, pair in pairs if pair in of] for of in self._elsewhere)
        return next(filter(None, found), [])

    def _pair(self, base: Row, row: Row, which: int) -> tuple[str, Side, Side]:
        name = self.comparison.benchmarks[which].name
        return name, (base.environment, base.place), (row.environment, row.place)

    def best(self, view: View) -> list[Row]:
        """Return the fastest row of each kind of runtime, whatever its way."""
        found: dict[str, Row] = {}
        for row in view.rows:
            found.setdefault(self.environment(row).family, row)
        return list(found.values())

    def name(self, view: View) -> str:
        """Return the name of the view's files, without their ending."""
        return self._names[view.size, view.modes, view.ways]

    def _named(self) -> dict[tuple[tuple[str, ...], str, str], str]:
        """Return a name for each view, no two of which are one in any file system."""
        found: dict[tuple[tuple[str, ...], str, str], str] = {}
        taken: set[str] = set()
        for size, modes, ways in itertools.product(self.sizes, self.modes, self.ways):
            parts = [f"{name}-{value}" for name, value in zip(self.comparison.names[SIZE], size)]
            parts += [modes] if len(self.modes) > 1 else []
            parts += [ways] if len(self.ways) > 1 else []
            found[size, modes, ways] = unused("-".join(["view", *(parts or [ALL])]), taken)
        return found

    def environment(self, row: Row) -> Environment:
        """Return a row's environment."""
        return self.site.environments[row.environment]

    def size_words(self, size: Sequence[str]) -> str:
        """Return a size for people: ``4,000,000 persons``, or ``n = 4,000,000``."""
        words = self.settings.value_words
        return ", ".join(words(*of, SIZE) for of in zip(self.comparison.names[SIZE], size))

    def mode_words(self, mode: Sequence[str]) -> str:
        """Return a mode for people: ``one thread``, or the parameter's value."""
        words = self.settings.value_words
        return " · ".join(words(*of, MODE) for of in zip(self.comparison.names[MODE], mode))

    def way_words(self, way: Sequence[str]) -> str:
        """Return a way to do the work for people."""
        words = self.settings.value_words
        return " · ".join(words(*of, CLASS) for of in zip(self.comparison.names[CLASS], way))

    def _is_like(self, row: Row) -> bool:
        of = self.comparison
        is_ok = row.cells[0].state == OK
        return is_ok and (row.way, row.mode, row.size) == (of.way, of.mode, of.size)


def bar_end(values: Sequence[float]) -> float:
    """Return where the bars of these values end; those far beyond most of them are cut off."""
    ordered = sorted(values)
    if not ordered:
        return 1.0
    far = _FAR * ordered[(3 * (len(ordered) - 1)) // 4]
    return max(value for value in ordered if value <= max(far, ordered[0])) or 1.0


def samples_words(cell: Cell, unit: str) -> str:
    """Return between what the samples lie, and how many there are; empty if that is not known."""
    if not cell.count:
        return ""
    number = f"{cell.count} {'sample' if cell.count == 1 else 'samples'}"
    if cell.count < FEW:
        ends = (min(cell.samples), max(cell.samples)) if len(cell.samples) > 1 else None
    else:
        ends = (cell.low, cell.high) if cell.low is not None and cell.high is not None else None
    if ends is None:
        return number
    between = " – ".join(with_unit(end, unit) for end in ends)
    return f"{between}, {number}" if cell.count < FEW else f"{between} (99 %), {number}"


def ratio_words(ratio: Ratio | None) -> str:
    """Return a ratio for people without its interval, empty where there is none."""
    return "" if ratio is None else times(ratio.value)


def _seconds(row: Row) -> float:
    value = row.cells[0].value
    return value if value is not None else 0.0


def _are_numbers(size: Sequence[str]) -> bool:
    try:
        return bool([*map(float, size)])
    except ValueError:
        return False
