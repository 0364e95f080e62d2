"""asv's virtual environments, made from one folder of wheels, in a single call of pip each.

asv calls pip once for every requirement, and pip asks the index every time.
Here the wheels for an interpreter are fetched or built once, and all its
environments are installed from them, without a network.

The folder and the packages that the benchmarks use are the block ``wheelhouse``
of asv.conf.json: ``{"dir": ".asv/wheels", "packages": "requirements.txt"}``.
"""

from __future__ import annotations

import json
import re
import shlex
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asv.console import log
from asv.plugins.virtualenv import Virtualenv
from asv.util import ParsedPipDeclaration, ProcessError, UserError, construct_pip_call
from packaging.requirements import InvalidRequirement, Requirement

from gopybench.asvdata.wholefiles import LOCK_TIMEOUT_OF_ASV, locked
from gopybench.machine.toolchains import pip_error

# Asked of an environment's own pip, as markers are about its interpreter.
_DESCRIBE = """
import json, sysconfig
from pip._vendor.packaging.markers import default_environment
print(json.dumps([sysconfig.get_config_var("SOABI"), default_environment()]))
"""

# What pip says when it cannot reach an index. What it says then in the end is
# what it says of a package that there is not.
_NO_NETWORK = re.compile(r"WARNING: Retrying \(")

# What an environment was made from, in its directory.
_STAMP = "gopybench-packages.json"


@dataclass(frozen=True)
class Packages:
    """What a file of requirements asks for.

    Attributes:
        requirements: each line's, as written.
        options: pip's options in it, such as ``--only-binary numpy``.
    """

    requirements: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


def read_packages(path: Path) -> Packages:
    """Read a file of requirements; raise asv's UserError, naming the line, for what is not one."""
    requirements, options = [], []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"cannot read {path}, named in asv.conf.json: {error}") from None
    for number, line in enumerate(lines, 1):
        text = re.sub(r"(^|\s)#.*", "", line).strip()
        if text.startswith("-"):
            options += shlex.split(text)
        elif text:
            try:
                Requirement(text)
            except InvalidRequirement as error:
                why = str(error).splitlines()[0]
                raise UserError(f"{path}:{number}: not a requirement: {text}: {why}") from None
            requirements.append(text)
    return Packages(tuple(requirements), tuple(options))


@dataclass
class Record:
    """What the folder holds for one interpreter.

    Attributes:
        present: the requirements that it has wheels for.
        lacking: why it has none for the others, in pip's words.
    """

    present: list[str] = field(default_factory=list)
    lacking: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Record:
        """Read the record; an empty one where the file is not there or not whole."""
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return cls()

    def save(self, path: Path) -> None:
        """Write the record."""
        path.write_text(json.dumps(vars(self), indent=1), encoding="utf-8")

    def unknown(self, requirements: Iterable[str]) -> list[str]:
        """Return those that nobody has looked for yet."""
        return [r for r in requirements if r not in self.present and r not in self.lacking]


@dataclass(frozen=True)
class Wheelhouse:
    """The folder of wheels, as one interpreter uses it.

    Attributes:
        directory: where the wheels are.
        interpreter: which wheels fit, such as ``cpython-313-x86_64-linux-gnu``.
        pip: runs that interpreter's pip; raises asv's ProcessError when that fails.
        options: options for fetching and building.
    """

    directory: Path
    interpreter: str
    pip: Callable[[Sequence[str]], object]
    options: tuple[str, ...] = ()

    def install(self, required: Sequence[str], wanted: Sequence[str]) -> dict[str, str]:
        """Install what is required, and what is wanted and can be had.

        Return why the rest cannot, by requirement. Raises asv's UserError where
        something required cannot be had, or where there is no network to get it.
        """
        asked = [*required, *wanted]
        record = Record.load(self._record)
        if not record.unknown(asked):
            try:
                return self._install(asked, record)
            except ProcessError:
                # Someone removed wheels.
                record = Record()
        with locked(str(self._own), LOCK_TIMEOUT_OF_ASV):
            if record.present:
                record = Record.load(self._record)
            self._fill(record, required, wanted)
            record.save(self._record)
        try:
            return self._install(asked, record)
        except ProcessError as error:
            raise UserError(f"pip cannot install {', '.join(asked)}: {_reason(error)}") from None

    @property
    def _own(self) -> Path:
        return self.directory / self.interpreter

    @property
    def _record(self) -> Path:
        return self._own / "wheels.json"

    def _install(self, asked: Iterable[str], record: Record) -> dict[str, str]:
        here = [r for r in asked if r not in record.lacking]
        if here:
            self.pip(["install", "--no-index", *self._links, "--only-binary", ":all:", *here])
        return {r: record.lacking[r] for r in asked if r in record.lacking}

    def _fill(self, record: Record, required: Sequence[str], wanted: Sequence[str]) -> None:
        """Get the wheels that are not there: all at once, or else one by one."""
        new = record.unknown([*required, *wanted])
        if not new:
            return
        try:
            self._get(new)
            record.present += new
        except ProcessError:
            for requirement in new:
                try:
                    self._get([requirement])
                    record.present.append(requirement)
                except ProcessError as error:
                    if _NO_NETWORK.search(error.stderr):
                        why = "pip cannot reach its package index"
                    elif requirement not in required:
                        record.lacking[requirement] = _reason(error)
                        continue
                    else:
                        why = _reason(error)
                    raise UserError(f"cannot get {requirement}: {why}") from None

    def _get(self, requirements: Sequence[str]) -> None:
        # Aside, so that no wheel is ever seen in part.
        with tempfile.TemporaryDirectory(dir=self._own) as aside:
            self.pip(["wheel", "-w", aside, *self._links, *self.options, *requirements])
            for wheel in Path(aside).glob("*.whl"):
                wheel.replace(self.directory / wheel.name)

    @property
    def _links(self) -> tuple[str, str]:
        return "--find-links", str(self.directory)


