/* The chart of the page of histories with its legend: drawn, and followed by pointer and keys. */

import { chart } from "./chart.js";
import { readout } from "./historyreadout.js";
import { fitting, tickWords } from "./numbers.js";
import { spansDecades } from "./scales.js";

/* More changes of campaign than these are not shaded: all would be stripes. */
export const SHADED = 12;

const STEPS = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowDown: -1,
  ArrowUp: 1,
  PageDown: -10,
  PageUp: 10,
  Home: -1e9,
  End: 1e9,
};

/* The parts of the columns that one campaign measured, with the first and last column of each. */
export function stretches({ columns, lines }) {
  const found = [];
  columns.forEach((_, i) => {
    const there = lines.map((line) => line.campaigns[i]).filter((one) => one !== null);
    if (!there.length) return;
    const campaign = Math.max(...there);
    if (found.at(-1)?.campaign === campaign) found.at(-1).last = i;
    else found.push({ campaign, first: i, last: i });
  });
  return found;
}

export class Figure {
  /* Draw into a node, and say what a user does there: *stay* at a column, choose columns *between*
     two, or *zoom* by a factor, 0 for all. *pinned* gives the column to show otherwise, and *named*
     a line's name in the legend. */
  constructor({ node, legend, where, index, commits }, does) {
    Object.assign(this, { node, legend, where, index, commits, does, pressed: null, drawn: null });
    node.addEventListener("pointermove", (event) => this.#moved(event));
    node.addEventListener("pointerdown", (event) => {
      this.pressed = this.drawn && this.#nearest(event);
    });
    node.addEventListener("pointerup", (event) => this.#released(event));
    node.addEventListener("pointercancel", () => {
      this.pressed = null;
    });
    node.addEventListener("pointerleave", () => this.drawn && this.show(does.pinned()));
    node.addEventListener("keydown", (event) => this.#typed(event));
    new ResizeObserver(
      () => this.drawn && this.width !== node.clientWidth && this.draw(this.what),
    ).observe(node);
  }

  /* Draw a view; *x* is "commit", "date" or the parameter on the axis. */
  draw(what) {
    const { view, x, marks, format, isLog, isRatio, unit } = what;
    const { index, commits, node } = this;
    const numbers = typeof x === "string" ? [] : x.values.map(Number);
    const isNumber = x.role === "size" && numbers.every(Number.isFinite);
    const kind =
      typeof x === "string" ? (x === "date" ? "date" : "point") : isNumber ? "number" : "category";
    const sizes = view.lines
      .flatMap((line) => line.values)
      .filter(Number.isFinite)
      .map(Math.abs);
    const [step, size] = isRatio
      ? ["ratio", 1]
      : fitting(
          sizes.reduce((a, b) => Math.max(a, b), 0),
          unit,
          index.units,
        );
    const shaded = stretches(view);
    this.what = what;
    this.width = node.clientWidth;
    if (!view.columns.length) {
      this.drawn = null;
      node.replaceChildren();
      this.legend.replaceChildren();
      this.where.replaceChildren();
      return;
    }
    this.drawn = chart({
      width: node.clientWidth,
      height: node.clientHeight,
      kind,
      positions:
        kind === "number"
          ? numbers
          : kind === "date"
            ? this.#dates(view)
            : view.columns.map((_, i) => i),
      words: view.columns.map((column) => this.#word(column, isNumber)),
      lines: view.lines.map((line) => ({ ...line, isApart: kind === "category" })),
      // The last one is shaded, and every second before it.
      shades:
        shaded.length > 1 && shaded.length <= SHADED
          ? shaded.filter((_, i) => (shaded.length - i) % 2)
          : [],
      marks,
      isLog,
      isLogX: isNumber && spansDecades(numbers),
      tick: (value, spacing) => this.#tick(value, spacing, size),
      label: isLog && Object.hasOwn(index.units, unit) && !isRatio ? "" : step,
    });
    const { where, does } = this;
    this.said = readout({ view, index, commits, format, where, named: does.named });
    this.legend.replaceChildren(...this.said.nodes);
    node.replaceChildren(this.drawn.node);
    this.show(this.does.pinned());
  }

  /* Show a column: in the chart, in the legend, and to those who do not see them. */
  show(i) {
    this.column = i;
    this.drawn.show(i);
    const found = {
      valuemin: 0,
      valuemax: this.what.view.columns.length - 1,
      valuenow: i,
      valuetext: this.said.show(i),
    };
    for (const [name, value] of Object.entries(found))
      this.node.setAttribute(`aria-${name}`, value);
  }

  /* On a logarithmic axis each tick has the unit that fits it. */
  #tick(value, spacing, size) {
    const { isLog, isRatio, unit } = this.what;
    if (!isLog || isRatio) return tickWords(value / size, spacing / size, isLog);
    const [name, own] = fitting(value, unit, this.index.units);
    return `${tickWords(value / own, spacing, true)} ${Object.hasOwn(this.index.units, unit) ? name : ""}`.trim();
  }

  #word(column, isNumber) {
    if (isNumber) return Number(column.value).toLocaleString("en");
    return column.words ?? this.commits[column.last][0];
  }

  /* Where a commit has no date, it is that of the one before. */
  #dates({ columns }) {
    let last = this.commits.find(([, seconds]) => seconds !== null)?.[1] ?? 0;
    return columns.map((column) => {
      last = this.commits[column.last][1] ?? last;
      return last;
    });
  }

  #nearest(event) {
    const x = event.clientX - this.node.getBoundingClientRect().left;
    const { xs } = this.drawn;
    return xs.reduce((best, at, i) => (Math.abs(at - x) < Math.abs(xs[best] - x) ? i : best), 0);
  }

  #moved(event) {
    if (!this.drawn) return;
    const i = this.#nearest(event);
    if (i !== this.column) this.show(i);
    this.drawn.select(this.pressed, i);
  }

  #released(event) {
    if (this.pressed === null || !this.drawn) return;
    const ends = [this.pressed, this.#nearest(event)].sort((a, b) => a - b);
    this.pressed = null;
    if (ends[1] > ends[0] && typeof this.what.x === "string") this.does.between(...ends);
    else this.does.stay(this.#nearest(event));
  }

  #typed(event) {
    if (!this.drawn || event.ctrlKey || event.metaKey || event.altKey) return;
    if (Object.hasOwn(STEPS, event.key)) {
      const last = this.what.view.columns.length - 1;
      this.does.stay(Math.min(Math.max(this.column + STEPS[event.key], 0), last));
    } else if ("+-0".includes(event.key)) this.does.zoom({ "+": 0.5, "-": 2, 0: 0 }[event.key]);
    else return;
    event.preventDefault();
  }
}
