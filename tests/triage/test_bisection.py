"""A range of commits is narrowed as git bisect would, whatever cannot be told."""

from __future__ import annotations

import contextlib
import math

from hypothesis import given
from hypothesis import strategies as st

from gopybench.triage.bisection import Narrowed, narrow


@given(st.data())
def test_what_is_left(data: st.DataObject) -> None:
    """All that may have it, and no more, and in few tests where all can be told."""
    count = data.draw(st.integers(1, 40))
    commits = [f"c{number}" for number in range(count)]
    culprit = data.draw(st.integers(0, count - 1))
    cannot = set(data.draw(st.sets(st.sampled_from(commits)))) - {commits[-1]}
    known = set(data.draw(st.sets(st.sampled_from([*cannot])))) if cannot else set()
    asked: list[str] = []
    noted: list[Narrowed] = []

    def has(commit: str) -> bool | None:
        asked.append(commit)
        return None if commit in cannot else int(commit[1:]) >= culprit

    left = narrow("before", commits, has, known, noted.append)
    assert noted[-1] == left
    assert left.is_done
    assert len(asked) == len(set(asked))
    assert not known & set(asked)
    can = [number for number in range(count) if commits[number] not in cannot]
    first = min(number for number in can if number >= culprit)
    last = max((number for number in can if number < culprit), default=-1)
    assert left.after == commits[first]
    assert left.before == (commits[last] if last >= 0 else "before")
    assert left.skipped == tuple(commits[last + 1 : first])
    assert left.commit == (commits[culprit] if first == last + 1 else None)
    if not cannot:
        assert len(asked) <= math.ceil(math.log2(count)) if count > 1 else not asked


def test_it_goes_on_where_it_was_stopped() -> None:
    class Stop(Exception):
        pass

    commits = [f"c{number}" for number in range(16)]
    noted: list[Narrowed] = []

    def stopped(commit: str) -> bool:
        if len(noted) == 2:
            raise Stop
        return int(commit[1:]) >= 5

    with contextlib.suppress(Stop):
        narrow("before", commits, stopped, note=noted.append)
    left = noted[-1]
    assert not left.is_done
    assert left.commit is None
    part = commits[commits.index(left.before) + 1 : commits.index(left.after) + 1]
    again = narrow(left.before, part, lambda commit: int(commit[1:]) >= 5, left.skipped)
    assert again.commit == "c5"
