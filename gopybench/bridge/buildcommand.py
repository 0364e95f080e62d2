"""The build command of asv.conf.json, which makes what is not in the commit before Go builds."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from asv.console import log
from asv.util import TIMEOUT_RETCODE, ProcessError

from gopybench.asvdata.gosettings import Settings
from gopybench.bridge import processes
from gopybench.machine import toolchains

# What asv makes of a command: its parts, environment variables, exit codes that are no
# failure (None for any), and a directory.
_Command = tuple[list[str], Mapping[str, str], Collection[int] | None, str | None]


def configured(conf: Any, blocks: Sequence[Settings]) -> dict[str, list[str]]:
    """Return the commands to run before Go builds, as asv writes them, by each block's directory.

    A single block without a command takes asv's own, but only in a project of
    Go alone: else that is for Python.
    """
    by_directory = {block.dir: block.build_command for block in blocks}
    if len(blocks) == 1 and all(map(toolchains.is_spec, conf.pythons)):
        own = conf.build_command
        commands = (own,) if isinstance(own, str) else own
        by_directory = {d: commands if c is None else c for d, c in by_directory.items()}
    return {directory: list(found or ()) for directory, found in by_directory.items()}


def run(
    commands: Iterable[_Command], directory: Path, env: Mapping[str, str], timeout: float
) -> None:
    """Run commands in *directory*, each for *timeout* seconds at most.

    Raises asv's ProcessError when one fails, as asv does when Python's fails.
    """
    for command, own_env, codes, own_directory in commands:
        output = processes.Excerpt()
        try:
            ended = processes.run(
                command,
                output.add,
                cwd=Path(own_directory or directory),
                env={**env, **own_env},
                timeout=timeout,
            )
            code = TIMEOUT_RETCODE if ended.timed_out else ended.code
            errors = ended.stderr
        except OSError as error:
            code, errors = 127, str(error)
        if code == TIMEOUT_RETCODE or (codes is not None and code not in codes):
            late = f"took more than {timeout:g} seconds (install_timeout)"
            why = late if code == TIMEOUT_RETCODE else f"ended with exit status {code}"
            words = [f"build_command: {shlex.join(command)} {why}", str(output), errors]
            log.error("\n".join(filter(None, words)))
            raise ProcessError(command, code, str(output), errors)
