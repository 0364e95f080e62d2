"""The command ``gopybench gate``."""

from __future__ import annotations

import argparse
import contextlib
import math
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from asv.console import log
from asv.machine import Machine, MachineCollection
from asv.plugin_manager import plugin_manager
from asv.repo import get_repo
from asv.util import UserError

from gopybench.asvdata import conffile, soundness
from gopybench.asvdata.commits import full_hash
from gopybench.gate import gaterun, rendering
from gopybench.turns.decision import Rules


def register(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command; *command* makes one of a name, what runs it and a text."""
    sub = command("gate", _gate, "Measure two commits in turns and say whether anything got worse.")
    sub.epilog = (
        "Exit codes: 0 when nothing got worse, 1 when something did, 2 when it is inconclusive."
    )
    sub.set_defaults(code_of_errors=2)
    sub.add_argument("base", metavar="BASE", help="the commit to compare with")
    sub.add_argument("head", metavar="HEAD", nargs="?", default="HEAD", help="default: HEAD")
    sub.add_argument(
        *("-E", "--environment"),
        metavar="SPEC",
        action="append",
        default=[],
        help="in this environment only, as asv's -E; may be given again (default: all configured, "
        "and all have to be here)",
    )
    sub.add_argument(
        *("-b", "--bench"),
        metavar="REGEX",
        type=_regex,
        action="append",
        default=[],
        help="only these benchmarks, as asv's --bench; may be given again",
    )
    sub.add_argument(
        "--threshold",
        type=_share,
        default=0.05,
        metavar="SHARE",
        help="the smallest slowdown to find: 5%% or 0.05 (default: 5%%)",
    )
    sub.add_argument(
        "--tolerance",
        type=_share,
        default=0.005,
        metavar="SHARE",
        help="the same for values that do not vary, such as instructions (default: 0.5%%)",
    )
    sub.add_argument(
        "--false-alarms",
        type=_share,
        default=0.01,
        metavar="SHARE",
        help="the chance that any time of unchanged code is called worse (default: 1%%)",
    )
    sub.add_argument(
        "--budget",
        type=_minutes,
        default=30.0,
        metavar="MINUTES",
        help="for how long to run benchmarks at most (default: 30)",
    )
    sub.add_argument(
        "--machine",
        metavar="NAME",
        help="use this machine's earlier results of BASE for values that do not vary "
        "(default: as asv does)",
    )
    sub.add_argument(
        "--format",
        choices=rendering.FORMATS,
        default="text",
        help="how to print it (default: text)",
    )


def _share(text: str) -> float:
    """Return the share that a text such as 5% or 0.05 stands for."""
    with contextlib.suppress(ValueError):
        value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        if 0 < value < 1:
            return value
    raise argparse.ArgumentTypeError(f"{text!r} is not a share such as 5% or 0.05")


def _regex(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a regular expression: {error}") from None
    return text


def _minutes(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 < float(text) < math.inf:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of minutes")


def _gate(options: argparse.Namespace) -> int:
    conf = conffile.load(options.config)
    # What asv says on its way is not the report.
    with contextlib.redirect_stdout(sys.stderr):
        try:
            report = _take_turns(conf, options)
        finally:
            log.flush()
    text = rendering.render(report, options.format) + "\n"
    # A terminal that cannot show an arrow shows something else.
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
    return report.code


def _take_turns(conf: Any, options: argparse.Namespace) -> gaterun.Report:
    for plugin in conf.plugins:
        plugin_manager.import_plugin(plugin)
    if options.machine and not Path(conf.results_dir, options.machine).is_dir():
        raise UserError(f"{conf.results_dir} has no results of a machine {options.machine!r}")
    machine = options.machine or _own_machine()
    if machine and (description := Path(conf.results_dir, machine, "machine.json")).exists():
        soundness.machine_of(description)
    repo = get_repo(conf)
    repo.pull()
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
        say=lambda words: print(words, file=sys.stderr, flush=True),
    )


def _own_machine() -> str | None:
    """Return what asv calls this machine; None where it was not told."""
    with contextlib.suppress(UserError):
        return str(MachineCollection.load(Machine.get_unique_machine_name())["machine"])
    return None
