// The chart: exact values as lines, simulated ones as marks with intervals, drawn as SVG in the pixels of the screen.

/**
 * @typedef {{ agents: number, correct: number, abstain: number, wrong: number, failure: number }} Point
 * @typedef {{ agents: number, trials: number, seed: number, correct: number, abstain: number, wrong: number,
 *   verdict: string }} Simulated
 * @typedef {{ points: Point[], independent: Point[] | null, simulated: Map<number, Simulated>, current: number,
 *   most: number, show: Outcome[], log: boolean }} View
 * @typedef {"correct" | "abstain" | "wrong"} Outcome
 * @typedef {{ x: (agents: number) => number, y: (value: number) => number, left: number, right: number, top: number,
 *   bottom: number, floor: number }} Frame
 */

/** Outlines of marks of radius 1 by outcome: a circle, a square, a triangle. */
const MARKS = {
  correct: "m-1 0a1 1 0 1 0 2 0a1 1 0 1 0-2 0z",
  abstain: "m-.88-.88h1.76v1.76h-1.76z",
  wrong: "m0-1.2l1.08 1.92h-2.16z",
};

/** @type {Outcome[]} */
const OUTCOMES = ["correct", "abstain", "wrong"];

/** @param {string} name @param {Record<string, string | number>} attributes @returns {SVGElement} */
function svgElement(name, attributes = {}) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/** @param {number} x @returns {string} */
const pixel = (x) => x.toFixed(1);

/** @param {string} outline @param {number} radius @returns {string} the outline at this radius in pixels */
function scaled(outline, radius) {
  let flags = 0;
  return outline.replace(/a|-?\d*\.?\d+/g, (part) => {
    if (part === "a") flags = 7;
    else flags -= 1;
    // The third, fourth and fifth number of an arc are an angle and two flags.
    return part === "a" || (flags >= 2 && flags <= 4) ? part : `${pixel(Number(part) * radius)} `;
  });
}

/**
 * The smallest period at which the curve is smooth: 2 for a majority, whose quorum grows at every second agent.
 * @param {Point[]} points @returns {number}
 */
function periodOf(points) {
  const turns = (/** @type {number[]} */ values) => {
    const steps = values
      .slice(1)
      .map((value, index) => Math.sign(value - values[index]))
      .filter(Boolean);
    return steps.slice(1).filter((sign, index) => sign !== steps[index]).length;
  };
  const isSmooth = (/** @type {number} */ period) => {
    const residues = Array.from({ length: period }, (_, start) =>
      points.filter(({ agents }) => agents % period === start),
    );
    return residues.every((some) => OUTCOMES.every((outcome) => turns(some.map((point) => point[outcome])) <= 1));
  };
  return [1, 2, 3].find(isSmooth) ?? 1;
}

/** @param {Point[]} points @param {number} current @returns {Point[]} those that the line goes through */
function lineOf(points, current) {
  const period = periodOf(points);
  return points.filter(({ agents }) => (agents - current) % period === 0);
}

/** @param {number} most @param {number} room in pixels @returns {number[]} numbers of agents with a label */
function ticksOfAgents(most, room) {
  const step = [1, 2, 4, 5, 10, 20].find((size) => (most / size) * 34 <= room) ?? 20;
  return Array.from({ length: Math.floor((most - 1) / step) + 1 }, (_, index) => 1 + index * step);
}

/** Power of ten below which nothing is drawn; smaller values are only in the table. */
const LOWEST_DECADE = -12;

/** @param {View} view @returns {number} power of ten of the lower edge of a logarithmic axis */
function lowestDecade({ points, independent, show }) {
  const values = [...points, ...(independent ?? [])].flatMap((point) => show.map((outcome) => point[outcome]));
  const lowest = values.reduce((least, value) => (value > 0 && value < least ? value : least), 0.1);
  return Math.max(Math.floor(Math.log10(lowest)), LOWEST_DECADE);
}

/** @param {View} view @returns {[number, string][]} values with a label on the vertical axis */
function ticksOfProbability(view) {
  if (!view.log) return [0, 0.2, 0.4, 0.6, 0.8, 1].map((value) => [value, value.toFixed(1).replace(/\.0$/, "")]);
  const lowest = -lowestDecade(view);
  const step = Math.ceil(lowest / 6);
  const powers = Array.from({ length: Math.floor(lowest / step) + 1 }, (_, index) => -index * step);
  return powers.map((power) => [10 ** power, powerOfTen(power)]);
}

