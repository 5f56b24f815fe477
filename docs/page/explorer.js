// <kofn-explorer>: a question, its exact curve, and a simulation that converges to it.

/** Milliseconds that computing a curve may take while a slider moves: a frame has 16. */
const CURVE_BUDGET_MS = 12;

/** Milliseconds without input after which the whole question is answered. */
const REST_MS = 160;

/** Number of steps along the curve that a key moves. @type {Record<string, number>} */
const KEY_STEPS = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 5,
  PageDown: -5,
  Home: -1e9,
  End: 1e9,
};

/** Fields that a compact explorer shows. */
const COMPACT_KEYS = ["n", "f", "rho", "p", "collision"];

class KofnExplorer extends HTMLElement {
  static observedAttributes = [...KOFN_FIELDS.flatMap(({ attribute }) => attribute || []), "show", "theme", "compact"];

  constructor() {
    super();
    this.question = initialQuestion();
    /** @type {any} */
    this.engine = undefined;
    /** Exact answers that are drawn, as the engine returned them. @type {Point[]} */
    this.points = [];
    /** @type {Point[] | null} */
    this.independent = null;
    /** @type {Map<number, Simulated>} */
    this.runs = new Map();
    /** Answers of the cross-check by number of agents, as `kofn check --json` prints them. @type {Map<number, any>} */
    this.checks = new Map();
    this.lastDrawMs = 0;
    this.votesPerSecond = 0;
    this.isSettled = false;
    /** @type {string | null} */
    this.broken = null;
    /** Times of the last whole curves of this kind, in milliseconds. @type {number[]} */
    this.curveTimes = [];
    this.curveKind = "";
    this.most = 41;
    this.asked = "";
    this.isVisible = false;
    /** @type {KofnAddress | undefined} */
    this.address = undefined;
    this.isPartial = false;
    this.isRefused = false;
    /** Number of the animation frame that will redraw. @type {number | undefined} */
    this.frame = undefined;
    /** Number of the animation frame that will draw new marks. @type {number | undefined} */
    this.drawing = undefined;
    /** @type {(() => void)[]} */
    this.observers = [];
    this.simulator = new KofnSimulator(
      (finished) => this.hear(finished),
      (message) => this.settle(message),
    );
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [kofnStyle()];
  }

  /** Simulated counts by number of agents. @returns {Simulated[]} */
  get simulated() {
    return [...this.runs.values()];
  }

  /** Answer of the cross-check at the current number of agents, or null. @returns {any} */
  get verdict() {
    return this.checks.get(this.current) ?? null;
  }

  /** Number of agents in the question. @returns {number} */
  get current() {
    return Number(this.question.n);
  }

  connectedCallback() {
    this.build();
    this.paint();
    this.observers = [
      watchTheme(() => this.paint()),
      watchWidth(this, () => this.fit()),
      watchVisibility(this, (isVisible) => this.see(isVisible)),
    ];
    if (this.hasAttribute("address")) this.followAddress();
    kofnEngine().then(
      (engine) => this.begin(engine),
      (error) => this.refuse(messageOf(error)),
    );
  }

  followAddress() {
    const address = new KofnAddress(this.question, (question) => {
      if (addressOf(question) !== addressOf(this.question)) this.show(question);
    });
    this.question = address.read() ?? this.question;
    this.observers.push(() => address.end());
    this.address = address;
  }

  disconnectedCallback() {
    for (const disconnect of this.observers) disconnect();
    clearTimeout(this.restTimer);
    this.see(false);
  }

  /** Other rates may admit the number of agents that a shorter list did not. */
  countAgents() {
    const agents = this.getAttribute("agents");
    if (agents === null) takeWholeList(this.question);
    else this.question.n = agents;
  }

  /** @param {string} name @param {string | null} _before @param {string | null} value */
  attributeChangedCallback(name, _before, value) {
    const field = KOFN_FIELDS.find(({ attribute }) => attribute === name);
    if (field) putText(this.question, field.key, value ?? (name === "collision" ? "same" : field.initial));
    if (name === "failure-rate") this.countAgents();
    if (!this.engine) return;
    if (name === "theme") this.paint();
    else if (name !== "compact") this.ask();
    else {
      this.build();
      this.begin(this.engine);
    }
  }

