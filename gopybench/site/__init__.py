"""What is added to the site that asv publishes: a page of all runtimes side by side, offline.

1. :mod:`~gopybench.site.plugin` is what asv calls when it publishes.
2. :mod:`~gopybench.site.pagedata` writes what the page loads.
3. :mod:`~gopybench.site.changespage` writes what was found of each step in the history, and
   :mod:`~gopybench.site.feed` the real ones for feed readers.
4. :mod:`~gopybench.site.classic` makes asv's own pages local.
"""
