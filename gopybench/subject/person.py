"""The Person variants: one object written every way that Python offers.

Every variant is called with ``first_name``, ``last_name`` and ``age``, has
attributes of these names and the methods ``full_name()`` and
``increase_age()``. A variant that works on many persons in a way of its own
has static methods for that, which workload.py calls instead of its own loops:
``create_many``, ``full_names_of``, ``increase_ages_of`` and ``live_many``.

Cython compiles this very file, so it keeps to what both CPython and Cython
read the same way.
"""

from __future__ import annotations

import sys
from typing import Any, Callable, NamedTuple, Protocol


class PersonLike(Protocol):
    """What the workload asks of a person."""

    @property
    def first_name(self) -> str: ...

    @property
    def last_name(self) -> str: ...

    @property
    def age(self) -> int: ...

    def full_name(self) -> str: ...

    def increase_age(self) -> PersonLike | None:
        """Make the person one year older; an immutable one returns the older instead."""


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


def _person_dataclass() -> Any:
    """A dataclass with slots: what the standard library writes for you."""
    if sys.version_info < (3, 10):
        raise NotImplementedError("dataclasses have slots from Python 3.10 on")
    from dataclasses import dataclass

    @dataclass(slots=True)
    class PersonDataclass:
        first_name: str
        last_name: str
        age: int

        def full_name(self) -> str:
            return self.first_name + " " + self.last_name

        def increase_age(self) -> None:
            self.age += 1

    return PersonDataclass


def _person_tuple() -> Any:
    """A ``NamedTuple``: immutable, so that ageing makes a new person for the old one's place."""

    class PersonTuple(NamedTuple):
        first_name: str
        last_name: str
        age: int

        def full_name(self) -> str:
            return self.first_name + " " + self.last_name

        def increase_age(self) -> Any:
            return PersonTuple(self.first_name, self.last_name, self.age + 1)

        @staticmethod
        def increase_ages_of(persons: Any) -> None:
            for i, person in enumerate(persons):
                persons[i] = person.increase_age()

        @staticmethod
        def live_many(first_name: str, last_name: str, age: int, n: int) -> Any:
            persons = []
            for _ in range(n):
                person = PersonTuple(first_name, last_name, age)
                person.full_name()
                persons.append(person.increase_age())
            return persons

    return PersonTuple


def _person_attrs() -> Any:
    """An attrs class, as ``attrs.define`` makes it: with slots, without a dictionary."""
    from attrs import define

    @define
    class PersonAttrs:
        first_name: str
        last_name: str
        age: int

        def full_name(self) -> str:
            return self.first_name + " " + self.last_name

        def increase_age(self) -> None:
            self.age += 1

    return PersonAttrs


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


def _person_struct() -> Any:
    """msgspec's ``Struct``: fixed places and a constructor written in C."""
    from msgspec import Struct

    class PersonStruct(Struct):
        first_name: str
        last_name: str
        age: int

        def full_name(self) -> str:
            return self.first_name + " " + self.last_name

        def increase_age(self) -> None:
            self.age += 1

    return PersonStruct


def _person_struct_no_gc() -> Any:
    """The same with ``gc=False``: no header for the garbage collector, which never visits it."""
    from msgspec import Struct

    class PersonStructNoGC(Struct, gc=False):
        first_name: str
        last_name: str
        age: int

        def full_name(self) -> str:
            return self.first_name + " " + self.last_name

        def increase_age(self) -> None:
            self.age += 1

    return PersonStructNoGC


def _person_pydantic() -> Any:
    """A pydantic model: every person's fields are validated, and named where it is made."""
    from pydantic import BaseModel, ConfigDict

    class PersonPydantic(BaseModel):
        # What Cython compiles is no function in pydantic's eyes, but a field without a type.
        model_config = ConfigDict(ignored_types=(type(_person_pydantic),))

        first_name: str
        last_name: str
        age: int

        def full_name(self) -> str:
            return self.first_name + " " + self.last_name

        def increase_age(self) -> None:
            self.age += 1

        @staticmethod
        def create_many(first_name: str, last_name: str, age: int, n: int) -> Any:
            persons = []
            for _ in range(n):
                persons.append(PersonPydantic(first_name=first_name, last_name=last_name, age=age))
            return persons

        @staticmethod
        def live_many(first_name: str, last_name: str, age: int, n: int) -> Any:
            persons = []
            for _ in range(n):
                person = PersonPydantic(first_name=first_name, last_name=last_name, age=age)
                person.full_name()
                person.increase_age()
                persons.append(person)
            return persons

    return PersonPydantic


def _person_numpy() -> Any:
    """A view of a place in NumPy's structured array."""
    from gopybench.subject.personnumpy import PersonNumPy

    return PersonNumPy


def _person_cdef() -> Any:
    """A Cython extension type: typed fields, and compiled loops that know the type."""
    try:
        from gopybench.subject.personcdef import PersonCdef
    except ModuleNotFoundError as error:
        if error.name != "gopybench.subject.personcdef":
            raise
        raise NotImplementedError("PersonCdef exists where Cython compiled it") from error
    return PersonCdef


# A variant that needs a package is made by a function, so that a process
# imports (and counts in its peak memory) only the package it measures.
VARIANTS: dict[str, Callable[[], PersonType]] = {
    "Person": lambda: Person,
    "PersonSlots": lambda: PersonSlots,
    "PersonDataObject": _person_data_object,
    "PersonDataclass": _person_dataclass,
    "PersonTuple": _person_tuple,
    "PersonAttrs": _person_attrs,
    "PersonStruct": _person_struct,
    "PersonStructNoGC": _person_struct_no_gc,
    "PersonPydantic": _person_pydantic,
    "PersonNumPy": _person_numpy,
    "PersonCdef": _person_cdef,
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
