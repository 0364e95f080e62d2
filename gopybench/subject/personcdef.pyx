"""PersonCdef: the typed variant, a Cython extension type with a compiled workload.

Unlike person.py this is no plain Python: it exists where Cython compiled it.
"""

cimport cython
from libc.string cimport memcpy

cdef extern from "Python.h":
    str PyUnicode_New(Py_ssize_t size, Py_UCS4 maxchar)
    bint PyUnicode_IS_COMPACT_ASCII(str text)
    Py_ssize_t PyUnicode_GET_LENGTH(str text)
    unsigned char* PyUnicode_1BYTE_DATA(str text)


# Final, so that the loops below do what a call of the methods would do. Strings
# and a number make no cycles: Cython gives it no header for the garbage collector.
@cython.final
cdef class PersonCdef:
    """A person whose age is a C integer of 64 bits, as Go's is."""

    cdef str _first_name
    cdef str _last_name
    cdef public long long age

    def __init__(self, str first_name not None, str last_name not None, long long age):
        self._first_name = first_name
        self._last_name = last_name
        self.age = age

    @property
    def first_name(self):
        return self._first_name

    @first_name.setter
    def first_name(self, str first_name not None):
        self._first_name = first_name

    @property
    def last_name(self):
        return self._last_name

    @last_name.setter
    def last_name(self, str last_name not None):
        self._last_name = last_name

    def full_name(self):
        return _full_name(self)

    def increase_age(self):
        self.age += 1

    @staticmethod
    def create_many(str first_name not None, str last_name not None, long long age, Py_ssize_t n):
        cdef list persons = []
        for _ in range(n):
            persons.append(_new(first_name, last_name, age))
        return persons

    @staticmethod
    def full_names_of(list persons not None):
        cdef list names = []
        for person in persons:
            names.append(_full_name(<PersonCdef?>person))
        return names

    @staticmethod
    def increase_ages_of(list persons not None):
        for person in persons:
            (<PersonCdef?>person).age += 1

    @staticmethod
    def live_many(str first_name not None, str last_name not None, long long age, Py_ssize_t n):
        cdef list persons = []
        cdef PersonCdef person
        for _ in range(n):
            person = _new(first_name, last_name, age)
            _full_name(person)
            person.age += 1
            persons.append(person)
        return persons


cdef inline PersonCdef _new(str first_name, str last_name, long long age):
    """Make a person without packing and unpacking the arguments of a call."""
    cdef PersonCdef person = PersonCdef.__new__(PersonCdef)
    person._first_name = first_name
    person._last_name = last_name
    person.age = age
    return person


cdef inline str _full_name(PersonCdef person):
    """Return the full name, a new string, made at once where both names are ASCII."""
    cdef str first = person._first_name
    cdef str last = person._last_name
    # ``PersonCdef.__new__(PersonCdef)`` leaves None, which is no ASCII and cannot be added.
    if (
        first is None
        or last is None
        or not PyUnicode_IS_COMPACT_ASCII(first)
        or not PyUnicode_IS_COMPACT_ASCII(last)
    ):
        return first + " " + last
    cdef Py_ssize_t length = PyUnicode_GET_LENGTH(first)
    cdef str name = PyUnicode_New(length + 1 + PyUnicode_GET_LENGTH(last), 127)
    cdef unsigned char* characters = PyUnicode_1BYTE_DATA(name)
    memcpy(characters, PyUnicode_1BYTE_DATA(first), length)
    characters[length] = b" "
    memcpy(characters + length + 1, PyUnicode_1BYTE_DATA(last), PyUnicode_GET_LENGTH(last))
    return name
