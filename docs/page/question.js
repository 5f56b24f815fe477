// What is asked: texts as they were typed, the scenario that they mean, and the address that carries them.

/**
 * @typedef {Record<string, string>} Question texts by key, as typed
 * @typedef {{ key: string, label: string, attribute: string, initial: string,
 *   hint?: string | ((question: Question) => string), slider?: [number, number, number],
 *   options?: [string, string][], names: string[], advanced?: boolean, when?: (question: Question) => boolean }} Field
 */

/** The most agents that are drawn, and the most where wrong answers agree by chance. */
const MAX_AGENTS = 41;
const MAX_AGENTS_COLLIDING = 25;

/** @param {string} count @returns {string} */
function tooMany(count) {
  return `agents.count must be between 1 and ${MAX_AGENTS} on this page, got ${count}; the command kofn takes more`;
}

/** The most trials that kofn simulates. */
const MAX_TRIALS = 2 ** 53;

/** @param {string} seed @returns {string} */
function tooLargeSeed(seed) {
  return `seed must be at most ${Number.MAX_SAFE_INTEGER} on this page, got ${seed}; the command kofn goes further`;
}

/** @param {string} scheme @returns {(question: Question) => boolean} */
const withScheme = (scheme) => (question) => question.scheme === scheme;

/** @type {Field[]} in the order of the form; `names` are the keys of a scenario that a message may begin with */
const KOFN_FIELDS = [
  {
    key: "n",
    label: "Agents",
    attribute: "agents",
    initial: "5",
    slider: [1, MAX_AGENTS, 1],
    names: ["agents.count"],
  },
  {
    key: "f",
    label: "Failure rate",
    attribute: "failure-rate",
    initial: "0.2",
    slider: [0, 0.6, 0.005],
    hint: "or one rate per agent: 0.1, 0.12, 0.15",
    names: ["agents.failure_rate", "agents.failure_rates"],
  },
  {
    key: "scheme",
    label: "Scheme",
    attribute: "scheme",
    initial: "majority",
    names: ["scheme"],
    options: [
      ["majority", "majority"],
      ["k-of-n", "k-of-n"],
      ["plurality", "plurality"],
      ["any", "any, with a checker"],
      ["unanimous", "unanimous"],
      ["byzantine", "Byzantine quorum"],
      ["weighted", "weighted"],
      ["raft", "Raft"],
    ],
  },
  {
    key: "k",
    label: "Votes required, k",
    attribute: "k",
    initial: "3",
    slider: [1, MAX_AGENTS, 1],
    names: ["scheme.k"],
    when: withScheme("k-of-n"),
  },
  {
    key: "ties",
    label: "On a tie",
    attribute: "ties",
    initial: "abstain",
    names: ["scheme.ties"],
    options: [
      ["abstain", "abstain"],
      ["random", "choose at random"],
    ],
    when: withScheme("plurality"),
  },
  {
    key: "min_votes",
    label: "Minimum number of votes",
    attribute: "min-votes",
    initial: "1",
    slider: [1, MAX_AGENTS, 1],
    names: ["scheme.min_votes"],
    when: withScheme("plurality"),
  },
  {
    key: "weights",
    label: "Weights",
    attribute: "weights",
    initial: "log-odds",
    names: ["scheme.weights"],
    hint: "log-odds, or one weight per agent: 2, 1, 1",
    when: withScheme("weighted"),
  },
  {
    key: "quota",
    label: "Weight required",
    attribute: "quota",
    initial: "",
    names: ["scheme.quota"],
    hint: "empty: more than half of all weights",
    when: withScheme("weighted"),
  },
  {
    key: "dependence",
    label: "Failures are",
    attribute: "dependence",
    initial: "independent",
    names: ["dependence", "dependence.model"],
    options: [
      ["independent", "independent"],
      ["beta-binomial", "correlated (beta-binomial)"],
      ["gaussian-copula", "correlated (Gaussian copula)"],
      ["common-cause", "independent except for a common cause"],
    ],
  },
  {
    key: "rho",
    label: "Correlation ρ",
    attribute: "correlation",
    initial: "0.3",
    slider: [0, 0.95, 0.01],
    hint: ({ dependence }) =>
      dependence === "gaussian-copula"
        ? "of latent normal variables; the φ of the failures is smaller"
        : "φ of the failures of two agents",
    names: ["dependence.correlation"],
    when: ({ dependence }) => dependence === "beta-binomial" || dependence === "gaussian-copula",
  },
  {
    key: "p",
    label: "Probability that all fail at once",
    attribute: "probability",
    initial: "0.05",
    slider: [0, 0.5, 0.005],
    names: ["dependence.probability"],
    when: ({ dependence }) => dependence === "common-cause",
  },
  {
    key: "answers",
    label: "Wrong answers are",
    attribute: "",
    initial: "same",
    names: ["failures.wrong_answers"],
    options: [
      ["same", "all the same"],
      ["collision", "the same with some probability"],
      ["distinct", "all different"],
    ],
  },
  {
    key: "collision",
    label: "Two wrong agents agree with probability",
    attribute: "collision",
    initial: "0.5",
    slider: [0.01, 1, 0.01],
    names: ["failures.wrong_answers.collision"],
    when: ({ answers }) => answers === "collision",
  },
  {
    key: "silent",
    label: "Share of failures without an answer",
    attribute: "silent",
    initial: "0",
    slider: [0, 1, 0.01],
    names: ["failures", "failures.corruption", "failures.hallucination"],
    when: ({ scheme }) => scheme !== "raft",
  },
  {
    key: "trials",
    label: "Maximum number of trials",
    attribute: "trials",
    initial: "10000000",
    names: ["trials"],
    hint: "at the chosen number of agents; at most 10⁶ elsewhere",
    advanced: true,
  },
  {
    key: "seed",
    label: "Seed",
    attribute: "seed",
    initial: "42",
    names: ["seed"],
    advanced: true,
  },
  {
    key: "scale",
    label: "Vertical axis",
    attribute: "scale",
    initial: "auto",
    names: [],
    advanced: true,
    options: [
      ["auto", "automatic: logarithmic if failures are rare"],
      ["linear", "linear"],
      ["log", "logarithmic"],
    ],
  },
];

