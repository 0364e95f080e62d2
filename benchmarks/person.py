"""Persons made, named and aged: time and peak memory of each variant, mode and size."""

from __future__ import annotations

import gc
import importlib
from typing import Any


def _subject(name: str, before: str = "") -> Any:
    """Return a module of the subject, None where the measured commit has none.

    Commits from before ``gopybench.subject`` have it in ``gopybench``, and may
    have another name for it there.
    """
    for module in (f"gopybench.subject.{name}", f"gopybench.{before or name}"):
        try:
            return importlib.import_module(module)
        except ModuleNotFoundError as missing:
            if missing.name not in ("gopybench.subject", module):
                raise
    return None


person = _subject("person")
workload = _subject("workload")
peakmem = _subject("peakmem")
instructions = _subject("instructions")
gcsettings = _subject("gcsettings", before="settings")
costs = _subject("costs")

# Written out here, not asked of the subject: the parameters must be the same
# at every commit that is measured. What a commit lacks is n/a there.
VARIANTS = (
    "Person",
    "PersonSlots",
    "PersonDataObject",
    "PersonDataclass",
    "PersonTuple",
    "PersonAttrs",
    "PersonStruct",
    "PersonStructNoGC",
    "PersonPydantic",
    "PersonNumPy",
    "PersonCdef",
    # Go's own, which Python lacks: asv lays Go's values on these parameters.
    "PersonValue",
    "PersonArena",
)
MODES = ("single", "threads", "processes", "interpreters")
SIZES = (1_000, 100_000, 4_000_000)

# Where a setting of the memory management could tell: Python's, then Go's.
SETTINGS = ("default", "gc-disable", "gc-freeze", "gogc-off", "memlimit-256MiB", "gomaxprocs-1")
SET_VARIANTS = ("Person", "PersonSlots", "PersonCdef", "PersonValue", "PersonArena")
SET_SIZES = (100_000, 4_000_000)

# What of PersonSlots' life cycle is done otherwise, in Python alone.
COSTS = ("usual", "again", "dropped", "sized-list", "own-names", "great-ages")

# What asv shows as n/a.
NOT_AVAILABLE = float("nan")


class _Timed:
    """How every benchmark here is timed: in three fresh processes, two seconds each.

    asv times with ``timeit``, which switches the garbage collector off before
    every sample; each benchmark switches it on again, as it is by default and
    as Go's is.
    """

    # Bumped by hand when a benchmark comes to measure something else; asv's
    # own choice, a hash of the source, would cut the history at every edit.
    version = "1"
    timeout = 600
    rounds = 3
    # A list, since asv tells Go's benchmarks of the same name only of lists.
    repeat: Any = [1, 5, 2.0]  # noqa: RUF012

    def prepare(self, variant: str, n: int) -> None:
        """Find the variant, and time a workload of seconds once a process, without warm-up."""
        self.person_type = person.variant(variant)
        if n >= 1_000_000:
            self.number, self.repeat, self.warmup_time = 1, 1, 0
        gc.collect()


def _track_instructions(work: str) -> Any:
    """Return the asv benchmark of the instructions that a piece of the work costs each person."""

    def track_instructions(_: object, variant: str) -> Any:
        if instructions is None or not instructions.is_known():
            return NOT_AVAILABLE
        return instructions.per_person(work, variant)

    # One value for all modes and sizes: threads and processes do the same work.
    track_instructions.params = (VARIANTS,)  # type: ignore[attr-defined]
    track_instructions.param_names = ("variant",)  # type: ignore[attr-defined]
    track_instructions.unit = "instructions"  # type: ignore[attr-defined]
    return track_instructions


