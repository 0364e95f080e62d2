"""What is noted of an environment, by its own interpreter."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil

from gopybench.machine import computer, provenance


@dataclass
class Environment:
    """As asv's, with this interpreter and some packages."""

    _path: str
    _project: str
    site: Path

    def run(self, args: list[str]) -> str:
        env = {**os.environ, "PYTHONPATH": str(self.site)}
        command = [sys.executable, *args]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=env).stdout

    def install(self, name: str, version: str, url: str | None = None) -> None:
        directory = self.site / f"{name}-{version}.dist-info"
        directory.mkdir(parents=True)
        text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        (directory / "METADATA").write_text(text)
        if url:
            (directory / "direct_url.json").write_text(json.dumps({"url": url}))


def test_the_measured_project_is_told_from_what_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "an env"
    environment = Environment(str(path), "My_Shop", tmp_path / "site")
    environment.install("till", "2.0", f"file://{quote(str(path))}/asv-build-cache/till.whl")
    environment.install("my-shop", "3.0")
    # As conda's packages say.
    environment.install("shelf", "4.0", "file:///home/conda/feedstock_root/shelf")
    noted = provenance.of(environment)
    assert noted["@project"] == "my-shop till"
    assert {"till==2.0", "my-shop==3.0", "shelf==4.0"} <= {*noted["@packages"].split()}
    # What decides whether it is the same build is the same in each run.
    again = provenance._of(environment)
    assert again == {key: noted[key] for key in ("@runtime", "@compiler", "@packages", "@project")}
    assert noted["@runtime"].startswith(f"CPython {sys.version.split()[0]} ")


def test_each_is_short_and_none_is_empty(tmp_path: Path) -> None:
    noted = provenance.of(Environment(str(tmp_path), "p", tmp_path))
    assert all(noted.values())
    assert noted["@boot"] == computer.boot()
    began = datetime.datetime.strptime(noted["@began"] + "+0000", "%Y-%m-%dT%H:%MZ%z")
    waited = datetime.datetime.now(datetime.timezone.utc) - began
    # To the minute, when this process began.
    assert abs(waited.total_seconds() - (time.time() - psutil.Process().create_time())) < 61
    kept_short = noted.keys() - {"@packages", "@settings", "@compiler"}
    assert all(len(noted[key]) < 200 for key in kept_short)
    assert "@project" not in noted


def test_an_interpreter_that_fails(tmp_path: Path) -> None:
    class Broken(Environment):
        def run(self, args: list[str]) -> str:
            raise OSError("no such file")

    assert provenance._of(Broken("", "", tmp_path)) == {"@runtime": "not known: no such file"}
