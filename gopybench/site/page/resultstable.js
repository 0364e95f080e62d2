/* Rows of the page of all results as a table, as CSV and as JSON. */

import { element } from "./elements.js";
import { historyOf, words } from "./measuredrows.js";
import { day, withUnit } from "./numbers.js";
import { asCsv } from "./savefile.js";

const COLOURED = ["Go", "CPython", "Cython", "PyPy"];

export function table(rows, index) {
  const heads = ["runtime", "benchmark", "value", "samples"].map((text, i) =>
    element("th", { scope: "col", class: ["", "", "number", "number samples"][i] }, text),
  );
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, heads)),
    element(
      "tbody",
      {},
      rows.map((row) => line(row, index)),
    ),
  );
}

function line(row, index) {
  const { environment, benchmark } = row;
  const family = COLOURED.includes(environment.family) ? environment.family.toLowerCase() : "other";
  const machine = index.machines.length > 1 ? ` · ${index.machines[environment.machine].name}` : "";
  const params = words(row).join(" · ");
  return element(
    "tr",
    {},
    element(
      "th",
      { scope: "row" },
      element("span", { class: `swatch ${family}` }),
      environment.label,
      element("span", { class: "quiet" }, machine),
    ),
    element(
      "td",
      {},
      element("a", { href: historyOf(index, row) }, benchmark.name),
      " ",
      element("span", { class: "quiet" }, params),
    ),
    ...result(row, index),
  );
}

function result(row, index) {
  if (row.state !== "value") {
    const kind = row.state === "failed" ? "failed" : "lacking";
    const said = row.reason ? `: ${row.reason}` : "";
    const state = row.state === "failed" ? "failed" : "not available";
    return [
      element("td", { colspan: 2, class: `reason ${kind}` }, element("strong", {}, state), said),
    ];
  }
  const { unit } = row.benchmark;
  const shown = (value) => withUnit(value, unit, index.units);
  return [
    element("td", { class: "number" }, shown(row.value)),
    element("td", { class: "number samples quiet" }, samples(row, shown)),
  ];
}

/* Under ten samples an interval says nothing. */
function samples({ samples: count, low, high }, shown) {
  if (count === null) return "";
  const number = `${count} ${count === 1 ? "sample" : "samples"}`;
  return count < 10 || low === null ? number : `${shown(low)} – ${shown(high)} (99 %), ${number}`;
}

const ABOUT = ["runtime", "machine", "benchmark"];
const MORE = [
  "commit",
  "date",
  "value",
  "unit",
  "state",
  "samples",
  "low",
  "high",
  "reason",
  "campaign",
];

export function csv(rows, index, [commit, seconds]) {
  const names = [
    ...new Set(rows.flatMap((row) => row.benchmark.params.map((param) => param.name))),
  ];
  // A parameter may be called like another column.
  const key = (name) => (ABOUT.includes(name) || MORE.includes(name) ? `p-${name}` : name);
  const records = rows.map((row) => {
    const { parameters, ...others } = entry(row, index);
    const own = Object.entries(parameters).map(([name, value]) => [key(name), value]);
    return { ...Object.fromEntries(own), ...others, commit, date: day(seconds) };
  });
  return asCsv([...ABOUT, ...names.map(key), ...MORE], records);
}

export function json(rows, index, commit) {
  const found = {
    version: index.version,
    project: index.project,
    commit: commit[0],
    date: commit[1],
    results: rows.map((row) => entry(row, index)),
  };
  return `${JSON.stringify(found)}\n`;
}

function entry(row, index) {
  const { environment, benchmark, at, campaign } = row;
  return {
    runtime: environment.label,
    machine: index.machines[environment.machine].name,
    benchmark: benchmark.name,
    parameters: Object.fromEntries(
      benchmark.params.map((param, i) => [param.name, param.values[at[i]]]),
    ),
    value: row.value,
    unit: benchmark.unit,
    state: row.state === "value" ? "ok" : row.state,
    samples: row.samples ?? null,
    low: row.low ?? null,
    high: row.high ?? null,
    reason: row.reason,
    campaign: index.campaigns[campaign]?.label ?? null,
  };
}
