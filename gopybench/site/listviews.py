"""A machine's series -> the list of benchmarks: its rows, what moved most first, and its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gopybench.site import latestvalues
from gopybench.site.filenames import unused
from gopybench.site.latestvalues import DAYS, LEAST, Change, Series
from gopybench.site.model import Benchmark, Site
from gopybench.site.parameterroles import SiteSettings

# A benchmark with more rows than these shows the one that moved most, and folds the others.
_UNFOLDED = 4

# Longer texts of parameters' values are cut off.
_LONGEST = 60


@dataclass(frozen=True)
class Group:
    """A benchmark's rows: those that stand open, and those that are folded under them."""

    shown: Sequence[Series]
    folded: Sequence[Series]


class ListView:
    """The list of one machine's benchmarks.

    Attributes:
        machine: a place among the site's.
        name: the name of its files, without their ending.
        series: all of them, what moved most first.
        current: those that are still measured.
        commit: the latest that was measured, as a place among the site's.
    """

    def __init__(
        self, site: Site, settings: SiteSettings, machine: int, found: Sequence[Series], name: str
    ) -> None:
        self.site, self.machine, self.name = site, machine, name
        self._settings = settings
        self.series = sorted(found, key=lambda one: one.order)
        self.current = [one for one in self.series if one.is_current]
        self.commit = site.latest(machine)
        self._has_several = len({one.environment for one in found}) > 1

    def groups(self) -> list[Group]:
        """Return the rows by benchmark, in the order of what moved most of each."""
        by_benchmark: dict[int, list[Series]] = {}
        for one in self.series:
            by_benchmark.setdefault(one.benchmark, []).append(one)
        return [
            Group(of, []) if len(of) <= _UNFOLDED else Group(of[:1], of[1:])
            for of in by_benchmark.values()
        ]

    def benchmark(self, one: Series) -> Benchmark:
        """Return a row's benchmark."""
        return self.site.benchmarks[one.benchmark]

    def runtime(self, one: Series) -> str:
        """Return what people call a row's environment."""
        return self.site.environments[one.environment].label

    def parameters(self, one: Series) -> dict[str, str]:
        """Return a row's parameters by name, their values for people."""
        of = self.benchmark(one)
        places = of.combinations[one.place]
        return {n: shown[i] for n, shown, i in zip(of.param_names, of.shown, places)}

    def words(self, one: Series) -> str:
        """Return what tells a row from the others of its benchmark."""
        of, settings = self.benchmark(one), self._settings
        parts = []
        for (name, value), choices in zip(self.parameters(one).items(), of.choices):
            words = settings.value_words(name, value, settings.role(name, choices))
            parts.append(words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…")
        return " · ".join([*parts, *([self.runtime(one)] if self._has_several else [])])

    @property
    def machine_name(self) -> str:
        """asv's name of the machine."""
        return self.site.machines[self.machine].name

    def short(self, commit: int) -> str:
        """Return as many digits of a commit's hash as tell it from others."""
        return self.site.commits[commit].hash[: self.site.hash_length]

    def campaign(self, number: int) -> str:
        """Return what people call a campaign of this machine."""
        return self.site.campaigns[number].label.replace(f" on {self.machine_name}", "", 1)

    @property
    def ways(self) -> tuple[str, str]:
        """What is said of more, and of less; only what is all time is slower and faster."""
        is_time = all(self.benchmark(one).type == "time" for one in self.current)
        return ("slower", "faster") if is_time else ("worse", "better")

    def sentences(self) -> list[str]:
        """Return what the list says: of the last campaign, of the last days, and what is gone."""
        since = [one.campaign for one in self.current if one.campaign is not None]
        said = [f"{self._counted()} {self._where()}"]
        if since:
            said.append(f"since {self._before(since)} {self._moved(since)}")
            said.append("these were not measured in turns, so it may be the machine")
        elif any(one.latest for one in self.current):
            said.append("there is no campaign before to compare with")
        return [f"{'; '.join(said)}.", *filter(None, (self._of_days(), self._of_states()))]

    def _counted(self) -> str:
        with_value = [one for one in self.current if one.latest]
        benchmarks = len({one.benchmark for one in with_value})
        counted = "1 benchmark" if benchmarks == 1 else f"{benchmarks:,} benchmarks"
        rows = len(with_value)
        return counted if rows == benchmarks else f"{rows:,} values of {counted}"

    def _where(self) -> str:
        at = f"at {self.short(self.commit)}"
        if any(one.latest and one.commit != self.commit for one in self.current):
            at = f"up to {self.short(self.commit)}"
        return f"{at} on {self.machine_name}"

    def _before(self, changes: Sequence[Change]) -> str:
        before = {change.before.campaign for change in changes}
        if len(before) == 1:
            return f"the campaign {self.campaign(before.pop())}"
        return "the campaign before each"

    def _moved(self, changes: Sequence[Change]) -> str:
        more, less = self.ways
        up = sum(change.counts and change.log > 0 for change in changes)
        down = sum(change.counts and change.log < 0 for change in changes)
        least = f"by {100 * LEAST:.0f}\u00a0% or more and by more than usual"
        if not up and not down:
            return f"none got {more} or {less} {least}"
        return f"{_number(up)} got {more}, {_number(down)} {less}, {least}"

    def _of_days(self) -> str:
        changes = [one.month for one in self.current if one.month is not None]
        if not changes:
            return ""
        text = f"Over the last {DAYS} days of commits {self._moved(changes)}"
        within = [change for change in changes if change.counts and not change.is_across]
        if within:
            text += f"; {len(within):,} of these within one campaign"
        return f"{text}."

    def _of_states(self) -> str:
        broke = sum(one.broke for one in self.current)
        gone = len(self.series) - len(self.current)
        said = []
        if broke:
            said.append(f"{broke:,} failed that had a value before.")
        if gone:
            has = "has" if gone == 1 else "have"
            said.append(f"{gone:,} more {has} no result of these {DAYS} days.")
        return " ".join(said)


def _number(count: int) -> str:
    return f"{count:,}" if count else "none"


def views(site: Site, settings: SiteSettings) -> list[ListView]:
    """Return a list for each machine that has any series, that of the latest commit first."""
    taken: set[str] = set()
    found = []
    for number, machine in enumerate(site.machines):
        if series := latestvalues.of_machine(site, number):
            name = unused(f"list-{machine.name}", taken)
            found.append(ListView(site, settings, number, series, name))
    return sorted(found, key=lambda view: view.commit, reverse=True)
