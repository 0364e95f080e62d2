"""The command ``gopybench gate``."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from asv.util import UserError

from gopybench.asvdata import conffile, soundness
from gopybench.asvdata.commits import full_hash
from gopybench.fleet import fleetoption
from gopybench.gate import gaterun, rendering
from gopybench.machine import machinelock
from gopybench.turns import arguments, preparation
from gopybench.turns.decision import Rules
from gopybench.turns.session import session


def register(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command; *command* makes one of a name, what runs it and a text."""
    sub = command("gate", _gate, "Measure two commits in turns and say whether anything got worse.")
    sub.epilog = (
        "Exit codes: 0 when nothing got worse, 1 when something did, 2 when it is inconclusive."
    )
    sub.set_defaults(code_of_errors=2)
    sub.add_argument("base", metavar="BASE", help="the commit to compare with")
    sub.add_argument("head", metavar="HEAD", nargs="?", default="HEAD", help="default: HEAD")
    arguments.add_environment(sub)
    arguments.add_bench(sub)
    arguments.add_threshold(sub)
    sub.add_argument(
        "--tolerance",
        type=arguments.share,
        default=0.005,
        metavar="SHARE",
        help="the same for values that do not vary, such as instructions (default: 0.5%%)",
    )
    sub.add_argument(
        "--false-alarms",
        type=arguments.share,
        default=0.01,
        metavar="SHARE",
        help="the chance that any time of unchanged code is called worse (default: 1%%)",
    )
    arguments.add_budget(sub)
    sub.add_argument(
        "--machine",
        metavar="NAME",
        help="use this machine's earlier results of BASE for values that do not vary "
        "(default: as asv does)",
    )
    fleetoption.add(sub)
    arguments.add_format(sub, rendering.FORMATS)


def _gate(options: argparse.Namespace) -> int:
    conf = conffile.load(options.config)
    # Of a fleet it is the machines that measure.
    lock = contextlib.nullcontext() if options.fleet else machinelock.held(preparation.say)
    with preparation.asv_on_stderr(), lock:
        report = _take_turns(conf, options)
    preparation.print_report(rendering.render(report, options.format))
    return report.code


def _take_turns(conf: Any, options: argparse.Namespace) -> gaterun.Report:
    if options.machine and options.fleet:
        raise UserError("--machine is for results of this machine: --fleet measures both commits")
    if options.machine and not Path(conf.results_dir, options.machine).is_dir():
        raise UserError(f"{conf.results_dir} has no results of a machine {options.machine!r}")
    machine = options.machine or preparation.known_machine()
    if machine and (description := Path(conf.results_dir, machine, "machine.json")).exists():
        soundness.machine_of(description)
    repo = preparation.ready(conf)
    base, head = (full_hash(repo, rev) for rev in (options.base, options.head))
    if base == head:
        raise UserError(f"BASE and HEAD are the same commit, {head[:8]}: nothing to compare")
    return gaterun.run(
        conf,
        repo,
        base,
        head,
        specs=options.environment,
        bench=options.bench,
        rules=Rules(options.threshold, options.tolerance, options.false_alarms),
        budget=60 * options.budget,
        machine=machine,
        say=preparation.say,
        opened=fleetoption.sessions(options, [base, head]) if options.fleet else session,
    )
