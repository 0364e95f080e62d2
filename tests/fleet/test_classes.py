"""Which machines are alike, and which of them measures what."""

from __future__ import annotations

import pytest
from asv.util import UserError

from gopybench.fleet import announcement, classes
from gopybench.fleet.classes import FleetMachine, Place, assigned

FACTS = {
    **{"name": "n", "machine": "n", "cpu": "Xeon, caches L3 8M", "cores": "4", "memory": "8"},
    **{"system": "Linux x86_64", "kernel": "6.1 #1", "libc": "glibc 2.36", "asv": "0.6.6"},
}
OWN = announcement.class_name(FACTS)


def machine(
    name: str, runtime: str = "go1.27.3", env: str = "go1.27", **facts: str
) -> FleetMachine:
    environments = {env: {"name": env, "select": env, "runtime": runtime}}
    return FleetMachine(f"tcp://{name}", {**FACTS, "name": name, **facts}, environments)


def test_this_machine_is_alike_itself() -> None:
    one, two = announcement.make(), announcement.make()
    assert announcement.class_name(one) == announcement.class_name(two)
    assert one["machine"] == two["machine"]
    assert all(one[key] for key in announcement.ALIKE)


@pytest.mark.parametrize("key", announcement.ALIKE)
def test_all_that_has_to_be_alike_is_looked_at(key: str) -> None:
    assert announcement.class_name({**FACTS, key: "other"}) != OWN


@pytest.mark.parametrize("key", ["name", "machine", "doctor"])
def test_what_tells_machines_apart_is_no_matter(key: str) -> None:
    assert announcement.class_name({**FACTS, key: "other"}) == OWN


def test_the_name_of_a_class_can_be_a_directory() -> None:
    name = announcement.class_name({**FACTS, "system": "a /../b", "cores": "<4>"})
    assert name.isascii()
    assert not {"/", ".", "<", ">"} & {*name}


def test_an_environment_goes_to_the_largest_class() -> None:
    other = machine("c", cpu="EPYC")
    places = assigned([other, machine("a"), machine("b")], None, {})
    assert places == {"go1.27": Place(OWN, "go1.27.3", OWN)}
    why = classes.left_out(other, places)
    assert why.startswith(f"it is of the class {other.class_name} (cpu EPYC; cores 4;")
    assert why.endswith(f"not {OWN}")


def test_an_environment_goes_where_its_results_are() -> None:
    other = machine("c", cpu="EPYC")
    known = {(other.class_name, "go1.27"): 1}
    (place,) = assigned([other, machine("a"), machine("b")], None, known).values()
    assert place.machine == other.class_name


def test_each_environment_has_a_class_of_its_own() -> None:
    other = machine("c", cpu="EPYC", env="pypy3", runtime="PyPy 7.3")
    places = assigned([machine("a"), other], None, {})
    assert {env: place.machine for env, place in places.items()} == {
        "go1.27": OWN,
        "pypy3": other.class_name,
    }


def test_another_build_of_the_runtime_is_left_out() -> None:
    other = machine("c", "go1.27.1")
    places = assigned([other, machine("a"), machine("b")], None, {})
    assert not places["go1.27"].has(other, "go1.27")
    assert classes.left_out(other, places) == "go1.27 has go1.27.1, not go1.27.3"
    assert classes.left_out(machine("a"), places) == ""


def test_a_name_is_for_one_class() -> None:
    alike = [machine("a"), machine("b")]
    (place,) = assigned(alike, "box", {}).values()
    assert place == Place(OWN, "go1.27.3", "box")
    several = [*alike, other := machine("c", cpu="EPYC")]
    with pytest.raises(UserError, match=r"several classes.*name one of them"):
        assigned(several, "box", {})
    (place,) = assigned(several, other.class_name, {}).values()
    assert place.machine == other.class_name