/** The drawing. Its elements stay; only their outlines change while a slider moves. */
class KofnChart {
  constructor() {
    this.svg = svgElement("svg", { "aria-hidden": "true", focusable: "false", viewBox: "0 0 640 358" });
    /** @type {Record<string, SVGElement>} */
    this.parts = {};
    for (const name of ["grid", "axis", "now"]) this.addPath(name, name);
    this.addPath("independent", "independent");
    for (const outcome of OUTCOMES) {
      this.addPath(`${outcome}-line`, `${outcome} line`);
      for (const kind of ["dots", "interval", "mark", "hollow", "current"]) {
        this.addPath(`${outcome}-${kind}`, `${outcome} ${kind}`);
      }
    }
    this.texts = this.svg.appendChild(svgElement("g", { class: "texts" }));
    this.labels = this.svg.appendChild(svgElement("g", { class: "labels" }));
    this.width = 640;
    this.drawnTexts = "";
    /** The outcome that is also drawn for independent agents. @type {Outcome | undefined} */
    this.compared = undefined;
  }

  /** @param {string} name @param {string} style */
  addPath(name, style) {
    this.parts[name] = this.svg.appendChild(svgElement("path", { class: style }));
  }

  /** @param {string} name @param {string} outline */
  put(name, outline) {
    this.parts[name].setAttribute("d", outline);
  }

