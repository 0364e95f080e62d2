/* What asv's page asks of three small libraries that no Python package carries,
   and the runtimes in its list of regressions, which are else only in its links,
   with the verdicts on them. */
"use strict";

/* The key under which the page remembers an ignored regression: any text that differs. */
window.md5 = (text) => text;

/* Sort a table by its column when its head is clicked, or when told to. */
(function ($) {
  const compare = {
    int: (a, b) => parseInt(a, 10) - parseInt(b, 10),
    float: (a, b) => parseFloat(a) - parseFloat(b),
    string: (a, b) => String(a).localeCompare(String(b)),
    "string-ins": (a, b) => String(a).toLowerCase().localeCompare(String(b).toLowerCase()),
  };

  function nameEnvironments(table) {
    // Without a place to see commits at, asv's links lead nowhere.
    if (/^#?$/.test($.asv.main_json.show_commit_url || "")) {
      table.find("td:nth-child(3) a").replaceWith(function () {
        return $(this).text();
      });
    }
    table.find("tbody tr td:first-child a[href*='&commits=']").each(function () {
      const { params } = $.asv.parse_hash_string(this.hash);
      const own = Object.keys(params).filter((key) => key !== "commits" && !key.startsWith("p-"));
      const text = own.map((key) => `${key} ${params[key].join(", ") || "[none]"}`).join(", ");
      if (text) $("<small>").text(` ${text}`).insertAfter(this);
    });
  }

  /* Add what triage says of each step to asv's list, which has a row for one or more. */
  let steps;
  function addVerdicts(table) {
    const rows = table.find("tbody tr").has("td:first-child a[href*='&commits=']");
    if (!rows.length) return;
    steps ||= fetch("changes.json")
      .then((answer) => answer.json())
      .then((found) => found.steps);
    steps.then((all) => {
      // The list that is grouped has a head too many.
      const head = table.find("thead tr");
      const spare = head.children().eq(rows.first().children().length);
      (spare.length ? spare : $("<th>").appendTo(head)).text("Verdict");
      rows.each(function () {
        const link = $(this).find("td:first-child a")[0];
        const { params } = $.asv.parse_hash_string(link.hash);
        const isOf = (step, commits) =>
          step.entry === link.textContent &&
          step.after.startsWith(commits.split("-").pop()) &&
          Object.entries(params).every(([key, [value]]) => !(key in step.series) || (step.series[key] ?? null) === value);
        const cell = $("<td>").appendTo(this);
        for (const commits of params.commits) {
          const step = all.find((one) => isOf(one, commits));
          if (!step) continue;
          const about = $("<a>").attr({ href: `changes.html#${step.id}`, style: "white-space: nowrap" }).text(step.verdict);
          const why = step.why.map((line) => $("<div>").text(line));
          const evidence = $("<details>").append($("<summary>").text("why"), why);
          cell.append($("<div>").append(about, step.why.length ? $("<small>").append(evidence) : ""));
        }
      });
    });
  }

  $.fn.stupidtable = function (ways) {
    this.data("ways", Object.assign({}, compare, ways));
    nameEnvironments(this);
    addVerdicts(this);
    this.on("click", "thead th", function () {
      $(this).stupidsort();
    });
    return this;
  };

  $.fn.stupidsort = function (direction) {
    const head = this;
    const table = head.closest("table");
    const way = table.data("ways")[head.data("sort")];
    if (!way) return head;
    const column = head.index();
    direction = direction || (head.data("direction") === "asc" ? "desc" : "asc");
    head.siblings().removeData("direction");
    head.data("direction", direction);
    const value = (row) => {
      const cell = $(row).children().eq(column);
      const given = cell.data("sort-value");
      return given === undefined ? cell.text() : given;
    };
    const body = table.children("tbody");
    const rows = body.children("tr").get();
    rows.sort((a, b) => (direction === "asc" ? 1 : -1) * way(value(a), value(b)));
    body.append(rows);
    table.trigger("aftertablesort", { column, direction, $th: head });
    return head;
  };

  /* Draw the bars of several series beside each other. */
  $.plot.plugins.push({
    name: "orderBars",
    init: (plot) => {
      plot.hooks.processDatapoints.push((_, series, datapoints) => {
        const orders = plot
          .getData()
          .filter((other) => other.bars.show && other.bars.order !== undefined)
          .map((other) => other.bars.order)
          .sort((a, b) => a - b);
        const place = orders.indexOf(series.bars.order);
        if (!series.bars.show || place < 0) return;
        const shift = (place - (orders.length - 1) / 2) * series.bars.barWidth;
        for (let i = 0; i < datapoints.points.length; i += datapoints.pointsize) {
          if (datapoints.points[i] !== null) datapoints.points[i] += shift;
        }
      });
    },
  });
})(jQuery);
