/* The controls that pages have above what they show: lists to choose from, and links side by side. */

import { element } from "./elements.js";

/* With more choices than these one types a name. */
const LISTED = 100;

function labelled(name, id, ...nodes) {
  const label = element("label", { class: "label", for: id }, name);
  return element("div", { class: "control" }, label, nodes);
}

/* A list of which one is chosen by its place; *change* is given the new one. */
export function select(name, words, chosen, change, id = `control-${name}`) {
  const options = words.map((text, i) => element("option", { value: i, selected: i === chosen }, text));
  const node = element("select", { id, onchange: () => change(Number(node.value)) }, options);
  return labelled(name, id, node);
}

/* The same for names that may be too many for a list. */
export function choice(name, names, chosen, change, id = `control-${name}`) {
  if (names.length <= LISTED) return select(name, names, chosen, change, id);
  const list = element("datalist", { id: `names-of-${id}` });
  const input = element("input", {
    id,
    list: list.id,
    value: names[chosen] ?? "",
    autocomplete: "off",
    onfocus: () => {
      if (!list.childElementCount) list.append(...names.map((value) => element("option", { value })));
      input.select();
    },
    onchange: () => {
      const found = names.indexOf(input.value);
      if (found >= 0) change(found);
    },
  });
  return labelled(name, id, input, list);
}

/* Links of which one is where we are: each has its words and its address. */
export function segments(name, links) {
  const found = links.map(({ words, address, isChosen }, i) =>
    element("a", { id: `${name}-${i}`, href: address, "data-view": true, "aria-current": isChosen && "true" }, words),
  );
  return element(
    "div",
    { class: "control", role: "group", "aria-label": name },
    element("span", { class: "label" }, name),
    element("span", { class: "segments" }, found),
  );
}