  build() {
    const isCompact = this.hasAttribute("compact");
    this.form = new KofnForm(
      (key, text) => this.change(key, text),
      () => this.rest(),
      isCompact ? COMPACT_KEYS : null,
    );
    this.chart = new KofnChart();
    this.told = new KofnVerdict();
    this.breaks = new KofnBreaks((name) => this.breakIt(name));
    this.numbers = new KofnNumbers();
    this.share = new KofnShare(() => this.answersToTake());
    const level = this.hasAttribute("address") ? 2 : 3;
    this.heading = html("p", { class: "title", id: "title", role: "heading", "aria-level": level }, "\u00a0");
    this.readout = html("p", { class: "readout" }, "\u00a0");
    this.alone = html("p", { class: "alone" });
    this.problem = html("p", { class: "problem", role: "alert", hidden: true });
    this.caption = html("p", { class: "fine caption" });
    const answer = html(
      "div",
      { class: "answer" },
      this.heading,
      html("div", { class: "values" }, this.readout, this.alone),
      this.problem,
      this.buildChart(),
      this.caption,
    );
    const check = html("div", { class: "check" }, this.told.element, this.breaks.element);
    const more = html("div", { class: "more" }, this.numbers.element, this.share.element);
    this.box = html("section", {
      class: isCompact ? "explorer compact" : "explorer",
      "aria-labelledby": "title",
      // A book turns its pages on arrow keys; those pressed on a slider must not reach it.
      onkeydown: (/** @type {Event} */ event) => event.stopPropagation(),
    });
    this.box.append(answer, this.form.element, check, ...(isCompact ? [] : [more]));
    this.shadowRoot?.replaceChildren(this.box);
  }

  /** The chart is a slider too: arrow keys change the number of agents, and its values are read. */
  buildChart() {
    this.canvas = html("div", {
      class: "chart",
      role: "slider",
      tabindex: "0",
      "aria-label": "Number of agents on the chart",
      "aria-valuemin": 1,
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.press(event),
      onpointermove: (/** @type {PointerEvent} */ event) => this.point(event),
      onpointerleave: () => this.read(this.current),
      onclick: (/** @type {PointerEvent} */ event) => this.pick(this.agentsUnder(event)),
    });
    this.canvas.append(this.chart?.svg ?? "");
    return this.canvas;
  }

  /** @param {any} engine */
  begin(engine) {
    if (!this.isConnected) return;
    const isFirst = this.engine === undefined;
    this.engine = engine;
    this.broken = null;
    this.breaks?.offer(JSON.parse(engine.breaks()));
    this.paint();
    this.ask();
    if (!isFirst) return;
    performance.mark("kofn-ready");
    this.dispatchEvent(new CustomEvent("kofn-ready", { bubbles: true }));
  }

  /** Answers a question that was not set by hand, without waiting for more input. */
  ask() {
    this.question.n = countWithin(this.question);
    this.redraw(false);
    this.rest();
  }

