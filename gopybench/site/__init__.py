"""What is added to the site that asv publishes: a page of all runtimes side by side, offline.

1. :mod:`~gopybench.site.plugin` is what asv calls when it publishes.
<<<<<<< HEAD
2. :mod:`~gopybench.site.pagedata` writes what the page loads.
3. :mod:`~gopybench.site.changespage` writes what was found of each step in the history, and
   :mod:`~gopybench.site.feed` the real ones for feed readers.
=======
2. :mod:`~gopybench.site.collected` reads asv's results and graphs into
   :mod:`~gopybench.site.model`: commits, machines, environments and benchmarks, each with
   its :mod:`~gopybench.site.placevalues`. What follows knows nothing of asv's files.
3. :mod:`~gopybench.site.pagedata` writes what the page loads.
>>>>>>> main
4. :mod:`~gopybench.site.classic` makes asv's own pages local.
"""
