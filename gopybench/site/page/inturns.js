/* What was measured in turns of the pairs of a comparison, and the command that does it. */

/* Put the ratios of turns, which are at one commit, in place of those of the pairs' values. */
export function inTurns(pairs, turns, index) {
  const known = new Map();
  for (const { benchmark, campaign, first, second, ratio, low, high } of turns) {
    const there = { campaign, ratio, low, high };
    const back = { campaign, ratio: 1 / ratio, low: 1 / high, high: 1 / low };
    known.set([benchmark, ...first, ...second].join(), there);
    known.set([benchmark, ...second, ...first].join(), back);
  }
  const place = ({ environment, combination }) => [
    index.environments.indexOf(environment),
    combination,
  ];
  return pairs.map((pair) => {
    if (!pair.isInBoth || !known.size) return pair;
    const { before, after } = pair;
    const benchmark = index.benchmarks.indexOf(before.benchmark);
    const turned = known.get([benchmark, ...place(before), ...place(after)].join());
    return turned ? { ...pair, turned, ratio: turned.ratio } : pair;
  });
}

/* Say how many of so many pairs were measured in turns, and when. */
export function said(turned, count) {
  const campaigns = [...new Set(turned.map((pair) => pair.turned.campaign))].join("; ");
  const all = turned.length === count ? "All" : `${turned.length} of ${count}`;
  return `${all} ${count === 1 ? "was" : "were"} measured in turns, ${campaigns}: their ratios have a 95 % interval.`;
}

/* The command that measures two commits or two environments in turns; null where none does. */
export function command(index, commits, before, after, pairs) {
  if (before.machine !== after.machine) return null;
  const [one, other] = [before.commit, after.commit].map((commit) => commits[commit][0]);
  const isAlike = pairs.every((pair) => pair.before.environment === pair.after.environment);
  if (isAlike) return one === other ? null : `gopybench gate ${one} ${other}`;
  const sides = [before, after].map(({ machine, runtime }) =>
    index.environments.find((of) => of.machine === machine && of.label === runtime),
  );
  const isNamed = one === other && sides.every((side) => side?.name);
  return isNamed
    ? `gopybench versus ${sides.map((side) => side.name).join(" ")} --commit ${one}`
    : null;
}
