"""What results were measured with: exact versions, compilers, system and the machine's settings.

Its keys are those that asvdata/noted.py tells from requirements. The runtime, the
compiler and the packages are the same in each run with one build, the rest need not
be; when a benchmark was measured is told by asv, in the ``started_at`` of each.
"""

from __future__ import annotations

import datetime
import functools
import importlib.metadata
import json
import os
import platform
import subprocess
from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import psutil
from asv.util import ProcessError, UserError

from gopybench.asvdata import noted
from gopybench.machine import computer, doctor

# For how long other processes are watched, in seconds: asv waits for it.
_WATCH = 0.2

# Where a fleet measures: when its run began, and which machine of a class this is, whose
# others write to the same files.
FLEET, MACHINE = "GOPYBENCH_FLEET_BEGAN", "GOPYBENCH_MEASURING_MACHINE"

# Of the compiler's words those that are directories are left out.
_DESCRIBE = """
import json, platform, shlex, sys, sysconfig
from urllib.parse import quote
try:
    from importlib import metadata
    found = [(str(d.metadata["Name"]), d) for d in metadata.distributions()]
    packages = sorted({f"{name}=={d.version}" for name, d in found})
    # The project is what asv installed from a file that it built in the environment.
    start, project = '"file://' + quote(sys.argv[1]), sys.argv[2].replace("_", "-").lower()
    own = sorted({
        name for name, d in found
        if start in (d.read_text("direct_url.json") or "")
        or name.replace("_", "-").lower() == project
    })
except ImportError:
    packages, own = [], []
config = sysconfig.get_config_vars()
words = " ".join(str(config.get(name) or "") for name in ("CC", "CFLAGS", "CONFIG_ARGS"))
print(json.dumps({
    "@runtime": f"{platform.python_implementation()} {sys.version}".replace("\\n", " "),
    "@compiler": " ".join(word for word in shlex.split(words) if "/" not in word),
    "@packages": " ".join(packages),
    "@project": " ".join(own),
}))
"""

_OF_GO = ("GOVERSION", "GOOS", "GOARCH", "GOAMD64", "GOARM64", "GOEXPERIMENT", "GOFLAGS")
_OF_CGO = ("CGO_ENABLED", "CC", "CGO_CFLAGS")
_SETTINGS = (*_OF_GO[3:], *_OF_CGO, "flags")


@runtime_checkable
class GoDescribed(Protocol):
    """An environment that can be asked for Go's settings: the bridge's."""

    def describe(self, *names: str) -> Mapping[str, str]:
        """Return settings of ``go env`` by name, and ``flags``, those that it builds with."""


def of(environment: Any) -> dict[str, str]:
    """Return what is noted of asv's environment and of this machine, as it is in this process."""
    about = _of_go(environment) if isinstance(environment, GoDescribed) else _of(environment)
    return {key: value for key, value in {**about, **_of_here()}.items() if value}


def _of(environment: Any) -> dict[str, str]:
    try:
        about = [environment._path, environment._project]
        return dict(json.loads(environment.run(["-c", _DESCRIBE, *about])))
    except (ProcessError, UserError, OSError, ValueError) as error:
        return {"@runtime": f"not known: {error}"}


def _of_go(environment: GoDescribed) -> dict[str, str]:
    try:
        found = environment.describe(*_OF_GO, *_OF_CGO)
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        return {"@runtime": f"not known: {error}"}
    return {
        "@runtime": f"go version {found['GOVERSION']} {found['GOOS']}/{found['GOARCH']}",
        "@compiler": " ".join(f"{key}={found[key]}" for key in _SETTINGS if found[key]),
    }


@functools.cache
def _of_here() -> dict[str, str]:
    try:
        release = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        release = ""
    with_ = " ".join(f"{name} {importlib.metadata.version(name)}" for name in ("asv", "gopybench"))
    # Whenever this is asked: a comparison asks when it is done.
    began = datetime.datetime.fromtimestamp(
        psutil.Process().create_time(), tz=datetime.timezone.utc
    )
    return {
        noted.FLEET: os.environ.get(FLEET, ""),
        noted.MACHINE: os.environ.get(MACHINE, ""),
        noted.BOOT: computer.boot(),
        noted.BEGAN: began.strftime("%Y-%m-%dT%H:%MZ"),
        "@kernel": computer.kernel(),
        "@libc": computer.c_library(),
        "@cpu": computer.cpu(),
        "@system": f"{platform.platform()} {release}".strip(),
        "@settings": "; ".join(f"{f.what}: {f.found}" for f in doctor.examine(watch=_WATCH)),
        "@measured-with": with_,
    }
