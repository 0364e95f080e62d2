/* What a page shows, as a file to keep. */

const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?[0-9]+(\.[0-9]*)?(e[+-]?[0-9]+)?$/i;

/* Return rows, of cells or with their values by column, as CSV in which a spreadsheet takes no text
   for a formula: see spreadsheetcsv.py. */
export function asCsv(columns, rows) {
  const cell = (value) => {
    const bare = String(value ?? "");
    const text = FORMULA.test(bare) && !NUMBER.test(bare) ? `'${bare}` : bare;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const cells = (row) => (Array.isArray(row) ? row : columns.map((column) => row[column]));
  return [columns, ...rows.map(cells)].map((line) => `${line.map(cell).join(",")}\n`).join("");
}

/* Give a text to the reader as a file of that name. */
export function save(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
