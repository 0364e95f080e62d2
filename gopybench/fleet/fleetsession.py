"""Pairs of commits -> comparisons, as a session of gopybench.turns, on the machines of a fleet."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from asv.benchmarks import Benchmarks
from asv.util import UserError, write_json

from gopybench.asvdata import definitions
from gopybench.fleet import cluster, received, tasks, turnsource
from gopybench.fleet.fleetengine import FleetEngine
from gopybench.fleet.project import Project
from gopybench.fleet.roster import Roster
from gopybench.fleet.turnpool import Pair, TurnPool
from gopybench.transfer import safetext
from gopybench.turns.budget import Budget
from gopybench.turns.comparison import Comparison
from gopybench.turns.decision import Judge, Verdict
from gopybench.turns.sides import Place, Side


@dataclass
class FleetSession:
    """Compares one pair of commits after the other; see :class:`gopybench.turns.session.Session`.

    Attributes:
        conf: asv's configuration.
        repo: asv's repository.
        pool: the machines that take turns.
        say: is told how far it is.
        names: of two environments, once they were compared.
        notes: with what they were measured on the first machine.
    """

    conf: Any
    repo: Any
    pool: TurnPool
    say: Callable[[str], None]
    names: tuple[str, str] = ("", "")
    notes: tuple[dict[str, str], dict[str, str]] = field(default_factory=lambda: ({}, {}))

    def compare(
        self,
        base: str,
        head: str,
        *,
        judge: Judge,
        budget: float | Budget,
        bench: Sequence[str] = (),
        choose: Callable[[list[Comparison]], list[Comparison]] = list,
        machine: str | None = None,
        with_other_code: bool = False,
    ) -> list[Comparison]:
        """Compare two commits, given by their hashes, until all is decided.

        The arguments are those of a session of one machine, but that nothing is taken from
        the results of a *machine*. Raises asv's UserError.
        """
        del machine
        clock, timed = (
            (budget, budget) if isinstance(budget, Budget) else (Budget(budget), Budget(budget))
        )
        opened = self.pool.open(Pair(base, head, [*bench], clock.left))
        try:
            clock.take(float(opened["seconds"]))
            every = choose(_comparisons(opened))
            broken = {str(name): tasks.plain(str(why)) for name, why in opened["broken"].items()}
            where = [tasks.plain(str(words)) for words in opened["where"]]
            self._note(opened)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise UserError(f"what a worker has found makes no sense: {error}") from None
        for comparison in every:
            if comparison.other_code and not with_other_code:
                comparison.verdict, comparison.why = Verdict.INCONCLUSIVE, comparison.other_code
        both = (
            Side(self.conf, self.repo, {}, where[0], base, broken),
            Side(self.conf, self.repo, {}, where[1], head),
        )
        engine = FleetEngine(both, str(self.conf.benchmark_dir), judge, self.say, self.pool)
        engine.decide(every, untimed=clock, timed=timed)
        return every

    @property
    def machine(self) -> str:
        """The class of the machines, where these have to be alike."""
        return self.pool.class_name

    def _note(self, opened: Mapping[str, Any]) -> None:
        """Note what a worker says of two environments."""
        if "names" in opened:
            first, second = (safetext.printable(str(name)) for name in opened["names"])
            self.names = (first, second)
            one, two = (
                {str(key): safetext.printable(str(value)) for key, value in of.items()}
                for of in opened["notes"]
            )
            self.notes = (one, two)


def _comparisons(opened: Mapping[str, Any]) -> list[Comparison]:
    """Return what a worker has found to compare; raise ValueError and UserError for nonsense."""
    received.check_names(opened["benchmarks"])
    with tempfile.TemporaryDirectory(prefix="gopybench-fleet-") as directory:
        path = Benchmarks.get_benchmark_file_path(directory)
        Path(path).parent.mkdir(exist_ok=True)
        write_json(path, dict(opened["benchmarks"]), Benchmarks.api_version)
        known = definitions.load(SimpleNamespace(results_dir=directory))
    found = []
    for each in opened["comparisons"]:
        place = Place(str(each["environment"]), known[each["benchmark"]], int(each["index"]))
        verdict = None if each["verdict"] is None else Verdict(each["verdict"])
        why, other_code = (tasks.plain(str(each[key])) for key in ("why", "other_code"))
        found.append(Comparison(place, verdict=verdict, why=why, other_code=other_code))
    return found


@contextlib.contextmanager
def session(
    scheduler: str,
    config: str | None,
    commits: Sequence[str],
    is_pair: bool,
    conf: Any,
    repo: Any,
    specs: Sequence[str],
    say: Callable[[str], None],
) -> Iterator[FleetSession]:
    """Yield a session on the machines of a scheduler of Dask's.

    *config* is the file of *conf*, and *commits* are those that may be compared, by their
    hashes. *specs* are as asv's ``-E``; if it *is_pair* they are the sides, and the machines
    have to be alike. Raises asv's UserError.
    """
    project = Project.here(conf, config)
    sides = [word for spec in specs for word in ("-E", spec)]
    with cluster.connected(scheduler) as fleet:
        roster = Roster(fleet, project, commits, specs, say)
        sides = [turnsource.PAIR, *specs] if is_pair else sides
        pool = TurnPool(fleet, project, roster, sides, say, are_alike=is_pair)
        try:
            yield FleetSession(conf, repo, pool, say)
        finally:
            pool.close()
