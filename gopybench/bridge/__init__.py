"""Go as a runtime of asv: the benchmarks of any Go module, measured by asv's own commands.

asv loads :mod:`~gopybench.bridge.plugin`; where asv has no hook,
:mod:`~gopybench.bridge.patches` wraps one of its functions. From a Go version
to a value:

1. :mod:`~gopybench.bridge.environment`: a ``GoEnvironment`` is made for a Go
   version. It has a toolchain, and answers what asv asks of an environment.
2. :mod:`~gopybench.bridge.modules`: a commit is compiled into a ``Build``
   (:mod:`~gopybench.bridge.build`), module by module, of which
   :mod:`~gopybench.bridge.patterns` says which packages are wanted.
   :mod:`~gopybench.bridge.builder` compiles one: its packages, each with a test binary.
   :mod:`~gopybench.bridge.buildcommand` makes files that are not in the commit.
   :mod:`~gopybench.bridge.overlay` chooses whose test files are read, the
   working tree's or the commit's own, :mod:`~gopybench.bridge.testdata` whose
   test data; both look in the :mod:`~gopybench.bridge.packagedirectories`.
   :mod:`~gopybench.bridge.gosource` tells the code that a benchmark runs;
   :mod:`~gopybench.bridge.installation` puts the build in place, an ``Installation``.
3. :mod:`~gopybench.bridge.discovery`: each benchmark function is run once,
   which tells its sub-benchmarks and their units. It becomes a ``Function``
   with its benchmarks (:mod:`~gopybench.bridge.functions`).
   :mod:`~gopybench.bridge.jointdiscovery` does that beside Python's, at as many
   commits as are needed (:mod:`~gopybench.bridge.functionhistory`). What comes of it is
   ``Discovered`` (:mod:`~gopybench.bridge.discovered`), for other processes, too.
4. :mod:`~gopybench.bridge.entries`: the functions are defined as entries of
   asv's list of benchmarks, or join Python's benchmarks of the same names.
5. :mod:`~gopybench.bridge.suite`: asv asks for the value of an entry at an
   index, which is a ``Target``: one Go benchmark and one unit.
6. :mod:`~gopybench.bridge.sampling`: asv's attributes and what the benchmark
   cost so far make a ``Sampling``: how often to run it.
   :mod:`~gopybench.bridge.testbinary` runs it, in a process of
   :mod:`~gopybench.bridge.processes`, and reads a ``BenchmarkLine`` for each sample.
7. :mod:`~gopybench.bridge.measurement`: the lines become the value, as asv's
   own runner would give it: samples for a time, a number for other units, NaN
   for n/a. Instructions come from :mod:`~gopybench.bridge.instructioncount` in
   place of steps 6 and 7. :mod:`~gopybench.bridge.transcript` keeps asv from
   printing the same words for each combination of parameters.
"""
