"""Which campaign results belong to, and what differs between two."""

from __future__ import annotations

import datetime
import math
from pathlib import Path
from typing import Any

import pytest
from asv.results import Results
from asv.runner import BenchmarkResult

from gopybench.asvdata import campaigns, noted
from gopybench.asvdata.campaigns import Campaign
from gopybench.asvdata.resultsfile import ResultsFile
from gopybench.machine import doctor

JULY = datetime.datetime(2026, 7, 30, 14, 5, tzinfo=datetime.timezone.utc)

# As the project's own files have it.
SETTINGS = (
    "cores: {cores} of 2 usable; virtual machine: yes: others share its hardware, unseen; "
    "compare only what was measured in turns; turbo: {turbo}; load: {load} over the last minute; "
    "other processes: {others}"
)
CALM = {"cores": "2", "turbo": "off", "load": "0.12", "others": "none takes more than 5% of a core"}
NOTED = {
    "@boot": "93f78618",
    "@began": "2026-07-30T14:00Z",
    "@runtime": "CPython 3.13.0 (main, May  9 2026, 07:36:57) [GCC 12.2.0]",
    "@compiler": "gcc -O3 -Wall --enable-optimizations",
    "@packages": "numpy==2.1 pip==26.3 shop==1.0.dev1",
    "@project": "shop",
    "@kernel": "6.18.44 #1 SMP",
    "@libc": "glibc 2.36",
    "@cpu": "AMD EPYC, L2 512K",
    "@settings": SETTINGS.format(**CALM),
}


def results(
    measured: dict[str, datetime.datetime], requirements: dict[str, str], machine: str = "box"
) -> Results:
    """Return asv's results of benchmarks that began at these times."""
    params = {"machine": machine, "cpu": "EPYC", "num_cpu": "2", "arch": "x86_64", "python": "3.13"}
    found = Results(params, requirements, "a" * 40, 1, "3.13", "virtualenv-py3.13", {})
    for name, started_at in measured.items():
        benchmark = {"name": name, "version": "1", "params": []}
        result = BenchmarkResult([1.0], [None], [None], 0, "", None)
        found.add_result(benchmark, result, started_at=started_at)
    return found


def campaign(
    requirements: dict[str, str] | None = None,
    measured: datetime.datetime = JULY,
    **kwargs: Any,
) -> Campaign:
    return campaigns.of(
        results({"m.time_a": measured}, requirements or NOTED, **kwargs), "m.time_a"
    )


def noting(**others: str) -> dict[str, str]:
    """Return what is noted with other values, an empty one for what is not."""
    changed = {f"@{key}": value for key, value in others.items()}
    return {key: value for key, value in {**NOTED, **changed}.items() if value}


def test_a_campaign_of_a_file_of_ours_and_of_asvs(tmp_path: Path) -> None:
    of_asv = results({"m.time_a": JULY}, NOTED)
    of_asv.save(str(tmp_path))
    file = ResultsFile.load(str(tmp_path / str(of_asv._filename)))
    assert file is not None
    found = campaigns.of(file, "m.time_a")
    assert {found: 1}[campaigns.of(of_asv, "m.time_a")] == 1
    assert found.label == "2026-07-30 on box, boot 93f78618"
    assert found.measured == JULY
    assert campaigns.changes(found, campaigns.of(of_asv, "m.time_a")) == []


def test_results_from_before_are_a_campaign_for_each_day_and_machine() -> None:
    before = campaign({"cython": "3.3.1"})
    assert before.label == "2026-07-30 on box"
    same_day = campaign({"cython": "3.3.1"}, JULY + datetime.timedelta(hours=1))
    assert before == same_day
    assert before != campaign({"cython": "3.3.1"}, machine="other")
    later = campaign({"cython": "3.3.1"}, JULY + datetime.timedelta(days=15))
    assert before != later
    assert campaigns.changes(before, later) == ["another campaign (2026-07-30 → 2026-08-14)"]


@pytest.mark.parametrize("started_at", [None, math.nan, 1e30])
def test_when_nobody_knows_when_it_was(started_at: float | None) -> None:
    old = results({"m.time_a": JULY}, {})
    old.started_at["m.time_a"] = started_at
    found = campaigns.of(old, "m.time_a")
    assert (found.day, found.measured) == ("", None)
    assert found.label == "unknown day on box"
    (told,) = campaigns.changes(found, campaign({}))
    assert told == "another campaign (unknown day → 2026-07-30)"


def test_a_process_goes_on_past_midnight_with_the_campaign_that_it_began() -> None:
    ahead = campaign()
    beyond = campaign(measured=JULY + datetime.timedelta(hours=11))
    assert beyond == ahead
    assert campaigns.changes(ahead, beyond) == [
        "measured 11 hours apart (2026-07-30 14:05 → 2026-07-31 01:05)"
    ]


def test_a_run_of_a_fleet_is_one_campaign_of_its_class() -> None:
    """Whichever of its machines measured, and past midnight, too."""
    fleet = {"fleet": "2026-07-30T21:50Z"}
    one = campaign(noting(**fleet, machine="n1", began="2026-07-30T21:52Z"))
    other = noting(**fleet, machine="n2", boot="11111111", began="2026-07-31T00:10Z")
    two = campaign(other, JULY + datetime.timedelta(minutes=20))
    assert one == two
    assert one != campaign()
    assert two.label == "2026-07-30 on box, by a fleet"
    told = "the machine of the class: n1, boot 93f78618 → n2, boot 11111111"
    assert campaigns.changes(one, two) == [told]
    later = campaign({**other, "@fleet": "2026-07-31T09:00Z"}, JULY + datetime.timedelta(days=1))
    assert later != two
    assert campaigns.changes(two, later) == ["another campaign (2026-07-30 → 2026-07-31)"]


