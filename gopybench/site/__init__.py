"""What is added to the site that asv publishes: a page of all runtimes side by side, offline.

1. :mod:`~gopybench.site.plugin` is what asv calls when it publishes.
2. :mod:`~gopybench.site.collected` reads asv's results and graphs into
   :mod:`~gopybench.site.model`: commits, machines, environments and benchmarks, each with
   its :mod:`~gopybench.site.placevalues`. What follows knows nothing of asv's files.
3. :mod:`~gopybench.site.pagedata` writes what the page loads.
4. :mod:`~gopybench.site.classic` makes asv's own pages local.
"""
