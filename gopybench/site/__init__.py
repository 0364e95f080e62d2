"""What is added to the site that asv publishes, offline: runtimes side by side.

1. :mod:`~gopybench.site.plugin` is what asv calls when it publishes.
2. :mod:`~gopybench.site.collected` reads asv's results and graphs into
   :mod:`~gopybench.site.model`: commits, machines, environments, campaigns
   (:mod:`~gopybench.site.sitecampaigns`) and benchmarks, each with its
   :mod:`~gopybench.site.placevalues`. :mod:`~gopybench.site.turnratios` reads what was measured
   in turns. What follows knows nothing of asv's files.
3. :mod:`~gopybench.site.parameterroles` says which parameter is a way to do the work, a
   mode or a size, and :mod:`~gopybench.site.comparedruntimes` what the first page compares.
4. :mod:`~gopybench.site.comparisonviews` are its views, :mod:`~gopybench.site.sentences` what
   is said of each, and :mod:`~gopybench.site.pages` writes them as HTML, CSV
   (:mod:`~gopybench.site.spreadsheetcsv`) and JSON.
   All pages are made by :mod:`~gopybench.site.htmltemplates` from ``templates/``.
5. Where all runtimes are of one kind, the first page is the list of benchmarks:
   :mod:`~gopybench.site.latestvalues` says what changed, :mod:`~gopybench.site.listviews` what is
   said of it, :mod:`~gopybench.site.sparklines` draws it, and :mod:`~gopybench.site.listpages`
   writes it.
6. :mod:`~gopybench.site.datafiles` and :mod:`~gopybench.site.historyfiles` write what the pages
   load and other tools read, with the steps that asv finds (:mod:`~gopybench.site.sitesteps`);
   :mod:`~gopybench.site.historypage` is the page of histories, and
   :mod:`~gopybench.site.comparepage` the one that compares any two.
7. :mod:`~gopybench.site.changespage` writes what was found of each step in the history, in the
   words of :mod:`~gopybench.site.findingwords` and with :mod:`~gopybench.site.findinglinks`, and
   :mod:`~gopybench.site.feed` the real ones for feed readers.
8. :mod:`~gopybench.site.campaigndrift` says how each campaign drifted since the one before, and
   :mod:`~gopybench.site.machinespage` writes it, with what the campaigns were measured with.
9. :mod:`~gopybench.site.resultspage` writes the page of all results, and says what is there.
10. :mod:`~gopybench.site.classic` makes asv's own pages local.
"""