/** @returns {Question} */
function initialQuestion() {
  return Object.fromEntries(KOFN_FIELDS.map(({ key, initial }) => [key, initial]));
}

/** @param {string} key @param {Question} question @returns {boolean} whether the field is part of the question */
function applies(key, question) {
  return KOFN_FIELDS.find((field) => field.key === key)?.when?.(question) ?? true;
}

/** @param {string} text @returns {number | string} a number if it is one; kofn says what is wrong with the text */
function plainValue(text) {
  const trimmed = text.trim();
  const number = Number(trimmed);
  return trimmed !== "" && Number.isFinite(number) ? number : trimmed;
}

/** @param {string} text @returns {number} NaN if it is no number, also where it is empty */
function wholeOf(text) {
  const value = plainValue(text);
  return typeof value === "number" ? value : Number.NaN;
}

/** @param {string} text @returns {(number | string)[]} */
function plainList(text) {
  return text
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map(plainValue);
}

/** @param {Question} question @returns {(number | string)[] | null} one rate per agent, if it is a list */
function ratesOf({ f }) {
  const parts = plainList(f);
  const isList = /[,;]/.test(f) || (parts.length > 1 && parts.every((part) => typeof part === "number"));
  return isList ? parts : null;
}

/** @param {Question} question a list of rates without a number of agents means all of the list */
function takeWholeList(question) {
  const rates = ratesOf(question);
  if (rates) question.n = String(rates.length);
}

/** @param {Question} question @returns {string} the number of agents, at most one for each rate of a list */
function countWithin(question) {
  const most = ratesOf(question)?.length || Infinity;
  return Number(question.n) > most ? String(most) : question.n;
}

/** @param {Question} question @returns {string | null} why the page does not draw this number of agents, or null */
function refusalOfCount(question) {
  const rates = ratesOf(question);
  if (rates && rates.length > MAX_AGENTS) {
    const most = `at most ${MAX_AGENTS} rates on this page, got ${rates.length}`;
    return `agents.failure_rates must have ${most}; the command kofn goes further`;
  }
  if (Number(question.n) > MAX_AGENTS) return tooMany(question.n);
  if (countWithin(question) === question.n) return null;
  return `agents.count must be at most ${rates?.length}, the number of failure rates, got ${question.n}`;
}

/** @param {Question} question */
function schemeOf(question) {
  const { scheme } = question;
  if (scheme === "k-of-n") return { rule: scheme, k: plainValue(question.k) };
  if (scheme === "plurality") {
    return { rule: scheme, ties: question.ties, min_votes: plainValue(question.min_votes) };
  }
  if (scheme !== "weighted") return scheme;
  const list = plainList(question.weights);
  const weights = list.every((weight) => typeof weight === "number") && list.length > 0 ? list : question.weights;
  return { rule: scheme, weights, ...(question.quota.trim() && { quota: plainValue(question.quota) }) };
}

/** @param {Question} question */
function failuresOf(question) {
  const { answers, collision, silent } = question;
  const corruption = applies("silent", question) ? plainValue(silent) : 0;
  const law = answers === "collision" ? { collision: plainValue(collision) } : answers;
  if (corruption === 0) return law === "same" ? undefined : { wrong_answers: law };
  const shares = typeof corruption === "number" ? { hallucination: 1 - corruption, corruption } : { corruption };
  return { ...shares, wrong_answers: law };
}

