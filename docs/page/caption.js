// The sentences below the chart, which explain every mark.

/** @param {View} view @param {Outcome | undefined} compared @param {boolean} isList @returns {string} */
function captionOf(view, compared, isList) {
  const isPart = lineOf(view.points, view.current).length < view.points.length;
  return [
    isList ? "Lines: exact probabilities of the first n agents of the list." : "Lines: exact probabilities.",
    compared ? `Thin dashes: P(${compared}) if agents failed independently.` : "",
    isPart ? "Small dots: exact values at the other numbers of agents." : "",
    captionOfMarks(view),
    view.log && hasUnseen(view) ? "Hollow marks with arrows: not once in these trials; upper limits." : "",
    view.log && isCut(view) ? `Values below ${powerOfTen(LOWEST_DECADE)} are listed under Numbers.` : "",
  ]
    .filter(Boolean)
    .join(" ");
}

/** @param {Question} question @returns {string} what a vote is compared with: the best of its agents */
function wordsOfOneAlone(question) {
  const rates = ratesOf(question);
  const rate = Math.min(...(rates?.slice(0, Number(question.n)) ?? [plainValue(question.f)]).map(Number));
  if (!(rate >= 0 && rate <= 1) || Number(question.n) === 1) return "";
  return `${rates ? "best agent" : "one agent"} alone: ${probability(1 - rate)} correct`;
}

/** @param {View} view @returns {string} */
function captionOfMarks({ simulated, current }) {
  const elsewhere = [...simulated.values()].filter(({ agents }) => agents !== current).map((run) => run.trials);
  const here = simulated.get(current)?.trials ?? 0;
  if (elsewhere.length === 0)
    return here === 0 ? "" : `Mark with a 99 % interval: simulated, ${roundCount(here)} trials.`;
  const least = Math.min(...elsewhere);
  const most = here > least ? `, ${roundCount(here)} at n = ${current}` : "";
  return `Marks with 99 % intervals: simulated, ${roundCount(least)} trials each${most}.`;
}

/** @param {View} view @returns {boolean} whether an outcome that can happen was never simulated */
function hasUnseen({ simulated, show, points }) {
  const happens = show.filter((outcome) => points.some((point) => point[outcome] > 0));
  return [...simulated.values()].some((run) => happens.some((outcome) => run[outcome] === 0));
}

/** @param {View} view @returns {boolean} whether a line leaves the axis */
function isCut({ points, show }) {
  return points.some((point) => show.some((outcome) => point[outcome] > 0 && point[outcome] < 10 ** LOWEST_DECADE));
}
