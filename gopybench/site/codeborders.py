"""With which code each commit's values were measured -> where a history has a border."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gopybench.asvdata.noted import Code


def borders(codes: Mapping[int, Code], at: Sequence[int]) -> dict[str, list[int]]:
    """Return at which commits of *at* the benchmark's code changed, and where it was the commit's.

    *codes* are by the commits that note it; of the others nothing is known.
    """
    known = [(commit, codes[commit]) for commit in at if commit in codes]
    changed = [b for (_, old), (b, new) in zip(known, known[1:]) if old.digest != new.digest]
    own = [commit for commit, code in known if code.own]
    return {key: value for key, value in (("changed", changed), ("own", own)) if value}
