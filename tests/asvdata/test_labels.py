"""What people call runtimes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gopybench.asvdata import labels


def test_of_people() -> None:
    assert labels.runtimes(
        [
            {"python": "go1.27", "cython": ""},
            {"python": "3.13", "cython": ""},
            {"python": "3.13", "cython": "3.3.1"},
            {"python": "3.13t", "cython": "", "env-GOGC": "off"},
            {"python": "pypy3", "cython": ""},
            {"python": "graalpy", "cython": ""},
        ]
    ) == [
        "Go 1.27",
        "CPython 3.13",
        "CPython 3.13, Cython 3.3.1",
        "CPython 3.13t, GOGC=off",
        "PyPy 3",
        "graalpy",
    ]


def test_an_old_file_may_not_say_which_python() -> None:
    environments = [{"python": None}, {"python": "3.10"}]
    assert labels.runtimes(environments) == ["runtime not noted", "CPython 3.10"]


def test_what_all_have_is_left_out() -> None:
    environments = [{"python": "3.13", "numpy": "1"}, {"python": "3.14", "numpy": "1"}]
    assert labels.runtimes(environments) == ["CPython 3.13", "CPython 3.14"]


def test_packages_are_told_where_they_differ() -> None:
    environments = [{"python": "3.13", "numpy": "1"}, {"python": "3.13", "numpy": "2"}]
    assert labels.runtimes(environments) == ["CPython 3.13, numpy 1", "CPython 3.13, numpy 2"]


def test_a_parameter_without_a_value_makes_no_difference() -> None:
    environments = [
        {"python": "3.10"},
        {"python": "3.10", "numpy": ""},
        {"python": "3.10", "numpy": None},
        {"python": "3.10", "numpy": "1"},
    ]
    plain = "CPython 3.10"
    assert labels.runtimes(environments) == [plain, plain, plain, "CPython 3.10, numpy 1"]


@pytest.mark.parametrize(
    ("ram", "shown"),
    [
        ("16275844", "16 GiB of memory"),  # of a real laptop: kB
        ("25276510208", "24 GiB of memory"),  # of a real server: bytes
        ("201326592", "192 GiB of memory"),
        ("536870912", "512 MiB of memory"),
        ("524288", "512 MiB of memory"),
        ("7GB", "7GB of memory"),  # of a real project: its own words
        ("16", "16 of memory"),
        ("", ""),
        (None, ""),
        (25276510208, "24 GiB of memory"),
    ],
)
def test_memory(ram: Any, shown: str) -> None:
    assert labels.machine({"ram": ram}) == shown


@pytest.mark.parametrize(("cores", "shown"), [("1", "1 core"), ("2", "2 cores"), (4, "4 cores")])
def test_cores(cores: Any, shown: str) -> None:
    assert labels.machine({"cpu": "c", "num_cpu": cores, "os": "o"}) == f"c, {shown}, o"


@given(
    st.lists(
        st.fixed_dictionaries(
            {"python": st.text(max_size=3) | st.sampled_from(["3.13", "go1.27", "pypy3"])},
            optional={"cython": st.sampled_from(["", "3"]), "env-A": st.text(max_size=2)},
        ),
        unique_by=lambda e: tuple(sorted((k, v) for k, v in e.items() if v)),
    )
)
def test_no_two_are_called_the_same(environments: list[dict[str, str]]) -> None:
    found = labels.runtimes(environments)
    assert len(set(found)) == len(found)
