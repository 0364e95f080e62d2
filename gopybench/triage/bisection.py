"""A range of commits and a test of each -> the one at which it turns, as git bisect does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Narrowed:
    """What is left of a range.

    Attributes:
        before: the last commit that is known to be without.
        after: the first that is known to be with.
        skipped: those between that cannot be told.
        is_done: whether no other is between.
    """

    before: str
    after: str
    skipped: tuple[str, ...]
    is_done: bool

    @property
    def commit(self) -> str | None:
        """The commit that it comes with; None where that is not known."""
        return self.after if self.is_done and not self.skipped else None


def narrow(
    before: str,
    commits: Sequence[str],
    has: Callable[[str], bool | None],
    skipped: Collection[str] = (),
    note: Callable[[Narrowed], None] = lambda _: None,
) -> Narrowed:
    """Narrow a range in which only the last of *commits*, oldest first, is known to have it.

    *has* tells whether one has; None where that cannot be told, as of those in *skipped*.
    *note* is told what is left, after each and where there is none to try.
    """
    cannot = set(skipped)
    low, high = -1, len(commits) - 1
    left = _left(before, commits, low, high, cannot)
    if left.is_done:
        note(left)
    while not left.is_done:
        between = [i for i in range(low + 1, high) if commits[i] not in cannot]
        middle = min(between, key=lambda i: abs(2 * i - low - high))
        found = has(commits[middle])
        if found is None:
            cannot.add(commits[middle])
        elif found:
            high = middle
        else:
            low = middle
        left = _left(before, commits, low, high, cannot)
        note(left)
    return left


def _left(
    before: str, commits: Sequence[str], low: int, high: int, cannot: Collection[str]
) -> Narrowed:
    between = commits[low + 1 : high]
    return Narrowed(
        commits[low] if low >= 0 else before,
        commits[high],
        tuple(commit for commit in between if commit in cannot),
        all(commit in cannot for commit in between),
    )
