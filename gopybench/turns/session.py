"""Pairs of commits -> comparisons: two sides whose environments are made once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from asv.util import UserError

from gopybench.turns.budget import Budget, Spent
from gopybench.turns.candidates import compare_code, discover
from gopybench.turns.comparison import Comparison
from gopybench.turns.decision import Judge, Verdict
from gopybench.turns.earlier import reuse
from gopybench.turns.engine import Engine
from gopybench.turns.sideenvironments import create, find, sides
from gopybench.turns.sides import Side


@dataclass
class Session:
    """Two sides that compare one pair of commits after the other.

    Attributes:
        conf: asv's configuration.
        repo: asv's repository.
        both: base and head.
        say: is told how far it is.
    """

    conf: Any
    repo: Any
    both: tuple[Side, Side]
    say: Callable[[str], None] = field(default=lambda _: None)

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

        *bench* selects benchmarks as asv's ``--bench`` does, and *choose* returns what is
        to be compared of what was found; *budget* is for how many seconds times may be
        measured, and the other values, with what discovery takes, for as many; or it is the
        time for all of that, and what is left of it is for the next call. Values of base may
        come from the results of *machine* where they are exact. Where the sides need
        different code of a benchmark, nothing is measured but *with_other_code*. Raises
        asv's UserError.
        """
        for side, commit in zip(self.both, (base, head)):
            side.go_to(commit)
        clock, timed = (
            (budget, budget) if isinstance(budget, Budget) else (Budget(budget), Budget(budget))
        )
        minutes = clock.left / 60
        with contextlib.ExitStack() as stack:
            for env in (env for side in self.both for env in side.environments.values()):
                stack.enter_context(_built_apart(env, clock))
            try:
                with clock.running():
                    found = discover(self.repo, self.both, bench)
            except Spent:
                raise UserError(
                    f"to run each benchmark once took the whole budget, {minutes:g} minutes: "
                    "choose fewer with --bench, or more time with --budget"
                ) from None
        every = choose(found)
        for side in self.both:
            # It may have looked at another commit.
            side.install()
        if machine is not None:
            reuse(self.both[0], machine, every)
        compare_code(self.both, every)
        for comparison in every:
            if comparison.other_code and not with_other_code:
                comparison.verdict, comparison.why = Verdict.INCONCLUSIVE, comparison.other_code
        engine = Engine(self.both, str(self.conf.benchmark_dir), judge, self.say)
        engine.decide(every, untimed=clock, timed=timed)
        return every


@contextlib.contextmanager
def _built_apart(env: Any, clock: Budget) -> Iterator[None]:
    """Let the clock stand still while a commit is built."""
    env.install_project = clock.apart(env.install_project)
    try:
        yield
    finally:
        del env.install_project


@contextlib.contextmanager
def session(
    conf: Any,
    repo: Any,
    specs: Sequence[str] = (),
    say: Callable[[str], None] = lambda _: None,
) -> Iterator[Session]:
    """Yield a session in the environments that *specs* select as asv's ``-E`` does.

    Without any all that are configured are wanted. Raises Missing where one is not here,
    and asv's UserError where another session is at work or an environment cannot hold a
    commit.
    """

    def found(own: Any, _: bool) -> dict[str, Any]:
        return {env.name: env for env in find(own, specs)}

    with sides(conf, repo, found) as both:
        create(both)
        yield Session(conf, repo, both, say)
