"""The command ``gopybench fleet``."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from asv.commands import common_args
from asv.util import UserError

from gopybench.fleet import fleetoption


def register(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command; *command* makes one of a name, what runs it and a text."""
    sub = command("fleet", _fleet, "Measure a range of commits on many machines, by Dask.")
    sub.epilog = (
        "Exit codes, as asv run's: 0 when all is measured, 2 when benchmarks failed or commits "
        "do not build, 1 when something is open."
    )
    sub.add_argument(
        "scheduler",
        metavar="SCHEDULER",
        nargs="?",
        help="the address of Dask's scheduler, such as tcp://host:8786; none with --local",
    )
    sub.add_argument(
        "range",
        metavar="RANGE",
        nargs="?",
        help="as asv run's: v1..main, NEW, ALL, EXISTING, TAGS, HASHFILE:FILE "
        "(default: the head of each configured branch)",
    )
    sub.add_argument(
        "--local",
        metavar="N",
        type=common_args.positive_int,
        help="start N workers on this machine, which disturb each other: for instructions and "
        "memory that is fine, for times it is not",
    )
    _add_selection(sub)
    _add_measuring(sub)


def _add_selection(sub: argparse.ArgumentParser) -> None:
    """Add the options of asv's that say which commits and environments are measured."""
    common_args.add_environment(sub)
    sub.add_argument(
        *("--steps", "-s"),
        type=common_args.positive_int,
        metavar="STEPS",
        help="measure at most so many of the commits",
    )
    sub.add_argument(
        "--date-period",
        type=common_args.time_period,
        metavar="PERIOD",
        help="measure one commit in each period, such as 1w",
    )
    for what, text in (
        ("successful", "benchmarks that have results"),
        ("failed", "benchmarks that have failed"),
        ("commits", "commits that have any results"),
    ):
        sub.add_argument(f"--skip-existing-{what}", action="store_true", help=f"skip {text}")
    sub.add_argument(
        *("--skip-existing", "-k"),
        action="store_true",
        help="skip benchmarks that have results, or have failed",
    )
    sub.add_argument(
        *("--machine", "-m"),
        metavar="NAME",
        help="what to call the class of machines in the results, or which class to take",
    )
    sub.add_argument("--no-pull", action="store_true", help="do not pull the repository")


def _add_measuring(sub: argparse.ArgumentParser) -> None:
    """Add the options of asv's that workers are given as they are."""
    for names, text in (
        (("--bench", "-b"), "only benchmarks that this regular expression matches"),
        (("--attribute", "-a"), "override a benchmark's attribute, such as repeat=10"),
    ):
        help_ = f"{text}; may be given again"
        sub.add_argument(*names, action="append", default=[], metavar="TEXT", help=help_)
    sub.add_argument("--launch-method", metavar="METHOD", help="how asv launches benchmarks")
    for flags, text in (
        (["--quick", "-q"], "run each benchmark once"),
        (["--profile", "-p"], "profile the benchmarks, too"),
        (["--record-samples"], "keep all samples"),
        (["--append-samples"], "keep earlier samples, too"),
    ):
        sub.add_argument(*flags, action="store_true", help=text)


def _fleet(options: argparse.Namespace) -> int:
    if options.local is not None:
        if options.range is not None:
            raise UserError("--local starts its own scheduler: name a range alone")
        options.scheduler, options.range = None, options.scheduler
    elif options.scheduler is None:
        raise UserError("name the address of a scheduler of Dask's, or --local N")
    with fleetoption.needing_dask():
        from gopybench.fleet import fleetrun
    return fleetrun.run(options)
