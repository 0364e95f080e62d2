"""The gopybench command."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from typing import Any

try:
    from asv.console import log
    from asv.util import UserError
except ModuleNotFoundError as missing:
    # The subject alone, as it is installed to be measured, has no commands.
    raise SystemExit("gopybench needs asv: pip install 'gopybench[asv]'") from missing

from gopybench.bridge import jointdiscovery
from gopybench.fleet import fleetcommand
from gopybench.gate import gatecommand, versuscommand
from gopybench.machine import machinecommands
from gopybench.machine.interpreters import without_shims
from gopybench.reports import reportcommands
from gopybench.transfer import transfercommands
from gopybench.triage import triagecommand


def main(argv: list[str] | None = None) -> int:
    """Run the command; return its exit code: 1 when something was wrong with the input.

    For commands that measure in turns, where 1 is a finding, it is 2.
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
        if str(error) == jointdiscovery.INTERRUPTED:
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
            metavar="FILE",
            help="asv's configuration (default: asv.conf.json, or asv.conf.jsonc)",
        )
        sub.set_defaults(run=run, code_of_errors=1)
        return sub

    transfercommands.register(command)
    gatecommand.register(command)
    versuscommand.register(command)
    triagecommand.register(command)
    fleetcommand.register(command)
    reportcommands.register(command)
    machinecommands.register(command)
    return parser
