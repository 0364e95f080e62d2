/* Where values lie on an axis, and which of them it names. */

/* Return a scale: where a value is, what is at a place, and the ends. */
export function scale([low, high], [from, to], isLog = false) {
  const of = isLog ? Math.log10 : (value) => value;
  const [a, b] = [of(low), of(high)];
  const span = b - a || 1;
  return {
    low,
    high,
    isLog,
    place: (value) => from + ((of(value) - a) / span) * (to - from),
    at: (place) => {
      const value = a + ((place - from) / (to - from)) * span;
      return isLog ? 10 ** value : value;
    },
  };
}

/* Whether values are best seen on a logarithmic axis. */
export function spansDecades(values) {
  const found = values.filter(Number.isFinite);
  if (!found.length) return false;
  const [low, high] = ends(found);
  return low > 0 && high / low >= 10;
}

export function ends(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/* The ends of an axis that has all values, with some room; from 0 where that is near. */
export function domain(values, isLog) {
  const found = values.filter((value) => Number.isFinite(value) && (!isLog || value > 0));
  if (!found.length) return isLog ? [1, 10] : [0, 1];
  let [low, high] = ends(found);
  if (isLog) {
    const room = Math.max((high / low) ** 0.06, 1.1);
    return [low / room, high * room];
  }
  if (low === high) [low, high] = low === 0 ? [0, 1] : [low - Math.abs(low) / 10, high + Math.abs(high) / 10];
  const room = (high - low) * 0.08;
  return [low >= 0 && low < (high - low) * 2 ? 0 : low - room, high + room];
}

/* Round numbers between two ends, about so many. */
export function ticks(low, high, count) {
  const rough = (high - low) / Math.max(count, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((by) => by * power).find((by) => by >= rough * 0.999);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) found.push(i * step);
  return found;
}

/* The same on a logarithmic axis: tens, with twos and fives where there is room. */
export function logTicks(low, high, count) {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const within = (found) => found.filter((value) => value >= low * 0.999 && value <= high * 1.001);
  const tens = [];
  for (let i = first; i <= last; i++) tens.push(i);
  for (const by of [[1, 2, 3, 5, 7], [1, 2, 5], [1, 3]]) {
    const found = within(tens.flatMap((power) => by.map((one) => one * 10 ** power)));
    if (found.length <= count && found.length > 1) return found;
  }
  const every = Math.max(1, Math.ceil(tens.length / count));
  const found = within(tens.filter((power) => power % every === 0).map((power) => 10 ** power));
  return found.length > 1 ? found : ticks(low, high, Math.min(count, 4)).filter((value) => value > 0);
}

const DAY = 86400;

/* Beginnings of days, months or years, in seconds, each with its words. */
export function dateTicks(low, high, count) {
  const days = (high - low) / DAY / Math.max(count, 1);
  if (days < 25) {
    const step = Math.max(1, [1, 2, 7, 14].find((by) => by >= days) ?? 14) * DAY;
    const found = [];
    for (let at = Math.ceil(low / step) * step; at <= high; at += step) {
      found.push([at, new Date(at * 1000).toISOString().slice(0, 10)]);
    }
    return found;
  }
  const months = [1, 2, 3, 6, 12, 24, 60, 120].find((by) => by * 30.4 >= days) ?? 240;
  const found = [];
  const first = new Date(low * 1000);
  const start = first.getUTCFullYear() * 12 + first.getUTCMonth();
  for (let month = Math.ceil(start / months) * months; ; month += months) {
    const at = Date.UTC(Math.floor(month / 12), month % 12, 1) / 1000;
    if (at > high) return found;
    const text = new Date(at * 1000).toISOString();
    if (at >= low) found.push([at, months >= 12 ? text.slice(0, 4) : text.slice(0, 7)]);
  }
}
