"""Which version is newer."""

from __future__ import annotations

import random

import pytest

from gopybench.asvdata.versions import order


@pytest.mark.parametrize(
    "names",
    [
        ["go1.9", "go1.21", "go1.27rc1", "go1.27rc2", "go1.27", "go1.27.1"],
        ["3.9", "3.10", "3.14.0a7", "3.14.0b2", "3.14.0rc1", "3.14.0", "3.14.10t"],
        ["pypy3.10-7.3.12", "pypy3.10-7.3.19", "pypy3.11-7.3.19"],
        ["pypy", "pypy3", "pypy3.11"],
    ],
)
def test_older_comes_first(names: list[str]) -> None:
    shuffled = random.Random(1).sample(names, len(names))
    assert sorted(shuffled, key=order) == names
