"""The gopybench command."""

from __future__ import annotations

import argparse
import errno
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

try:
    from asv.console import log
    from asv.repo import get_repo
    from asv.util import UserError
except ModuleNotFoundError as missing:
    # The subject alone, as it is installed to be measured, has no commands.
    raise SystemExit("gopybench needs asv: pip install 'gopybench[asv]'") from missing

from gopybench.asvdata import conffile, configuration, gomodule
from gopybench.asvdata.commits import full_hash
from gopybench.bridge import patches
from gopybench.gate import gatecommand
from gopybench.machine import machinecommands
from gopybench.machine.interpreters import without_shims
from gopybench.reports import reportcommands
from gopybench.transfer import exporter, importer
from gopybench.transfer.summary import Summary

# How many names a summary lists of one kind.
MAX_LISTED = 20


def main(argv: list[str] | None = None) -> int:
    """Run the command; return its exit code: 1 when something was wrong with the input.

    For the gate, where 1 says that something got worse, it is 2.
    """
    parser = _parser()
    options = parser.parse_args(argv)
    os.environ["PATH"] = without_shims(os.environ.get("PATH", os.defpath))
    log.enable()
    try:
        code = int(options.run(options))
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        print(f"gopybench {options.command}: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read the output has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(options.code_of_errors)
    except (UserError, OSError, subprocess.SubprocessError) as error:
        if str(error) == patches.INTERRUPTED:
            print(f"gopybench {options.command}: interrupted", file=sys.stderr)
            return 130
        print(f"gopybench {options.command}: {error}", file=sys.stderr)
        return int(options.code_of_errors)
    except Exception as error:
        if options.code_of_errors == 1:
            raise
        # Python's own exit code would say that something got worse.
        print(f"gopybench {options.command}: {type(error).__name__}: {error}", file=sys.stderr)
        return int(options.code_of_errors)
    finally:
        log.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gopybench", description="Go and Python side by side on asv's dashboard."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(
            name, help=text[0].lower() + text[1:].rstrip("."), description=text
        )
        sub.add_argument(
            "--config",
            default="asv.conf.json",
            metavar="FILE",
            help="asv's configuration (default: asv.conf.json)",
        )
        sub.set_defaults(run=run, code_of_errors=1)
        return sub

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

    gatecommand.register(command)
    reportcommands.register(command)
    machinecommands.register(command)
    return parser


def _import_go(options: argparse.Namespace) -> int:
    names = options.files or ["-"]
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
    for title, names in (
        ("joined Python's benchmark", summary.joined),
        ("defined by Go alone", summary.defined),
    ):
        for name in sorted(names)[:MAX_LISTED]:
            print(f"{title}: {name}")
        if len(names) > MAX_LISTED:
            print(f"{title}: {len(names) - MAX_LISTED} more")
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


def _export_go(options: argparse.Namespace) -> int:
    conf = conffile.load(options.config)
    commits = None
    if options.commit is not None:
        repo = get_repo(conf)
        commits = {full_hash(repo, rev) for rev in options.commit}
    module = gomodule.module_path(configuration.load(conf).dir)
    left_out: Counter[tuple[str, str]] = Counter()
    problems: list[str] = []
    for line in exporter.export_go(conf, commits, module, left_out, problems):
        print(line)
    for (what, why), count in sorted(left_out.items()):
        print(f"gopybench export-go: left out: {what} ({count}): {why}", file=sys.stderr)
    for problem in problems:
        print(f"gopybench export-go: {problem}", file=sys.stderr)
    return 1 if problems else 0
