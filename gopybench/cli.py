"""The gopybench command."""

from __future__ import annotations

import argparse
import contextlib
import errno
import math
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

try:
    from asv.config import Config
    from asv.console import log
    from asv.machine import Machine, MachineCollection
    from asv.plugin_manager import plugin_manager
    from asv.repo import get_repo
    from asv.util import UserError
except ModuleNotFoundError as missing:
    # The subject alone, as it is installed to be measured, has no commands.
    raise SystemExit("gopybench needs asv: pip install 'gopybench[asv]'") from missing

from gopybench.asvdata import configuration
from gopybench.asvdata.commits import full_hash
from gopybench.bridge import patches
from gopybench.gate import rendering as gate
from gopybench.gate import turns
from gopybench.gate.decision import Rules
from gopybench.machine import doctor, runtimes
from gopybench.machine.interpreters import without_shims
from gopybench.reports import report, table
from gopybench.transfer import exporter, importer
from gopybench.transfer.summary import Summary

# What the commands use of asv's configuration; asv itself checks no types.
_TYPES = {"results_dir": str, "html_dir": str, "repo": str, "pythons": list, "plugins": list}

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

    sub = command("gate", _gate, "Measure two commits in turns and say whether anything got worse.")
    sub.epilog = (
        "Exit codes: 0 when nothing got worse, 1 when something did, 2 when that cannot be told."
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
        help="the same for what does not vary, such as instructions (default: 0.5%%)",
    )
    sub.add_argument(
        "--false-alarms",
        type=_share,
        default=0.01,
        metavar="SHARE",
        help="the chance that on unchanged code any time is called worse (default: 1%%)",
    )
    sub.add_argument(
        "--budget",
        type=_minutes,
        default=30.0,
        metavar="MINUTES",
        help="for how long to measure at most (default: 30)",
    )
    sub.add_argument(
        "--machine",
        metavar="NAME",
        help="whose earlier results of BASE may be used for what does not vary "
        "(default: as asv does)",
    )
    sub.add_argument(
        "--format", choices=gate.FORMATS, default="text", help="how to print it (default: text)"
    )

    sub = command("table", _table, "Print time and memory of every runtime and variant, beside Go.")
    sub.add_argument("--n", type=int, metavar="N", help="how many persons (default: the most)")
    sub.add_argument(
        "--commit", metavar="REV", help="the commit (default: the newest that has results)"
    )
    sub.add_argument(
        "--format", choices=table.FORMATS, default="text", help="how to print it (default: text)"
    )

    sub = command("report", _report, "Write a page of findings, with plots and all numbers.")
    sub.add_argument(
        *("-o", "--output"),
        metavar="FILE",
        default="report.md",
        help="where to write it; the plots go beside it (default: report.md)",
    )
    sub.add_argument(
        "--commit", metavar="REV", help="the commit (default: the newest that has results)"
    )
    sub.add_argument("--machine", metavar="NAME", help="the machine, where there are several")

    command(
        "doctor",
        _doctor,
        "Say what makes measurements on this machine shaky, and which runtimes are here.",
    )

    sub = command(
        "runtimes", _runtimes, "List the configured runtimes: found where, or how to get them."
    )
    sub.add_argument(
        "--asv-options",
        choices=("default", "all"),
        help="print instead asv's options that select the newest CPython and PyPy, or all found",
    )
    return parser


def _config(path: str) -> Any:
    """Load asv's configuration and make its directory the current one, as asv does."""
    if not Path(path).is_file():
        raise UserError(f"no configuration file {path}; name it with --config")
    try:
        conf = Config.load(path)
    except (ValueError, TypeError, AttributeError) as error:
        raise UserError(f"{path}: {error}") from None
    for key, kind in _TYPES.items():
        if not isinstance(getattr(conf, key, kind()), kind):
            raise UserError(f"{path}: {key} is not a {kind.__name__}")
    os.chdir(Path(path).resolve().parent)
    return conf


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

    conf = _config(options.config)
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
    conf = _config(options.config)
    commits = None
    if options.commit is not None:
        repo = get_repo(conf)
        commits = {full_hash(repo, rev) for rev in options.commit}
    module = configuration.module_path(configuration.load(conf).dir)
    left_out: Counter[tuple[str, str]] = Counter()
    problems: list[str] = []
    for line in exporter.export_go(conf, commits, module, left_out, problems):
        print(line)
    for (what, why), count in sorted(left_out.items()):
        print(f"gopybench export-go: left out: {what} ({count}): {why}", file=sys.stderr)
    for problem in problems:
        print(f"gopybench export-go: {problem}", file=sys.stderr)
    return 1 if problems else 0


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
    conf = _config(options.config)
    # What asv says on its way is not the report.
    with contextlib.redirect_stdout(sys.stderr):
        try:
            report = _take_turns(conf, options)
        finally:
            log.flush()
    text = gate.render(report, options.format) + "\n"
    # A terminal that cannot show an arrow shows something else.
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
    return report.code


def _take_turns(conf: Any, options: argparse.Namespace) -> turns.Report:
    for plugin in conf.plugins:
        plugin_manager.import_plugin(plugin)
    if options.machine and not Path(conf.results_dir, options.machine).is_dir():
        raise UserError(f"{conf.results_dir} has no results of a machine {options.machine!r}")
    repo = get_repo(conf)
    repo.pull()
    base, head = (full_hash(repo, rev) for rev in (options.base, options.head))
    if base == head:
        raise UserError(f"BASE and HEAD are the same commit, {head[:8]}: nothing to compare")
    return turns.run(
        conf,
        repo,
        base,
        head,
        specs=options.environment,
        bench=options.bench,
        rules=Rules(options.threshold, options.tolerance, options.false_alarms),
        budget=60 * options.budget,
        machine=options.machine or _own_machine(),
        say=lambda words: print(words, file=sys.stderr, flush=True),
    )


def _own_machine() -> str | None:
    """Return what asv calls this machine; None where it was not told."""
    with contextlib.suppress(UserError):
        return str(MachineCollection.load(Machine.get_unique_machine_name())["machine"])
    return None


def _table(options: argparse.Namespace) -> int:
    conf = _config(options.config)
    print(table.render(table.collect(conf, options.commit, options.n), options.format))
    return 0


def _report(options: argparse.Namespace) -> int:
    path = Path(options.output).absolute()
    conf = _config(options.config)
    for written in report.write(conf, path, options.commit, options.machine):
        print(f"wrote {written}")
    return 0


def _doctor(options: argparse.Namespace) -> int:
    conf = _config(options.config)
    print(doctor.render(doctor.examine()))
    print()
    print(runtimes.render(runtimes.find_all(conf)))
    return 0


def _runtimes(options: argparse.Namespace) -> int:
    conf = _config(options.config)
    found = runtimes.find_all(conf)
    if options.asv_options is None:
        print(runtimes.render(found))
        return 0
    print(" ".join(runtimes.asv_options(found, everything=options.asv_options == "all")))
    return 0
