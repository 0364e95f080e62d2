"""The machines of a fleet that take turns of two commits: who is free, and what they answer."""

from __future__ import annotations

import contextlib
import functools
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from asv.util import UserError

from gopybench.fleet import tasks, turnhost
from gopybench.fleet.classes import FleetMachine
from gopybench.fleet.cluster import Cluster, Failed, Lost
from gopybench.fleet.measuretask import MAX_TEXT
from gopybench.fleet.project import Project
from gopybench.fleet.roster import Roster

# How often to look for machines that have come or gone, in seconds.
_LOOK = 1.0

# After so many idle seconds a machine is told that it is still wanted.
_WAITS = 15.0

# How often turns begin anew on a machine where what takes them has ended.
_TIMES = 3

# For how long to wait for a first machine, in seconds; and where none of them can.
_PATIENCE, _GRACE = 120.0, 5.0

_Answer = dict[str, Any]


class Key(NamedTuple):
    """What tells comparisons apart, on all machines: places of asv's."""

    environment: str
    benchmark: str
    at: int


class Pair(NamedTuple):
    """What is compared: two commits by their hashes, asv's ``--bench``, for how many seconds."""

    base: str
    head: str
    bench: Sequence[str]
    budget: float


@dataclass
class Seat:
    """A machine that takes turns, or is about to.

    Attributes:
        machine: the machine.
        name: what it is called, as no other one is.
        keys: the comparisons that it has; none until both commits are built there.
        taken: how many turns of each it was asked for.
    """

    machine: FleetMachine
    name: str
    keys: set[Key] = field(default_factory=set)
    taken: Counter[Key] = field(default_factory=Counter)
    # What it does now; what comes of it is given to the second, nothing where it is lost.
    future: Any = None
    hear: Callable[[_Answer | None], None] | None = None
    asked: float = 0.0
    # How often it has begun, and when to try it again.
    begun: int = 0
    again: float = 0.0

    @property
    def is_free(self) -> bool:
        """Whether it can take a turn now."""
        return bool(self.keys) and self.future is None


