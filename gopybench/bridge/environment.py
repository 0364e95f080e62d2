"""A version of Go as an environment of asv, which builds commits and runs benchmarks in it.

It answers the requests that asv makes of an environment's Python, ``discover``,
``check`` and ``run``: see asv.runner and asv_runner.run.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from asv import util
from asv.console import log
from asv.environment import Environment, EnvironmentUnavailable, get_env_name

from gopybench.asvdata import definitions, gomodule, gosettings, mapping, noted, saidonce
from gopybench.bridge import build, buildcommand, buildflags, installation, lastwords, suite
from gopybench.bridge.builder import Builder
from gopybench.bridge.installation import Installation
from gopybench.bridge.measurement import Failed, profile_file
from gopybench.bridge.modules import Checkout, Part
from gopybench.bridge.transcript import Transcript
from gopybench.machine import toolchains


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
            self._runtime = toolchains.runtime(python)
        except toolchains.ToolchainNotFound as error:
            raise EnvironmentUnavailable(str(error)) from None
        self._conf = conf
        self._location = gomodule.locate(conf, gosettings.load(conf))
        self._blocks = self._location.blocks
        self._build_commands = buildcommand.configured(conf, self._blocks.blocks)
        self._go: toolchains.Toolchain | None = None
        self._checksum: list[str] | None = None
        self._built: set[str] = set()
        # The commit that is installed, and its state: see Installation.
        self._state: tuple[str, str] | None = None
        # Python's requirements mean nothing to Go.
        self._requirements: dict[str, str] = {}
        super().__init__(conf, self._runtime, {}, tagged_env_vars)
        try:
            self._use(toolchains.find(self._runtime, self._path))
        except toolchains.ToolchainNotFound as error:
            raise EnvironmentUnavailable(str(error)) from None
        self.suite = suite.Suite(self._blocks, self._default_benchmark_timeout)
        self.transcript: Transcript | None = None  # where asv prints what benchmarks say
        self.why = ""  # why the last request to run a benchmark gave no value

    def _use(self, go: toolchains.Toolchain | None) -> None:
        """Build with *go*; what is installed counts only if that built it, too."""
        self._go = go
        self._checksum = None
        self._set_commit_hash(self._get_installed_commit_hash())

    def _toolchain(self) -> toolchains.Toolchain:
        if self._go is None:
            # With --parallel another process created the environment.
            self.create()
        assert self._go is not None
        return self._go

    @classmethod
    def matches(cls, python: str) -> bool:
        """Return whether *python* stands for a Go version."""
        return toolchains.is_spec(python)

    @property
    def name(self) -> str:
        """The name of the environment, and of the files of its results: ``go1.27``."""
        name = str(get_env_name("", self._runtime, {}, self._tagged_env_vars))
        return name.removeprefix("py")

    # Creating: see asv.environment.Environment.create.

    def check_presence(self) -> bool:
        """Return whether all is there to build with."""
        if self._go is None:
            self._use(toolchains.in_environment(self._path, self._runtime))
        try:
            info = self.load_info_file(self._path)
        except (util.UserError, OSError):
            return False
        made = {"tool_name": self.tool_name, "python": self._runtime, "requirements": {}}
        made["build_env_vars"] = self.build_env_vars
        return self._go is not None and bool(info == made)

    def _setup(self) -> None:
        if self._go is not None:
            os.makedirs(self._path)
            return
        log.info(f"Installing {toolchains.requirement(self._runtime)} for {self.name}")
        try:
            self._use(toolchains.install(self._runtime, self._path))
        except toolchains.ToolchainNotFound as error:
            raise util.UserError(str(error)) from None

    # Building: see asv.environment.Environment.install_project.

    @property
    def _checkout(self) -> Checkout:
        return Checkout(self._location, Path(self._build_root))

    @property
    def _installed(self) -> Path:
        return Path(self._path, "installed")

    def _get_install_checksum(self) -> list[str]:
        """Return everything besides the commit that a build depends on."""
        if self._checksum is None:
            settings = [
                (go.dir, go.packages, go.build_flags, go.env, go.from_commit, go.from_tree)
                for go in self._blocks.blocks
            ]
            self._checksum = [
                f"{self._go.version} {self._go.executable}" if self._go else self._runtime,
                repr((self._location.own, settings, self._build_commands)),
                self._checkout.fingerprint(),
            ]
        return self._checksum

    def _get_installed_commit_hash(self) -> str | None:
        commit: str | None = super()._get_installed_commit_hash()
        # What did not compile is tried again by the next asv command: the cause
        # may have been outside of the commit.
        if commit is not None and commit not in self._built:
            built = build.load(self._installed)
            return commit if built is not None and built.whole else None
        return commit

    def install_project(self, conf: Any, repo: Any, commit_hash: str) -> None:
        """Check out and build a commit, unless a cached build of it is still valid."""
        cached = self._cache.get_cache_dir(commit_hash)
        if cached is not None and commit_hash not in self._built:
            built = build.load(Path(cached))
            inputs = tuple(self._get_install_checksum())
            if built is None or not built.whole or built.inputs != inputs:
                self._cache._remove_cache_dir(commit_hash)
        self._generated = set[str]()
        super().install_project(conf, repo, commit_hash)
        self._built.add(commit_hash)

    def _build_project(self, repo: Any, commit_hash: str, build_dir: str) -> None:
        log.info(f"Building {repo.get_decorated_hash(commit_hash, 8)} for {self.name}")
        into, inputs = Path(self._cache_dir(commit_hash)), self._get_install_checksum()
        result = self._checkout.build(commit_hash, inputs, into, self._builder)
        for words in filter(None, [result.nothing, *result.said]):
            log.warning(words)
        for error in result.errors:
            log.error(error)

    def _builder(self, part: Part, into: Path) -> Builder:
        return Builder(
            self._toolchain(),
            part.settings,
            self._checkout.root / part.directory,
            self._checkout.working_tree(part),
            into,
            self._environ(os.environ, self.build_env_vars, part.directory),
            self._install_timeout,
            lambda: self._generate(part.block.dir),
        )

    def _generate(self, directory: str) -> None:
        """Run the build command of a block, once for a checkout; raise ProcessError if it fails."""
        commands, where = self._build_commands[directory], self._checkout.root / directory
        if commands and directory not in self._generated and where.is_dir():
            self._generated.add(directory)
            env = self._environ(os.environ, self.build_env_vars, directory)
            parsed = self._interpolate_commands(commands)
            buildcommand.run(parsed, where, env, self._install_timeout)

    def _cache_dir(self, commit_hash: str) -> str:
        directory: str = self._cache._get_cache_dir(commit_hash)[0]
        return directory

    def _install_project(self, repo: Any, commit_hash: str, build_dir: str) -> None:
        installation.install(Path(self._cache_dir(commit_hash)), self._installed)
        built = build.load(self._installed)
        if all((module / "go.mod").is_file() for module in self._checkout.modules):
            # Where the build is from the cache, what it reads when it runs is not.
            for block in self._blocks.blocks:
                self._generate(block.dir)
        if built is not None:
            self._checkout.lay_test_data(built.own_data)

    def _uninstall_project(self) -> None:
        self._set_installed_commit_hash(None)

    def _environ(
        self, base: Mapping[str, str], matrix: Mapping[str, str], directory: str
    ) -> dict[str, str]:
        """Return the environment variables for building and running; the matrix has priority.

        *directory* is a module's or package's in the repository.
        """
        own = self._blocks.of(directory).env
        env = {**base, **own, **matrix, **self._global_env_vars}
        env["PATH"] = os.pathsep.join(
            [os.path.dirname(self._toolchain().executable), base.get("PATH", os.defpath)]
        )
        # A workspace that the checkout lies in does not belong to the commit.
        if not self._checkout.is_in_workspace(directory):
            env.setdefault("GOWORK", "off")
        return toolchains.environ(env)

    def describe(self, *names: str) -> dict[str, str]:
        """Return ``go env``, and build flags as ``flags``; raise SubprocessError or OSError."""
        env = self._environ(os.environ, self.build_env_vars, self._location.own)
        found = toolchains.variables(self._toolchain(), env, *names)
        return found | buildflags.noted(self._blocks, found.get("GOFLAGS", ""), self._checkout.root)

    def code(self, names: Iterable[str]) -> dict[str, noted.Code]:
        """Return with which code asv's benchmarks of *names* are measured in what is installed."""
        built = build.load(self._installed)
        return self.suite.code(names, built) if built is not None else {}

    # Running: see asv.runner.Spawner and asv.benchmarks.Benchmarks.

    def run(self, args: list[str], **kwargs: Any) -> Any:
        """Answer a request that asv makes of an environment's Python.

        Return the output for ``discover``, and output, errors and exit code for the others.
        """
        _, request, *rest = args
        if request == "discover":
            entries = self._discover(kwargs["env"])
            Path(rest[1]).write_text(json.dumps(entries), encoding="utf-8")
            return ""
        if request == "check":
            problems = [f.problem for f in self.suite.functions.values() if f.problem]
            return "\n".join(dict.fromkeys(problems)), "", 1 if problems else 0
        if request == "setup_cache":
            # Only Python's benchmarks have one; they are n/a here.
            return "", "", 0
        assert request == "run"
        return self._run(*rest[1:], **kwargs)

    def _discover(self, env: Mapping[str, str]) -> list[dict[str, Any]]:
        installed = self.installation(env)
        if installed.build.error or installed.build.nothing:
            raise util.UserError(installed.build.error or installed.build.nothing)
        if not self.suite.builds:
            for words in installed.build.unmatched:
                log.warning(f"at {installed.build.commit[:8]} {words}")
        try:
            known = definitions.load(self._conf)
        except util.UserError:
            # asv is about to write a new list.
            known = {}
        entries = self.suite.discover(installed, known)
        for function in self.suite.functions.values():
            if function.problem:
                name = mapping.go_name(function.package, function.name)
                saidonce.warn(f"{name} fails; --show-stderr shows how")
        return entries

    def _run(
        self, benchmark_id: str, params: str, profile: str, result_file: str, **kwargs: Any
    ) -> tuple[str, str, int]:
        name, dash, number = benchmark_id.rpartition("-")
        if not dash or benchmark_id in self.suite.known:
            name, number = benchmark_id, "0"
        # Temporary files that a benchmark leaves are removed with asv's directory.
        installed = self.installation({**kwargs["env"], "TMPDIR": kwargs["cwd"]})
        attributes = {**json.loads(params), "timeout": kwargs["timeout"]}
        kept = None
        if profile != "None":
            kept = profile_file(Path(self._path, "profiles"), installed.build.commit, benchmark_id)
        code, value = 0, math.nan
        try:
            value, output = self.suite.measure(name, int(number), attributes, installed, kept)
        except Failed as failure:
            code = util.TIMEOUT_RETCODE if failure.code is None else failure.code
            output = str(failure)
            self.why = lastwords.failure(output, code)
        except lastwords.NotAvailable as lack:
            output, self.why = lack.output, str(lack)
        if not code:
            Path(result_file).write_text(json.dumps(value), encoding="utf-8")
            if kept is not None and kept.exists():
                log.info(f"profile: go tool pprof {kept}")
        if self.transcript is not None:
            output = self.transcript.new(name, int(number), output, installed.build.errors)
        return output, "", code

    def installation(self, env: Mapping[str, str]) -> Installation:
        """Return what is installed, to be run with *env*; raise asv's UserError if nothing is."""
        built = build.load(self._installed)
        if built is None:
            raise util.UserError(f"{self.name}: nothing is built; run asv again")
        if self._state is None or self._state[0] != built.commit:
            flags = [(go.run_flags, go.cpus, go.arguments) for go in self._blocks.blocks]
            others = repr((self._get_install_checksum(), sorted(self.env_vars.items()), flags))
            modules = self._checkout.modules
            state = installation.state(built, self._installed, modules, others)
            self._state = (built.commit, state)
        state = self._state[1]
        return Installation(
            build=built,
            directory=self._installed,
            source=self._checkout.root,
            blocks=self._blocks,
            environ=lambda directory: self._environ(env, self.env_vars, directory),
            state=state,
            discovered=Path(self._path, "discovered", f"{state}.json"),
        )
