"""PersonNumPy: NumPy's structured array, one block of memory, worked on column by column.

A person is a view of a place in the block. An age is 64 bits wide. Cython
compiles this file too, as it does person.py.
"""

from __future__ import annotations

from typing import Any

import numpy

# How many names live_many drops at once.
_BLOCK = 10_000


class PersonNumPy(numpy.record):
    """A view of a place in the block."""

    def __new__(cls, first_name: str, last_name: str, age: int) -> Any:
        return PersonNumPy.create_many(first_name, last_name, age, 1)[0]

    def full_name(self) -> Any:
        return self.first_name + " " + self.last_name

    def increase_age(self) -> None:
        self.age += 1

    @staticmethod
    def create_many(first_name: str, last_name: str, age: int, n: int) -> Any:
        persons = numpy.empty(n, _LAYOUT)
        persons["first_name"] = first_name
        persons["last_name"] = last_name
        persons["age"] = age
        return persons

    @staticmethod
    def full_names_of(persons: Any) -> Any:
        return (persons["first_name"] + " " + persons["last_name"]).tolist()

    @staticmethod
    def increase_ages_of(persons: Any) -> None:
        persons["age"] += 1

    @staticmethod
    def live_many(first_name: str, last_name: str, age: int, n: int) -> Any:
        persons = PersonNumPy.create_many(first_name, last_name, age, n)
        for start in range(0, n, _BLOCK):
            PersonNumPy.full_names_of(persons[start : start + _BLOCK])
        PersonNumPy.increase_ages_of(persons)
        return persons


_LAYOUT = numpy.dtype(
    (PersonNumPy, [("first_name", object), ("last_name", object), ("age", numpy.int64)])
)