class TurnPool:
    """The machines that take turns for one client.

    Attributes:
        seats: those that can, or are about to, by the worker's address.
    """

    def __init__(
        self,
        cluster: Cluster,
        project: Project,
        roster: Roster,
        sides: Sequence[str],
        say: Callable[[str], object],
        *,
        are_alike: bool = False,
    ) -> None:
        """Begin with no machine; *sides* are as a source's arguments.

        Where the machines have to be alike, those of one class take turns alone.
        """
        self._cluster = cluster
        self._project = project
        self._roster = roster
        self._sides = [*sides]
        self._are_alike = are_alike
        # What those have in common that have to be alike.
        self._class: tuple[str, frozenset[tuple[str, str]]] | None = None
        self._say = say
        self._looked = 0.0
        self._pair: Pair | None = None
        self._opened: _Answer | None = None
        # Why machines cannot, by the worker's address.
        self._refused: dict[str, str] = {}
        self._asked: set[str] = set()
        self.seats: dict[str, Seat] = {}

    def open(self, pair: Pair) -> _Answer:
        """Have two commits built on all machines; return what the first that is done has found.

        Raises asv's UserError where none of them can, and Lost.
        """
        self._pair, self._opened = pair, None
        self._refused.clear()
        for seat in self.seats.values():
            self._lose(seat)
            seat.keys.clear()
            self._open(seat)
        began = time.monotonic()
        while self._opened is None:
            self.look()
            self.listen(_LOOK)
            refused = [*self._refused.values()]
            patience = _GRACE if refused or self._roster.is_refused else _PATIENCE
            is_nobody = not (self.seats or self._roster.is_waiting) and self._roster.is_settled
            if is_nobody and time.monotonic() - began > patience:
                start = "start some by `dask worker SCHEDULER --preload gopybench.fleet.worker`"
                raise UserError(refused[0] if refused else f"no worker that can measure: {start}")
        return self._opened

    def look(self) -> None:
        """See who has come and gone, and have those take turns who have come; raise Lost."""
        if time.monotonic() - self._looked < _LOOK:
            return
        self._looked = time.monotonic()
        self._roster.look()
        there = self._roster.machines
        for address in self.seats.keys() - there.keys():
            self._lose(self.seats.pop(address))
        for address in there.keys() - self.seats.keys() - self._refused.keys():
            machine = there[address]
            if self._are_alike and not self._is_alike(machine):
                continue
            is_taken = machine.name in {seat.name for seat in self.seats.values()}
            name = f"{machine.name} ({address})" if is_taken else machine.name
            self.seats[address] = Seat(machine, name)
            self._begin(self.seats[address])
        for seat in [*self.seats.values()]:
            if seat.again and time.monotonic() > seat.again:
                self._begin(seat)
            elif seat.is_free and time.monotonic() - seat.asked > _WAITS:
                self._ask(seat, {"do": "wait"}, lambda _: None)

    @property
    def class_name(self) -> str:
        """The class of the machines that have to be alike; empty before there is one."""
        return self._class[0] if self._class else ""

    def _is_alike(self, machine: FleetMachine) -> bool:
        """Return whether a machine is as the first one is; leave it out if not."""
        of = machine.environments.items()
        runtimes = frozenset((name, about["runtime"]) for name, about in of)
        self._class = self._class or (machine.class_name, runtimes)
        if self._class == (machine.class_name, runtimes):
            return True
        why = f"it is not as the first machine is, of {self._class[0]}"
        self._refused[machine.address] = why
        self._say(f"left out: {machine.name}: {why}")
        return False

    def listen(self, seconds: float) -> None:
        """Hear what machines answer, as soon as one does, and nothing after *seconds*."""
        waiting = {seat.future: seat for seat in self.seats.values() if seat.future is not None}
        for future in self._cluster.wait([*waiting], seconds):
            seat = waiting[future]
            hear, seat.future, seat.hear = seat.hear, None, None
            assert hear is not None
            try:
                answer = tasks.loaded(self._cluster.outcome(future), MAX_TEXT)
            except (Failed, ValueError) as error:
                answer = {"refused": str(error)}
            if "refused" in answer:
                self._refuse(seat, str(answer["refused"]))
                hear(None)
            elif "gone" in answer:
                hear(None)
                self._begin(seat, str(answer["gone"]))
            else:
                hear(answer)

    def turn(
        self, seat: Seat, key: Key, asked: Mapping[str, Any], hear: Callable[[_Answer | None], None]
    ) -> None:
        """Ask a free machine for a turn; *hear* is told what came of it, None where it is lost.

        *asked* has what is asked for beside the place.
        """
        seat.taken[key] += 1

        def then(answer: _Answer | None) -> None:
            if answer is not None:
                # What ends now and then, as others want the machine, may begin as often.
                seat.begun = 0
            hear(answer)

        self._ask(seat, {"do": "turn", **key._asdict(), **asked, "turn": seat.taken[key]}, then)

    def close(self) -> None:
        """End all turns, also those that are taken just now."""
        for seat in self.seats.values():
            self._lose(seat)
        with contextlib.suppress(Lost):
            # Of one that is gone Dask would wait for an answer.
            if there := self._asked & self._cluster.workers():
                self._cluster.ask(functools.partial(turnhost.end, self._project.run), there)
        self.seats.clear()

    def _begin(self, seat: Seat, words: str = "") -> None:
        """Begin turns on a machine; *words* say why they have ended there."""
        seat.keys.clear()
        seat.begun, seat.again = seat.begun + 1, 0.0
        if seat.begun > _TIMES:
            self._refuse(seat, words)
            return
        self._asked.add(seat.machine.address)
        self._call(seat, self._begun, turnhost.begin, self._project.named(), self._sides)

    def _begun(self, seat: Seat, answer: _Answer | None) -> None:
        if answer is None:
            return
        if answer.get("busy"):
            seat.begun -= 1
            seat.again = time.monotonic() + tasks.PAUSE
        else:
            self._open(seat)

    def _open(self, seat: Seat) -> None:
        assert self._pair is not None
        pair = self._pair
        self._ask(seat, {"do": "open", **pair._asdict()}, functools.partial(self._see, seat, pair))

    def _see(self, seat: Seat, pair: Pair, answer: _Answer | None) -> None:
        """Take what a machine has found; it is for a pair of commits."""
        if answer is None or pair is not self._pair:
            return
        try:
            seat.keys = {
                Key(str(c["environment"]), str(c["benchmark"]), int(c["index"]))
                for c in answer["comparisons"]
            }
        except (KeyError, TypeError, ValueError) as error:
            self._refuse(seat, f"its answer makes no sense: {error}")
            return
        self._opened = self._opened or answer

    def _ask(self, seat: Seat, asked: _Answer, hear: Callable[[_Answer | None], None]) -> None:
        self._call(seat, lambda _, answer: hear(answer), turnhost.ask, self._project.run, asked)

    def _call(
        self,
        seat: Seat,
        hear: Callable[[Seat, _Answer | None], None],
        function: Callable[..., str],
        *args: Any,
    ) -> None:
        seat.asked = time.monotonic()
        seat.hear = functools.partial(hear, seat)
        seat.future = self._cluster.start(seat.machine.address, function, *args)

    def _refuse(self, seat: Seat, why: str) -> None:
        """Leave a machine out."""
        words = tasks.plain(why)
        self._refused[seat.machine.address] = words
        self.seats.pop(seat.machine.address, None)
        self._lose(seat)
        self._say(f"left out: {seat.name}: {words}")

    def _lose(self, seat: Seat) -> None:
        """Want nothing of what a machine does now."""
        future, hear = seat.future, seat.hear
        seat.future = seat.hear = None
        if future is not None:
            self._cluster.give_up(future)
        if hear is not None:
            hear(None)
