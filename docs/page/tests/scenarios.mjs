// Questions of many kinds: as fields of the page, as attributes of the element, and as scenarios of the command.

import { numbersFrom } from "./support.mjs";

const SCHEMES = ["majority", "k-of-n", "plurality", "any", "unanimous", "byzantine", "weighted", "raft"];
const DEPENDENCES = ["independent", "beta-binomial", "gaussian-copula", "common-cause"];
const WRONG_ANSWERS = ["same", "distinct", "collision"];

/**
 * A list of questions that is the same in every run: every scheme with every dependence, and other fields at random.
 * @returns {{ attributes: Record<string, string>, scenario: any, most: number }[]}
 */
export function questions(count, seed) {
  const draw = numbersFrom(seed);
  const among = (list) => list[Math.floor(draw() * list.length)];
  const between = (low, high, digits) => Number((low + draw() * (high - low)).toFixed(digits));
  return Array.from({ length: count }, (_, index) => {
    const scheme = SCHEMES[index % SCHEMES.length];
    const dependence = DEPENDENCES[Math.floor(index / SCHEMES.length) % DEPENDENCES.length];
    const isList = index % 5 === 2 && ["independent", "gaussian-copula", "common-cause"].includes(dependence);
    const agents = isList ? 3 + Math.floor(draw() * 5) : 3 + Math.floor(draw() * 10);
    const rates = isList ? Array.from({ length: agents }, () => between(0.01, 0.45, 3)) : null;
    const rate = index % 7 === 0 ? between(0.001, 0.02, 4) : between(0.02, 0.5, 3);
    const k = 1 + Math.floor(draw() * Math.min(agents, 3));
    const law = scheme === "plurality" || scheme === "majority" ? among(WRONG_ANSWERS) : "same";
    return question({
      ...{ scheme, dependence, agents, rates, rate, k, law, ties: among(["abstain", "random"]) },
      ...{ minimum: 1 + Math.floor(draw() * 2), collision: between(0.05, 0.95, 2), strength: between(0.02, 0.6, 2) },
      silent: scheme !== "raft" && index % 3 === 1 ? between(0.1, 0.9, 2) : 0,
    });
  });
}

function question({ scheme, agents, rates, rate, silent, law, collision, ...others }) {
  const [schemeAttributes, rule] = schemeOf(scheme, others);
  const [dependenceAttributes, dependence] = dependenceOf(others, Math.min(...(rates ?? [rate])));
  const wrong = law === "collision" ? { collision } : law;
  // Replicas of Raft only crash: the scenario must not say otherwise.
  const failures = scheme === "raft" ? undefined : { hallucination: 1 - silent, corruption: silent, wrong_answers: wrong };
  return {
    attributes: {
      scheme,
      agents: String(agents),
      "failure-rate": rates ? rates.join(", ") : String(rate),
      silent: String(silent),
      collision: law === "collision" ? String(collision) : law,
      ...schemeAttributes,
      ...dependenceAttributes,
    },
    scenario: {
      scheme: rule,
      agents: rates ? { failure_rates: rates } : { count: agents, failure_rate: rate },
      failures,
      ...(dependence && { dependence }),
    },
    most: rates ? rates.length : law === "collision" ? 25 : 41,
  };
}

function schemeOf(scheme, { k, ties, minimum }) {
  if (scheme === "k-of-n") return [{ k: String(k) }, { rule: scheme, k }];
  if (scheme === "weighted") return [{}, { rule: scheme, weights: "log-odds" }];
  if (scheme !== "plurality") return [{}, scheme];
  return [{ ties, "min-votes": String(minimum) }, { rule: scheme, ties, min_votes: minimum }];
}

/** A common cause cannot be more probable than the failure of the best agent. */
function dependenceOf({ dependence, strength }, lowestRate) {
  if (dependence === "independent") return [{ dependence }, null];
  if (dependence !== "common-cause") {
    return [{ dependence, correlation: String(strength) }, { model: dependence, correlation: strength }];
  }
  const probability = Number((strength * lowestRate).toPrecision(3));
  return [{ dependence, probability: String(probability) }, { model: dependence, probability }];
}
