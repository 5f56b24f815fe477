// What the cross-check says, in words.

/**
 * @typedef {{ state: "waiting" | "running" | "agree" | "disagree" | "caught" | "missed" | "refused", line: string,
 *   details: string[] }} Verdict
 */

/** @param {any} answer of `check` @returns {string[]} */
function detailsOfCheck({ simulated, false_alarm_rate, detectable_bias }) {
  return [
    `${counted(simulated.trials, "trial")}, seed ${simulated.seed}.`,
    `False-alarm rate ${scientific(false_alarm_rate, 2)}.`,
    `Would detect an error of ${probability(detectable_bias)} or more in P(correct) with power 99.9\u00a0%.`,
  ];
}

/** @param {any} answer of `check` @returns {string} exact and simulated beside each other */
function comparisonOfCheck({ exact, simulated }) {
  const part = (/** @type {Outcome} */ outcome) =>
    `${outcome} ${probability(exact[outcome])} exact, ${probability(simulated[outcome] / simulated.trials)} simulated`;
  const differs = OUTCOMES.filter((outcome) => {
    const [low, high] = intervalOf(simulated[outcome], simulated.trials);
    return exact[outcome] < low || exact[outcome] > high;
  });
  return `${differs.map(part).join("; ")}.`;
}

/**
 * @param {any} answer of `check`, or null @param {boolean} isBroken @param {boolean} isSettled
 * @returns {Verdict}
 */
function verdictOf(answer, isBroken, isSettled) {
  if (!answer) return { state: "waiting", line: "The simulation starts…", details: [] };
  const details = detailsOfCheck(answer);
  const agents = counted(answer.agents, "agent");
  if (answer.verdict === "disagree") {
    const line = isBroken
      ? `Caught: the broken kernel is wrong for ${agents}.`
      : `Exact and simulated disagree for ${agents}.`;
    return { state: isBroken ? "caught" : "disagree", line, details: [comparisonOfCheck(answer), ...details] };
  }
  if (isBroken) {
    const line = isSettled
      ? `Not caught for ${agents}: the error is too small for this number of trials, or has no effect here.`
      : "Not caught yet: more trials are running.";
    return { state: isSettled ? "missed" : "running", line, details };
  }
  const line = isSettled ? `Exact and simulated agree for ${agents}.` : "Exact and simulated agree so far.";
  return { state: isSettled ? "agree" : "running", line, details };
}

/** @param {string} message of kofn @param {string | null} broken name of the mistake @returns {Verdict} */
function refusalOf(message, broken) {
  const isWithout = broken !== null && message.includes(broken);
  const line = isWithout ? "The simulation of this scenario cannot make this mistake; choose another." : message;
  return { state: isWithout ? "missed" : "refused", line, details: [] };
}

/** Marks of the states, beside their colors. */
const VERDICT_SIGNS = {
  waiting: "…",
  running: "…",
  agree: "✓",
  disagree: "✗",
  caught: "✗",
  missed: "?",
  refused: "!",
};

class KofnVerdict {
  constructor() {
    this.sign = html("span", { class: "sign", "aria-hidden": "true" });
    this.line = html("span", { role: "status" });
    this.details = html("p", { class: "fine" });
    const head = html("p", { class: "verdict-line" }, this.sign, this.line);
    this.element = html("div", { class: "verdict" }, head, this.details);
  }

  /** @param {Verdict} verdict @param {number} votesPerSecond */
  show({ state, line, details }, votesPerSecond) {
    this.element.dataset.state = state;
    this.sign.textContent = VERDICT_SIGNS[state];
    if (this.line.textContent !== line) this.line.textContent = line;
    const speed = votesPerSecond > 0 ? [`${spokenRate(votesPerSecond)} simulated votes a second in this browser.`] : [];
    this.details.textContent = [...details, ...speed].join(" ");
  }
}
