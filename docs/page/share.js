// The question as TOML, command, Python and Rust; the curve as SVG and CSV; the numbers as a table.

const COPY_NAMES = { toml: "TOML", command: "Command", python: "Python", rust: "Rust" };

class KofnShare {
  /** @param {() => { copies: any, drawing: any }} ask gives both as kofn answers them */
  constructor(ask) {
    this.ask = ask;
    this.chosen = "toml";
    this.text = html("pre", { tabindex: "0", "aria-label": "The question as text" });
    this.told = html("span", { class: "told", role: "status" });
    this.buttons = Object.entries(COPY_NAMES).map(([name, label]) =>
      html("button", { type: "button", "data-name": name, onclick: () => this.choose(name) }, label),
    );
    const copy = html("button", { type: "button", class: "main", onclick: () => this.copy() }, "Copy");
    const files = ["svg", "csv"].map((kind) =>
      html("button", { type: "button", onclick: () => this.save(kind) }, `Download ${kind.toUpperCase()}`),
    );
    const languages = html("div", { class: "tabs", role: "group", "aria-label": "Language" }, ...this.buttons);
    const row = html("div", { class: "row" }, languages, copy, this.told);
    const downloads = html("div", { class: "row" }, ...files);
    this.element = html(
      "details",
      { class: "share" },
      html("summary", {}, "Take it with you"),
      row,
      this.text,
      downloads,
    );
    this.element.addEventListener("toggle", () => this.show());
  }

  /** @param {string} name */
  choose(name) {
    this.chosen = name;
    this.show();
  }

  /** Shows the question as it is now. */
  show() {
    if (!(/** @type {HTMLDetailsElement} */ (this.element).open)) return;
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(button.dataset.name === this.chosen));
    this.told.textContent = "";
    try {
      this.text.textContent = this.ask().copies()[this.chosen];
    } catch (error) {
      this.text.textContent = messageOf(error);
    }
  }

  async copy() {
    await copyText(this.text.textContent ?? "");
    this.told.textContent = "Copied";
  }

  /** @param {string} kind */
  save(kind) {
    try {
      const text = this.ask().drawing()[kind];
      download(`kofn-curve.${kind}`, kind === "svg" ? "image/svg+xml" : "text/csv", text);
    } catch (error) {
      this.told.textContent = messageOf(error);
    }
  }
}

class KofnNumbers {
  constructor() {
    this.body = html("tbody");
    const heads = ["Agents", "Correct", "Abstain", "Wrong", "Trials", "Correct", "Abstain", "Wrong"];
    const groups = html(
      "tr",
      {},
      html("td"),
      html("th", { colspan: 3, scope: "colgroup" }, "Exact"),
      html("th", { colspan: 4, scope: "colgroup" }, "Simulated"),
    );
    const names = html("tr", {}, ...heads.map((head) => html("th", { scope: "col" }, head)));
    const table = html("table", {}, html("thead", {}, groups, names), this.body);
    const scroll = html("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Numbers" }, table);
    this.element = html("details", { class: "numbers" }, html("summary", {}, "Numbers"), scroll);
    this.element.addEventListener("toggle", () => this.draw());
  }

  /** @param {Point[]} points @param {Map<number, Simulated>} simulated @param {number} current */
  show(points, simulated, current) {
    this.shown = { points, simulated, current };
    this.draw();
  }

  draw() {
    if (!(/** @type {HTMLDetailsElement} */ (this.element).open) || !this.shown) return;
    const { points, simulated, current } = this.shown;
    const row = (/** @type {Point} */ point) => {
      const run = simulated.get(point.agents);
      const exact = OUTCOMES.map((outcome) => probability(point[outcome]));
      const counts = run
        ? [grouped(run.trials), ...OUTCOMES.map((outcome) => grouped(run[outcome]))]
        : ["", "", "", ""];
      const cells = [...exact, ...counts].map((text) => html("td", {}, text));
      const head = html("th", { scope: "row" }, String(point.agents));
      return html("tr", { class: point.agents === current ? "now" : "" }, head, ...cells);
    };
    this.body.replaceChildren(...points.map(row));
  }
}
