"""Runs in the environment of a benchmark in Python, and takes a sample each time it is asked.

    python pythondriver.py BENCHMARK_DIR BENCHMARK_ID ATTRIBUTES DESCRIPTOR

asv's own runner does everything: this script only holds it between two samples.
It talks over the socket of that descriptor, a line of JSON each. First it says
how many runs a sample has and what the last of the warm-up took, or that the
benchmark is skipped. Then it answers each
line ``sample`` with its wall and its CPU time in seconds, a run of the benchmark
each; everything else, and the end of the socket, end it.
"""

import json
import os
import pickle
import socket
import sys
import time
from typing import Any

if not getattr(sys.flags, "safe_path", False):
    # The modules beside this script are none of the benchmark's.
    del sys.path[0]

from asv_runner._aux import set_cpu_affinity_from_params
from asv_runner.benchmarks.mark import SkipNotImplemented
from asv_runner.discovery import get_benchmark_from_name


def main(directory: str, name: str, attributes: str, descriptor: str) -> None:
    """Take samples of the benchmark when asked."""
    channel = socket.socket(fileno=int(descriptor)).makefile("rw")

    def say(**words: object) -> None:
        channel.write(json.dumps(words) + "\n")
        channel.flush()

    extra = json.loads(attributes)
    set_cpu_affinity_from_params(extra)
    extra.pop("cpu_affinity", None)
    benchmark = get_benchmark_from_name(directory, name, extra_params=extra)
    cache = None
    if benchmark.setup_cache_key is not None:
        with open("cache.pickle", "rb") as file:
            cache = pickle.load(file)
    benchmark.set_cache(cache)
    find_number = benchmark.benchmark_timing

    def sample_when_asked(
        timer: Any, min_repeat: int, max_repeat: int, max_time: float, **how: Any
    ) -> Any:
        (seconds,), number = find_number(timer, 1, 1, max_time=0.0, **how)
        say(number=number, wall=seconds / number)
        for line in channel:
            if line != "sample\n":
                break
            before = _cpu_time()
            seconds = timer.timeit(number)
            say(wall=seconds / number, cpu=(_cpu_time() - before) / number)
        return [0.0], number

    benchmark.benchmark_timing = sample_when_asked
    skipped = benchmark.do_setup()
    try:
        if not skipped:
            benchmark.do_run()
    except SkipNotImplemented:
        skipped = True
    finally:
        benchmark.do_teardown()
    if skipped:
        say(skipped=True)


def _cpu_time() -> float:
    """Return the CPU time of this process and of its children that have ended, in seconds."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


if __name__ == "__main__":
    main(*sys.argv[1:])
