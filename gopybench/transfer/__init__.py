"""Go benchmark text in and out of asv's results.

An import goes through these steps:

1. :mod:`~gopybench.transfer.origin` says where a result comes from.
2. :mod:`~gopybench.transfer.texts` keeps what was read, by column.
3. :mod:`~gopybench.transfer.layout` puts samples on asv's parameters.
4. :mod:`~gopybench.transfer.importer` takes the steps in their order, and
   :mod:`~gopybench.transfer.summary` says what was done.

:mod:`~gopybench.transfer.exporter` is the way back.
"""
