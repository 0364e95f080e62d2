/* Numbers as people read them, by the rules of humannumbers.py: three digits and a unit that fits. */

export function digits(value) {
  const size = Math.abs(value);
  if (value === 0) return "0";
  if (size >= 1e6 || size < 1e-3) {
    return value.toExponential(2).replace(/e([+-])(\d)$/, "e$10$2");
  }
  if (size >= 999.5) return Math.round(value).toLocaleString("en");
  // Rounding may make one digit more before the point.
  const whole = Math.floor(Math.log10(Number(size.toExponential(2)))) + 1;
  return value.toFixed(size >= 1 ? Math.max(0, 3 - Math.max(whole, 1)) : 3 - whole);
}

/* The name and size of the step of a unit that fits a value; asv's unit itself has the size 1. */
export function fitting(value, unit, units) {
  const steps = Object.hasOwn(units, unit) ? units[unit] : null;
  if (!steps) return [unit && unit !== "unit" ? unit : "", 1];
  if (value === 0) return steps.find(([, size]) => size === 1);
  return steps.find(([, size]) => Math.abs(value) >= size * 0.9995) ?? steps.at(-1);
}

export function withUnit(value, unit, units) {
  const [name, size] = fitting(value, unit, units);
  return name ? `${digits(value / size)} ${name}` : digits(value);
}

export function times(ratio) {
  if (ratio >= 99.95 || ratio < 0.0995) return `${digits(ratio)}×`;
  return ratio >= 9.995 ? `${ratio.toFixed(1)}×` : `${ratio.toFixed(2)}×`;
}

/* The ends of a ratio's interval. */
export function ends(low, high) {
  return [low, high].map((end) => times(end).replace("×", "")).join(" to ");
}

/* The day of a number of seconds since 1970. */
export function day(seconds) {
  return seconds === null ? "" : new Date(seconds * 1000).toISOString().slice(0, 10);
}

/* What an axis says at a value; on a linear one as exactly as its ticks lie apart. */
export function tickWords(value, spacing, isLog) {
  const size = Math.abs(value);
  if (value === 0) return "0";
  if (isLog || size >= 1e6 || spacing < 1e-4) {
    return digits(value)
      .replace(/(\.\d*?)0+($|e)/, "$1$2")
      .replace(/\.($|e)/, "$1");
  }
  const decimals = Math.max(0, -Math.floor(Math.log10(spacing) + 1e-9));
  return value.toLocaleString("en", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}
