"""How many instructions a person costs, counted by valgrind.

A count hardly depends on how busy the machine is. It does not see what the
memory, the scheduler and the branch predictor make of the instructions.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from gopybench import callgrind
from gopybench.subject import workload
from gopybench.subject.person import PersonType, variant

if TYPE_CHECKING:
    from collections.abc import Sequence

# The persons of the two processes whose difference is counted: start-up falls away.
FEW, MANY = 2_000, 6_000


def is_known() -> bool:
    """Return whether instructions can be counted here: not without valgrind, and not with a JIT."""
    return sys.implementation.name == "cpython" and callgrind.is_installed()


def per_person(name: str, variant_name: str) -> float:
    """Return the instructions of one step of the work, or of all, for each person.

    *name* is ``lifecycle``, ``create``, ``full_name`` or ``increase_age``.
    Raises RuntimeError when a process fails.
    """
    (count,) = each_per_person([name], variant_name)
    return count


def each_per_person(names: Sequence[str], variant_name: str) -> list[float]:
    """Return what :func:`per_person` does, for several works: all is imported once."""
    import subprocess  # not needed in the counted processes

    module = ("-m", "gopybench.subject.instructions")
    command = [*callgrind.command(), sys.executable, *module, variant_name, *names]
    # Strings hash the same in each process.
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    run = subprocess.run(command, capture_output=True, text=True, env=environment)
    collected = callgrind.counts(run.stderr)
    pids = run.stdout.split()
    if run.returncode != 0 or len(pids) != 2 * len(names) or not collected.keys() >= set(pids):
        raise RuntimeError(f"{' '.join(command)} failed:\n{run.stderr}")
    counts = [collected[pid] for pid in pids]
    return [(many - few) / (MANY - FEW) for few, many in zip(counts[::2], counts[1::2])]


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
    """Do the works named by the command line, after a variant, each with few and with many.

    Each is done in a process of its own, forked when all is imported, so that
    all begin alike and start-up is counted once. Prints their numbers.
    """
    variant_name, *names = sys.argv[1:]
    person_type = variant(variant_name)
    for name, n in ((name, n) for name in names for n in (FEW, MANY)):
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                kept = run(name, person_type, n)
                code = 0 if kept is not None else 1
            except BaseException:
                import traceback  # not needed in the counted processes

                traceback.print_exc()
                sys.stderr.flush()
            finally:
                os._exit(code)  # freeing is not part of the work
        if os.waitpid(pid, 0)[1] != 0:
            sys.exit(1)
        print(pid)


if __name__ == "__main__":
    main()
