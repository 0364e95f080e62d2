"""The Person variants: one object written every way that Python offers.

Every variant has the attributes ``first_name``, ``last_name`` and ``age`` and
the methods ``full_name()`` and ``increase_age()``. Cython compiles this very
file, so it keeps to what both CPython and Cython read the same way.
"""

from __future__ import annotations

import sys
from typing import Any, Callable, Protocol


class PersonLike(Protocol):
    """What the workload asks of a person."""

    first_name: str
    last_name: str
    age: int

    def full_name(self) -> str: ...

    def increase_age(self) -> None: ...


PersonType = Callable[[str, str, int], PersonLike]


class Person:
    """The plain class: attributes in a dictionary of each instance."""

    def __init__(self, first_name: str, last_name: str, age: int) -> None:
        self.first_name = first_name
        self.last_name = last_name
        self.age = age

    def full_name(self) -> str:
        return self.first_name + " " + self.last_name

    def increase_age(self) -> None:
        self.age += 1


class PersonSlots:
    """``__slots__``: attributes at fixed places, no dictionary."""

    __slots__ = ("first_name", "last_name", "age")

    def __init__(self, first_name: str, last_name: str, age: int) -> None:
        self.first_name = first_name
        self.last_name = last_name
        self.age = age

    def full_name(self) -> str:
        return self.first_name + " " + self.last_name

    def increase_age(self) -> None:
        self.age += 1


def _person_data_object() -> Any:
    """recordclass's ``dataobject``: fixed places and no header for the garbage collector."""
    from recordclass import dataobject

    class PersonDataObject(dataobject):  # type: ignore[misc]
        first_name: str
        last_name: str
        age: int

        def full_name(self) -> str:
            return self.first_name + " " + self.last_name

        def increase_age(self) -> None:
            self.age += 1

    return PersonDataObject


# A variant that needs a package is made by a function, so that a process
# imports (and counts in its peak memory) only the package it measures.
VARIANTS: dict[str, Callable[[], PersonType]] = {
    "Person": lambda: Person,
    "PersonSlots": lambda: PersonSlots,
    "PersonDataObject": _person_data_object,
}


def variant(name: str) -> PersonType:
    """Return the Person class of that name.

    Raises NotImplementedError (asv's word for ``n/a``) where this version of
    gopybench has no such variant or this runtime cannot have it, and
    ImportError where its package is merely not installed.
    """
    if name not in VARIANTS:
        raise NotImplementedError(f"no Person variant {name!r} at this commit")
    had_gil = _has_gil()
    try:
        person_type = VARIANTS[name]()
    except ImportError as error:
        if sys.implementation.name == "cpython" and had_gil:
            raise
        raise NotImplementedError(f"{name} needs a package that is not here: {error}") from error
    if _has_gil() and not had_gil:
        raise NotImplementedError(f"the package of {name} switches the GIL on")
    return person_type


def _has_gil() -> bool:
    # CPython tells from 3.13 on.
    return bool(getattr(sys, "_is_gil_enabled", lambda: True)())
