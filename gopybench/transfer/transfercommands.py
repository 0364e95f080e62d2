"""The commands import-go and export-go: their arguments, and what they print."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from asv.repo import get_repo
from asv.util import UserError

from gopybench.asvdata import commits, conffile, gomodule
from gopybench.transfer import exporter, importer
from gopybench.transfer.summary import Summary

# How many names a summary lists of one kind.
MAX_LISTED = 20


def register(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands; *command* takes a name, the function to run and a description."""
    sub = command("import-go", _import_go, "Import Go benchmark output into asv's results.")
    sub.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="output of go test -bench, or of go test -json (default: standard input)",
    )
    sub.add_argument(
        "--commit",
        metavar="REV",
        help="the commit measured (default: a commit: line of the input, else HEAD)",
    )
    sub.add_argument(
        "--go-version",
        metavar="VERSION",
        help="the Go it was measured with (default: a go-version: or toolchain: line of the "
        "input, else the go on PATH)",
    )
    sub.add_argument(
        "--machine", metavar="NAME", help="the machine it was measured on (default: as asv does)"
    )
    sub.add_argument(
        "--module",
        metavar="PATH",
        help="the Go module's path (default: that of the go.mod in the configured Go directory)",
    )
    sub.add_argument(
        "--append", action="store_true", help="add to earlier samples instead of replacing them"
    )
    sub.add_argument(
        "-n", "--dry-run", action="store_true", help="say what would be written and write nothing"
    )

    sub = command("export-go", _export_go, "Print asv's results as Go benchmark text.")
    sub.add_argument(
        "--commit",
        metavar="REV",
        action="append",
        help="of this commit only; may be given again (default: all)",
    )


def _import_go(options: argparse.Namespace) -> int:
    # A file that is named twice is one.
    real = {name if name == "-" else os.path.realpath(name): name for name in options.files[::-1]}
    names = [*real.values()][::-1] or ["-"]
    # The configuration's directory becomes the current one.
    paths = {name: Path(name).absolute() for name in names if name != "-"}
    for name, path in paths.items():
        # Not opened yet: there may be more than may be open at once, and a pipe opens once.
        if path.is_dir() or not os.access(path, os.R_OK):
            missing = errno.EACCES if path.exists() else errno.ENOENT
            why = os.strerror(errno.EISDIR if path.is_dir() else missing)
            raise UserError(f"cannot read {name}: {why}")

    def inputs() -> Iterator[tuple[str, Iterable[bytes]]]:
        for name in names:
            if name == "-":
                yield "<stdin>", sys.stdin.buffer
                continue
            with paths[name].open("rb") as file:
                yield name, file

    conf = conffile.load(options.config)
    summary = importer.import_go(
        conf,
        inputs(),
        importer.Options(
            commit=options.commit,
            go_version=options.go_version,
            machine=options.machine,
            module=options.module,
            append=options.append,
            dry_run=options.dry_run,
        ),
    )
    _print_summary(summary, conf, dry_run=options.dry_run)
    return 1 if summary.problems else 0


def _print_summary(summary: Summary, conf: Any, *, dry_run: bool) -> None:
    write = "would write" if dry_run else "wrote"
    for path, benchmarks in summary.written.items():
        contents = f": {benchmarks} benchmarks" if benchmarks else ""
        print(f"{write} {Path(conf.results_dir, path)}{contents}")
    for path in summary.unchanged:
        print(f"unchanged {Path(conf.results_dir, path)}")
    _print_names("joined Python's benchmark", summary.joined)
    _print_names("defined by Go alone", summary.defined)
    if summary.gomaxprocs:
        values = ", ".join(map(str, sorted(summary.gomaxprocs)))
        print(f"a parameter, since it has several values: gomaxprocs ({values})")
    if summary.defined and ".gopybench.bridge.plugin" not in conf.plugins:
        print(
            'add "plugins": [".gopybench.bridge.plugin"] to the configuration, or the next '
            "`asv run` drops the benchmarks that Go alone defines"
        )
    for (what, why), count in sorted(summary.left_out.items()):
        print(f"left out: {what} ({count}): {why}")
    for problem in summary.problems:
        print(f"gopybench import-go: {problem}", file=sys.stderr)


def _print_names(title: str, names: Collection[str]) -> None:
    for name in sorted(names)[:MAX_LISTED]:
        print(f"{title}: {name}")
    if len(names) > MAX_LISTED:
        print(f"{title}: {len(names) - MAX_LISTED} more")


def _export_go(options: argparse.Namespace) -> int:
    conf = conffile.load(options.config)
    wanted = None
    if options.commit is not None:
        found = commits.full_hashes(get_repo(conf), options.commit).values()
        for unknown in found:
            if isinstance(unknown, UserError):
                raise unknown
        wanted = {str(commit) for commit in found}
    left_out: Counter[tuple[str, str]] = Counter()
    problems: list[str] = []
    for line in exporter.export_go(conf, wanted, gomodule.modules(conf), left_out, problems):
        print(line)
    for (what, why), count in sorted(left_out.items()):
        print(f"gopybench export-go: left out: {what} ({count}): {why}", file=sys.stderr)
    for problem in problems:
        print(f"gopybench export-go: {problem}", file=sys.stderr)
    return 1 if problems else 0