class Lifecycle(_Timed):
    """n persons made; each gives its full name and is aged by one; all are alive at the end."""

    params = (VARIANTS, MODES, SIZES)
    param_names = ("variant", "mode", "n")

    def setup(self, variant: str, mode: str = "", n: int = 0) -> None:
        self.prepare(variant, n)
        # Importing what a mode needs is not part of the measured work.
        import multiprocessing  # noqa: F401

        if mode == "interpreters":
            if mode not in workload.MODES:
                raise NotImplementedError("no interpreters at this commit")
            workload.Lifecycle(self.person_type, mode, 0).release()

    def teardown(self, *_: object) -> None:
        # Freeing is not part of the measured work, in Go neither.
        lifecycle = self.__dict__.pop("lifecycle", None)
        if lifecycle is not None:
            lifecycle.release()

    def time_lifecycle(self, variant: str, mode: str, n: int) -> None:
        gc.enable()
        self.lifecycle = workload.Lifecycle(self.person_type, mode, n)

    def track_peakmem(self, variant: str, mode: str, n: int) -> Any:
        return peakmem.peak(variant, mode, n) if peakmem.is_known() else NOT_AVAILABLE

    track_peakmem.unit = "bytes"  # type: ignore[attr-defined]

    def track_bytes_per_person(self, variant: str, mode: str, n: int) -> Any:
        if n < peakmem.MIN_N_FOR_BYTES or not peakmem.is_known():
            return NOT_AVAILABLE
        return peakmem.bytes_per_person(variant, mode, n)

    track_bytes_per_person.unit = "bytes/person"  # type: ignore[attr-defined]
    track_instructions = _track_instructions("lifecycle")


class _PerVariant(_Timed):
    params = (VARIANTS, SIZES)
    param_names = ("variant", "n")

    def setup(self, variant: str, n: int = 0) -> None:
        self.prepare(variant, n)

    def teardown(self, *_: object) -> None:
        self.__dict__.pop("kept", None)


class Create(_PerVariant):
    """n persons made and kept."""

    track_instructions = _track_instructions("create")

    def time_create(self, variant: str, n: int) -> None:
        gc.enable()
        self.kept: Any = workload.create(self.person_type, n)


class _OnPersons(_PerVariant):
    def setup(self, variant: str, n: int = 0) -> None:
        super().setup(variant, n)
        self.persons = workload.create(self.person_type, n)


class FullName(_OnPersons):
    """The full names of n persons, all kept."""

    track_instructions = _track_instructions("full_name")

    def time_full_name(self, variant: str, n: int) -> None:
        gc.enable()
        self.kept: Any = workload.full_names(self.persons)


class IncreaseAge(_OnPersons):
    """n persons aged by one."""

    track_instructions = _track_instructions("increase_age")

    def time_increase_age(self, variant: str, n: int) -> None:
        gc.enable()
        workload.increase_ages(self.persons)


class Settings(_Timed):
    """The lifecycle in a single thread, where the memory management is set otherwise."""

    params = (SET_VARIANTS, SETTINGS, SET_SIZES)
    param_names = ("variant", "setting", "n")

    def setup(self, variant: str, setting: str, n: int) -> None:
        if gcsettings is None:
            raise NotImplementedError("no settings at this commit")
        self.prepare(variant, n)
        gcsettings.apply(setting)
        self.collects = gc.isenabled()

    def teardown(self, *_: object) -> None:
        self.__dict__.pop("kept", None)
        if gcsettings is not None:
            gcsettings.undo()

    def time_settings(self, variant: str, setting: str, n: int) -> None:
        if self.collects:
            gc.enable()
        self.kept: Any = workload.live(self.person_type, n)

    def track_peakmem(self, variant: str, setting: str, n: int) -> Any:
        if not peakmem.is_known():
            return NOT_AVAILABLE
        return peakmem.peak(variant, "single", n, setting)

    track_peakmem.unit = "bytes"  # type: ignore[attr-defined]

    def track_bytes_per_person(self, variant: str, setting: str, n: int) -> Any:
        if not peakmem.is_known():
            return NOT_AVAILABLE
        return peakmem.bytes_per_person(variant, "single", n, setting)

    track_bytes_per_person.unit = "bytes/person"  # type: ignore[attr-defined]


class Costs:
    """PersonSlots' life cycle with one thing done otherwise, in fresh processes, not warmed up."""

    version = "1"
    timeout = 600
    params = (COSTS, SIZES)
    param_names = ("cost", "n")

    def setup(self, cost: str, n: int) -> None:
        if costs is None:
            raise NotImplementedError("no costs at this commit")

    def track_seconds(self, cost: str, n: int) -> Any:
        return costs.seconds(cost, n)

    track_seconds.unit = "seconds"  # type: ignore[attr-defined]

    def track_bytes_per_person(self, cost: str, n: int) -> Any:
        if n < peakmem.MIN_N_FOR_BYTES or not peakmem.is_known():
            return NOT_AVAILABLE
        return costs.bytes_per_person(cost, n)

    track_bytes_per_person.unit = "bytes/person"  # type: ignore[attr-defined]
