"""Two histories of 30 commits in three campaigns: in one nothing is planted, in the other seven."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import workproject

COMMITS = 30
# How many processes come and go beside each third of the history.
LOADS = (0, 1, 2)
PYTHON, GO = "Python", "Go"

# What asv has to call a regression: half of what triage looks for. At asv's own default, 5 %,
# a slowdown of 5 % would be there every other time.
THRESHOLD, DEFAULT = 0.025, 0.05
# The configuration with asv's default.
DEFAULT_CONFIG = "default.conf.json"


@dataclass(frozen=True)
class Planted:
    """A change in the amount of work.

    Attributes:
        commit: the number of the commit that has it first, from 0 on.
        language: whose work it is.
        percent: by how much there is more of it, less than 0 if there is less.
    """

    commit: int
    language: str
    percent: int


# Steps that a later one takes back are no longer regressions to asv. So each language begins
# with what is not taken back, and no change is at the border of two campaigns.
HISTORIES: dict[str, tuple[Planted, ...]] = {
    "unchanged": (),
    "changed": (
        Planted(3, GO, -20),
        Planted(5, PYTHON, 5),
        Planted(8, GO, 10),
        Planted(12, PYTHON, 30),
        Planted(17, PYTHON, 2),
        Planted(17, GO, 2),
        Planted(22, GO, 5),
        Planted(24, PYTHON, -5),
    ),
}


def project_files() -> dict[str, Any]:
    """Return the files of a history's first state: the gate's project, with thresholds for asv."""
    config = {**workproject.CONFIG, "regressions_thresholds": {".*": THRESHOLD}}
    default = {**workproject.CONFIG, "regressions_thresholds": {".*": DEFAULT}}
    return {**workproject.FILES, "asv.conf.json": config, DEFAULT_CONFIG: default}


def files_of(history: str, number: int) -> dict[str, str]:
    """Return what the commit of that number changes."""
    sizes = dict.fromkeys((PYTHON, GO), float(workproject.SIZE))
    for planted in HISTORIES[history]:
        if planted.commit <= number:
            sizes[planted.language] *= 1 + planted.percent / 100
    python, go = (workproject.size_files(size=round(sizes[of])) for of in (PYTHON, GO))
    return {
        "notes.txt": f"{history}, commit {number}\n",
        workproject.PYTHON_SIZE: python[workproject.PYTHON_SIZE],
        workproject.GO_SIZE: go[workproject.GO_SIZE],
    }


def campaign_of(number: int) -> int:
    """Return in which of the campaigns, from 0 on, a commit is measured."""
    return number * len(LOADS) // COMMITS
