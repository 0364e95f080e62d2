"""The commands ``gopybench table`` and ``gopybench report``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from gopybench.asvdata import conffile
from gopybench.reports import report, table, tablerendering


def register(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands; *command* makes one of a name, what runs it and a text."""
    sub = command(
        "table", _table, "Print time and memory of gopybench's own persons, in each runtime."
    )
    sub.add_argument("--n", type=int, metavar="N", help="how many persons (default: the most)")
    _add_commit(sub)
    sub.add_argument(
        "--format",
        choices=tablerendering.FORMATS,
        default="text",
        help="how to print it (default: text)",
    )

    sub = command(
        "report", _report, "Write a page of what gopybench's own persons took, with plots."
    )
    sub.add_argument(
        *("-o", "--output"),
        metavar="FILE",
        default="report.md",
        help="where to write it; the plots go beside it (default: report.md)",
    )
    _add_commit(sub)
    sub.add_argument("--machine", metavar="NAME", help="the machine, where there are several")


def _add_commit(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "--commit", metavar="REV", help="the commit (default: the newest that has results)"
    )


def _table(options: argparse.Namespace) -> int:
    conf = conffile.load(options.config)
    print(tablerendering.render(table.collect(conf, options.commit, options.n), options.format))
    return 0


def _report(options: argparse.Namespace) -> int:
    path = Path(options.output).absolute()
    conf = conffile.load(options.config)
    for written in report.write(conf, path, options.commit, options.machine):
        print(f"wrote {written}")
    return 0
