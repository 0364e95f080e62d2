"""Go benchmark text in and out of asv's results.

An import takes these steps, in :mod:`~gopybench.transfer.importer`. A value has
one shape between two of them:

1. :mod:`~gopybench.transfer.collect` reads the inputs. A line becomes part of a
   ``Block``, and its values are collected in ``PackageResults``: one for each
   package of a file, and each :mod:`~gopybench.transfer.origin`.
2. :mod:`~gopybench.transfer.runs` tells the runs apart: a commit, an environment
   and a machine, described by :mod:`~gopybench.transfer.machines`.
3. :mod:`~gopybench.transfer.naming` finds what asv calls each benchmark, and
   :mod:`~gopybench.transfer.gomaxprocs` where a name ends in GOMAXPROCS. Its
   values are ``Samples`` of a combination of parameters.
4. :mod:`~gopybench.transfer.layout` puts them on asv's parameters, into a
   ``ResultsFile`` of :mod:`gopybench.asvdata.resultsfile`, where they are a row.
5. :mod:`gopybench.asvdata.wholefiles` writes all files, or none.

:mod:`~gopybench.transfer.summary` is what an import did.
:mod:`~gopybench.transfer.exporter` is the way back, and
:mod:`~gopybench.transfer.transfercommands` are the commands for both.
"""
