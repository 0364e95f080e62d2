"""Machines that are alike -> classes, and the environments that each of them measures."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from asv.machine import MachineCollection
from asv.util import UserError

from gopybench.asvdata import soundness
from gopybench.fleet import announcement


@dataclass(frozen=True)
class FleetMachine:
    """A worker that can measure.

    Attributes:
        address: of Dask's.
        facts: what it has announced.
        environments: by asv's name, what selects it there and the build of its runtime.
    """

    address: str
    facts: Mapping[str, str]
    environments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What people call it."""
        return self.facts["name"]

    @property
    def class_name(self) -> str:
        """The class that it is of."""
        return announcement.class_name(self.facts)


class Place(NamedTuple):
    """Where the commits of an environment are measured.

    Attributes:
        of_class: the name of the class of machines.
        runtime: the build of the environment's runtime.
        machine: what asv calls the class in ``results/``.
    """

    of_class: str
    runtime: str
    machine: str

    def has(self, machine: FleetMachine, environment: str) -> bool:
        """Return whether a machine may measure an environment for this place."""
        own = machine.environments.get(environment)
        return own is not None and (machine.class_name, own["runtime"]) == self[:2]


def assigned(
    machines: Iterable[FleetMachine], name: str | None, known: Mapping[tuple[str, str], int]
) -> dict[str, Place]:
    """Return the place of each environment that any machine has.

    *name* is what asv is to call the class, if there is but one, or the class to take.
    *known* counts results by asv's machine and the environment: where an environment has
    some, more go beside them. Raises asv's UserError where a name stands for several.
    """
    machines = list(machines)
    names = sorted({machine.class_name for machine in machines})
    if name in names:
        names = [name]
    elif name is not None and len(names) > 1:
        raise UserError(
            f"--machine {name}: the workers' machines are of several classes, whose values "
            f"cannot be one machine's; name one of them: {', '.join(names)}"
        )
    offers: dict[str, Counter[Place]] = {}
    for machine in machines:
        if machine.class_name in names:
            for environment, own in machine.environments.items():
                place = Place(machine.class_name, own["runtime"], name or machine.class_name)
                offers.setdefault(environment, Counter())[place] += 1
    return {
        environment: max(
            places, key=lambda p: (known.get((p.machine, environment), 0), places[p], p)
        )
        for environment, places in offers.items()
    }


def left_out(machine: FleetMachine, places: Mapping[str, Place]) -> str:
    """Return why a machine measures none of the environments; empty if it measures any."""
    if any(place.has(machine, environment) for environment, place in places.items()):
        return ""
    others = ", ".join(sorted({place.of_class for place in places.values()}))
    if machine.class_name not in {place.of_class for place in places.values()}:
        facts = {key: machine.facts.get(key, "") for key in announcement.ALIKE}
        words = "; ".join(f"{key} {value}" for key, value in facts.items())
        return f"it is of the class {machine.class_name} ({words}), not {others}"
    builds = [
        f"{environment} has {machine.environments[environment]['runtime']}, not {place.runtime}"
        for environment, place in places.items()
        if environment in machine.environments
    ]
    return "; ".join(builds) or "it has none of the environments"


def known(results_dir: str, name: str) -> dict[str, str]:
    """Return how asv describes a machine that has results, or that its user has told it of.

    Empty where it knows none. Raises asv's UserError for a damaged description.
    """
    path = Path(results_dir, name, "machine.json")
    if path.exists():
        return {k: v for k, v in soundness.machine_of(path).items() if k != "version"}
    with contextlib.suppress(UserError):
        return dict(MachineCollection.load(name))
    return {}
