"""The project that is measured: five kinds of work in CPython, Cython, PyPy and Go.

How much work there is stands in a file of its own: a slowdown is more of the same.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...conftest import GO, Project, make_project

PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
# The environments of the kinds of work once in each language.
PLAIN = (f"virtualenv-py{PYTHON}-pip+setuptools80.9.0", GO)
# How often each kind does its step.
SIZE = 10_000

PYTHON_WORK = '''"""Five kinds of work, each done so many times as SIZE says."""

from work.size import SIZE


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


def step(i):
    return i + 1


def arithmetic():
    total = 0
    for i in range(SIZE):
        total += i * i % 7
    return total


def calls():
    total = 0
    for i in range(SIZE):
        total += step(i)
    return total


def maps():
    table = {}
    for i in range(SIZE):
        table[i % 97] = i
    return table


def objects():
    points = []
    for i in range(SIZE):
        points.append(Point(i, i))
    return points


def strings():
    names = []
    for i in range(SIZE):
        names.append("Jane" + str(i))
    return names


def run(kind, times):
    work = globals()[kind]
    for _ in range(times):
        work()
'''
SETUP = """from setuptools import setup

try:
    from Cython.Build import cythonize
except ImportError:
    extensions = []
else:
    extensions = cythonize(["work/kinds.py"], language_level=3)
setup(name="work", version="1", packages=["work"], ext_modules=extensions)
"""
PYTHON_BENCHMARKS = """import os
import re
import shutil
import subprocess
import sys

from work import kinds


class Work:
    # PyPy has what there is to compile in less than its usual second.
    warmup_time = 0.2
    params = ["arithmetic", "calls", "maps", "objects", "strings"]
    param_names = ["kind"]

    def time_work(self, kind):
        kinds.run(kind, 1)

    def track_instructions(self, kind):
        if sys.implementation.name != "cpython":
            return float("nan")
        few, many = (self.count(kind, times) for times in (5, 25))
        return (many - few) / 20

    track_instructions.unit = "instructions"

    def count(self, kind, times):
        code = f"from work import kinds; kinds.run({kind!r}, {times})"
        command = ["setarch", "-R", "valgrind", "--tool=callgrind"]
        command += ["--callgrind-out-file=/dev/null", sys.executable, "-c", code]
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        run = subprocess.run(
            command, capture_output=True, text=True, check=True, env=environment
        )
        return int(re.search(r"Collected : (\\d+)", run.stderr)[1])
"""
GO_WORK = """package work

import "strconv"

type Point struct{ X, Y int }

var Kept any

//go:noinline
func step(i int) int { return i + 1 }

var Kinds = map[string]func(n int){
	"arithmetic": func(n int) {
		total := 0
		for i := 0; i < n; i++ {
			total += i * i % 7
		}
		Kept = total
	},
	"calls": func(n int) {
		total := 0
		for i := 0; i < n; i++ {
			total += step(i)
		}
		Kept = total
	},
	"maps": func(n int) {
		table := map[int]int{}
		for i := 0; i < n; i++ {
			table[i%97] = i
		}
		Kept = table
	},
	"objects": func(n int) {
		points := make([]*Point, 0, n)
		for i := 0; i < n; i++ {
			points = append(points, &Point{i, i})
		}
		Kept = points
	},
	"strings": func(n int) {
		names := make([]string, 0, n)
		for i := 0; i < n; i++ {
			names = append(names, "Jane"+strconv.Itoa(i))
		}
		Kept = names
	},
}
"""
GO_BENCHMARKS = """package work

import (
	"fmt"
	"testing"
)

var kinds = []string{"arithmetic", "calls", "maps", "objects", "strings"}

func BenchmarkWork(b *testing.B) {
	for _, kind := range kinds {
		b.Run("kind="+kind, func(b *testing.B) {
			for i := 0; i < b.N; i++ {
				Kinds[kind](Size)
			}
		})
	}
}

func BenchmarkParts(b *testing.B) {
	for _, kind := range kinds {
		for part := 2; part <= 16; part++ {
			b.Run(fmt.Sprintf("kind=%s/part=%d", kind, part), func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; i < b.N; i++ {
					Kinds[kind](Size / part)
				}
			})
		}
	}
}
"""
CONFIG = {
    "version": 1,
    "project": "proof",
    "repo": ".",
    "branches": ["HEAD"],
    "environment_type": "virtualenv",
    "pythons": [PYTHON, "pypy3", GO],
    "matrix": {
        "req": {
            "cython": [None, "3.3.1"],
            "pip+asv_runner": ["0.3.2"],
            "pip+setuptools": ["80.9.0"],
        }
    },
    "exclude": [{"python": "pypy.*", "req": {"cython": ".+"}}],
    "env_dir": ".asv",
    "build_command": [
        "python -m pip wheel --no-deps --no-build-isolation -w {build_cache_dir} {build_dir}"
    ],
    "install_command": [
        "in-dir={env_dir} python -m pip install --no-deps --force-reinstall {wheel_file}",
        "in-dir={env_dir} return-code=any python -m pip uninstall -y pympler",
    ],
    "regressions_thresholds": {".*": 0.05},
    "plugins": [".gopybench.bridge.plugin"],
    "go": {"dir": ".", "instructions": "Work"},
}


# The files that say how often.
PYTHON_SIZE, GO_SIZE = "work/size.py", "size.go"


def size_files(size: int = SIZE) -> dict[str, str]:
    """Return the files that say how much work there is."""
    return {
        PYTHON_SIZE: f"SIZE = {size}\n",
        GO_SIZE: f"package work\n\nconst Size = {size}\n",
    }


FILES: dict[str, Any] = {
    "asv.conf.json": CONFIG,
    "setup.py": SETUP,
    "work/__init__.py": "",
    "work/kinds.py": PYTHON_WORK,
    "benchmarks/__init__.py": "",
    # The module is called as Go's package is: their values are one benchmark's.
    "benchmarks/work.py": PYTHON_BENCHMARKS,
    "go.mod": "module example.com/work\n\ngo 1.22\n",
    "work.go": GO_WORK,
    "work_test.go": GO_BENCHMARKS,
    ".gitignore": ".asv\nresults\nhtml\nbuild\n*.egg-info\n",
    **size_files(),
}


# Go alone, for a trial that only shows that it works.
_OF_PYTHON = {"setup.py", "benchmarks/work.py"}
_KEYS_OF_PYTHON = {"matrix", "exclude", "build_command", "install_command"}
GO_FILES = {name: text for name, text in FILES.items() if name not in _OF_PYTHON}
GO_FILES["asv.conf.json"] = {
    **{key: value for key, value in CONFIG.items() if key not in _KEYS_OF_PYTHON},
    "pythons": [GO],
}


def project_in(directory: Path, files: Mapping[str, Any] = FILES, name: str = "project") -> Project:
    """Return the project in a directory; it is made unless these very files are there already.

    So its environments outlive a stop.
    """
    digest = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()[:8]
    path = directory / f"{name}-{digest}"
    home = directory / f"{path.name}-home"
    if (home / "made").exists():
        return Project(path, home)
    for rest in (path, home):
        shutil.rmtree(rest, ignore_errors=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    project = make_project(path)
    for name, contents in files.items():
        project.write(name, contents)
    project.commit("The work")
    (home / "made").touch()
    return project


def files_of(what: str, percent: int = 0) -> dict[str, str]:
    """Return what a commit changes that has so many per cent more work.

    *what* is in a text file: no two commits are the same.
    """
    return {"notes.txt": f"{what}\n", **size_files(SIZE * (100 + percent) // 100)}
