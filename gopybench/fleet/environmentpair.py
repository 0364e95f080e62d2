"""Two environments at one commit as the sides of a session: what ``gopybench versus`` compares."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from asv.util import UserError

from gopybench.machine import provenance
from gopybench.turns import preparation
from gopybench.turns.session import Session
from gopybench.turns.sideenvironments import create, find, here, sides


def label(specs: Sequence[str]) -> str:
    """Return the name that both sides have for their environment."""
    return " / ".join(specs)


@dataclass
class PairSession(Session):
    """A session whose sides have an environment each.

    Attributes:
        label: the name that both have for it.
    """

    label: str = ""

    @property
    def machine(self) -> str:
        """What asv calls this machine, or would."""
        return preparation.own_machine()

    @property
    def names(self) -> tuple[str, str]:
        """The environments' names, as asv has them."""
        first, second = (side.environments[self.label].name for side in self.both)
        return first, second

    @property
    def notes(self) -> tuple[dict[str, str], dict[str, str]]:
        """What each is measured with, as results files note it; nothing of one that is broken."""
        first, second = (
            {} if side.broken else provenance.of(side.environments[self.label])
            for side in self.both
        )
        return first, second


@contextlib.contextmanager
def pair(
    conf: Any, repo: Any, specs: Sequence[str], say: Callable[[str], None]
) -> Iterator[PairSession]:
    """Yield a session of two environments, each the only one of its spec.

    Raises Missing where one is not here, and asv's UserError where both are the same, or
    a spec has several.
    """
    name = label(specs)

    def found(own: Any, is_second: bool) -> dict[str, Any]:
        return {name: _only(own, specs[is_second])}

    with sides(conf, repo, found) as both:
        session = PairSession(conf, repo, both, say, name)
        first, second = session.names
        if first == second:
            raise UserError(f"both are {first}: nothing to compare")
        create(both)
        for side, of in zip(both, session.names):
            side.where = f"in {of}"
        yield session


def _only(conf: Any, spec: str) -> Any:
    """Return the one environment that is called or specified like that."""
    try:
        environments = find(conf, [spec])
    except UserError as error:
        raise UserError(f"{error}; here are {', '.join(here(conf))}") from None
    named = [env for env in environments if env.name == spec] or environments
    if len(named) > 1:
        names = ", ".join(env.name for env in named)
        raise UserError(f"{spec} are several environments: choose one of {names}")
    return named[0]
