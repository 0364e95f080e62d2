"""What makes measurements on this machine shaky, and what to do about it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

# Others' share of one core, and the time stolen by the host, that are worth a word.
BUSY = 0.05
STOLEN = 0.01

# How long to watch for other processes, in seconds.
WATCH = 1.0


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        what: its name.
        found: how it is here.
        advice: what to do; empty where it is as it should be, or nothing can be done.
    """

    what: str
    found: str
    advice: str = ""


def examine(root: Path = Path("/"), watch: float = WATCH) -> list[Finding]:
    """Look at all that is known to shake measurements.

    *root* is where ``proc`` and ``sys`` are, and *watch* how long other
    processes are watched, in seconds.
    """
    return [*_cores(root), *_frequency(root), *_kernel(root), *_others(watch), _valgrind()]


def render(findings: Iterable[Finding]) -> str:
    """Return the findings for people: what should change first, with what to do."""
    findings = list(findings)
    bad = [f"! {f.what}: {f.found}\n    {f.advice}" for f in findings if f.advice]
    good = [f"  {f.what}: {f.found}" for f in findings if not f.advice]
    return "\n".join([*bad, *good])


def _read(root: Path, path: str) -> str | None:
    try:
        return (root / path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None


def _cores(root: Path) -> Iterator[Finding]:
    usable, there = len(_affinity()), os.cpu_count() or 1
    found = f"{usable} of {there} usable"
    advice = "" if usable > 1 else "threads, processes and the system share one core: take two"
    yield Finding("cores", found, advice)
    quota = _quota(root)
    if quota is not None:
        found = f"this container may use {quota:.2g} cores' time"
        yield Finding(
            "CPU quota",
            found,
            "it is stopped when that is used up: give it whole cores (--cpuset-cpus) instead",
        )
    isolated = _read(root, "sys/devices/system/cpu/isolated")
    if isolated:
        advice = "" if _affinity() <= _cpu_list(isolated) else f"asv run --cpu-affinity {isolated}"
        yield Finding("isolated cores", isolated, advice)
    elif isolated is not None:
        # Only on machines of one's own, so no advice for everyone.
        yield Finding("isolated cores", "none (isolcpus= of the kernel keeps others off some)")
    if _read(root, "sys/devices/system/cpu/smt/active") == "1":
        yield Finding(
            "hyper-threading",
            "on",
            "two of the cores share one: echo off | sudo tee /sys/devices/system/cpu/smt/control",
        )
    if " hypervisor" in (_read(root, "proc/cpuinfo") or ""):
        yield Finding(
            "virtual machine",
            "yes: others share its hardware, unseen; compare only what was measured in turns",
        )


def _affinity() -> set[int]:
    if hasattr(os, "sched_getaffinity"):
        return os.sched_getaffinity(0)
    return set(range(os.cpu_count() or 1))


def _cpu_list(text: str) -> set[int]:
    """Return the numbers of a kernel's list of CPUs, such as ``0-2,7``; see cpuset(7)."""
    numbers: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        numbers.update(range(int(first), int(last or first) + 1))
    return numbers


def _quota(root: Path) -> float | None:
    """Return how many cores' time control groups allow, None for all; see cgroups(7)."""
    both = (_read(root, "sys/fs/cgroup/cpu.max") or "").split()
    if len(both) != 2:
        old = "sys/fs/cgroup/cpu/cpu.cfs_{}_us"
        both = [_read(root, old.format(part)) or "" for part in ("quota", "period")]
    quota, period = both
    return int(quota) / int(period) if quota.isdigit() and period.isdigit() else None


def _frequency(root: Path) -> Iterator[Finding]:
    governors = {
        text
        for path in sorted((root / "sys/devices/system/cpu").glob("cpu[0-9]*"))
        if (text := _read(path, "cpufreq/scaling_governor"))
    }
    if governors:
        found = f"governor {', '.join(sorted(governors))}"
        calm = governors == {"performance"}
        advice = "" if calm else "sudo cpupower frequency-set -g performance"
        yield Finding("CPU frequency", found, advice)
    else:
        yield Finding("CPU frequency", "not told here, as in most virtual machines")
    no_turbo = _read(root, "sys/devices/system/cpu/intel_pstate/no_turbo")
    boost = _read(root, "sys/devices/system/cpu/cpufreq/boost")
    if no_turbo == "0":
        tee = "sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo"
        yield Finding("turbo", "on: the clock depends on the heat", f"echo 1 | {tee}")
    elif boost == "1":
        tee = "sudo tee /sys/devices/system/cpu/cpufreq/boost"
        yield Finding("turbo", "on: the clock depends on the heat", f"echo 0 | {tee}")
    elif no_turbo or boost:
        yield Finding("turbo", "off")


def _kernel(root: Path) -> Iterator[Finding]:
    random = _read(root, "proc/sys/kernel/randomize_va_space")
    if random is not None:
        # Measuring in several processes averages over it, which is the better way.
        on = "on: each process has other addresses; take several (rounds, --rounds)"
        yield Finding("address randomization", "off" if random == "0" else on)
    pages = _read(root, "sys/kernel/mm/transparent_hugepage/enabled") or ""
    if "[always]" in pages:
        yield Finding(
            "huge pages",
            "always: memory comes in steps of 2 MB",
            "echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled",
        )
    used = psutil.swap_memory().used
    if used > 100e6:
        yield Finding("swap", f"{used / 1e6:.0f} MB in use", "free memory, or sudo swapoff -a")
    else:
        yield Finding("swap", "not in use")


def _others(watch: float) -> Iterator[Finding]:
    load = os.getloadavg()[0]
    advice = "wait until it is below half a core" if load > 0.5 else ""
    yield Finding("load", f"{load:.2f} over the last minute", advice)
    mine = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    watched = [process for process in psutil.process_iter() if process.pid not in mine]
    busy = []
    stolen = _stolen()
    for process in watched:
        _share(process)
    time.sleep(watch)
    for process in watched:
        share, name = _share(process)
        if share > BUSY:
            busy.append((share, f"{name} ({process.pid}, {share:.0%})"))
    if busy:
        names = ", ".join(name for _, name in sorted(busy, reverse=True)[:5])
        yield Finding("other processes", names, "end them, or measure when they are done")
    else:
        yield Finding("other processes", f"none takes more than {BUSY:.0%} of a core")
    if stolen is not None and watch:
        share = ((_stolen() or 0.0) - stolen) / watch
        if share > STOLEN:
            yield Finding(
                "stolen time",
                f"the host takes {share:.0%} of a core away",
                "measure elsewhere, or take more rounds",
            )


def _share(process: psutil.Process) -> tuple[float, str]:
    """Return a process's share of a core since the last time this was asked, and its name."""
    try:
        return process.cpu_percent() / 100, process.name()
    except psutil.Error:
        return 0.0, ""


def _stolen() -> float | None:
    return getattr(psutil.cpu_times(), "steal", None)


def _valgrind() -> Finding:
    found = shutil.which("valgrind")
    if found:
        return Finding("valgrind", f"{found}, so instructions are counted (not PyPy's: a JIT)")
    lack = "not installed, so track_instructions is n/a"
    return Finding("valgrind", lack, "install the system's package valgrind")