  /** @param {View} view @returns {Frame} */
  frame(view) {
    const isNarrow = this.width < 480;
    const height = Math.round(Math.min(Math.max(this.width * 0.56, 230), 400));
    const [left, right, top, bottom] = [46, this.width - (isNarrow ? 64 : 104), 14, height - 46];
    const floor = view.log ? lowestDecade(view) : 0;
    const x = (/** @type {number} */ agents) =>
      view.most === 1 ? (left + right) / 2 : left + 8 + ((agents - 1) / (view.most - 1)) * (right - left - 16);
    const share = (/** @type {number} */ value) => (view.log ? 1 - Math.log10(value) / floor : value);
    const y = (/** @type {number} */ value) => bottom - share(value) * (bottom - top);
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${height}`);
    return { x, y, left, right, top, bottom, floor: view.log ? 10 ** floor : 0 };
  }

  /** @param {View} view */
  draw(view) {
    const frame = this.frame(view);
    this.current = { view, frame };
    this.drawAxes(view, frame);
    const line = lineOf(view.points, view.current);
    for (const outcome of OUTCOMES) this.drawOutcome(outcome, view, frame, line);
    const independent = view.independent ? lineOf(view.independent, view.current) : [];
    const compared = this.comparedOutcome(view);
    this.compared = compared;
    this.put("independent", compared ? this.outline(independent, compared, frame) : "");
    this.drawLabels(view, frame, line, compared ? { outcome: compared, points: independent } : null);
  }

  /** @param {View} view @returns {Outcome | undefined} the failure that is compared with independent agents */
  comparedOutcome({ points, show, independent }) {
    const happens = (/** @type {Outcome} */ outcome) => points.some((point) => point[outcome] > 0);
    /** @type {Outcome[]} */
    const order = ["wrong", "abstain", "correct"];
    return independent ? order.find((outcome) => show.includes(outcome) && happens(outcome)) : undefined;
  }

  /** @param {View} view @param {Frame} frame */
  drawAxes(view, frame) {
    const { x, y, left, right, top, bottom } = frame;
    const values = ticksOfProbability(view);
    const agents = ticksOfAgents(view.most, right - left);
    this.put("grid", values.map(([value]) => `M${left} ${pixel(y(value))}H${right}`).join(""));
    this.put("axis", `M${left} ${bottom}H${right}${agents.map((n) => `M${pixel(x(n))} ${bottom}v5`).join("")}`);
    const has = view.current >= 1 && view.current <= view.most;
    this.put("now", has ? `M${pixel(x(view.current))} ${top}V${bottom}` : "");
    const key = JSON.stringify([this.width, view.most, view.log, values]);
    if (key === this.drawnTexts) return;
    this.drawnTexts = key;
    const texts = values.map(([value, label]) => this.text(label, left - 8, y(value) + 4.5, "end"));
    texts.push(...agents.map((n) => this.text(String(n), x(n), bottom + 20, "middle")));
    texts.push(this.text("Number of agents", (left + right) / 2, bottom + 40, "middle"));
    this.texts.replaceChildren(...texts);
  }

  /** @param {string} content @param {number} x @param {number} y @param {string} anchor @param {string} [style] */
  text(content, x, y, anchor, style = "") {
    const element = svgElement("text", { x: pixel(x), y: pixel(y), "text-anchor": anchor, class: style });
    element.textContent = content;
    return element;
  }

  /** @param {Point[]} points @param {Outcome} outcome @param {Frame} frame @returns {string} */
  outline(points, outcome, { x, y, floor }) {
    let path = "";
    points.forEach((point, index) => {
      const [value, before] = [point[outcome], points[index - 1]?.[outcome] ?? 0];
      const pen = path === "" || before < floor ? "M" : "L";
      if (value >= floor) path += `${pen}${pixel(x(point.agents))} ${pixel(y(value))}`;
      else if (value > 0 && before > floor) {
        // The line ends where it leaves the axis; between two points it is straight.
        const part = Math.log(before / floor) / Math.log(before / value);
        const start = x(points[index - 1].agents);
        path += `L${pixel(start + part * (x(point.agents) - start))} ${pixel(y(floor))}`;
      }
    });
    return path;
  }

  /** @param {Point[]} points @param {Outcome} outcome @param {Frame} frame @param {number} radius @returns {string} */
  marks(points, outcome, { x, y, floor }, radius) {
    const shape = scaled(MARKS[outcome], radius);
    const drawn = points.filter((point) => point[outcome] >= floor);
    return drawn.map((point) => `M${pixel(x(point.agents))} ${pixel(y(point[outcome]))}${shape}`).join("");
  }

  /** @param {Outcome} outcome @param {View} view @param {Frame} frame @param {Point[]} line */
  drawOutcome(outcome, view, frame, line) {
    const isShown = view.show.includes(outcome);
    const happens = view.points.some((point) => point[outcome] > 0);
    const points = isShown && happens ? view.points : [];
    const others = points.filter((point) => !line.includes(point));
    this.put(`${outcome}-line`, points.length > 0 ? this.outline(line, outcome, frame) : "");
    this.put(`${outcome}-dots`, this.marks(others, outcome, frame, 1.6));
    const now = points.filter(({ agents }) => agents === view.current);
    this.put(`${outcome}-current`, this.marks(now, outcome, frame, 7));
    const simulated = isShown ? [...view.simulated.values()] : [];
    this.drawSimulated(outcome, simulated, view, frame);
  }

  /** @param {Outcome} outcome @param {Simulated[]} simulated @param {View} view @param {Frame} frame */
  drawSimulated(outcome, simulated, view, { x, y, floor, top, bottom }) {
    let [intervals, full, hollow] = ["", "", ""];
    const shape = scaled(MARKS[outcome], 3.4);
    const exact = new Map(view.points.map((point) => [point.agents, point[outcome]]));
    const height = (/** @type {number} */ value) => (value < floor ? bottom : Math.max(y(value), top));
    for (const run of simulated) {
      const at = pixel(x(run.agents));
      const [low, high] = intervalOf(run[outcome], run.trials);
      const share = run[outcome] / run.trials;
      if (share > 0 || (!view.log && exact.get(run.agents) !== 0)) {
        full += share >= floor ? `M${at} ${pixel(y(share))}${shape}` : "";
        intervals += share > 0 ? `M${at} ${pixel(height(low))}V${pixel(height(high))}` : "";
      } else if (exact.get(run.agents) !== 0 && high > floor) {
        // Never seen: the upper limit, with an arrow down from it.
        const limit = y(high);
        hollow += `M${at} ${pixel(limit)}${shape}`;
        intervals += `M${at} ${pixel(limit + 5)}v7m-2.5-3l2.5 3l2.5-3`;
      }
    }
    this.put(`${outcome}-interval`, intervals);
    this.put(`${outcome}-mark`, full);
    this.put(`${outcome}-hollow`, hollow);
  }

  /**
   * Names stand at the ends of the lines, pushed apart where they would overlap.
   * @param {View} view @param {Frame} frame @param {Point[]} line
   * @param {{ outcome: Outcome, points: Point[] } | null} compared
   */
  drawLabels(view, frame, line, compared) {
    /** @type {{ text: string, style: string, y: number }[]} */
    const labels = [];
    const add = (/** @type {string} */ text, /** @type {string} */ style, /** @type {number} */ value) => {
      const isBelow = value < frame.floor;
      labels.push({ text: isBelow ? `${text} ↓` : text, style, y: isBelow ? frame.bottom : frame.y(value) });
    };
    const last = line.at(-1);
    for (const outcome of view.show) {
      const happens = view.points.some((point) => point[outcome] > 0);
      if (last && happens) add(outcome, outcome, last[outcome]);
    }
    const lastIndependent = compared?.points.at(-1);
    if (compared && lastIndependent) {
      add(this.width < 480 ? "if indep." : "if independent", "independent", lastIndependent[compared.outcome]);
    }
    spread(labels, 15, frame.top, frame.bottom);
    const placed = labels.map(({ text, style, y }) => this.text(text, frame.right + 8, y + 4.5, "start", style));
    this.labels.replaceChildren(...placed);
  }

  /** @param {number} x in pixels of the drawing @returns {number | undefined} the number of agents there */
  agentsAt(x) {
    if (!this.current) return undefined;
    const { view, frame } = this.current;
    const distance = (/** @type {Point} */ point) => Math.abs(frame.x(point.agents) - x);
    const nearest = view.points.reduce(
      (best, point) => (distance(point) < distance(best) ? point : best),
      view.points[0],
    );
    return nearest?.agents;
  }
}

/** @param {{ y: number }[]} labels @param {number} room @param {number} top @param {number} bottom moves them apart */
function spread(labels, room, top, bottom) {
  labels.sort((a, b) => a.y - b.y);
  let free = top;
  for (const label of labels) {
    label.y = Math.max(label.y, free);
    free = label.y + room;
  }
  let limit = bottom;
  for (const label of labels.reverse()) {
    label.y = Math.min(label.y, limit);
    limit = label.y - room;
  }
}
