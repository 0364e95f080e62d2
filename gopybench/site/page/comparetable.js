/* Rows of a comparison as a table, as Markdown and as plain records. */

import { isNoise } from "./comparing.js";
import { places } from "./data.js";
import { times, withUnit } from "./numbers.js";

/* What a record has; the same for all. */
export const COLUMNS = [
  ...["runtime", "benchmark", "parameters", "unit", "before", "after", "ratio"],
  ...["before state", "after state", "before samples", "after samples"],
];

export function runtime(about, [one, other]) {
  const [before, after] = [about.environments[one].label, about.environments[other].label];
  return before === after ? before : `${before} → ${after}`;
}

export function parameters(about, { benchmark, combination }) {
  const { params } = about.benchmarks[benchmark];
  const at = places(params, combination);
  return params.map((param, i) => (param.words ?? param.values)[at[i]]).join(" · ");
}

function words(about, { benchmark }, { value, state, samples }) {
  if (value === null) return state ?? "";
  const text = withUnit(value, about.benchmarks[benchmark].unit, about.units);
  return samples === null ? text : `${text} (${samples})`;
}

function historyOf(about, row) {
  const { name, params } = about.benchmarks[row.benchmark];
  const query = new URLSearchParams({ benchmark: name });
  places(params, row.combination).forEach((at, i) => {
    query.set(`p-${params[i].name}`, params[i].values[at]);
  });
  return `history.html?${query}`;
}

function cell(row, text, className = "") {
  const made = row.insertCell();
  made.textContent = text;
  made.className = className;
  return made;
}

function head(table, titles) {
  const row = table.createTHead().insertRow();
  for (const title of titles) {
    const made = document.createElement("th");
    made.scope = "col";
    made.textContent = title;
    made.className = ["before", "after", "ratio"].includes(title) ? "number" : "";
    row.append(made);
  }
}

export function draw(about, table, rows) {
  table.replaceChildren();
  head(table, ["runtime", "benchmark", "before", "after", "ratio"]);
  const body = table.createTBody();
  for (const one of rows) {
    const row = body.insertRow();
    cell(row, runtime(about, one.pair));
    const link = document.createElement("a");
    link.href = historyOf(about, one);
    link.textContent = about.benchmarks[one.benchmark].name;
    const of = document.createElement("span");
    of.className = "quiet";
    of.textContent = ` ${parameters(about, one)}`;
    cell(row, "").append(link, of);
    cell(row, words(about, one, one.before), "number");
    cell(row, words(about, one, one.after), "number");
    const change = one.ratio === null || isNoise(one) ? "" : one.ratio > 1 ? "rose" : "fell";
    cell(row, one.ratio === null ? "" : times(one.ratio), `number ratio ${change}`);
  }
}

export function asMarkdown(about, rows, title) {
  const safe = (text) => text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ").trim();
  const lines = rows.map((row) => [
    runtime(about, row.pair),
    `${about.benchmarks[row.benchmark].name} ${parameters(about, row)}`,
    words(about, row, row.before),
    words(about, row, row.after),
    row.ratio === null ? "" : times(row.ratio),
  ]);
  const heads = "| runtime | benchmark | before | after | ratio |\n|---|---|---:|---:|---:|";
  const body = lines.map((line) => `| ${line.map(safe).join(" | ")} |`).join("\n");
  return `${title}\n\n${heads}\n${body}\n`;
}

export function asRecord(about, row) {
  const { name, unit } = about.benchmarks[row.benchmark];
  return {
    runtime: runtime(about, row.pair),
    benchmark: name,
    parameters: parameters(about, row),
    unit,
    before: row.before.value,
    after: row.after.value,
    ratio: row.ratio,
    "before state": row.before.value === null ? row.before.state : "ok",
    "after state": row.after.value === null ? row.after.state : "ok",
    "before samples": row.before.samples,
    "after samples": row.after.samples,
  };
}