def test_a_boot_begins_a_campaign() -> None:
    other = campaign(noting(boot="11111111"), JULY + datetime.timedelta(minutes=20))
    assert other != campaign()
    assert campaigns.changes(campaign(), other) == [
        "another campaign (2026-07-30 14:05 → 2026-07-30 14:25)"
    ]


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (
            {"runtime": "CPython 3.13.1 (main, Aug  1 2026, 10:00:00) [GCC 12.2.0]"},
            [
                "the runtime: CPython 3.13.0 (main, May  9 2026, 07:36:57) [GCC 12.2.0] → "
                "CPython 3.13.1 (main, Aug  1 2026, 10:00:00) [GCC 12.2.0]"
            ],
        ),
        (
            {"compiler": "gcc -O3 -Wall"},
            [
                "the runtime: built with PGO → without it",
                "the compiler or its flags: --enable-optimizations → none",
            ],
        ),
        (
            {"compiler": "clang -O3 -Wall -fprofile-use=a --with-lto=thin"},
            [
                "the runtime: built without LTO → with it",
                "the compiler or its flags: --enable-optimizations gcc → "
                "--with-lto=thin -fprofile-use=a clang",
            ],
        ),
        (
            {"packages": "numpy==2.2 pip==26.3 six==1.17 shop==1.0.dev2"},
            ["a package: numpy 2.1 → 2.2", "a package: six none → 1.17"],
        ),
    ],
)
def test_another_build_is_another_campaign(now: dict[str, str], told: list[str]) -> None:
    after = campaign(noting(**now))
    assert after != campaign()
    assert campaigns.changes(campaign(), after) == told


def test_the_measured_project_is_another_at_each_commit() -> None:
    after = campaign(noting(packages="numpy==2.1 pip==26.3 shop==1.0.dev2"))
    assert after == campaign()
    assert campaigns.changes(campaign(), after) == []


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({"kernel": "6.18.45 #1 SMP"}, "the kernel: 6.18.44 #1 SMP → 6.18.45 #1 SMP"),
        ({"libc": "glibc 2.41"}, "the C library: glibc 2.36 → glibc 2.41"),
        ({"cpu": "AMD EPYC, L2 1M"}, "the machine's CPU: AMD EPYC, L2 512K → AMD EPYC, L2 1M"),
        (
            {"settings": SETTINGS.format(**{**CALM, "turbo": "on: the clock depends on the heat"})},
            "turbo: off → on: the clock depends on the heat",
        ),
        ({"settings": SETTINGS.format(**{**CALM, "load": "1.50"})}, None),
        ({"settings": ""}, None),
        (
            {"settings": SETTINGS.format(**{**CALM, "others": "cc1 (99, 98%)"})},
            "other processes: none takes more than 5% of a core → cc1 (99, 98%)",
        ),
        ({"cpu": "", "runtime": "", "packages": "", "compiler": ""}, None),
        ({"runtime": "not known: it ended with 1"}, None),
    ],
)
def test_what_else_may_explain_a_step(now: dict[str, str], told: str | None) -> None:
    assert campaigns.changes(campaign(), campaign(noting(**now))) == ([told] if told else [])


def test_asvs_own_words_on_a_machine_where_ours_are_not_noted() -> None:
    before = campaign(noting(cpu=""))
    after = results({"m.time_a": JULY}, NOTED)
    after.params.update(cpu="Xeon", num_cpu="4")
    assert campaigns.changes(before, campaigns.of(after, "m.time_a")) == [
        "the machine's CPU: EPYC → Xeon",
        "the machine's cores: 2 → 4",
    ]


def test_a_system_from_before_the_kernel_was_noted_by_itself() -> None:
    before = campaign(noting(kernel="", system="Linux-6.17-x86_64"))
    after = campaign(noting(system="Linux-6.18-x86_64"))
    told = ["the system: Linux-6.17-x86_64 → Linux-6.18-x86_64"]
    assert campaigns.changes(before, after) == told
    # Where it was, the system says nothing else.
    assert campaigns.changes(campaign(noting(system="Linux-6.17-x86_64")), after) == []


def test_what_the_doctor_finds_from_minute_to_minute_is_no_setting() -> None:
    """Its own words, of this machine: a name that is not known here would be told of each step."""
    found = {finding.what for finding in doctor.examine(watch=0)}
    assert {"load", "other processes", "swap"} <= found
    settings = "; ".join(f"{what}: one" for what in sorted(found))
    told = campaigns.changes(
        campaign(noting(settings=settings)),
        campaign(noting(settings=settings.replace("one", "two"))),
    )
    named = {of.partition(":")[0] for of in told}
    assert named == found - {"load", "other processes", "swap", "stolen time"}


def test_a_file_with_benchmarks_of_two_campaigns() -> None:
    """A later run added a benchmark."""
    later = noting(boot="11111111", began="2026-08-14T09:00Z", kernel="6.19.0", libc="")
    both = noted.of_measurements(later, {"m.time_a": NOTED})
    times = {"m.time_a": JULY, "m.time_b": JULY + datetime.timedelta(days=15)}
    of_both = results(times, both)
    first, second = (campaigns.of(of_both, name) for name in times)
    assert first == campaign()
    assert first.noted == campaign().noted
    assert second.label == "2026-08-14 on box, boot 11111111"
    assert "@libc" not in second.noted
    assert campaigns.changes(first, second)[:2] == [
        "another campaign (2026-07-30 → 2026-08-14)",
        "the kernel: 6.18.44 #1 SMP → 6.19.0",
    ]
