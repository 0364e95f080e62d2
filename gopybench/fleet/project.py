"""What the workers are given of a project: which it is, and its commits as a bundle of git's."""

from __future__ import annotations

import hashlib
import os
import secrets
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asv.util import UserError

from gopybench.asvdata import conffile, repository

# In bytes: it goes through the scheduler's memory.
MAX_BUNDLE = 1 << 30

# Where the measured project is: in the clone, or at a URL.
HERE, ELSEWHERE = "here", "elsewhere"

# The names of Go's benchmarks' files end so.
_GO_TESTS = "_test.go"


@dataclass(frozen=True)
class Project:
    """The repository around asv's configuration, as it is checked out.

    Attributes:
        top: its directory.
        head: the commit that is checked out, whose benchmarks are measured.
        id: what tells it from other projects, the same in each of its clones.
        config: where the configuration is in it.
        is_measured: whether it is the measured project, too; else that is at a URL.
        run: what tells what this client wants from what others do.
    """

    top: Path
    head: str
    id: str
    config: str
    is_measured: bool
    run: str = field(default_factory=lambda: secrets.token_hex(8))

    @classmethod
    def here(cls, conf: Any, config: str | None) -> Project:
        """Return the project of a configuration that was loaded from the file *config*.

        Raises asv's UserError where workers could not have what is here.
        """
        top = repository.top(".")
        if top is None:
            raise UserError(f"{Path.cwd()} is in no git repository: workers clone that")
        top = top.resolve()
        name = Path(config).name if config else next(n for n in conffile.NAMES if Path(n).exists())
        path = str((Path.cwd() / name).relative_to(top))
        is_measured = Path(conf.repo).is_dir()
        if is_measured and repository.top(conf.repo) != top:
            raise UserError(
                f'"repo" is the directory {conf.repo}, which workers do not have: name a URL'
            )
        if _git(top, "rev-parse", "--is-shallow-repository") == "true":
            raise UserError("this is a shallow clone; get all commits: git fetch --unshallow")
        _check_committed(conf, top)
        roots = _git(top, "rev-list", "--max-parents=0", "HEAD").split()
        id_ = hashlib.sha256("\n".join([*sorted(roots), path]).encode()).hexdigest()[:16]
        return cls(top, _git(top, "rev-parse", "HEAD"), id_, path, is_measured)

    def named(self) -> dict[str, str]:
        """Return what a worker is told."""
        repo = HERE if self.is_measured else ELSEWHERE
        about = {"id": self.id, "head": self.head, "config": self.config}
        return {**about, "repo": repo, "run": self.run}

    def bundle(self) -> bytes:
        """Return all commits, branches and tags; raise asv's UserError if there are too many."""
        which = ("HEAD", "--branches", "--tags", "--remotes")
        command = ["git", "bundle", "create", "--quiet", "-", *which]
        made = subprocess.run(command, cwd=self.top, capture_output=True, check=False)
        if made.returncode:
            raise UserError(f"git bundle: {made.stderr.decode(errors='replace').strip()}")
        if len(made.stdout) > MAX_BUNDLE:
            raise UserError(f"the repository is too large for workers: {len(made.stdout)} bytes")
        return made.stdout


def _check_committed(conf: Any, top: Path) -> None:
    """Raise asv's UserError where benchmarks or settings are not committed."""
    made = (conf.results_dir, conf.html_dir, conf.env_dir)
    inside = [os.path.relpath(path, top) for path in map(os.path.abspath, made)]
    without = [f":(exclude){path}" for path in inside if not path.startswith("..")]
    command = ["status", "--porcelain", "--untracked-files=all", "--no-renames"]
    benchmarks = os.path.relpath(os.path.abspath(conf.benchmark_dir), top)
    for line in _git(top, *command, "--", ".", *without, strip=False).splitlines():
        state, path = line[:2], line[3:].strip('"')
        is_needed = path.startswith(f"{benchmarks}/") or path.endswith(_GO_TESTS)
        if state != "??" or is_needed:
            raise UserError(
                f"{path} is not committed: workers have what is, and benchmarks are those of "
                "the commit that is checked out; commit it first"
            )


def _git(top: Path, *command: str, strip: bool = True) -> str:
    said = subprocess.run(
        ["git", *command],
        cwd=top,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if said.returncode:
        raise UserError(f"git {command[0]}: {said.stderr.strip()}")
    return said.stdout.strip() if strip else said.stdout
