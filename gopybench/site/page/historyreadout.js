/* What the page of histories says of a column: its commit, and each line's value and samples. */

import { subject } from "./data.js";
import { element } from "./elements.js";
import { day } from "./numbers.js";

/* Return the list of the lines, which is the chart's legend, and what shows a column in it. */
export function readout({ view, index, commits, format, where, named }) {
  const items = view.lines.map((line) => {
    const value = element("strong");
    const about = element("span", { class: "quiet" });
    const swatch = element("span", {
      class: `swatch ${line.colour}${line.isDashed ? " dashed" : ""}`,
    });
    const node = element(
      "li",
      {},
      swatch,
      element("span", {}, named(line)),
      " ",
      value,
      " ",
      about,
    );
    return { line, node, value, about };
  });
  let now;
  /* Show a column; return it as a sentence, for those who do not see the chart. */
  const show = (i) => {
    const column = view.columns[i];
    now = i;
    for (const { line, value, about } of items) {
      value.textContent = valueWords(line, i, format);
      about.textContent = aboutWords(line, i, column, format, index);
    }
    const words = commitWords(column, commits);
    const tail = column.words
      ? element("span", {}, ` · ${column.words}`)
      : element("span", { class: "subject" });
    where.replaceChildren(commitLink(column.last, index, commits), ` ${words}`, tail);
    if (!column.words) {
      subject(column.last).then((text) => {
        if (now === i) tail.textContent = text ? ` · ${text}` : "";
      });
    }
    const said = items.map(({ line }) => `${line.label} ${toldWords(line, i, format)}`);
    return `${column.words ?? commits[column.last][0]} ${column.words ? "" : words}: ${said.join("; ")}`;
  };
  return { nodes: items.map((item) => item.node), show };
}

function valueWords(line, i, format) {
  return line.values[i] === null ? (line.states[i] ?? "–") : format(line.values[i]);
}

/* The same with the reason why there is none. */
export function toldWords(line, i, format) {
  const words = valueWords(line, i, format);
  return line.reasons[i] === null ? words : `${words}: ${line.reasons[i]}`;
}

function aboutWords(line, i, column, format, index) {
  if (line.values[i] === null) return line.reasons[i] ?? "";
  const found = [];
  if (column.count > 1) found.push(`median of up to ${column.count} commits`);
  if (line.low[i] !== null)
    found.push(
      `${format(line.low[i])} – ${format(line.high[i])}${column.count > 1 ? "" : " (99 %)"}`,
    );
  if (line.samples[i] !== null)
    found.push(`${line.samples[i]} ${line.samples[i] === 1 ? "sample" : "samples"}`);
  if (line.campaigns[i] !== null && index.campaigns.length > 1)
    found.push(index.campaigns[line.campaigns[i]].day);
  if (column.count === 1 && line.data.code?.own?.includes(column.last))
    found.push("the commit’s own benchmark");
  return found.join(", ");
}

function commitWords(column, commits) {
  const until = day(commits[column.last][1]);
  if (column.count < 2) return until;
  return `of ${until}, and ${column.count - 1} before it from ${commits[column.commit][0]} on`;
}

function commitLink(commit, index, commits) {
  const [short] = commits[commit];
  return index.show_commit_url
    ? element("a", { href: index.show_commit_url + short }, short)
    : element("code", {}, short);
}

/* The sentence above the chart: the latest value of each line, least first. */
export function headline(view, commits, format) {
  const ends = view.lines.map((line) => ({ line, i: line.values.findLastIndex(Number.isFinite) }));
  const found = ends
    .filter(({ i }) => i >= 0)
    .sort((a, b) => a.line.values[a.i] - b.line.values[b.i]);
  const name = (i) => view.columns[i].words ?? commits[view.columns[i].last][0];
  if (!found.length) return `Nothing has a value here.${withoutValue(view, name, format)}`;
  const last = Math.max(...found.map(({ i }) => i));
  const said = found.slice(0, 4).map(({ line, i }) => {
    const of =
      found.length === 1 && view.lines.length === 1
        ? format(line.values[i])
        : `${line.label} ${format(line.values[i])}`;
    return i === last ? of : `${of} at ${name(i)}`;
  });
  const more = found.length > 4 ? `; ${found.length - 4} more below` : "";
  const { words, last: commit } = view.columns[last];
  const where = words ? `At ${commits[commit][0]}, ${words}` : `The latest, at ${name(last)}`;
  return `${where}: ${said.join("; ")}${more}.`;
}

/* What is known of the last column without a value, in the first line that was tried there. */
function withoutValue({ columns, lines }, name, format) {
  const i = columns.findLastIndex((_, at) => lines.some((line) => line.states[at] !== null));
  if (i < 0) return "";
  const line = lines.find((one) => one.states[i] !== null);
  return ` The latest, at ${name(i)}: ${line.label} ${toldWords(line, i, format)}.`;
}
