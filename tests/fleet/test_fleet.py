"""``gopybench fleet`` with real schedulers and workers: what comes home, and what goes wrong."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from gopybench.asvdata import campaigns, reasons
from gopybench.asvdata.resultsfile import ResultsFile
from gopybench.machine import computer, machinelock

from ..conftest import BIN, GO, PATH, Project, make_go_project, make_project
from ..go_module import QUICK, bench, source, values
from .fleets import PATIENCE, PRELOAD, Fleet, assert_gone, client, measures, rests

distributed = pytest.importorskip("distributed")

PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
NAMES = {"m.Sort.time_sort", "m.Find.time_find"}


def make(path: Path, commits: int, tests: str | None = None) -> Project:
    """A project whose first commit does not compile."""
    tests = tests or source("m", bench("Sort"), bench("Find"))
    project = make_go_project(path, {"m.go": "package m\n\nfunc (\n", "m_test.go": tests})
    project.commit("Change 0")
    for number in range(1, commits):
        project.write("m.go", f"package m\n\nconst Number = {number}\n")
        project.commit(f"Change {number}")
    return project


def commits(project: Project) -> list[str]:
    return project.run("git", "rev-list", "HEAD").stdout.split()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler, whose only worker is in this process."""
    patch = pytest.MonkeyPatch()
    patch.setenv("GOTOOLCHAIN", "local")
    patch.setenv("PATH", PATH)
    with distributed.LocalCluster(
        n_workers=1,
        threads_per_worker=2,
        processes=False,
        protocol="tcp://",
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        local_directory=str(tmp_path_factory.mktemp("worker")),
        preload=[PRELOAD],
    ) as cluster:
        yield cluster.scheduler_address
    patch.undo()


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory, here: str) -> tuple[Project, Project, str]:
    """The same two commits measured by plain asv and by a fleet of one, and what that said."""
    plain = make(tmp_path_factory.mktemp("plain") / "p", 2)
    fleet = make_project(tmp_path_factory.mktemp("fleet") / "p")
    subprocess.run(["rm", "-rf", fleet.path], check=True)
    subprocess.run(["git", "clone", "-q", plain.path, fleet.path], check=True)
    plain.run("asv", "run", "ALL", *QUICK, code=2)
    said = fleet.run("gopybench", "fleet", here, "ALL", "--machine", "box", *QUICK, code=2)
    return plain, fleet, said.stdout


def shape(path: Path) -> dict[str, Any]:
    """Return what a results file has but for what differs from run to run."""
    data = json.loads(path.read_text())
    rows = {}
    for name, row in data.pop("results").items():
        of = dict(zip(data["result_columns"], row))
        has = {key: value is not None for key, value in of.items()}
        numbers = [value is None for value in of["result"] or ()]
        rows[name] = (has, numbers, of["params"], of["version"])
    notes = data.pop("requirements")
    why = reasons.load(notes)
    # Plain asv knows GOMAXPROCS of what does not compile from the commits before.
    own = ("@fleet", "@machine", "@gomaxprocs", reasons.KEY)
    same = {key for key in notes if key not in own}
    # asv notes how long a build took unless it has built the commit to discover benchmarks.
    del data["durations"]
    return {**data, "rows": rows, "why": why, "notes": same}


