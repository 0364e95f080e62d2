"""What is on this machine: interpreters, Go toolchains, and what disturbs a measurement.

:mod:`~gopybench.machine.interpreters` and :mod:`~gopybench.machine.toolchains`
find Pythons and Gos, :mod:`~gopybench.machine.runtimes` all that a
configuration names. :mod:`~gopybench.machine.doctor` looks for what disturbs
measurements, and :mod:`~gopybench.machine.provenance` says what results were
measured with.
"""
