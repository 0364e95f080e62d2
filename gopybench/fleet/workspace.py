"""A project's clone on a worker: filled from a bundle, and what asv needs to measure in it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from asv import util
from asv.machine import MachineCollection

# Names the directory for clones; by default they are among the user's caches.
DIRECTORY = "GOPYBENCH_FLEET_DIR"

# Written beside the configuration, whose directory asv makes the current one.
_CONFIG = ".gopybench-fleet.json"

# Of configurations that asv reads.
_SUFFIXES = (".json", ".jsonc")

_HASH = re.compile(r"[0-9a-f]{40,64}")
_ID = re.compile(r"[0-9a-f]{8,64}")

# For how long git may take, in seconds.
_PATIENCE = 1800.0


class Workspace:
    """The place of one project on this machine, as a client has named it.

    Attributes:
        clone: its working tree, at the commit whose benchmarks are measured.
        home: what takes the place of the user's home: it has all that is there, but for
            asv's list of machines.
    """

    def __init__(self, project: Mapping[str, str], directory: Path | None = None) -> None:
        """Take what a client says of its project; raise asv's UserError if it makes no sense.

        *directory* is where its place is, in place of the user's caches.
        """
        self.head, id_, config = (str(project.get(key)) for key in ("head", "id", "config"))
        # The client is trusted as far as Dask trusts it; mistakes need not cost a home.
        if not _HASH.fullmatch(self.head) or not _ID.fullmatch(id_) or _leads_out(config):
            raise util.UserError(f"not a project: {dict(project)}")
        self._root = (directory or _directory()) / id_
        self.clone = self._root / "clone"
        self.home = self._root / "home"
        self._config = self.clone / config

    def has(self, commits: Sequence[str]) -> bool:
        """Return whether the clone has all of these commits, and that of the benchmarks."""
        if not (self.clone / ".git").exists():
            return False
        names = "".join(f"{commit}\n" for commit in [self.head, *commits])
        said = self._git("cat-file", "--batch-check", input=names)
        return not any(line.endswith(" missing") for line in said.stdout.splitlines())

    def fill(self, bundle: bytes) -> None:
        """Take all commits, branches and tags that a bundle of git's has.

        Raises asv's UserError where git does not, and OSError.
        """
        self.clone.mkdir(parents=True, exist_ok=True)
        if not (self.clone / ".git").exists():
            self._git("init", "--quiet")
        with tempfile.NamedTemporaryFile(dir=self._root, suffix=".bundle") as file:
            file.write(bundle)
            file.flush()
            kinds = ("heads", "tags", "remotes")
            refs = [f"+refs/{kind}/*:refs/{kind}/*" for kind in kinds]
            refs.append("+HEAD:refs/gopybench/head")
            fetch = ["fetch", "--quiet", "--update-head-ok", "--no-tags", "--prune"]
            self._git(*fetch, file.name, *refs)

    def check_out(self) -> None:
        """Make the working tree that of the commit whose benchmarks are measured."""
        # On a branch, as git begins, nothing is checked out, though it may be that of the commit.
        if (self.clone / ".git/HEAD").read_text(encoding="utf-8").strip() != self.head:
            self._git("checkout", "--quiet", "--force", "--detach", self.head)
            if (self.clone / ".gitmodules").exists():
                self._git("submodule", "update", "--quiet", "--init", "--recursive")

    def _git(self, *command: str, input: str = "") -> subprocess.CompletedProcess[str]:
        said = subprocess.run(
            ["git", *command],
            cwd=self.clone,
            # Not the repository around, if there is one.
            env={**os.environ, "GIT_CEILING_DIRECTORIES": str(self._root)},
            input=input,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
        if said.returncode:
            raise util.UserError(f"git {command[0]} in {self.clone}: {said.stderr.strip()}")
        return said

    def configure(self, **changes: Any) -> Path:
        """Write asv's configuration with other values for some keys; return its path."""
        try:
            known = util.load_json(str(self._config), js_comments=True)
        except (OSError, ValueError) as error:
            raise util.UserError(f"{self._config.name} cannot be read: {error}") from None
        path = self._config.with_name(_CONFIG)
        path.write_text(json.dumps({**known, "version": 1, **changes}), encoding="utf-8")
        return path

    def settle(self, machine: Mapping[str, str]) -> None:
        """Make the home in which asv takes this machine for *machine*, as it describes one."""
        self.home.mkdir(parents=True, exist_ok=True)
        own = Path(MachineCollection.get_machine_file_path()).name
        real = Path.home()
        for entry in real.iterdir() if real.is_dir() else ():
            if entry.name != own:
                with contextlib.suppress(FileExistsError):
                    (self.home / entry.name).symlink_to(entry)
        described = {machine["machine"]: dict(machine), "version": MachineCollection.api_version}
        (self.home / own).write_text(json.dumps(described), encoding="utf-8")


def _directory() -> Path:
    given = os.environ.get(DIRECTORY)
    if given:
        return Path(given).absolute()
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches, "gopybench-fleet").absolute()


def _leads_out(path: str) -> bool:
    return (
        Path(path).is_absolute() or ".." in Path(path).parts or Path(path).suffix not in _SUFFIXES
    )
