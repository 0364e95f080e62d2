"""Go as an environment of asv: a version of Go in which asv builds commits and runs benchmarks.

It answers what asv asks of an environment's Python: ``discover``, ``check``
and ``run``; see asv.runner and asv_runner.run.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from asv import util
from asv.console import log
from asv.environment import Environment, EnvironmentUnavailable, get_env_name

from gopybench.bridge import build, definitions, discovery, naming, settings, suite, toolchain


class GoEnvironment(Environment):  # type: ignore[misc]
    """A version of Go.

    The toolchain is that of the ``go`` on PATH where the version matches, else
    one from PyPI in a virtual environment of its own. Raises
    EnvironmentUnavailable when it is made and there is neither.
    """

    tool_name = "go"
    matches_python_fallback = False

    def __init__(
        self,
        conf: Any,
        python: str,
        requirements: Mapping[str, str],
        tagged_env_vars: Mapping[tuple[str, str], str],
    ) -> None:
        """Take what asv gives; *python* is such as ``go1.27`` or ``1.27``."""
        try:
            self._runtime = toolchain.runtime(python)
        except toolchain.ToolchainNotFound as error:
            raise EnvironmentUnavailable(str(error)) from None
        self._conf = conf
        self._settings = settings.load(conf)
        self._in_repository = settings.directory_in_repository(conf, self._settings)
        self._go: toolchain.Toolchain | None = None
        self._checksum: list[str] | None = None
        self._built: set[str] = set()
        # Python's requirements mean nothing to Go.
        self._requirements: dict[str, str] = {}
        super().__init__(conf, self._runtime, {}, tagged_env_vars)
        try:
            self._use(toolchain.find(self._runtime, self._path))
        except toolchain.ToolchainNotFound as error:
            raise EnvironmentUnavailable(str(error)) from None
        self._suite = suite.Suite(self._settings)
        self._benchmarks: Mapping[str, Mapping[str, Any]] = {}

    def _use(self, go: toolchain.Toolchain | None) -> None:
        """Build with *go*; what is installed counts only if that built it, too."""
        self._go = go
        self._checksum = None
        self._set_commit_hash(self._get_installed_commit_hash())

    def _toolchain(self) -> toolchain.Toolchain:
        if self._go is None:
            # With --parallel another process created the environment.
            self.create()
        assert self._go is not None
        return self._go

    @classmethod
    def matches(cls, python: str) -> bool:
        """Return whether *python* stands for a Go version."""
        return toolchain.is_spec(python)

    @property
    def name(self) -> str:
        """The name of the environment, and of the files of its results: ``go1.27``."""
        name = str(get_env_name("", self._runtime, {}, self._tagged_env_vars))
        return name.removeprefix("py")

    # Creating: see asv.environment.Environment.create.

    def check_presence(self) -> bool:
        """Return whether all is there to build with."""
        if self._go is None:
            self._use(toolchain.in_environment(self._path, self._runtime))
        try:
            info = self.load_info_file(self._path)
        except (util.UserError, OSError):
            return False
        return self._go is not None and bool(
            info
            == {
                "tool_name": self.tool_name,
                "python": self._runtime,
                "requirements": {},
                "build_env_vars": self.build_env_vars,
            }
        )

    def _setup(self) -> None:
        if self._go is not None:
            os.makedirs(self._path)
            return
        log.info(f"Installing {toolchain.requirement(self._runtime)} for {self.name}")
        try:
            self._use(toolchain.install(self._runtime, self._path))
        except toolchain.ToolchainNotFound as error:
            raise util.UserError(str(error)) from None

    # Building: see asv.environment.Environment.install_project.

    @property
    def _module(self) -> Path:
        return Path(self._build_root, self._in_repository)

    @property
    def _working_tree(self) -> Path | None:
        """The module's directory in the working tree, whose benchmarks are measured."""
        directory = Path(self._settings.dir).resolve()
        return None if self._settings.from_commit or not directory.is_dir() else directory

    @property
    def _installed(self) -> Path:
        return Path(self._path, "installed")

    def _get_install_checksum(self) -> list[str]:
        """Return what a build depends on besides the commit."""
        if self._checksum is None:
            laid_over = self._working_tree
            files = (
                {**build.test_files(laid_over), **build.test_data(laid_over)} if laid_over else {}
            )
            go = self._go
            self._checksum = [
                f"{go.version} {go.executable}" if go else self._runtime,
                repr((self._settings, self._in_repository)),
                build.fingerprint(files) if laid_over else "",
            ]
        return self._checksum

    def _get_installed_commit_hash(self) -> str | None:
        commit: str | None = super()._get_installed_commit_hash()
        # What did not compile is tried again by the next asv command: what was
        # wrong may have been outside of the commit.
        if commit is not None and commit not in self._built and not self._is_whole(self._installed):
            return None
        return commit

    def _is_whole(self, directory: Path) -> bool:
        built = build.load(directory)
        return built is not None and built.whole

    def install_project(self, conf: Any, repo: Any, commit_hash: str) -> None:
        """Check out and build a commit, unless it is there from before."""
        cached = self._cache.get_cache_dir(commit_hash)
        if cached is not None and commit_hash not in self._built:
            stamp = Path(cached, "checksum.json")
            same = stamp.is_file() and json.loads(stamp.read_text()) == self._get_install_checksum()
            if not same or not self._is_whole(Path(cached)):
                self._cache._remove_cache_dir(commit_hash)
        super().install_project(conf, repo, commit_hash)
        self._built.add(commit_hash)

    def _build_project(self, repo: Any, commit_hash: str, build_dir: str) -> None:
        log.info(f"Building {repo.get_decorated_hash(commit_hash, 8)} for {self.name}")
        into = Path(self._cache_dir(commit_hash))
        result = build.build(
            self._toolchain(),
            self._settings,
            self._module,
            self._working_tree,
            into,
            self._environ({**os.environ, **self.build_env_vars}),
        )
        for error in [result.error, *(package.error for package in result.packages)]:
            if error:
                log.error(error)
        (into / "checksum.json").write_text(json.dumps(self._get_install_checksum()))

    def _cache_dir(self, commit_hash: str) -> str:
        directory: str = self._cache._get_cache_dir(commit_hash)[0]
        return directory

    def _install_project(self, repo: Any, commit_hash: str, build_dir: str) -> None:
        build.install(Path(self._cache_dir(commit_hash)), self._installed)
        # Today's benchmarks read today's data.
        if self._working_tree is not None:
            for name, path in build.test_data(self._working_tree).items():
                target = self._module / name
                shutil.rmtree(target, ignore_errors=True)
                shutil.copytree(path, target, symlinks=True)

    def _uninstall_project(self) -> None:
        self._set_installed_commit_hash(None)

    def _environ(self, base: Mapping[str, str]) -> dict[str, str]:
        """Return the environment variables of everything that runs: the matrix's go first."""
        env = {**base, **self._settings.env, **self.env_vars, **self._global_env_vars}
        env["PATH"] = os.pathsep.join(
            [os.path.dirname(self._toolchain().executable), base.get("PATH", os.defpath)]
        )
        return toolchain.environ(env)

    # Running: see asv.runner.Spawner and asv.benchmarks.Benchmarks.

    def run(self, args: list[str], **kwargs: Any) -> Any:
        """Answer what asv asks of an environment's Python.

        That is the output, for ``discover``, else output, errors and exit code.
        """
        _, request, *rest = args
        if request == "discover":
            entries = self._discover(kwargs["env"])
            Path(rest[1]).write_text(json.dumps(entries), encoding="utf-8")
            return ""
        if request == "check":
            problems = [f.problem for f in self._suite.functions.values() if f.problem]
            return "\n".join(dict.fromkeys(problems)), "", 1 if problems else 0
        if request == "run":
            return self._run(*rest[1:], **kwargs)
        return f"Go has no {request}", "", 1

    def _discover(self, env: Mapping[str, str]) -> list[dict[str, Any]]:
        installed = self._installed_build(env, None)
        if installed.build.error:
            log.error(installed.build.error)
            raise util.UserError(installed.build.error)
        cache = Path(self._path, "discovered", f"{self._state()}.json")
        functions = discovery.load(cache)
        if functions is None:
            functions = self._suite.discover(installed)
            if not any(function.problem for function in functions):
                discovery.save(cache, functions)
        for function in functions:
            if function.problem:
                name = naming.go_name(function.package, function.name)
                log.warning(f"{name} fails; --show-stderr shows how")
        self._suite.functions = {function.asv_class: function for function in functions}
        try:
            known = definitions.load(self._conf)
        except util.UserError:
            # asv is about to write a new list.
            known = {}
        return self._suite.entries(known)

    @property
    def functions(self) -> dict[str, discovery.Function]:
        """The Go benchmarks that were discovered in this environment."""
        return self._suite.functions

    def measure(
        self,
        benchmarks: Mapping[str, Mapping[str, Any]],
        functions: dict[str, discovery.Function],
    ) -> None:
        """Say what is to be measured: asv's benchmarks by name, Python's among them, and Go's."""
        self._benchmarks = benchmarks
        self._suite.functions = functions

    def _state(self) -> str:
        """Return a hash of what it depends on which benchmarks there are."""
        tree = subprocess.run(
            ["git", "-C", str(self._module), "rev-parse", "HEAD:./"],
            capture_output=True,
            text=True,
            check=False,
        ).stdout.strip()
        state = [
            *self._get_install_checksum(),
            tree or str(self._global_env_vars.get("ASV_COMMIT")),
            repr(sorted(self.env_vars.items())),
        ]
        return hashlib.sha256("\0".join(state).encode()).hexdigest()[:32]

    def _run(
        self, benchmark_id: str, params: str, profile: str, result_file: str, **kwargs: Any
    ) -> tuple[str, str, int]:
        known = self._benchmarks or definitions.load(self._conf)
        name, dash, number = benchmark_id.rpartition("-")
        index = int(number) if dash and name in known else 0
        name = name if dash and name in known else benchmark_id
        installed = self._installed_build(kwargs["env"], Path(kwargs["cwd"]))
        attributes = {**json.loads(params), "timeout": kwargs["timeout"]}
        profile_file = None
        if profile != "None":
            directory = Path(self._path, "profiles", installed.commit[:8])
            profile_file = directory / f"{util.sanitize_filename(benchmark_id)}.pprof"
        try:
            value, words = self._suite.measure(
                name, index, known, attributes, installed, profile_file
            )
        except suite.Failed as failure:
            code = util.TIMEOUT_RETCODE if failure.code is None else failure.code
            return str(failure), "", code
        Path(result_file).write_text(json.dumps(value), encoding="utf-8")
        if profile_file is not None and profile_file.exists():
            log.info(f"profile: go tool pprof {profile_file}")
        return words, "", 0

    def _installed_build(self, env: Mapping[str, str], scratch: Path | None) -> suite.Installed:
        built = build.load(self._installed)
        if built is None:
            raise util.UserError(f"{self.name}: nothing is built; run asv again")
        variables = self._environ(env)
        if scratch is not None:
            # What a benchmark leaves there goes with asv's directory.
            variables["TMPDIR"] = str(scratch)
        return suite.Installed(
            build=built,
            directory=self._installed,
            module=self._module,
            commit=str(self._global_env_vars.get("ASV_COMMIT", "")),
            env=variables,
            timeout=self._default_benchmark_timeout,
        )