def _reason(error: ProcessError) -> str:
    return pip_error(error.stderr)


class WheelhouseVirtualenv(Virtualenv):  # type: ignore[misc]
    """asv's virtualenv environment, made from a folder of wheels.

    Of asv's own requirements those are left out that nothing uses: ``build``
    where the project has a build command, and pympler on PyPy, where importing
    it fails on some builds.
    """

    def __init__(
        self,
        conf: Any,
        python: str,
        requirements: Mapping[str, str],
        tagged_env_vars: Mapping[tuple[str, str], str],
    ) -> None:
        """Take what asv gives; raise asv's UserError for a wrong block ``wheelhouse``."""
        block = conf.wheelhouse
        if not isinstance(block, dict) or not all(isinstance(block.get(k), str) for k in _KEYS):
            raise UserError(f'asv.conf.json: "wheelhouse" is {block!r}, but should be {_EXAMPLE}')
        self._wheels = Path(block["dir"]).absolute()
        self._packages = read_packages(Path(block["packages"]))
        super().__init__(conf, python, requirements, tagged_env_vars)
        if conf.build_command:
            self._base_requirements.pop("pip+build", None)
        if python.startswith("pypy"):
            self._base_requirements.pop("pip+pympler", None)

    def check_presence(self) -> bool:
        """Return whether the environment is there, made from what is asked for now."""
        try:
            made_from = json.loads(Path(self._path, _STAMP).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return made_from == self._asked() and bool(super().check_presence())

    def _asked(self) -> list[list[str]]:
        return [self._own_requirements(), list(self._packages.requirements)]

    def _own_requirements(self) -> list[str]:
        """Return the requirements of the matrix and of asv itself, as asv gives them to pip."""
        given: list[str] = []
        for key, value in {**self._requirements, **self._base_requirements}.items():
            declaration = ParsedPipDeclaration(f"{key.removeprefix('pip+')} {value}")
            if declaration.flags:
                flags = " ".join(declaration.flags)
                raise UserError(
                    f'asv.conf.json: {key} of "matrix" has {flags}: put pip\'s options into '
                    'the file that "packages" of "wheelhouse" names'
                )
            construct_pip_call(lambda arguments: given.append(arguments[-1]), declaration)()
        return given

    def _install_requirements(self) -> None:
        interpreter, markers = json.loads(self.run_executable("python", ["-c", _DESCRIBE]))
        fitting = [
            text
            for text in self._packages.requirements
            if (marker := Requirement(text).marker) is None or marker.evaluate(markers)
        ]
        wheelhouse = Wheelhouse(self._wheels, interpreter, self._pip, self._packages.options)
        for requirement, why in wheelhouse.install(self._own_requirements(), fitting).items():
            log.warning(
                f"{self.name} has no {requirement}, so what needs it is n/a: {why} (to try again, "
                f"remove {self._wheels} and {self._path})"
            )
        Path(self._path, _STAMP).write_text(json.dumps(self._asked()), encoding="utf-8")

    def _pip(self, arguments: Sequence[str]) -> None:
        self._run_pip(["--disable-pip-version-check", *arguments], display_error=False)


_KEYS = ("dir", "packages")
_EXAMPLE = '{"dir": ".asv/wheels", "packages": "requirements.txt"}'


def environment_class(cls: type, conf: Any) -> type:
    """Return the class to make an environment of: ours for asv's virtualenv, if so configured."""
    configured = getattr(conf, "wheelhouse", None) is not None
    return WheelhouseVirtualenv if cls is Virtualenv and configured else cls
