/* The two sides that are chosen, and the address that has them. */

import { commitAt, measuredOn } from "./data.js";
import { day } from "./numbers.js";

export const NAMES = ["before", "after"];

/* Fill a list of commits, the newest first, by the campaign in which they were measured. */
async function offerCommits(about, known, select, machine, chosen) {
  const of = await measuredOn(machine);
  select.replaceChildren();
  let group = null;
  for (const [commit, campaign] of of.toReversed()) {
    const { label } = about.campaigns[campaign];
    if (group?.label !== label) {
      group = document.createElement("optgroup");
      group.label = label;
      select.append(group);
    }
    const [hash, date] = known[commit];
    group.append(new Option([hash, day(date)].filter(Boolean).join(" · "), hash));
  }
  const there = of.some(([commit]) => known[commit][0] === chosen);
  select.value = there ? chosen : known[of.at(-1)?.[0]]?.[0];
}

function offerRuntimes(about, select, machine, chosen, all) {
  const labels = about.environments
    .filter((one) => one.machine === machine)
    .map((one) => one.label);
  const options = [...new Set(labels)].map((label) => new Option(label, label));
  select.replaceChildren(new Option(all, ""), ...options);
  select.value = labels.includes(chosen) ? chosen : "";
}

/* Bring all that is chosen into line with the address. */
export async function choose(about, known, { elements }, query, defaults) {
  for (const name of NAMES) {
    const machines = elements[`${name}-machine`];
    machines.replaceChildren(...about.machines.map((one, i) => new Option(one.name, i)));
    const asked = about.machines.findIndex((one) => one.name === query.get(`${name}-machine`));
    machines.value = asked < 0 ? defaults.machine : asked;
    const machine = Number(machines.value);
    const hash = query.get(name);
    const [chosen] = known[hash ? commitAt(hash, known) : -1] ?? known[defaults[name]];
    await offerCommits(about, known, elements[name], machine, chosen);
    const all = name === "before" ? "all" : "the same";
    const runtimes = elements[`${name}-runtime`];
    const usual = query.size ? null : defaults[`${name}-runtime`];
    offerRuntimes(about, runtimes, machine, query.get(`${name}-runtime`) ?? usual, all);
  }
  const isOfAll = !elements["before-runtime"].value;
  elements["after-runtime"].disabled = isOfAll;
  if (isOfAll) elements["after-runtime"].value = "";
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
