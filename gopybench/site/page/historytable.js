/* What the page of histories shows, as a table, as CSV and as JSON. */

import { places } from "./data.js";
import { element } from "./elements.js";
import { parts } from "./historylines.js";
import { toldWords } from "./historyreadout.js";
import { day } from "./numbers.js";
import { asCsv } from "./savefile.js";

export function table({ view, commits, format }) {
  const isOver = view.columns[0]?.words !== undefined;
  const head = [
    isOver ? "parameter" : "commit",
    ...(isOver ? [] : ["date"]),
    ...view.lines.map((line) => line.label),
  ];
  const rows = view.columns.map((column, i) => {
    const first = column.words ?? commits[column.last][0];
    const cells = view.lines.map((line) => {
      const kind = line.reasons[i] === null ? "number" : "reason";
      return element("td", { class: kind }, toldWords(line, i, format));
    });
    const date = isOver ? [] : [element("td", {}, day(commits[column.last][1]))];
    return element("tr", {}, element("th", { scope: "row" }, first), date, cells);
  });
  const isNumber = (i) => i >= head.length - view.lines.length;
  const heads = head.map((text, i) =>
    element("th", { scope: "col", class: isNumber(i) && "number" }, text),
  );
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, heads)),
    element("tbody", {}, rows),
  );
}

const ABOUT = ["samples", "low", "high", "state", "reason", "campaign"];

export function csv({ view, state, index, commits, unit }) {
  const { params } = index.benchmarks[state.benchmark];
  const isOver = view.columns[0]?.words !== undefined;
  const key = isOver ? [params[state.x].name, "commit"] : ["commit", "commits", "date"];
  const titles = view.lines.map((line) => parts(line, index, params).join(" · "));
  const head = [
    ...key,
    ...titles.flatMap((title) => [
      `${title} (${unit})`,
      ...ABOUT.map((about) => `${title} ${about}`),
    ]),
  ];
  const rows = view.columns.map((column, i) => {
    const [short, seconds] = commits[column.last];
    const first = isOver ? [column.value, short] : [short, column.count, day(seconds)];
    return [...first, ...view.lines.flatMap((line) => [line.values[i], ...about(line, i, index)])];
  });
  return asCsv(head, rows);
}

function about(line, i, index) {
  const campaign = line.campaigns[i];
  const state = line.values[i] === null ? line.states[i] : "ok";
  return [
    line.samples[i],
    line.low[i],
    line.high[i],
    state,
    line.reasons[i],
    campaign === null ? null : index.campaigns[campaign].label,
  ];
}

export function json({ view, state, index, commits, unit }) {
  const { name, params } = index.benchmarks[state.benchmark];
  const found = {
    version: index.version,
    project: index.project,
    benchmark: name,
    unit,
    columns: view.columns.map(({ last, count, value }) => ({
      commit: commits[last][0],
      date: commits[last][1],
      commits: count,
      value,
    })),
    lines: view.lines.map((line) => {
      const { label, machine } = index.environments[line.environment];
      const at = places(params, line.combination);
      return {
        runtime: label,
        machine: index.machines[machine].name,
        parameters: Object.fromEntries(params.map((param, i) => [param.name, param.values[at[i]]])),
        values: line.values,
        low: line.low,
        high: line.high,
        samples: line.samples,
        states: line.states,
        reasons: line.reasons,
        campaigns: line.campaigns.map((campaign) =>
          campaign === null ? null : index.campaigns[campaign].label,
        ),
      };
    }),
  };
  return `${JSON.stringify(found)}\n`;
}
