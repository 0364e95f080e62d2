"""Go's benchmark format, read as text: syntax only, and no asv.

1. :mod:`~gopybench.benchfmt.reader` turns lines into records.
2. :mod:`~gopybench.benchfmt.records` are those: blocks of results, unit
   metadata and what is wrong, each with file and line.
3. :mod:`~gopybench.benchfmt.testevents` finds the lines in a ``go test -json`` stream.
4. :mod:`~gopybench.benchfmt.blocks` reads many similar lines at once, and
   :mod:`~gopybench.benchfmt.gonumbers` numbers as Go does.
5. :mod:`~gopybench.benchfmt.units` converts units to base units.
6. :mod:`~gopybench.benchfmt.names` splits full names: function, parameters,
   GOMAXPROCS.
"""
