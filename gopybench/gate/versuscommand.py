"""The command ``gopybench versus``."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable

from gopybench.asvdata import conffile, versusfile
from gopybench.asvdata.commits import full_hash
from gopybench.fleet import environmentpair, fleetoption
from gopybench.gate import matching, versusrendering, versusrun
from gopybench.machine import machinelock
from gopybench.turns import arguments, preparation
from gopybench.turns.precision import Precision


def register(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command; *command* makes one of a name, what runs it and a text."""
    sub = command("versus", _versus, "Measure two environments in turns at one commit.")
    sub.epilog = (
        "Exit codes: 0 when all that both can do is measured, 2 when something is inconclusive."
    )
    sub.set_defaults(code_of_errors=2)
    for number in ("first", "second"):
        sub.add_argument(
            number,
            metavar="ENV",
            help=f"the {number} environment: its name, or a specification as asv's -E",
        )
    sub.add_argument("--commit", metavar="COMMIT", default="HEAD", help="default: HEAD")
    arguments.add_bench(sub)
    sub.add_argument(
        "--match",
        metavar="NAME=VALUE:VALUE",
        type=matching.match,
        action="append",
        default=[],
        help="compare a parameter's value in the first environment with another in the second, "
        "such as mode=threads:processes; * is any value; may be given again",
    )
    sub.add_argument(
        "--within",
        type=arguments.share,
        default=0.05,
        metavar="SHARE",
        help="how near to the ratio its bounds have to be (default: 5%%)",
    )
    arguments.add_budget(sub)
    fleetoption.add(sub)
    arguments.add_format(sub, versusrendering.FORMATS)


def _versus(options: argparse.Namespace) -> int:
    conf = conffile.load(options.config)
    # Of a fleet it is the machines that measure.
    lock = contextlib.nullcontext() if options.fleet else machinelock.held(preparation.say)
    with preparation.asv_on_stderr(), lock:
        repo = preparation.ready(conf)
        versusfile.load(conf.results_dir)
        commit = full_hash(repo, options.commit)
        fleet = fleetoption.sessions(options, [commit], is_pair=True) if options.fleet else None
        found = versusrun.run(
            conf,
            repo,
            commit,
            (options.first, options.second),
            bench=options.bench,
            matches=options.match,
            precision=Precision(options.within),
            budget=60 * options.budget,
            say=preparation.say,
            opened=fleet or environmentpair.pair,
        )
    kept = found.as_run()
    preparation.print_report(versusrendering.render(found, kept, options.format))
    if found.comparisons:
        versusfile.add(conf.results_dir, [kept])
    return found.code
