"""The commands ``gopybench doctor`` and ``gopybench runtimes``."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from gopybench.asvdata import conffile
from gopybench.machine import doctor, runtimes


def register(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands; *command* makes one of a name, what runs it and a text."""
    command(
        "doctor",
        _doctor,
        "Say what disturbs measurements on this machine, and which runtimes are here.",
    )
    sub = command(
        "runtimes", _runtimes, "List the configured runtimes: where each is, or how to get it."
    )
    sub.add_argument(
        "--asv-options",
        choices=("default", "all"),
        help="print asv's options instead, which select the newest CPython, PyPy and Go, or all "
        "that are here",
    )


def _doctor(options: argparse.Namespace) -> int:
    conf = conffile.load(options.config)
    print(doctor.render(doctor.examine()))
    print()
    print(runtimes.render(runtimes.find_all(conf)))
    return 0


def _runtimes(options: argparse.Namespace) -> int:
    found = runtimes.find_all(conffile.load(options.config))
    if options.asv_options is None:
        print(runtimes.render(found))
        return 0
    print(" ".join(runtimes.asv_options(found, everything=options.asv_options == "all")))
    return 0
