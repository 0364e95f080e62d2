/* The controls of the page of histories: each choice is a link to what it shows. */

import { places } from "./data.js";
import { element } from "./elements.js";
import { choice, segments, select } from "./formcontrols.js";
import { parts } from "./historylines.js";
import { MACHINE, RUNTIME, defaults, environments } from "./historystate.js";

/* So many lines of a search are shown at once. */
const FOUND = 60;

const lineOf = ({ environment, combination }) => ({ environment, combination });

/* Make the controls for what is shown. *to* gives the address of a state, *go* leads there. */
export function controls({ state, index, shown, base, isLog, to, go }) {
  const { params, unit } = index.benchmarks[state.benchmark];
  const of = environments(index, state.benchmark);
  const labels = (machine) => [
    ...new Set(of.filter((one) => one.machine === machine).map((one) => one.label)),
  ];
  const there = labels(state.machine);
  const machines = index.machines.map((one) => one.name);
  const at = (change) => ({ ...state, ...change });
  const link = (words, change, isChosen) => ({ words, address: to(at(change)), isChosen });
  const dimensions = [
    ...(there.length > 1 ? [[RUNTIME, "one per runtime"]] : []),
    ...(machines.length > 1 ? [[MACHINE, "one per machine"]] : []),
    ...params.flatMap((param, i) =>
      param.values.length > 1 && i !== state.x ? [[i, `one per ${param.name}`]] : [],
    ),
  ];
  const xs = [
    ["commit", "commits"],
    ["date", "dates"],
    ...params.flatMap((param, i) => (param.values.length > 1 ? [[i, param.name]] : [])),
  ];
  const ys = [
    ["value", unit || "value"],
    ...(base ? [["baseline", `× ${base.label}`]] : []),
    ["first", state.reference === null ? "× first" : "× reference"],
  ];
  const isVaried = (i) => !state.lines && (state.by === i || state.x === i);
  return [
    choice(
      "benchmark",
      index.benchmarks.map((one) => one.name),
      state.benchmark,
      (number) =>
        go({
          ...defaults(index, number),
          branch: state.branch,
          x: typeof state.x === "number" ? "commit" : state.x,
        }),
    ),
    machines.length > 1 && state.by !== MACHINE
      ? select("machine", machines, state.machine, (machine) =>
          go(at({ ...onMachine(state, labels(machine)), machine, lines: null })),
        )
      : null,
    Object.keys(index.branches).length > 1
      ? select(
          "branch",
          Object.keys(index.branches),
          Object.keys(index.branches).indexOf(state.branch),
          (i) => go(at({ branch: Object.keys(index.branches)[i] })),
        )
      : null,
    dimensions.length > 1
      ? segments(
          "lines",
          dimensions.map(([by, words]) =>
            link(words, { by, lines: null }, !state.lines && state.by === by),
          ),
        )
      : null,
    state.by !== RUNTIME && there.length > 1
      ? select("runtime", there, there.indexOf(state.runtime), (i) =>
          go(at({ runtime: there[i], lines: null })),
        )
      : null,
    params.map((param, i) =>
      isVaried(i) || param.values.length < 2
        ? null
        : select(
            param.name,
            param.words ?? param.values,
            state.places[i],
            (place) => go(at({ places: state.places.with(i, place), lines: null })),
            `control-p-${param.name}`,
          ),
    ),
    segments(
      "y",
      ys.map(([one, words]) => link(words, { unit: one }, state.unit === one)),
    ),
    base && state.unit === "baseline"
      ? select(
          "baseline",
          shown.map((line) => line.label),
          shown.indexOf(base),
          (i) => go(at({ base: lineOf(shown[i]) })),
        )
      : null,
    segments("axis", [
      link("linear", { scale: "linear" }, !isLog),
      link("log", { scale: "log" }, isLog),
    ]),
    segments(
      "x",
      xs.map(([x, words]) => link(words, onAxis(state, x), state.x === x)),
    ),
  ]
    .flat()
    .filter(Boolean);
}

function onMachine(state, labels) {
  return labels.includes(state.runtime) ? {} : { runtime: labels.at(-1) };
}

/* A parameter is on the axis or told apart by lines. */
function onAxis(state, x) {
  return { x, ...(state.by === x ? { by: RUNTIME } : {}), from: null, to: null };
}

/* The list of all lines that a search finds, to tick. */
export function lineList(search, { state, index, shown, go }) {
  const { params } = index.benchmarks[state.benchmark];
  const count = params.reduce((number, param) => number * param.values.length, 1);
  const ticked = shown.map(lineOf);
  const isTicked = (one) =>
    ticked.some(
      (line) => line.environment === one.environment && line.combination === one.combination,
    );
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = [];
  let more = 0;
  // Those that are ticked come first, then those like the first of them.
  const near = ticked.length ? places(params, ticked[0].combination) : state.places;
  const all = environments(index, state.benchmark).flatMap(({ number }) =>
    Array.from({ length: count }, (_, combination) => ({ environment: number, combination })),
  );
  const far = (one) =>
    places(params, one.combination).filter((place, i) => place !== near[i]).length;
  const sorted = all
    .map((one) => ({ ...one, rank: isTicked(one) ? -1 : far(one) }))
    .sort((a, b) => a.rank - b.rank);
  for (const one of sorted) {
    const text = parts(one, index, params)
      .slice(0, index.machines.length > 1 ? undefined : -1)
      .join(" · ");
    const own = params.map((param, i) => param.values[places(params, one.combination)[i]]);
    const searched = [text, ...own].join(" ").toLowerCase();
    if (!words.every((word) => searched.includes(word))) continue;
    if (found.length === FOUND) {
      more++;
      continue;
    }
    const box = element("input", {
      type: "checkbox",
      checked: isTicked(one),
      onchange: () => {
        const others = ticked.filter(
          (line) => line.environment !== one.environment || line.combination !== one.combination,
        );
        go({ ...state, lines: box.checked ? [...ticked, lineOf(one)] : others });
      },
    });
    box.id = `line-${one.environment}-${one.combination}`;
    found.push(element("li", {}, element("label", {}, box, ` ${text}`)));
  }
  const said = more
    ? [element("li", { class: "quiet" }, `${more.toLocaleString("en")} more: search for them`)]
    : [];
  return [...found, ...said];
}
