"""How far a fleet is, in a line for each task, and what is open in the end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping

from asv.util import human_time

from gopybench.fleet.tasks import Task

# As many open tasks are named one by one.
_NAMED = 20


class Progress:
    """Says how far it is.

    Attributes:
        done: how many tasks are.
    """

    def __init__(self, total: int, say: Callable[[str], object]) -> None:
        """Begin with none of *total* tasks."""
        self._total = total
        self._say = say
        self._began = time.monotonic()
        self.done = 0

    def add(self, task: Task, name: str, seconds: float, words: str) -> None:
        """Note that the machine *name* has done a task in *seconds*; *words* say how it went."""
        self.done += 1
        said = f", {words}" if words else ""
        self._say(
            f"[{self.done}/{self._total}] {task} on {name}: {human_time(seconds)}{said}"
            f"{self._left()}"
        )

    def _left(self) -> str:
        left = self._total - self.done
        if not left:
            return ""
        # As fast as it has been, with as many machines as there were.
        estimate = (time.monotonic() - self._began) / self.done * left
        return f"; about {human_time(estimate)} left"

    def end(self, open_: Collection[Task], why: Mapping[Task, str]) -> None:
        """Say how it ended, and name what is open."""
        spent = human_time(time.monotonic() - self._began)
        self._say(f"{self.done} of {self._total} measured in {spent}")
        if not open_:
            return
        self._say(f"open: {len(open_)}; the same command goes on with them")
        for task in [*open_][:_NAMED]:
            last = why.get(task, "").strip().splitlines()
            self._say(f"  {task}{f': {last[-1]}' if last else ''}")
        if len(open_) > _NAMED:
            rest = Counter(task.environment for task in [*open_][_NAMED:])
            self._say("  and " + ", ".join(f"{n} in {name}" for name, n in rest.items()))
