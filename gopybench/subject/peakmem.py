"""The peak memory of a workload in a fresh process that does nothing else."""

from __future__ import annotations

import os
import sys

from gopybench.subject import gcsettings
from gopybench.subject.freshprocess import output_of
from gopybench.subject.person import variant
from gopybench.subject.workload import Lifecycle

# Below this many persons their memory drowns in the granularity of pages and
# of the kernel's own counting.
MIN_N_FOR_BYTES = 10_000


def is_known() -> bool:
    """Return whether this system tells the peak memory of a process."""
    return os.path.exists(f"/proc/{os.getpid()}/status")


def resident_peak(pid: int) -> int:
    """Return the highest resident set of a process so far, in bytes.

    That is ``VmHWM`` of ``/proc/PID/status``, see proc(5). Raises OSError where
    there is no such process or file.
    """
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    raise OSError(f"/proc/{pid}/status has no VmHWM")


def peak(variant_name: str, mode: str, n: int, setting: str = "default") -> int:
    """Run the workload in a fresh process and return its peak memory in bytes.

    *setting* is one of settings.py. In mode ``processes`` this is the sum over
    the parent and its workers.
    Raises RuntimeError when the process fails.
    """
    return int(output_of("gopybench.subject.peakmem", variant_name, mode, str(n), setting))


def bytes_per_person(variant_name: str, mode: str, n: int, setting: str = "default") -> float:
    """Return what a person costs: the peak less that of the same process with none, over *n*."""
    whole, empty = (peak(variant_name, mode, persons, setting) for persons in (n, 0))
    return (whole - empty) / n


def main() -> None:
    """Print the peak of the workload named by the command line: variant, mode, n, setting."""
    variant_name, mode, n, setting = sys.argv[1:]
    person_type = variant(variant_name)
    gcsettings.apply(setting)
    lifecycle = Lifecycle(person_type, mode, int(n))
    print(sum(resident_peak(pid) for pid in lifecycle.pids), flush=True)
    lifecycle.release()


if __name__ == "__main__":
    main()