  /** @param {string} key @param {string} text a field has changed */
  change(key, text) {
    putText(this.question, key, text);
    if (key === "f") takeWholeList(this.question);
    this.frame ??= requestAnimationFrame(() => this.redraw(true));
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => this.rest(), REST_MS);
  }

  /** Input has stopped: draws the whole curve, starts the simulation, writes the address. */
  rest() {
    clearTimeout(this.restTimer);
    if (!this.engine) return;
    if (this.frame !== undefined || this.isPartial) this.redraw(false);
    this.share?.show();
    this.simulate();
    if (!this.isRefused) this.address?.write(this.question);
    const detail = { question: { ...this.question }, scenario: JSON.parse(scenarioOf(this.question)) };
    this.dispatchEvent(new CustomEvent("kofn-change", { bubbles: true, detail }));
  }

  /** @param {boolean} isMoving computes fewer points where all would take longer than a frame */
  redraw(isMoving) {
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.frame = undefined;
    if (!this.engine) return;
    const started = performance.now();
    this.form?.show(this.question);
    this.forget();
    try {
      this.compute(isMoving);
      this.refuse(null);
      this.draw();
    } catch (error) {
      this.draw();
      this.refuse(messageOf(error));
    }
    this.lastDrawMs = performance.now() - started;
  }

  /** @returns {number} milliseconds that a whole curve of this kind takes if nothing disturbs it; 0 if unknown */
  curveMs() {
    const { scheme, dependence, answers, n } = this.question;
    const kind = [scheme, dependence, answers, ratesOf(this.question)?.length, Number(n) % 2].join();
    if (kind !== this.curveKind) this.curveTimes = [];
    this.curveKind = kind;
    return this.curveTimes.length === 0 ? 0 : Math.min(...this.curveTimes);
  }

  /** @param {boolean} isMoving */
  compute(isMoving) {
    const refusal = refusalOfCount(this.question);
    if (refusal !== null) throw new Error(refusal);
    this.most = mostAgents(this.question);
    const isSlow = isMoving && this.curveMs() > CURVE_BUDGET_MS;
    const most = isSlow ? Math.max(Math.floor(this.most / 3), Math.min(this.current || 1, this.most)) : this.most;
    const started = performance.now();
    const curve = JSON.parse(this.engine.curve(scenarioOfCurve(this.question), most, countOfList(this.question)));
    if (most === this.most) this.curveTimes = [performance.now() - started, ...this.curveTimes.slice(0, 4)];
    this.isPartial = most < this.most;
    this.points = curve.points;
    this.independent = curve.independent;
    this.most = Math.max(this.most, this.points.at(-1)?.agents ?? 1);
    if (this.heading) this.heading.textContent = curve.title.replaceAll(" %", "\u00a0%");
    if (curve.refused) throw new Error(curve.refused);
  }

  /** Drops the simulated counts of another question, and stops its simulation. */
  forget() {
    const { n, scale, ...others } = this.question;
    const asked = JSON.stringify([others, this.broken]);
    if (asked !== this.asked) {
      this.simulator.stop();
      this.runs = new Map();
      this.checks = new Map();
    }
    this.asked = asked;
    this.isSettled = false;
  }

  /** @returns {boolean} whether the axis is logarithmic: with `auto`, if a failure is rarer than one in a hundred */
  isLog() {
    const { scale } = this.question;
    const failures = [...this.points, ...(this.independent ?? [])].map(({ failure }) => failure);
    return scale === "log" || (scale === "auto" && failures.some((failure) => failure > 0 && failure < 0.01));
  }

  /** @returns {Outcome[]} */
  shownOutcomes() {
    const names = (this.getAttribute("show") ?? "").split(/[\s,]+/);
    const shown = OUTCOMES.filter((outcome) => names.includes(outcome));
    return shown.length > 0 ? shown : OUTCOMES;
  }

  draw() {
    const { points, independent, runs, current, most } = this;
    const view = { points, independent, simulated: runs, current, most, show: this.shownOutcomes(), log: this.isLog() };
    this.chart?.draw(view);
    this.read(current);
    if (this.alone) this.alone.textContent = wordsOfOneAlone(this.question);
    this.numbers?.show(points, runs, current);
    if (this.caption) this.caption.textContent = captionOf(view, this.chart?.compared, ratesOf(this.question) !== null);
    const isDone = this.isSettled || this.verdict?.simulated.trials >= Number(this.question.trials);
    this.told?.show(verdictOf(this.verdict, this.broken !== null, isDone), this.votesPerSecond);
  }

  /** @param {number} agents shows their values above the chart */
  read(agents) {
    const point = this.points.find((one) => one.agents === agents);
    const words = point ? OUTCOMES.map((outcome) => `${outcome} ${probability(point[outcome])}`) : [];
    const parts = point
      ? OUTCOMES.map((outcome) =>
          html("span", { class: outcome }, html("b", {}, probability(point[outcome])), ` ${outcome}`),
        )
      : [];
    const count = Number.isFinite(agents) ? counted(agents, "agent") : "";
    this.readout?.replaceChildren(html("span", { class: "count" }, count), ...parts);
    if (agents !== this.current || !this.canvas) return;
    this.canvas.setAttribute("aria-valuemax", String(this.most));
    this.canvas.setAttribute("aria-valuenow", String(agents));
    this.canvas.setAttribute("aria-valuetext", `${counted(agents, "agent")}: ${words.join(", ")}`);
  }

  /** @param {PointerEvent} event @returns {number | undefined} */
  agentsUnder(event) {
    const { left } = /** @type {Element} */ (this.canvas).getBoundingClientRect();
    return this.chart?.agentsAt(event.clientX - left);
  }

  /** @param {PointerEvent} event */
  point(event) {
    const agents = this.agentsUnder(event);
    if (agents === undefined) return;
    if (event.buttons === 1) this.pick(agents);
    else this.read(agents);
  }

  /** @param {number | undefined} agents */
  pick(agents) {
    if (agents !== undefined && agents !== this.current) this.change("n", String(agents));
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const counts = this.points.map(({ agents }) => agents);
    const index = counts.indexOf(this.current);
    const step = KEY_STEPS[event.key];
    if (step === undefined || index < 0) return;
    event.preventDefault();
    this.pick(counts[Math.min(Math.max(index + step, 0), counts.length - 1)]);
  }

  /** @param {string | null} text kofn's message, or null where the question has an answer */
  refuse(text) {
    const isPlaced = this.form?.refuse(text) ?? false;
    this.box?.classList.toggle("refused", text !== null);
    if (this.problem) {
      this.problem.hidden = text === null || isPlaced;
      this.problem.textContent = text ?? "";
    }
    this.isRefused = text !== null;
    if (text === null) return;
    this.simulator.stop();
    this.told?.show({ state: "refused", line: "This question has no answer.", details: [] }, 0);
  }

  simulate() {
    if (this.isRefused || !this.isVisible || !this.engine) return;
    const agents = lineOf(this.points, this.current).map((point) => point.agents);
    const question = { ...this.question };
    const [trials, seed] = [wholeOf(question.trials), wholeOf(question.seed)];
    const refusal = this.refusalOfRun(trials, seed);
    if (refusal !== null) {
      this.settle(refusal);
      return;
    }
    const { current, broken } = this;
    const scenario = (/** @type {number} */ count) => scenarioOf(question, count);
    this.simulator.start({ scenarioOf: scenario, agents, current, broken, trials, seed }, this.runs);
  }

  /** @param {number} trials @param {number} seed @returns {string | null} kofn's message if they are not numbers */
  refusalOfRun(trials, seed) {
    if (seed > Number.MAX_SAFE_INTEGER) return tooLargeSeed(this.question.seed);
    const isPossible = trials >= 1 && trials <= MAX_TRIALS;
    if (isPossible && seed >= 0) return null;
    try {
      this.engine.check(scenarioOf(this.question), isPossible ? 1 : trials, seed);
      return null;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** @param {Finished} finished */
  hear({ agents, trials, answer, seconds }) {
    const { seed, correct, abstain, wrong } = answer.simulated;
    this.runs.set(agents, { agents, trials, seed, correct, abstain, wrong, verdict: answer.verdict });
    this.checks.set(agents, { ...answer, agents });
    const isLarge = agents === this.current && trials * agents >= 1e6;
    if (isLarge && seconds > 0) this.votesPerSecond = (trials * agents) / seconds;
    this.drawing ??= requestAnimationFrame(() => {
      this.drawing = undefined;
      this.draw();
    });
  }

  /** @param {string | null} message why the simulation was refused, or null */
  settle(message) {
    this.isSettled = true;
    this.draw();
    if (message !== null) {
      this.form?.refuse(message);
      this.told?.show(refusalOf(message, this.broken), 0);
    }
    this.dispatchEvent(new CustomEvent("kofn-settled", { bubbles: true }));
  }

  /** @param {string | null} name of a mistake in the simulation, or null where all is well */
  breakIt(name) {
    this.broken = name;
    this.redraw(false);
    this.simulate();
  }

  answersToTake() {
    return {
      copies: () => JSON.parse(this.engine.copies(scenarioOf(this.question))),
      drawing: () => {
        const { question, most } = this;
        return JSON.parse(this.engine.drawing(scenarioOfCurve(question), most, countOfList(question)));
      },
    };
  }

  /** @param {Question} question texts by key; those that are left out are as at first */
  show(question) {
    this.question = { ...initialQuestion(), ...question };
    if (this.engine) this.ask();
  }

  paint() {
    if (this.box) this.box.dataset.theme = themeOf(this);
  }

  /** The chart is drawn in the pixels of the screen. */
  fit() {
    const width = Math.round(this.canvas?.clientWidth ?? 0);
    if (!this.chart || width === 0 || width === this.chart.width) return;
    this.chart.width = width;
    if (this.points.length > 0) this.draw();
  }

  /** @param {boolean} isVisible nothing is simulated while it is out of sight */
  see(isVisible) {
    this.isVisible = isVisible;
    if (!isVisible) this.simulator.end();
    else if (!this.isSettled) this.simulate();
  }
}

if (!customElements.get("kofn-explorer")) customElements.define("kofn-explorer", KofnExplorer);
