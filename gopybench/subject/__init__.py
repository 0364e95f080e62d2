"""What is measured: a person, written every way Python offers, and the work on many of them.

It needs the standard library alone and never asv: it is installed at every
measured commit. :mod:`~gopybench.subject.person` has the variants,
:mod:`~gopybench.subject.workload` makes, names and ages many, in threads,
processes and interpreters too. What is told of that beside its time:
:mod:`~gopybench.subject.peakmem` and :mod:`~gopybench.subject.instructions`,
each in a fresh process (:mod:`~gopybench.subject.freshprocess`);
:mod:`~gopybench.subject.gcsettings` sets the memory management otherwise and
:mod:`~gopybench.subject.costs` does single things otherwise.
"""
