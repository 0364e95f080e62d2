"""What people call runtimes."""

from __future__ import annotations

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


def test_what_all_have_is_left_out() -> None:
    environments = [{"python": "3.13", "numpy": "1"}, {"python": "3.14", "numpy": "1"}]
    assert labels.runtimes(environments) == ["CPython 3.13", "CPython 3.14"]


def test_packages_are_told_where_they_differ() -> None:
    environments = [{"python": "3.13", "numpy": "1"}, {"python": "3.13", "numpy": "2"}]
    assert labels.runtimes(environments) == ["CPython 3.13, numpy 1", "CPython 3.13, numpy 2"]


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
