"""A benchmark in Python, held between two samples by :mod:`~gopybench.turns.pythondriver`."""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gopybench.turns import cores, pythondriver
from gopybench.turns.keptprocess import Failed, KeptProcess
from gopybench.turns.samplers import LONG, Sample


class PythonSampler:
    """A benchmark of asv's in Python, in an environment of asv's.

    Attributes:
        number: how many runs a sample has; 0 before it is warm, and where it is skipped.
        is_long: whether a sample takes so long that a turn has but one.
    """

    times_cpu_alone = True

    def __init__(
        self,
        environment: Any,
        benchmark_dir: str,
        benchmark_id: str,
        attributes: Mapping[str, Any],
        cwd: Path,
        deadline: float,
    ) -> None:
        """Start it; it has to be warm at *deadline*."""
        self.number, self.is_long = 0, False
        self._deadline = deadline
        ours, theirs = socket.socketpair()
        self._channel = ours
        self._lines = ours.makefile("r")
        self._samples: list[Sample] = []
        with theirs:
            self._process = KeptProcess(
                [
                    environment.find_executable("python"),
                    pythondriver.__file__,
                    os.path.abspath(benchmark_dir),
                    benchmark_id,
                    json.dumps(attributes),
                    str(theirs.fileno()),
                ],
                cwd=cwd,
                env=_variables(environment),
                descriptors=[theirs.fileno()],
            )

    def warm(self) -> bool:
        """Wait until it can be asked; return False where the benchmark is skipped.

        Raises Failed where that is not done at the deadline.
        """
        first = self._hear(self._deadline)
        self.number = int(first.get("number", 0))
        self.is_long = self.number > 0 and first["wall"] * self.number >= LONG
        return self.number > 0

    def ask(self, deadline: float, core: int | None = None) -> int | None:
        """Take one sample, begun on a core; return the one on which it ended, if it is known.

        Raises Failed where that is not done at *deadline*.
        """
        before = cores.run_times(self._process.pid)
        try:
            with cores.waking_on(self._process.pid, core):
                self._channel.sendall(b"sample\n")
        except OSError:
            raise Failed(self._process.last_words()) from None
        self._samples.append(Sample(**self._hear(deadline)))
        return cores.last_core(self._process.pid, before)

    def finish(self) -> list[Sample]:
        """Return all samples."""
        return self._samples

    def close(self) -> None:
        """End the process."""
        self._process.close()
        self._lines.close()
        self._channel.close()

    def _hear(self, deadline: float) -> dict[str, Any]:
        self._process.wait_for(self._channel.fileno(), deadline)
        line = ""
        with contextlib.suppress(ConnectionError):
            line = self._lines.readline()
        if not line:
            raise Failed(self._process.last_words())
        return dict(json.loads(line))


def _variables(environment: Any) -> dict[str, str]:
    """Return the variables with which asv runs an environment's Python."""
    variables = {**os.environ, **environment.env_vars, **environment._global_env_vars}
    variables.pop("PYTHONPATH", None)
    if (path := variables.pop("ASV_PYTHONPATH", None)) is not None:
        variables["PYTHONPATH"] = path
    own = os.path.join(environment._path, "bin")
    variables["PATH"] = os.pathsep.join([own, variables.get("PATH", os.defpath)])
    return variables
