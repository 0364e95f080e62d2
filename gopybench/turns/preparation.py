"""What the commands that take turns do before and after they measure."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Any

from asv.console import log
from asv.machine import Machine, MachineCollection
from asv.plugin_manager import plugin_manager
from asv.repo import get_repo
from asv.util import UserError


@contextlib.contextmanager
def asv_on_stderr() -> Iterator[None]:
    """Keep what asv says on its way out of the report."""
    with contextlib.redirect_stdout(sys.stderr):
        try:
            yield
        finally:
            log.flush()


def ready(conf: Any) -> Any:
    """Load the configured plugins; return asv's repository, up to date."""
    for plugin in conf.plugins:
        plugin_manager.import_plugin(plugin)
    repo = get_repo(conf)
    repo.pull()
    return repo


def known_machine() -> str | None:
    """Return what asv calls this machine; None where it was not told."""
    with contextlib.suppress(UserError):
        return str(MachineCollection.load(Machine.get_unique_machine_name())["machine"])
    return None


def own_machine() -> str:
    """Return what asv calls this machine, or would."""
    return known_machine() or str(Machine.get_unique_machine_name())


def say(words: str) -> None:
    """Say how far it is, on a line of its own."""
    log.flush()
    print(words, file=sys.stderr, flush=True)


def print_report(text: str) -> None:
    """Print it, also where the terminal cannot show all of its characters."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(f"{text}\n".encode(encoding, "replace").decode(encoding))