/** @param {Question} question */
function dependenceOf({ dependence, rho, p }) {
  if (dependence === "independent") return undefined;
  if (dependence === "common-cause") return { model: dependence, probability: plainValue(p) };
  return { model: dependence, correlation: plainValue(rho) };
}

/** @param {Question} question @param {object} agents @returns {string} the scenario as JSON */
function scenarioWith(question, agents) {
  const scenario = {
    scheme: schemeOf(question),
    agents,
    failures: failuresOf(question),
    dependence: dependenceOf(question),
  };
  return JSON.stringify(scenario);
}

/** @param {Question} question @param {number | string} count @returns {string} the scenario with this many agents */
function scenarioOf(question, count = plainValue(question.n)) {
  const rates = ratesOf(question);
  const agents = rates
    ? { failure_rates: typeof count === "number" ? rates.slice(0, count) : rates }
    : { count, failure_rate: plainValue(question.f) };
  return scenarioWith(question, agents);
}

/** @param {Question} question @returns {string} the scenario whose curve is drawn: with all rates of a list */
function scenarioOfCurve(question) {
  const rates = ratesOf(question);
  return rates ? scenarioWith(question, { failure_rates: rates }) : scenarioOf(question);
}

/** @param {Question} question @returns {number | undefined} how many agents of a list are asked for */
function countOfList(question) {
  return ratesOf(question) ? Number(question.n) : undefined;
}

/** @param {Question} question @returns {number} the most agents that the curve goes to */
function mostAgents(question) {
  const most = question.answers === "collision" ? MAX_AGENTS_COLLIDING : MAX_AGENTS;
  return Math.min(ratesOf(question)?.length ?? most, MAX_AGENTS);
}

/** @param {Question} question @returns {string} what stands behind the # of an address */
function addressOf(question) {
  const parts = new URLSearchParams();
  for (const { key, initial } of KOFN_FIELDS) {
    if (key === "answers" || key === "collision" || !applies(key, question)) continue;
    if (question[key] !== initial || ["n", "f", "scheme", "rho", "p"].includes(key)) parts.set(key, question[key]);
  }
  const { answers, collision } = question;
  if (answers !== "same") parts.set("collision", answers === "collision" ? collision : answers);
  // A space behind a comma may go; another one separates two numbers.
  return parts.toString().replaceAll("%2C", ",").replaceAll(/,\++/g, ",");
}

/** @param {string} address what stands behind the # @returns {Question | null} null if it is not a question */
function questionOfAddress(address) {
  const parts = new URLSearchParams(address.replace(/^#/, ""));
  const question = initialQuestion();
  const known = [...parts].filter(([key]) => Object.hasOwn(question, key));
  for (const [key, text] of known) putText(question, key, text);
  if (!parts.has("n")) takeWholeList(question);
  return known.length > 0 ? question : null;
}

/**
 * Puts a text into a question; `collision` may also be the name of a law ("same", "distinct").
 * @param {Question} question @param {string} key @param {string} text
 */
function putText(question, key, text) {
  if (key !== "collision") {
    question[key] = text;
  } else if (text === "same" || text === "distinct") {
    question.answers = text;
  } else {
    question.answers = "collision";
    question.collision = text;
  }
}

/** @param {number} value @returns {string} six digits of it, more than an estimate has */
function sixDigits(value) {
  return String(Number(value.toPrecision(6)));
}

/** @param {any} scenario as kofn echoes it @returns {Question | null} null if the fields cannot express it */
function questionOfScenario(scenario) {
  const { scheme, agents, failures = {}, dependence = {}, tasks, filter } = scenario;
  const question = initialQuestion();
  const { rule = scheme, ...parameters } = typeof scheme === "object" ? scheme : {};
  const law = failures.wrong_answers ?? "same";
  const collision = typeof law === "object" && Object.keys(law).every((key) => key === "collision" || law[key] === 0);
  const plain = !tasks && !filter && !dependence.groups && (typeof law === "string" || collision);
  const options = KOFN_FIELDS.find(({ key }) => key === "scheme")?.options ?? [];
  if (!plain || !options.some(([name]) => name === rule)) return null;
  const rates = agents.failure_rates ?? [agents.failure_rate];
  const areEqual = rates.every((/** @type {number} */ rate) => rate === rates[0]);
  Object.assign(question, {
    scheme: rule,
    n: String(agents.count ?? rates.length),
    f: areEqual ? sixDigits(rates[0]) : rates.map(sixDigits).join(", "),
    dependence: dependence.model ?? "independent",
    silent: sixDigits(1 - (failures.hallucination ?? 1)),
  });
  if (dependence.correlation !== undefined) question.rho = sixDigits(dependence.correlation);
  if (dependence.probability !== undefined) question.p = sixDigits(dependence.probability);
  for (const [key, value] of Object.entries(parameters)) question[key] = [value].flat().join(", ");
  putText(question, "collision", typeof law === "object" ? sixDigits(law.collision) : law);
  return question;
}
