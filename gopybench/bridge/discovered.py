"""What one process of asv has discovered -> a file, from which others take it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gopybench.bridge import functions
from gopybench.bridge.environment import GoEnvironment
from gopybench.bridge.functions import Function

# Where asv's configuration keeps what was discovered of a project that has Go.
_NOTED = "_discovered_with_go"


@dataclass(frozen=True)
class Discovered:
    """The benchmarks of a project, as asv takes them for all commits and environments of a run.

    Attributes:
        entries: those of asv's list.
        gone: the names of known ones that Go no longer has.
        functions: Go's, by their keys.
        left_out: Python's benchmarks that Go's values cannot join.
    """

    entries: Sequence[dict[str, Any]]
    gone: frozenset[str] = frozenset()
    functions: dict[tuple[str, str], Function] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()

    def give(self, environments: Iterable[Any]) -> None:
        """Let Go's environments know of it: they measure with nothing else."""
        known = {entry["name"]: entry for entry in self.entries}
        for env in environments:
            if isinstance(env, GoEnvironment):
                env.suite.known = known
                env.suite.functions = self.functions
                env.suite.left_out = {*self.left_out}

    def save(self, path: Path) -> None:
        """Write it into a file; raise OSError."""
        found = {
            "entries": [*self.entries],
            "gone": sorted(self.gone),
            "functions": functions.as_json(self.functions.values()),
            "left_out": sorted(self.left_out),
        }
        path.write_text(json.dumps(found), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Discovered:
        """Read what :meth:`save` has written; raise OSError, and ValueError for anything else."""
        found = json.loads(path.read_text(encoding="utf-8"))
        try:
            return cls(
                found["entries"],
                frozenset(found["gone"]),
                {of.key: of for of in functions.of_json(found["functions"])},
                frozenset(found["left_out"]),
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"{path} has not what was discovered: {error}") from None


def note(conf: Any, found: Discovered) -> None:
    """Note with asv's configuration what was discovered."""
    setattr(conf, _NOTED, found)


def noted(conf: Any, entries: Sequence[dict[str, Any]] = ()) -> Discovered:
    """Return what was discovered; without Go that is asv's *entries* alone."""
    found = getattr(conf, _NOTED, None)
    return found if isinstance(found, Discovered) else Discovered(entries)
