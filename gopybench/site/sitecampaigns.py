"""Results, as they are read -> the site's campaigns, each for all runtimes of a machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from asv.results import Results

from gopybench.asvdata import campaigns, noted
from gopybench.site.model import Campaign

_DAY = 86_400_000  # milliseconds, as asv has it


class CampaignNumbers:
    """Gives campaigns numbers in the order that results are read in.

    Runtimes that were measured on one day and boot of a machine share a campaign. Where one of
    them had other builds on that day, that is another.
    """

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, int], int] = {}
        self._builds: dict[tuple[str, int], dict[tuple[str, ...], int]] = {}
        # By number and environment: the earliest measurement.
        self._measured: list[dict[int, campaigns.Campaign]] = []

    def of_file(self, results: Results, environment: int) -> Callable[[str], int]:
        """Return what gives the number of the campaign of a benchmark in a results file."""
        # Nearly all benchmarks of a file were measured with the same, on the same day.
        apart = noted.measurements(results._requirements)
        found: dict[object, int] = {}

        def number(benchmark: str) -> int:
            started = results.started_at.get(benchmark)
            day = started // _DAY if isinstance(started, (int, float)) else None
            key = benchmark if benchmark in apart else day
            if key not in found:
                found[key] = self._number(campaigns.of(results, benchmark), environment)
            return found[key]

        return number

    def _number(self, campaign: campaigns.Campaign, environment: int) -> int:
        builds = self._builds.setdefault((campaign.label, environment), {})
        which = builds.setdefault(campaign.builds, len(builds))
        number = self._numbers.setdefault((campaign.label, which), len(self._numbers))
        if number == len(self._measured):
            self._measured.append({})
        known = self._measured[number].setdefault(environment, campaign)
        if _began(campaign) < _began(known):
            self._measured[number][environment] = campaign
        return number

    def ordered(
        self, machines: Sequence[str], moved: Sequence[int]
    ) -> tuple[list[Campaign], list[int]]:
        """Return the campaigns by when they began, and each number's place among them.

        *moved* are the places of the environments in the site.
        """
        firsts = [min(measured.values(), key=_began) for measured in self._measured]
        order = sorted(
            range(len(firsts)), key=lambda i: (firsts[i].day, _began(firsts[i]), firsts[i].label)
        )
        known: dict[str, int] = {}
        found = []
        for i in order:
            first = firsts[i]
            times = known[first.label] = known.get(first.label, 0) + 1
            label = f"{first.label} ({times})" if times > 1 else first.label
            measured = {moved[e]: campaign for e, campaign in self._measured[i].items()}
            found.append(Campaign(label, first.day, machines.index(first.machine), measured))
        places = [0] * len(order)
        for place, i in enumerate(order):
            places[i] = place
        return found, places


def _began(campaign: campaigns.Campaign) -> str:
    return campaign.measured.isoformat() if campaign.measured else ""
