"""The environments that asv finds here: their names, and the builds of their runtimes.

``python -m gopybench.fleet.environmentlist CONFIG FILE [-E SPEC]…`` writes them as JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from asv.console import log
from asv.environment import ExistingEnvironment, get_environments
from asv.plugin_manager import plugin_manager
from asv.util import UserError

from gopybench.asvdata import conffile
from gopybench.machine import interpreters, toolchains


def main() -> int:
    """Write the list; what asv says of environments that are not here is printed."""
    config, file, *specs = sys.argv[1:]
    os.environ["PATH"] = interpreters.without_shims(os.environ.get("PATH", os.defpath))
    log.enable()
    try:
        conf = conffile.load(config)
        for plugin in conf.plugins:
            plugin_manager.import_plugin(plugin)
        found = _find(conf, [spec for spec in specs if spec != "-E"])
    except UserError as error:
        print(error)
        return 1
    finally:
        log.flush()
    Path(file).write_text(json.dumps(found), encoding="utf-8")
    return 0


def _find(conf: Any, specs: list[str]) -> list[dict[str, str]]:
    """Return each environment's name, what selects it as asv's ``-E``, and its runtime."""
    found = {}
    asked: list[str | None] = [*specs] or [None]
    for spec in asked:
        for env in get_environments(conf, [spec] if spec else None):
            if isinstance(env, ExistingEnvironment):
                raise UserError(f"-E {spec}: an existing environment has no commits to measure")
            select = env.name if spec is None else spec
            runtime = _runtime(env.python)
            found[env.name] = {"name": env.name, "select": select, "runtime": runtime}
    configured = {env.name for env in get_environments(conf, None, verbose=False)} if specs else ()
    for name in found.keys() & {*configured}:
        found[name]["select"] = name
    by_spec = [each["select"] for each in found.values()]
    for each in found.values():
        if by_spec.count(each["select"]) > 1:
            raise UserError(
                f"-E {each['select']} is several environments that the configuration does not "
                "have: add its python to the configuration"
            )
    return list(found.values())


def _runtime(python: str) -> str:
    """Return the build of a runtime: its implementation and full version."""
    with contextlib.suppress(toolchains.ToolchainNotFound, interpreters.InterpreterNotFound):
        if not toolchains.is_spec(python):
            return interpreters.find(python).description
        runtime = toolchains.runtime(python)
        here = toolchains.find(runtime)
        return here.version if here else f"{toolchains.requirement(runtime)} from PyPI"
    return python


if __name__ == "__main__":
    sys.exit(main())
