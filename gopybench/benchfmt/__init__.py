"""Go's benchmark format, as text that is read: no asv, nothing is interpreted.

1. :mod:`~gopybench.benchfmt.reader` turns lines into records: results, unit
   metadata and what is wrong, each with file and line.
2. :mod:`~gopybench.benchfmt.blocks` reads many lines that are alike by column.
3. :mod:`~gopybench.benchfmt.units` turns units into base units.
4. :mod:`~gopybench.benchfmt.names` takes full names apart: function,
   parameters, GOMAXPROCS.
"""