class TestAFleetOfOne:
    """It measures as plain asv does."""

    def test_the_files_are_those_of_plain_asv(self, measured: tuple[Project, Project, str]) -> None:
        plain, fleet, _ = measured
        assert fleet.files().keys() == plain.files().keys()
        assert len(fleet.files()) == 2 + 2
        for name in fleet.files():
            if re.match(r"results/box/\w{8}-", name):
                assert shape(fleet.path / name) == shape(plain.path / name), name
            else:
                assert fleet.json(name) == plain.json(name), name

    def test_a_commit_that_does_not_compile_has_failed(
        self, measured: tuple[Project, Project, str]
    ) -> None:
        _, fleet, said = measured
        *good, bad = commits(fleet)
        for commit in good:
            rows = fleet.results(commit, GO)
            assert rows.keys() == NAMES
            assert all(row["result"][0] > 0 for row in rows.values())
        assert all(row["result"] is None for row in fleet.results(bad, GO).values())
        assert re.search(rf"{bad[:8]} {GO} on \S+: .*with failures", said)

    def test_which_machine_measured_is_noted(self, measured: tuple[Project, Project, str]) -> None:
        _, fleet, _ = measured
        newest = commits(fleet)[0]
        notes = fleet.json(f"results/box/{newest[:8]}-{GO}.json")["requirements"]
        assert notes["@machine"] == os.uname().nodename

    def test_it_says_how_far_it_is(self, measured: tuple[Project, Project, str]) -> None:
        _, _, said = measured
        assert re.search(rf"^{GO} \(go\d[\d.]+\): 1 machine of \S+, as box$", said, re.M)
        assert "2 of 2 are to be measured (2 commits * 1 environments)" in said
        assert re.search(r"^\[1/2\] \w{8} \S+ on \S+: [\d.]+m?s; about \S+ left$", said, re.M)
        assert re.search(r"^2 of 2 measured in ", said, re.M)
        assert "open" not in said

    def test_what_is_there_is_skipped(
        self, measured: tuple[Project, Project, str], here: str
    ) -> None:
        _, fleet, _ = measured
        before = fleet.files()
        for options in (["-k"], ["--skip-existing-commits"]):
            run = fleet.run("gopybench", "fleet", here, "ALL", "-m", "box", *options)
            assert "0 of 2 are to be measured" in run.stdout
        options = ["--skip-existing-successful", "-m", "box", *QUICK]
        run = fleet.run("gopybench", "fleet", here, "ALL", *options, code=2)
        assert "1 of 2 are to be measured" in run.stdout
        bad = commits(fleet)[-1][:8]
        changed = {n for n, text in fleet.files().items() if text != before[n]}
        assert changed == {f"results/box/{bad}-{GO}.json"}

    @pytest.mark.parametrize(
        "command",
        [
            ["asv", "run", "HEAD^!", *QUICK],
            ["gopybench", "gate", "HEAD^"],
            ["gopybench", "versus", GO, GO],
            ["gopybench", "triage", "--budget", "1"],
        ],
        ids=lambda command: command[1],
    )
    def test_all_that_measures_waits_for_the_machine(
        self,
        measured: tuple[Project, Project, str],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        command: list[str],
    ) -> None:
        plain, _, _ = measured
        monkeypatch.setenv(machinelock.LOCK, str(tmp_path / "lock"))
        before = plain.files()
        with machinelock.held(print) as locked:
            assert locked is not None
            process = subprocess.Popen(
                [BIN / command[0], *command[1:]],
                cwd=plain.path,
                env=plain.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            with process:
                assert process.stdout is not None
                said = b""
                # asv ends a line when it begins the next.
                while b"Waiting: something else measures" not in said:
                    some = os.read(process.stdout.fileno(), 1 << 16)
                    assert some, said
                    said += some
                process.kill()
        assert {n for n, text in plain.files().items() if text != before[n]} == set()

    def test_samples_are_appended(self, measured: tuple[Project, Project, str], here: str) -> None:
        _, fleet, _ = measured
        newest = commits(fleet)[0]
        others = {n: t for n, t in fleet.files().items() if newest[:8] not in n}
        options = ["HEAD^!", "-m", "box", "--bench", "time_find", *QUICK]
        options += ["-E", f"go:{GO.removeprefix('go')}"]
        fleet.run("gopybench", "fleet", here, *options, "--record-samples")
        fleet.run("gopybench", "fleet", here, *options, "--append-samples")
        rows = fleet.results(newest, GO)
        assert len(rows["m.Find.time_find"]["samples"][0]) == 4
        assert rows.keys() == NAMES
        assert {n: t for n, t in fleet.files().items() if newest[:8] not in n} == others

    @pytest.mark.parametrize(
        ("options", "code", "words"),
        [
            (["nothing..HEAD"], 1, "not a range of commits: 'nothing..HEAD'"),
            (["HEAD..HEAD"], 1, "No commit hashes selected"),
            (["HEAD^!", "-E", "existing:same"], 1, "an existing environment has no commits"),
            (["HEAD^!", "-E", "virtualenv:2.0"], 1, "No environments selected"),
            (["HEAD^!", "--machine", "../x"], 1, "--machine: not a machine's name"),
            (["HEAD^!", "-a", "nothing=1"], 2, "'nothing' cannot be set"),
            (["HEAD^!", "-a", "repeat"], 2, "is not a key=value assignment"),
        ],
    )
    def test_bad_input_is_named(
        self,
        measured: tuple[Project, Project, str],
        here: str,
        options: list[str],
        code: int,
        words: str,
    ) -> None:
        _, fleet, _ = measured
        before = fleet.files()
        run = fleet.run("gopybench", "fleet", here, *options, code=code)
        assert words in run.stdout + run.stderr
        assert fleet.files() == before

    def test_what_is_not_committed_is_named(
        self, measured: tuple[Project, Project, str], here: str
    ) -> None:
        _, fleet, _ = measured
        (fleet.path / "other_test.go").write_text("package m\n")
        run = fleet.run("gopybench", "fleet", here, "HEAD^!", code=1)
        (fleet.path / "other_test.go").unlink()
        assert "other_test.go is not committed" in run.stderr

    def test_what_asv_does_not_measure_stays_open(
        self, measured: tuple[Project, Project, str], here: str
    ) -> None:
        _, fleet, _ = measured
        before = fleet.files()
        options = ["HEAD^!", "-m", "box", "--bench", "nothing_like_it"]
        run = fleet.run("gopybench", "fleet", here, *options, code=1)
        newest = commits(fleet)[0][:8]
        assert "open: 1; the same command goes on with them" in run.stdout
        assert f"  {newest} {GO}: " in run.stdout
        assert "No benchmarks selected" in run.stdout
        assert fleet.files() == before


def test_benchmarks_are_discovered_once(tmp_path: Path, here: str) -> None:
    """Not at each commit in each environment; what that gives is what plain asv has."""
    counted = tmp_path / "counted"
    note = (
        'if os.Getenv("GOPYBENCH_DISCOVERY") != "" {\n'
        f'file, _ := os.OpenFile("{counted}", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)\n'
        'file.WriteString("go\\n"); file.Close()\n}'
    )
    python = f"""
        import sys

        if "discover" in sys.argv:
            with open("{counted}", "a") as file:
                file.write("python\\n")

        class Sort:
            def time_sort(self):
                pass

            def time_python(self):
                pass
    """
    project = make_go_project(
        tmp_path / "p",
        {
            "m_test.go": source("m", bench("Sort", before=note), bench("Go"), imports=("os",)),
            "benchmarks/m.py": textwrap.dedent(python),
            "ready.py": "",
        },
        pythons=[PYTHON, GO],
        build_command=[],
        install_command=["in-dir={build_dir} python ready.py"],
        uninstall_command=[],
    )
    for number in range(2):
        project.write("m.go", f"package m\n\nconst Number = {number}\n")
        project.commit(f"Change {number}")
    project.run("gopybench", "fleet", here, "ALL", "-m", "box", *QUICK)
    assert sorted(counted.read_text().split()) == ["go", "python"]
    in_python = f"virtualenv-py{PYTHON}"
    for commit in commits(project):
        both = {"m.Sort.time_sort"}
        for environment, own, lacks in (
            (GO, "m.Go.time_go", "m.Sort.time_python"),
            (in_python, "m.Sort.time_python", "m.Go.time_go"),
        ):
            found = values(project, commit, environment)
            assert found.keys() == both | {own, lacks}
            assert found[lacks] == ["n/a"]
            assert all(found[name][0] > 0 for name in both | {own})


def test_no_scheduler_is_named(tmp_path: Path) -> None:
    project = make(tmp_path / "p", 2)
    run = project.run("gopybench", "fleet", "nonsense://x", "HEAD^!", code=1)
    assert "no scheduler of Dask's at nonsense://x: " in run.stderr
    run = project.run("gopybench", "fleet", code=1)
    assert "name the address of a scheduler of Dask's, or --local N" in run.stderr
    run = project.run("gopybench", "fleet", "--local", "1", "x", "HEAD^!", code=1)
    assert "--local starts its own scheduler" in run.stderr


def test_nothing_else_imports_dask() -> None:
    code = (
        "import sys; from gopybench import cli; import gopybench.fleet.worker; cli._parser(); "
        "assert not {'dask', 'distributed'} & {*sys.modules}"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_dask_it_says_how_to_get_it() -> None:
    code = (
        "import sys; sys.modules['distributed'] = None; from gopybench import cli; "
        "sys.exit(cli.main(['fleet', 'tcp://x:1']))"
    )
    run = subprocess.run([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
    assert run.returncode == 1
    assert "this needs Dask: pip install 'gopybench[asv,fleet]'" in run.stderr


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    of = Fleet(tmp_path)
    yield of
    of.close()


# Sets the clock of a program an hour ahead.
AHEAD = """#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

int clock_gettime(clockid_t which, struct timespec *now) {
    int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
    int code = real(which, now);
    if (which == CLOCK_REALTIME) now->tv_sec += 3600;
    return code;
}

time_t time(time_t *found) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (found) *found = now.tv_sec;
    return now.tv_sec;
}
"""

SLOW = source("m", bench("Sort", "time.Sleep(4e8)"), imports=("time",))


def test_what_is_killed_goes_on(tmp_path: Path, fleet: Fleet) -> None:
    """A client is killed, then a worker: the same command measures the rest, each once."""
    project = make(tmp_path / "p", 4, SLOW)
    every = commits(project)
    options = (fleet.address, f"{every[-1]}..HEAD", "-m", "box", *QUICK)
    start = time.time()
    first = fleet.worker(**{computer.CAMPAIGN: "first"})
    with client(project, *options) as killed:
        assert killed.stdout is not None
        for line in killed.stdout:
            if line.startswith("[1/3]"):
                break
        killed.kill()
    done = project.files()
    assert len([name for name in done if re.match(r"results/box/\w{8}-", name)]) == 1
    # What nobody wants any more is measured to its end.
    rests(first)
    ahead = tmp_path / "ahead.so"
    (tmp_path / "ahead.c").write_text(AHEAD)
    compile_ = ["cc", "-shared", "-fPIC", "-o", str(ahead), str(tmp_path / "ahead.c"), "-ldl"]
    subprocess.run(compile_, check=True)
    second = fleet.worker(**{computer.CAMPAIGN: "second", "LD_PRELOAD": str(ahead)})
    with client(project, *options) as again:
        started = measures(first)
        first.send_signal(signal.SIGKILL)
        said = again.communicate(timeout=PATIENCE)[0]
    assert again.returncode == 0, said
    assert "Going on with what was interrupted" in said
    assert "2 of 3 are to be measured" in said
    assert "is gone (tcp://127.0.0.1:" in said
    assert "was lost while it measured" in said
    assert "2 of 2 measured in " in said
    for commit in every[:-1]:
        assert project.results(commit, GO)["m.Sort.time_sort"]["result"][0] > 0.3
    found = [
        ResultsFile.load(str(project.path / f"results/box/{commit[:8]}-{GO}.json"))
        for commit in every[:-1]
    ]
    files = [file for file in found if file is not None]
    # The site shows what machines of several boots have measured as one campaign.
    assert {file.head["requirements"]["@boot"] for file in files} == {"first", "second"}
    assert {campaigns.of(file, "m.Sort.time_sort").boot for file in files} == {"fleet"}
    # That the clock of one is wrong is no matter: the day is the client's.
    began = {file.row("m.Sort.time_sort")["started_at"] / 1000 for file in files}
    assert max(began) > time.time() + 1800
    days = {campaigns.of(file, "m.Sort.time_sort").day for file in files}
    assert days <= {time.strftime("%Y-%m-%d", time.gmtime(at)) for at in (start, time.time())}
    after = project.files()
    assert {name: after[name] for name in done} == done
    assert not [*(project.path / ".asv").glob("fleet-*")]
    # What the dead worker had started is gone, too.
    assert_gone(started)
    assert second.poll() is None
    # A scheduler that is gone ends the command, which has named what is open.
    with client(project, *options) as last:
        started = measures(second)
        fleet.processes[0].send_signal(signal.SIGKILL)
        said = last.communicate(timeout=PATIENCE)[0]
    assert last.returncode == 1, said
    assert "Dask's scheduler is gone: " in said
    assert "open: 3; the same command goes on with them" in said
    assert project.files() == after
    second.kill()
    assert_gone(started)


@pytest.fixture
def certified(tmp_path: Path) -> Iterator[tuple[Fleet, dict[str, str]]]:
    """A fleet that wants certificates, and the variables by which a client has one."""
    key, cert = str(tmp_path / "key.pem"), str(tmp_path / "cert.pem")
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    make += ["-subj", "/CN=fleet", "-keyout", key, "-out", cert]
    subprocess.run(make, check=True, capture_output=True)
    fleet = Fleet(tmp_path, ["--tls-ca-file", cert, "--tls-cert", cert, "--tls-key", key])
    of = "DASK_DISTRIBUTED__COMM__TLS__"
    own = {f"{of}CLIENT__CERT": cert, f"{of}CLIENT__KEY": key, f"{of}CA_FILE": cert}
    yield fleet, own
    fleet.close()


def test_one_at_a_time_on_a_machine(
    tmp_path: Path, certified: tuple[Fleet, dict[str, str]]
) -> None:
    """Two workers that have one lock are one machine, which waits for whoever has it."""
    fleet, certificate = certified
    assert fleet.address.startswith("tls://127.0.0.1:")
    project = make(tmp_path / "p", 2)
    lock = {machinelock.LOCK: str(tmp_path / "lock"), "GOPYBENCH_FLEET_DIR": str(tmp_path / "w")}
    for _ in range(2):
        fleet.worker(**lock)
    fleet.worker("--preload", "json")
    # Another version of gopybench.
    about = tmp_path / "other" / "gopybench-0.0.1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: gopybench\nVersion: 0.0.1\n")
    fleet.worker(PYTHONPATH=str(about.parent))
    # Nothing is prepared while this has it.
    code = "import sys; from gopybench.machine import machinelock\n"
    code += "with machinelock.held(print): print(1, flush=True); sys.stdin.read()"
    command, pipe = [sys.executable, "-c", code], subprocess.PIPE
    environ = {**os.environ, **lock}
    options = (fleet.address, f"{commits(project)[-1]}..HEAD", *QUICK)
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"1\n"
        with client(project, *options, **certificate) as process:
            fleet.wait_for("gopybench: Waiting: something else measures")
            assert process.poll() is None
            holder.communicate()
            said = process.communicate(timeout=PATIENCE)[0]
    assert process.returncode == 0, said
    assert re.search(r": 1 machine of (\S+), as \1$", said, re.M)
    assert re.search(r"left out: the worker \S+: this worker was started without", said)
    assert re.search(r"left out: the worker \S+: it has gopybench 0.0.1, not ", said)
    # Both have one place for their clones.
    assert len([*(tmp_path / "w").glob("*/clone")]) == 1
    run = project.run("gopybench", "fleet", *options, code=1)
    assert f"no scheduler of Dask's at {fleet.address}: " in run.stderr


def test_workers_of_ones_own(tmp_path: Path) -> None:
    project = make(tmp_path / "p", 2)
    options = ("--local", "2", "HEAD^..HEAD", "-m", "box", *QUICK)
    addresses = set()
    with client(project, *options) as process:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if ": 2 machines of " in line:
                root = psutil.Process(process.pid)
                for each in [root, *root.children(recursive=True)]:
                    sockets = each.net_connections("inet")
                    addresses |= {s.laddr.ip for s in sockets if s.status == psutil.CONN_LISTEN}
    assert process.returncode == 0, said
    assert addresses == {"127.0.0.1"}
    assert "Warning: the workers share this machine and disturb each other" in said
    assert project.results(commits(project)[0], GO).keys() == NAMES


def test_a_full_disk(tmp_path: Path, fleet: Fleet) -> None:
    """A worker that has no space is not taken for commits that do not build."""
    small = tmp_path / "small"
    small.mkdir()
    mounted = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    mounted += ['mount -t tmpfs -o size=2m none "$0" && exec "$@"', str(small)]
    if subprocess.run([*mounted, "true"], capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    project = make(tmp_path / "p", 3)
    every = commits(project)[:-1]
    own = {machinelock.LOCK: str(tmp_path / "lock"), "GOPYBENCH_FLEET_DIR": str(small)}
    fleet.worker(before=mounted, **own)
    fleet.worker()
    fleet.wait_for_workers(2)
    options = (fleet.address, f"{every[-1]}^..HEAD", "-m", "box", *QUICK)
    with client(project, *options) as process:
        said = process.communicate(timeout=PATIENCE)[0]
    assert process.returncode == 0, said
    assert re.search(r"not measured: .*the disk is full; it is tried again", said), said
    for commit in every:
        assert project.results(commit, GO).keys() == NAMES
        assert all(row["result"][0] > 0 for row in project.results(commit, GO).values())
