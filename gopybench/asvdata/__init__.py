"""asv's files: what is in them, in words of Go, and writing them whole.

1. :mod:`~gopybench.asvdata.conffile` loads asv.conf.json,
   :mod:`~gopybench.asvdata.gosettings` is its block "go", and
   :mod:`~gopybench.asvdata.gomodule` the Go modules that it names.
   :mod:`~gopybench.asvdata.repository` is the repository around a directory.
2. :mod:`~gopybench.asvdata.mapping` names Go's benchmarks, units and
   parameters as asv does, and back.
3. :mod:`~gopybench.asvdata.definitions` is asv's list of benchmarks, Go's among them.
4. :mod:`~gopybench.asvdata.resultsfile` is a results file, in asv's format 2, with
   :mod:`~gopybench.asvdata.samplestatistics` as asv computes them, and
   :mod:`~gopybench.asvdata.soundness` says what is damaged in one, and
   :mod:`~gopybench.asvdata.parsedresults` remembers those that were read.
   :mod:`~gopybench.asvdata.merging` takes together what two machines measured.
5. :mod:`~gopybench.asvdata.wholefiles` writes files whole, one process at a time.
6. :mod:`~gopybench.asvdata.noted` is what is noted of a measurement,
   :mod:`~gopybench.asvdata.campaigns` to which campaign that makes it belong,
   :mod:`~gopybench.asvdata.commits` which commit a revision is, and
   :mod:`~gopybench.asvdata.labels` what people call runtimes and machines.
"""
