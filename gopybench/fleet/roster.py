"""The workers that are there -> machines that can measure, and why the others cannot."""

from __future__ import annotations

import importlib.metadata
import time
from collections.abc import Callable, Sequence
from typing import Any

from asv.machine import Machine

from gopybench.fleet import tasks, worker
from gopybench.fleet.classes import FleetMachine
from gopybench.fleet.cluster import Cluster, Failed
from gopybench.fleet.project import Project
from gopybench.transfer import safetext

# What a worker says of itself, in characters.
_MAX_WORDS = 1 << 20

# What asv has of a machine.
_FIELDS = [key for key, _ in Machine.fields]

# What it has to have announced.
_FACTS = ("name", "machine", "gopybench", "described", "cpu", "system")


class Roster:
    """The machines of a fleet, as they come and go.

    Attributes:
        machines: those that are ready, by the address of the worker.
    """

    def __init__(
        self,
        cluster: Cluster,
        project: Project,
        commits: Sequence[str],
        specs: Sequence[str],
        say: Callable[[str], object],
    ) -> None:
        """Begin with none; *specs* are as asv's ``-E``, *commits* those of the project."""
        self._cluster = cluster
        self._project = project
        self._wanted = [*commits], [*specs]
        self._say = say
        self.machines: dict[str, FleetMachine] = {}
        self._known: dict[str, dict[str, str]] = {}
        self._preparing: dict[str, Any] = {}
        # Those that take turns for another client, and when to ask them again.
        self._waiting: dict[str, float] = {}
        self._bundle: bytes | None = None
        self._refused: set[str] = set()
        self._said: set[str] = set()

    @property
    def is_settled(self) -> bool:
        """Whether all that are there are ready, or left out."""
        return not self._preparing

    @property
    def is_waiting(self) -> bool:
        """Whether there are machines that another client has for now."""
        return bool(self._waiting)

    @property
    def is_refused(self) -> bool:
        """Whether there are workers, and none of them can measure."""
        others = self._preparing or self._waiting or self.machines
        return bool(self._refused) and not others

    def look(self) -> None:
        """See who has come and gone, and get those who have come ready; raise Lost."""
        there = self._cluster.workers()
        self._refused &= there
        for address in {*self._known} - there:
            self._forget(address)
        if new := there - self._known.keys() - self._refused:
            for address, said in self._cluster.ask(worker.announce, new).items():
                self._meet(address, said)
        for address in [a for a, future in self._preparing.items() if future.done()]:
            self._see(address, self._preparing.pop(address))
        for address in [a for a, until in self._waiting.items() if time.monotonic() > until]:
            del self._waiting[address]
        taken = [*self.machines, *self._preparing, *self._waiting]
        busy = {self._known[address]["machine"] for address in taken}
        for address, facts in self._known.items():
            # The other workers of a machine take its place when this one is gone.
            if address not in self._refused and facts["machine"] not in busy:
                busy.add(facts["machine"])
                self._prepare(address, None)

    def _forget(self, address: str) -> None:
        facts = self._known.pop(address)
        if self.machines.pop(address, None):
            self._say(f"{facts['name']} is gone ({address})")
        if future := self._preparing.pop(address, None):
            self._cluster.give_up(future)
        self._refused.discard(address)
        self._waiting.pop(address, None)

    def _meet(self, address: str, said: object) -> None:
        own = importlib.metadata.version("gopybench")
        try:
            if isinstance(said, BaseException):
                raise ValueError(said)
            facts = {k: v for k, v in tasks.loaded(said, _MAX_WORDS).items() if isinstance(v, str)}
            if missing := [key for key in _FACTS if key not in facts]:
                raise ValueError(f"it does not say its {missing[0]}")
            if not {*_FIELDS} <= tasks.loaded(facts["described"], _MAX_WORDS).keys():
                raise ValueError("it does not describe its machine as asv does")
            if facts["gopybench"] != own:
                raise ValueError(f"it has gopybench {facts['gopybench']}, not {own}")
        except ValueError as error:
            self._refuse(address, f"the worker {address}", str(error))
            return
        self._known[address] = {key: safetext.printable(value) for key, value in facts.items()}

    def _prepare(self, address: str, bundle: bytes | None) -> None:
        told = (self._project.named(), *self._wanted, bundle)
        future = self._cluster.start(address, worker.prepare, *told)
        self._preparing[address] = future

    def _see(self, address: str, future: Any) -> None:
        facts = self._known[address]
        try:
            found = tasks.loaded(self._cluster.outcome(future), _MAX_WORDS)
            if found.get("busy"):
                self._waiting[address] = time.monotonic() + tasks.PAUSE
                self._hear(facts["name"], "takes turns for another client; this waits for it")
                return
            if found.get("lacks"):
                if self._bundle is None:
                    self._bundle = self._project.bundle()
                self._prepare(address, self._bundle)
                return
            listed = found["environments"]
            environments = {
                str(each["name"]): {k: safetext.printable(str(v)) for k, v in each.items()}
                for each in listed
            }
            if any("runtime" not in each or "select" not in each for each in listed):
                raise ValueError("its environments have no runtime")
        except (Failed, AttributeError, KeyError, TypeError, ValueError) as error:
            self._refuse(address, facts["name"], str(error))
            return
        self._hear(facts["name"], tasks.plain(str(found.get("words", ""))))
        self.machines[address] = FleetMachine(address, facts, environments)

    def _hear(self, name: str, words: str) -> None:
        """Say what asv says of environments that are not there, once for all machines."""
        if words and words not in self._said:
            self._said.add(words)
            self._say(f"{name}: {words}")

    def _refuse(self, address: str, name: str, why: str) -> None:
        self._refused.add(address)
        self._say(f"left out: {name}: {tasks.plain(why)}")
