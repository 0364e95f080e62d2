/* Columns and lines -> a chart as SVG: axes, lines that end where their campaign does, and bands. */

import { svg } from "./elements.js";
import { dateTicks, domain, logTicks, scale, ticks } from "./scales.js";

const LEFT = 66;
const RIGHT = 14;
const TOP = 22;
const BOTTOM = 30;

/* Draw a chart of a width and height in pixels.

   It has positions of the columns on the axis of a kind ("point", "date", "number" or "category"),
   their words, the lines, shaded parts and marks as places of columns, and what a value is called.
   Return its element, where each column is, what shows one of them, and what marks some. */
export function chart({ width, height, kind, positions, words, lines, shades, marks, isLog, isLogX, tick, label }) {
  const across = scale(reach(kind, positions, isLogX), [LEFT, width - RIGHT], isLogX);
  const all = lines.flatMap((line) => [...line.values, ...line.low, ...line.high]);
  const up = scale(domain(all, isLog), [height - BOTTOM, TOP], isLog);
  const xs = positions.map(across.place);
  const cursor = svg("g", { class: "cursor" });
  const brush = svg("rect", { class: "brush", y: TOP, height: height - TOP - BOTTOM });
  const node = svg(
    "svg",
    { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" },
    shades.map(({ first, last }) => shade(xs, first, last, height)),
    rows(up, width, height, tick),
    svg("text", { class: "label", x: 4, y: 13 }, label),
    columnsOf({ kind, positions, words, across, xs, width, height, isLogX }),
    marksOf(marks, xs, height),
    lines.map((line) => drawn(line, xs, up)),
    brush,
    cursor,
  );
  /* Mark what lies between two columns; nothing where one is null. */
  const select = (from, to) => {
    const [a, b] = from === null ? [0, 0] : [xs[from], xs[to]];
    brush.setAttribute("x", round(Math.min(a, b)));
    brush.setAttribute("width", round(Math.abs(b - a)));
  };
  const show = (i) => {
    const at = xs[i];
    const dots = lines
      .filter((line) => isDrawn(line.values[i], isLog))
      .map((line) => svg("circle", { class: `dot ${line.colour}`, cx: at, cy: up.place(line.values[i]), r: 4.5 }));
    cursor.replaceChildren(svg("path", { d: `M${round(at)} ${TOP}V${height - BOTTOM}` }), ...dots);
  };
  return { node, xs, show, select };
}

const round = (value) => Math.round(value * 10) / 10;

const isDrawn = (value, isLog) => Number.isFinite(value) && (!isLog || value > 0);

/* The ends of the axis of the columns, with half a step of room where they are only counted. */
function reach(kind, positions, isLogX) {
  const [low, high] = [Math.min(...positions), Math.max(...positions)];
  if (kind === "point" || kind === "category") return [low - 0.5, high + 0.5];
  if (low === high) return isLogX ? [low / 2, high * 2] : [low - 1, high + 1];
  return isLogX ? [low / 1.15, high * 1.15] : [low - (high - low) / 50, high + (high - low) / 50];
}

function shade(xs, first, last, height) {
  const step = xs.length > 1 ? (xs.at(-1) - xs[0]) / (xs.length - 1) : 16;
  const from = first > 0 ? (xs[first - 1] + xs[first]) / 2 : xs[first] - step / 2;
  const to = last < xs.length - 1 ? (xs[last] + xs[last + 1]) / 2 : xs[last] + step / 2;
  return svg("rect", { class: "campaign", x: round(from), y: TOP, width: round(Math.max(1, to - from)), height: height - TOP - BOTTOM });
}

/* The lines of the grid, and what they stand for. */
function rows(up, width, height, tick) {
  const count = Math.max(3, Math.floor((height - TOP - BOTTOM) / 48));
  const found = up.isLog ? logTicks(up.low, up.high, count + 2) : ticks(up.low, up.high, count);
  return found.map((value) => {
    const y = round(up.place(value));
    return svg(
      "g",
      {},
      svg("path", { class: "grid", d: `M${LEFT} ${y}H${width - RIGHT}` }),
      svg("text", { x: LEFT - 8, y: y + 4, "text-anchor": "end" }, tick(value, found[1] - found[0])),
    );
  });
}

function columnsOf({ kind, positions, words, across, xs, width, height, isLogX }) {
  const text = (x, said) => svg("text", { x: round(x), y: height - 9, "text-anchor": "middle" }, said);
  const room = width - LEFT - RIGHT;
  if (kind === "date") {
    const found = dateTicks(across.low, across.high, Math.max(2, Math.floor(room / 110)));
    return apart(found.map(([at, said]) => [across.place(at), said]), width).map(([x, said]) => text(x, said));
  }
  if (kind === "number" && !isLogX && positions.length > 12) {
    return ticks(across.low, across.high, room / 90).map((at) => text(across.place(at), String(at)));
  }
  return apart(xs.map((x, i) => [x, words[i]]), width).map(([x, said]) => text(x, said));
}

/* Return as many of the words as have room beside each other. */
function apart(found, width) {
  const wide = (said) => said.length * 7.2 + 14;
  const most = found.reduce((longest, [, said]) => Math.max(longest, wide(said)), 1);
  const step = Math.max(1, Math.ceil((found.length * most) / (width - LEFT - RIGHT + most)));
  let end = -Infinity;
  return found
    .filter((_, i) => i % step === 0)
    .filter(([x, said]) => {
      const half = wide(said) / 2;
      if (x - half < Math.max(end, 0) || x + half > width + 10) return false;
      end = x + half;
      return true;
    });
}

/* Lines across, such as at tags; their words where there is room. */
function marksOf(marks, xs, height) {
  let end = -Infinity;
  return marks.map(({ at, said, kind }) => {
    const x = round(xs[at]);
    const hasRoom = x > end;
    if (hasRoom) end = x + said.length * 6.6 + 12;
    return svg(
      "g",
      { class: `mark ${kind}` },
      svg("title", {}, said),
      svg("path", { d: `M${x} ${TOP}V${height - BOTTOM}` }),
      hasRoom ? svg("text", { x: x + 3, y: TOP + 10 }, said) : null,
    );
  });
}

/* A line in pieces: it is never drawn between two campaigns. */
function drawn(line, xs, up) {
  const there = line.values.flatMap((value, i) => (isDrawn(value, up.isLog) ? [i] : []));
  const pieces = [];
  there.forEach((i, n) => {
    const before = there[n - 1];
    const joins = n > 0 && line.campaigns[i] !== null && line.campaigns[i] === line.campaigns[before];
    if (joins && !line.isApart) pieces.at(-1).push(i);
    else pieces.push([i]);
  });
  const at = (values, i) => `${round(xs[i])} ${round(up.place(values[i]))}`;
  const path = (values, piece) => `M${piece.map((i) => at(values, i)).join("L")}`;
  const hasBand = (i) => isDrawn(line.low[i], up.isLog) && isDrawn(line.high[i], up.isLog);
  const bands = pieces.filter((piece) => piece.some(hasBand));
  // Of a single commit there is no least and greatest.
  const [low, high] = [line.low, line.high].map((ends) => ends.map((end, i) => end ?? line.values[i]));
  return svg(
    "g",
    { class: `line ${line.colour}${line.isDashed ? " dashed" : ""}` },
    bands
      .filter((piece) => piece.length > 1)
      .map((piece) => svg("path", { class: "band", d: `${path(high, piece)}L${path(low, piece.toReversed()).slice(1)}Z` })),
    bands
      .filter((piece) => piece.length === 1)
      .map(([i]) => svg("path", { class: "range", d: `M${at(low, i)}L${at(high, i)}` })),
    svg("path", { class: "stroke", d: pieces.filter((piece) => piece.length > 1).map((piece) => path(line.values, piece)).join("") }),
    svg("path", { class: there.length > 120 ? "dots small" : "dots", d: there.map((i) => `M${at(line.values, i)}h0`).join("") }),
  );
}
