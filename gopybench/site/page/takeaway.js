/* What a page shows as a file to take away. */

import { element } from "./elements.js";

/* Return lines of cells as CSV; what is not known is empty. */
export function csv(lines) {
  return lines.map((cells) => `${cells.map(quoted).join(",")}\n`).join("");
}

function quoted(value) {
  const text = value === null || value === undefined ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/* Let the browser save a text. */
export function download(text, type, name) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
