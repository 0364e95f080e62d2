"""What is noted of the code that measured a value."""

from __future__ import annotations

from gopybench.asvdata import noted
from gopybench.asvdata.noted import Code


def test_code_of_what_was_measured_now_and_before() -> None:
    first = noted.with_code({"numpy": "2"}, {"m.A": Code("aa", own=True), "m.B": Code("bb", False)})
    assert noted.code(first) == {"m.A": Code("aa", True), "m.B": Code("bb", False)}
    assert noted.without_notes(first) == {"numpy": "2"}
    again = noted.with_code(first, {"m.A": Code("cc", False)})
    assert noted.code(again) == {"m.A": Code("cc", False), "m.B": Code("bb", False)}
    assert noted.code({}) == {}


def test_benchmarks_that_were_measured_with_something_else() -> None:
    latest = {"numpy": "2", "@boot": "b", "@libc": "2.36", "@code": "m.A=aa"}
    then = {"@boot": "a", "@kernel": "6"}
    both = noted.of_measurements(latest, {"m.a": then, "m.b": then, "m.c": {}})
    assert noted.measured_with(both, "m.a") == noted.measured_with(both, "m.b") == then
    assert noted.measured_with(both, "m.c") == {}
    assert noted.measured_with(both, "m.d") == {"@boot": "b", "@libc": "2.36"}
    assert noted.measurements(both) == {"m.a": then, "m.b": then, "m.c": {}}
    # Those that are like the latest take no place; what else is noted stays.
    assert noted.of_measurements(both, {"m.a": {"@boot": "b", "@libc": "2.36"}}) == latest
    assert noted.measured_with({"@boot": "b", "@earlier": "damaged"}, "m.a") == {"@boot": "b"}


def test_files_taken_together() -> None:
    """A function goes with the file that its results are from, as do a benchmark's notes."""
    earlier = noted.with_code({"@boot": "a"}, {"m.A": Code("a", False), "m.B": Code("b", True)})
    earlier = noted.with_gomaxprocs(earlier, {"m.A": 1, "m.B": 2})
    later = noted.with_code({"@boot": "b"}, {"m.B": Code("bb", False), "m.C": Code("c", False)})
    both = noted.of_both(earlier, later, ["m.A.time_a"], ["m.B.time_b"])
    assert noted.code(both) == {"m.A": Code("a", False), "m.B": Code("bb", False)}
    assert noted.gomaxprocs(both) == {"m.A": 1}
    assert both["@boot"] == "b"
    assert noted.measurements(both) == {"m.A.time_a": {"@boot": "a"}}
    # Taken together with a third, all three are told apart.
    third = noted.of_both(both, {"@boot": "c"}, ["m.A.time_a", "m.B.time_b"], ["m.C.time_c"])
    boots = [noted.measured_with(third, f"m.{n}.time_{n.lower()}")["@boot"] for n in "ABC"]
    assert boots == ["a", "b", "c"]
    # Measured again, nothing is left of them.
    every = [f"m.{n}.time_{n.lower()}" for n in "ABC"]
    assert noted.of_both(third, {"@boot": "d"}, [], every) == {"@boot": "d"}


def test_a_commit_that_no_longer_builds() -> None:
    earlier = {"@boot": "a", "@code": "m.A=aa m.B=bb"}
    both = noted.of_both(earlier, {"numpy": "2"}, ["m.A.time_a"], ["m.B.time_b"])
    assert (both["@boot"], both["@code"], both["numpy"]) == ("a", "m.A=aa", "2")
    assert noted.measured_with(both, "m.A.time_a") == {"@boot": "a"}
    assert noted.measured_with(both, "m.B.time_b") == {}


def test_with_what_a_text_was_measured_is_not_known() -> None:
    before = {"@boot": "a", "@code": "m.A=aa m.B=bb"}
    imported = noted.without_measurement(before, {"m.A.time_a"})
    assert (imported["@boot"], imported["@code"]) == ("a", "m.B=bb")
    assert noted.measured_with(imported, "m.A.time_a") == {}
    assert noted.measured_with(imported, "m.B.time_b") == {"@boot": "a"}
    # Of a file of imports alone there is nothing to say.
    assert noted.without_measurement({"numpy": "2"}, {"m.A.time_a"}) == {"numpy": "2"}
