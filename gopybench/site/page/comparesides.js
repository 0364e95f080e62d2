/* The two sides that are chosen, and the address that has them. */

import { environments } from "./comparing.js";
import { commitAt, measuredOn } from "./data.js";
import { day } from "./numbers.js";

export const NAMES = ["before", "after"];

function option(known, commit) {
  const [hash, date] = known[commit];
  return new Option([hash, day(date)].filter(Boolean).join(" · "), hash);
}

/* Choose a commit that was measured on a machine, else its newest. */
async function pick(known, select, machine, chosen) {
  const of = await measuredOn(machine);
  const [there] = of.find(([commit]) => known[commit][0] === chosen) ?? of.at(-1) ?? [];
  select.replaceChildren(...(there === undefined ? [] : [option(known, there)]));
}

/* Fill the lists of commits, the newest first, by the campaign in which they were measured; with
   thousands it takes a while, so all else is shown before. */
export async function offerCommits(about, known, { elements }) {
  for (const name of NAMES) {
    const of = await measuredOn(Number(elements[`${name}-machine`].value));
    const select = elements[name];
    const chosen = select.value;
    const groups = [];
    for (const [commit, campaign] of of.toReversed()) {
      const { label } = about.campaigns[campaign];
      if (groups.at(-1)?.label !== label) {
        groups.push(document.createElement("optgroup"));
        groups.at(-1).label = label;
      }
      groups.at(-1).append(option(known, commit));
    }
    select.replaceChildren(...groups);
    select.value = chosen;
  }
}

function offerRuntimes(about, select, machine, chosen, all) {
  const labels = about.environments
    .filter((one) => one.machine === machine)
    .map((one) => one.label);
  const options = [...new Set(labels)].map((label) => new Option(label, label));
  select.replaceChildren(new Option(all, ""), ...options);
  select.value = labels.includes(chosen) ? chosen : "";
}

/* The runtimes of two machines that have none in common: those that are most alike. */
function alike(about, ...machines) {
  const of = machines.map((machine) => about.environments.filter((one) => one.machine === machine));
  const [left, right] = of;
  if (left.some((one) => right.some((other) => one.label === other.label))) return ["", ""];
  const apart = ([one, other]) => {
    const keys = new Set([one, other].flatMap(({ params }) => Object.keys(params)));
    const differing = [...keys].filter((key) => one.params[key] !== other.params[key]);
    return differing.length + (one.family === other.family ? 0 : keys.size);
  };
  const latest = (pair) => Math.min(...pair.map((one) => one.latest));
  const pairs = left.flatMap((one) => right.map((other) => [one, other]));
  pairs.sort((a, b) => apart(a) - apart(b) || latest(b) - latest(a));
  return pairs[0].map((one) => one.label);
}

/* The commits to open with: two of one runtime and machine, or one that two of them may have. */
async function opening(about, before, after, defaults) {
  const usual = [defaults.before, defaults.after];
  const isOne = before.machine === after.machine && before.runtime === after.runtime;
  const { machine, "before-runtime": runtime } = defaults;
  if (isOne && before.machine === machine && before.runtime === runtime) return usual;
  const pairs = environments(about, before, after);
  const ends = pairs.map((pair) => Math.min(...pair.map((one) => about.environments[one].latest)));
  const last = Math.max(...ends);
  const of = await Promise.all([before, after].map(({ machine }) => measuredOn(machine)));
  const [left, right] = of.map((all) => all.map(([commit]) => commit));
  const both = left.filter((commit) => right.includes(commit) && commit <= last);
  if (!both.length) return usual;
  return isOne ? [both.at(-2) ?? both.at(-1), both.at(-1)] : [both.at(-1), both.at(-1)];
}

/* Bring all that is chosen into line with the address. */
export async function choose(about, known, form, query, defaults) {
  const { elements } = form;
  const numbers = NAMES.map((name) => {
    const machines = elements[`${name}-machine`];
    machines.replaceChildren(...about.machines.map((one, i) => new Option(one.name, i)));
    const asked = about.machines.findIndex((one) => one.name === query.get(`${name}-machine`));
    machines.value = asked < 0 ? defaults.machine : asked;
    return Number(machines.value);
  });
  const wanted = NAMES.map((name) => query.get(`${name}-runtime`));
  const isThere = (i, label) =>
    about.environments.some((one) => one.machine === numbers[i] && one.label === label);
  const isAsked = isThere(0, wanted[0]) && isThere(1, wanted[1] ?? wanted[0]);
  const likely = query.size ? alike(about, ...numbers) : [defaults["before-runtime"], ""];
  for (const [i, name] of NAMES.entries()) {
    const all = name === "before" ? "all" : "the same";
    const chosen = (isAsked ? wanted : likely)[i];
    offerRuntimes(about, elements[`${name}-runtime`], numbers[i], chosen, all);
  }
  const isOfAll = !elements["before-runtime"].value;
  elements["after-runtime"].disabled = isOfAll;
  if (isOfAll) elements["after-runtime"].value = "";
  const [before, after] = NAMES.map((name) => side(known, form, name));
  const open = await opening(about, before, after, defaults);
  for (const [i, name] of NAMES.entries()) {
    const hash = query.get(name);
    const [chosen] = known[hash ? commitAt(hash, known) : -1] ?? known[open[i]];
    await pick(known, elements[name], numbers[i], chosen);
  }
}

/* What is chosen, as an address has it. */
export function asked(about, { elements }) {
  const query = new URLSearchParams();
  for (const name of NAMES) {
    query.set(name, elements[name].value);
    const machine = Number(elements[`${name}-machine`].value);
    if (about.machines.length > 1) query.set(`${name}-machine`, about.machines[machine].name);
    const runtime = elements[`${name}-runtime`].value;
    if (runtime) query.set(`${name}-runtime`, runtime);
  }
  return query;
}

/* The same after a control changed: without the commits, as long as nobody has chosen them. */
export function asLongAsOpen(query, control) {
  const address = new URLSearchParams(location.search);
  const isChosen = [control, ...address.keys()].some((name) => NAMES.includes(name));
  if (!isChosen) for (const name of NAMES) query.delete(name);
  return query;
}

/* The same with each side in the other's place. */
export function swapped(query) {
  const found = new URLSearchParams();
  for (const suffix of ["", "-machine", "-runtime"]) {
    const [before, after] = NAMES.map((name) => query.get(`${name}${suffix}`));
    // A runtime alone is that of both.
    if (after ?? before) found.set(`before${suffix}`, after ?? before);
    if (before && after) found.set(`after${suffix}`, before);
  }
  return found;
}

/* One side as numbers: of its commit, its machine, and its runtime's label, empty for all. */
export function side(known, { elements }, name) {
  const runtime = elements[`${name}-runtime`].value;
  return {
    commit: known.findIndex(([short]) => short === elements[name].value),
    machine: Number(elements[`${name}-machine`].value),
    runtime: runtime || elements["before-runtime"].value,
  };
}
