"""Turns of two sides on a worker, each taken when it is asked for by a line of JSON.

``python -m gopybench.fleet.turnsource CONFIG LINE [-E SPEC]…``, or with ``--pair SPEC SPEC``
in place of ``-E``, answers on the connection with the descriptor LINE until that is closed, or
nobody asks for a while. It has no judge: what turns show is decided where the turns of all
machines come together.
"""

from __future__ import annotations

import contextlib
import json
import math
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from asv.console import log
from asv.util import ProcessError, UserError

from gopybench.asvdata import conffile
from gopybench.fleet import environmentpair
from gopybench.fleet.environmentpair import PairSession
from gopybench.turns import pairs, preparation
from gopybench.turns.budget import Budget
from gopybench.turns.candidates import compare_code
from gopybench.turns.comparison import Comparison
from gopybench.turns.decision import Kind, Rules, kind_of
from gopybench.turns.keptprocess import Failed
from gopybench.turns.session import Session, session
from gopybench.turns.sides import Place

# For how long nobody may ask, in seconds: then whoever did is gone, and others may measure.
IDLE = 60.0

# In place of asv's ``-E``: the sides are environments.
PAIR = "--pair"

_NO_VALGRIND = "valgrind, which counts them, is not installed"


@dataclass
class Source:
    """Two sides that take turns as they are told.

    Attributes:
        session: has the sides.
    """

    session: Session
    _benchmarks: dict[str, Any] = field(default_factory=dict)

    def answer(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Do what is asked for; raise asv's UserError where nothing can be measured."""
        does: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "open": self._open,
            "turn": self._turn,
            "wait": lambda _: {},
        }
        return does[asked["do"]](asked)

    def _open(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Build two commits, and say what there is to compare."""
        found: list[Comparison] = []

        def keep(there: list[Comparison]) -> list[Comparison]:
            found.extend(there)
            return []

        clock = Budget(asked["budget"])
        self.session.compare(
            asked["base"],
            asked["head"],
            judge=Rules(),
            budget=clock,
            bench=asked["bench"],
            choose=keep,
        )
        compare_code(self.session.both, found)
        self._benchmarks = {c.place.benchmark["name"]: c.place.benchmark for c in found}
        return {
            "benchmarks": self._benchmarks,
            "comparisons": [_as_json(comparison) for comparison in found],
            "broken": self.session.both[0].broken,
            "seconds": asked["budget"] - clock.left,
            "where": [side.where for side in self.session.both],
            **self._pair(),
        }

    def _pair(self) -> dict[str, Any]:
        """Return what there is to say of two environments."""
        of = self.session
        return {"names": of.names, "notes": of.notes} if isinstance(of, PairSession) else {}

    def _turn(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Take one turn; say what it gave, or whose failure it was."""
        of = self._benchmarks[asked["benchmark"]]
        place = Place(asked["environment"], of, asked["at"], asked["head_index"])
        try:
            if of["type"] == "time":
                return self._samples(place, asked)
            return self._values(place, asked)
        except Failed as failure:
            return {"failed": str(failure), "is_head": getattr(failure, "is_head", False)}
        except pairs.Suspended:
            return {}

    def _samples(self, place: Place, asked: Mapping[str, Any]) -> dict[str, Any]:
        def begins(number: int) -> list[pairs.Begin]:
            both = zip(self.session.both, (place, place.of_head))
            return [partial(side.begin, at, self._directory, number) for side, at in both]

        number = asked["number"] or pairs.number(*begins(0))
        base, head = begins(number)
        timeout = place.benchmark["timeout"]
        is_first = asked["head_first"]
        taken = pairs.take(base, head, asked["pairs"], head_first=is_first, timeout=timeout)
        if taken.turn is None:
            return {"there": [*taken.there]}
        return {"turn": asdict(taken.turn), "number": number}

    def _values(self, place: Place, asked: Mapping[str, Any]) -> dict[str, Any]:
        values, failures = [math.nan, math.nan], list[tuple[str, bool]]()
        for side in (1, 0) if asked["head_first"] else (0, 1):
            of = place.of_head if side else place
            try:
                values[side] = self.session.both[side].value(of, self._directory, asked["turn"])
            except Failed as failure:
                failures.append((str(failure), bool(side)))
        if failures:
            words, is_head = max(failures, key=lambda failure: failure[1])
            return {"failed": words, "is_head": is_head, "is_both": len(failures) > 1}
        there = [not math.isnan(value) for value in values]
        if all(there):
            return {"values": values}
        is_counted = kind_of(place.benchmark["type"], place.benchmark["unit"]) is Kind.COUNTED
        if is_counted and not any(there) and shutil.which("valgrind") is None:
            return {"failed": _NO_VALGRIND, "is_head": False, "is_both": True}
        return {"there": there}

    @property
    def _directory(self) -> str:
        return str(self.session.conf.benchmark_dir)


def _as_json(comparison: Comparison) -> dict[str, Any]:
    return {
        "environment": comparison.place.environment,
        "benchmark": comparison.place.benchmark["name"],
        "index": comparison.place.index,
        "verdict": comparison.verdict.value if comparison.verdict else None,
        "why": comparison.why,
        "other_code": comparison.other_code,
    }


def main() -> None:
    """Answer until nobody asks any more."""
    config, line, *specs = sys.argv[1:]
    log.enable()
    with Connection(int(line)) as asking, preparation.asv_on_stderr():
        try:
            conf = conffile.load(config)
            repo = preparation.ready(conf)
            given = [spec for spec in specs if spec not in ("-E", PAIR)]
            opened = environmentpair.pair if PAIR in specs else session
            with opened(conf, repo, given, preparation.say) as both:
                _serve(Source(both), asking)
        except (UserError, ProcessError, OSError) as error:
            with contextlib.suppress(OSError):
                _send(asking, {"refused": str(error)})


def _serve(source: Source, asking: Connection) -> None:
    while asking.poll(IDLE):
        try:
            asked = json.loads(asking.recv_bytes())
        except EOFError:
            return
        try:
            answer = source.answer(asked)
        except UserError as error:
            answer = {"refused": str(error)}
        _send(asking, answer)


def _send(asking: Connection, answer: Mapping[str, Any]) -> None:
    asking.send_bytes(json.dumps(answer).encode())


if __name__ == "__main__":
    main()
