"""Tasks -> machines: each that is free gets one, and those of a machine that is gone go on."""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from asv.machine import Machine
from asv.util import UserError

from gopybench.fleet import classes, received, worker
from gopybench.fleet.classes import FleetMachine, Place
from gopybench.fleet.cluster import Cluster, Failed, Lost
from gopybench.fleet.journal import Journal
from gopybench.fleet.progress import Progress
from gopybench.fleet.project import Project
from gopybench.fleet.roster import Roster
from gopybench.fleet.tasks import BUSY, PAUSE, Given, Task, plain, request

# How often a task is tried: a machine may have been at fault.
ATTEMPTS = 3

# For how long to wait for a machine that can measure what is open, in seconds.
PATIENCE = 600.0

# The same where there are some, and none of them can.
_GRACE = 5.0

# How often to look for machines that have come or gone, in seconds.
_LOOK = 1.0

# What asv's exit codes are when it has measured: all was well, or benchmarks failed.
_MEASURED = (0, 2)


@dataclass(frozen=True)
class _Running:
    """A task that a machine has been given."""

    task: Task
    machine: FleetMachine
    given: Given


class Dispatch:
    """Measures tasks with a fleet.

    Attributes:
        open: the tasks that are not measured yet, in their order.
        why: what went wrong with a task when it was tried last.
        failed: whether benchmarks failed, or commits do not build.
    """

    def __init__(
        self,
        conf: Any,
        repo: Any,
        cluster: Cluster,
        project: Project,
        roster: Roster,
        places: Mapping[str, Place],
        options: Sequence[str],
        journal: Journal,
        say: Callable[[str], object],
    ) -> None:
        """Take what tasks are measured with; *options* are asv's."""
        self._conf = conf
        self._repo = repo
        self._cluster = cluster
        self._project = project
        self._roster = roster
        self._places = places
        self._options = [*options]
        self._began = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%MZ")
        self._journal = journal
        self._say = say
        self._described: dict[str, dict[str, str]] = {}
        self._running: dict[Any, _Running] = {}
        self._attempts: Counter[Task] = Counter()
        # By task, the addresses of machines that could not measure it.
        self._failed: dict[Task, set[str]] = defaultdict(set)
        self._told: set[str] = set()
        # By address, until when a machine is given nothing.
        self._paused: dict[str, float] = {}
        self.open: dict[Task, None] = {}
        self.why: dict[Task, str] = {}
        self.failed = False

    def measure(self, tasks: Sequence[Task]) -> None:
        """Measure all that can be; what cannot stays open. Raises asv's UserError."""
        self.open = dict.fromkeys(tasks)
        progress = Progress(len(tasks), self._say)
        waits_since = time.monotonic()
        try:
            while self.open:
                self._roster.look()
                self._take_back()
                self._hand_out()
                if self._running or self._is_waiting:
                    waits_since = time.monotonic()
                elif not self._may_go_on() or time.monotonic() - waits_since > PATIENCE:
                    break
                for future in self._cluster.wait([*self._running], _LOOK):
                    self._end(future, progress)
        except Lost as error:
            self._say(str(error))
        finally:
            for future in self._running:
                self._cluster.give_up(future)
            progress.end(self.open, self.why)

    @property
    def _is_waiting(self) -> bool:
        """Whether machines get ready, or others have them for now."""
        is_paused = any(until > time.monotonic() for until in self._paused.values())
        return is_paused or self._roster.is_waiting or not self._roster.is_settled

    def _may_go_on(self) -> bool:
        return any(self._attempts[task] < ATTEMPTS for task in self.open)

    def _take_back(self) -> None:
        """Open the tasks again that machines had which are gone."""
        for future, running in [*self._running.items()]:
            if running.machine.address not in self._roster.machines:
                del self._running[future]
                self._cluster.give_up(future)
                self.why[running.task] = f"{running.machine.name} was lost while it measured"
                self._say(f"{running.task}: {self.why[running.task]}")

    def _hand_out(self) -> None:
        busy = {running.machine.address for running in self._running.values()}
        out = {running.task for running in self._running.values()}
        for machine in [*self._roster.machines.values()]:
            if machine.address in busy or self._paused.get(machine.address, 0) > time.monotonic():
                continue
            self._tell(machine)
            task = next((t for t in self.open if t not in out and self._may(machine, t)), None)
            if task is not None:
                self._start(machine, task)
                out.add(task)

    def _may(self, machine: FleetMachine, task: Task) -> bool:
        place, failed = self._places[task.environment], self._failed[task]
        if self._attempts[task] >= ATTEMPTS or not place.has(machine, task.environment):
            return False
        # It may be the machine that is at fault, as one whose disk is full.
        others = (m for a, m in self._roster.machines.items() if a not in failed)
        return machine.address not in failed or not any(
            place.has(other, task.environment) for other in others
        )

    def _tell(self, machine: FleetMachine) -> None:
        """Say once why a machine measures nothing."""
        why = classes.left_out(machine, self._places)
        if why and machine.address not in self._told:
            self._told.add(machine.address)
            self._say(f"left out: {machine.name}: {why}")

    def _start(self, machine: FleetMachine, task: Task) -> None:
        described = self._machine(machine, self._places[task.environment].machine)
        given = Given.now(self._conf.results_dir, described["machine"], task)
        select = machine.environments[task.environment]["select"]
        asked = request(task, select, described, given, self._options, self._began)
        self._attempts[task] += 1
        named = self._project.named()
        future = self._cluster.start(machine.address, worker.measure, named, asked)
        self._running[future] = _Running(task, machine, given)

    def _machine(self, machine: FleetMachine, name: str) -> dict[str, str]:
        """Return how asv describes a class: as it has been, else by its first machine."""
        if name not in self._described:
            known = classes.known(self._conf.results_dir, name)
            own = json.loads(machine.facts["described"])
            of = known or {key: str(own[key]) for key, _ in Machine.fields}
            self._described[name] = {**of, "machine": name}
        return self._described[name]

    def _end(self, future: Any, progress: Progress) -> None:
        running = self._running.pop(future)
        task, name = running.task, running.machine.name
        machine = self._described[self._places[task.environment].machine]
        try:
            said = self._cluster.outcome(future)
            if said == BUSY:
                self._pause(running)
                return
            found = received.read(said, task, machine, self._repo.get_date(task.commit))
        except (Failed, received.Refused) as error:
            self._failed[task].add(running.machine.address)
            self._fail(task, name, plain(str(error)))
            return
        if found.code not in _MEASURED:
            # It is most likely as wrong elsewhere: one more try is enough.
            self._attempts[task] += 1
            self._failed[task].add(running.machine.address)
            self._fail(task, name, found.words or f"asv ended with {found.code}")
            return
        received.store(self._conf.results_dir, task, machine, running.given, found)
        self._journal.add(task)
        del self.open[task]
        self.why.pop(task, None)
        self.failed = self.failed or found.code != 0
        words = "with failures" if found.code else ""
        progress.add(task, name, found.seconds, words)

    def _pause(self, running: _Running) -> None:
        """Give a machine nothing for a moment, as it takes turns for another client."""
        machine = running.machine
        self._attempts[running.task] -= 1
        if machine.address not in self._paused:
            self._say(f"{machine.name} takes turns for another client; its tasks wait")
        self._paused[machine.address] = time.monotonic() + PAUSE

    def _fail(self, task: Task, name: str, why: str) -> None:
        self.why[task] = why
        left = ATTEMPTS - self._attempts[task] > 0
        last = (why.strip().splitlines() or [""])[-1]
        again = "it is tried again" if left else "it stays open"
        self._say(f"{task} on {name}: not measured: {last}; {again}")


def ready(roster: Roster, patience: float) -> list[FleetMachine]:
    """Wait until the machines that are there can measure; return them.

    Raises asv's UserError where there is none after *patience* seconds.
    """
    began = time.monotonic()
    while True:
        roster.look()
        spent = time.monotonic() - began
        if roster.machines and roster.is_settled:
            return [*roster.machines.values()]
        is_nobody = roster.is_settled and not roster.is_waiting
        if spent > (_GRACE if roster.is_refused else patience) and is_nobody:
            raise UserError(
                "no worker that can measure: start some by `dask worker SCHEDULER "
                "--preload gopybench.fleet.worker`"
            )
        time.sleep(0.2)
