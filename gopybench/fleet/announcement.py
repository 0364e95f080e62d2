"""What a worker's machine is, in words, and which words machines of one class share."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
import re
from collections.abc import Mapping

import psutil
from asv.machine import Machine

from gopybench.machine import computer, doctor, machinelock

# What machines of one class have in common, beside the builds of an environment's runtime.
ALIKE = ("cpu", "cores", "memory", "system", "kernel", "libc", "asv")

# For how long other processes are watched, in seconds.
_WATCH = 0.5

_GIB = 1 << 30


def make() -> dict[str, str]:
    """Return what this machine is; takes half a second."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    advised = [found for found in doctor.examine(watch=_WATCH) if found.advice]
    return {
        "name": platform.node(),
        "machine": _identity(),
        "cpu": computer.cpu(),
        "cores": str(cores),
        # A kernel keeps some of it for itself, and never the same.
        "memory": str(round(psutil.virtual_memory().total / _GIB)),
        "system": f"{platform.system()} {platform.machine()}",
        "kernel": computer.kernel(),
        "libc": computer.c_library(),
        "asv": importlib.metadata.version("asv"),
        "gopybench": importlib.metadata.version("gopybench"),
        "doctor": "; ".join(f"{found.what}: {found.found}" for found in advised),
        "described": json.dumps(Machine.get_defaults()),
    }


def _identity() -> str:
    """Return what two workers share on one machine: where it runs, and what they lock."""
    lock = machinelock.path()
    own = str(os.getpid()) if lock is None else str(lock)
    return f"{platform.node()} {computer.boot()} {own}"


def class_name(facts: Mapping[str, str]) -> str:
    """Return the name of a machine's class: the same for all that are alike."""
    words = json.dumps([facts.get(key, "") for key in ALIKE])
    digest = hashlib.sha256(words.encode()).hexdigest()[:6]
    machine = facts.get("system", "").rpartition(" ")[2]
    name = f"{machine}-{facts.get('cores')}cores-{facts.get('memory')}gb-{digest}"
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)
