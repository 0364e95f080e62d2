"""How many instructions a person costs, counted by valgrind in fresh processes.

A count is the same on a busy machine and on an idle one. It does not see what
the memory, the scheduler and the branch predictor make of the instructions.
"""

from __future__ import annotations

import os
import re
import shutil
import sys

from gopybench import workload
from gopybench.person import PersonType, variant

# The persons of the two processes whose difference is counted: start-up falls away.
FEW, MANY = 2_000, 6_000

_COLLECTED = re.compile(r"Collected : ([0-9]+)")


def is_known() -> bool:
    """Return whether instructions can be counted here: not without valgrind, and not with a JIT."""
    return sys.implementation.name == "cpython" and shutil.which("valgrind") is not None


def per_person(name: str, variant_name: str) -> float:
    """Return the instructions of one step of the work, or of all, for each person.

    *name* is ``lifecycle``, ``create``, ``full_name`` or ``increase_age``.
    Raises RuntimeError when a process fails.
    """
    return (_count(name, variant_name, MANY) - _count(name, variant_name, FEW)) / (MANY - FEW)


def _count(name: str, variant_name: str, n: int) -> int:
    import subprocess  # not needed in the counted process

    # Without address randomization and with strings that hash the same in each process.
    fixed = ["setarch", "-R"] if shutil.which("setarch") else []
    command = [
        *fixed,
        *("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"),
        *(sys.executable, "-m", "gopybench.instructions", name, variant_name, str(n)),
    ]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    run = subprocess.run(command, capture_output=True, text=True, env=environment)
    collected = _COLLECTED.search(run.stderr)
    if run.returncode != 0 or collected is None:
        raise RuntimeError(f"{' '.join(command)} failed:\n{run.stderr}")
    return int(collected[1])


def run(name: str, person_type: PersonType, n: int) -> object:
    """Do the work on *n* persons, a multiple of FEW, and return what it keeps.

    Raises ValueError for a work that there is not.
    """
    if name == "lifecycle":
        return workload.live(person_type, n)
    if name == "create":
        return workload.create(person_type, n)
    # As many persons in both processes, used more often in one.
    persons = workload.create(person_type, FEW)
    if name == "full_name":
        return [workload.full_names(persons) for _ in range(n // FEW)]
    if name == "increase_age":
        for _ in range(n // FEW):
            workload.increase_ages(persons)
        return persons
    raise ValueError(f"no such work: {name!r}")


def main() -> None:
    """Do the work named by the command line: its name, the variant and n."""
    name, variant_name, n = sys.argv[1:]
    kept = run(name, variant(variant_name), int(n))
    # Freeing is not part of the work.
    os._exit(0 if kept is not None else 1)


if __name__ == "__main__":
    main()
