// <kofn-log>: logs that are dropped on the page, and the report of what they say.

/**
 * Options of `kofn fit` that say how a log is read.
 * @type {{ name: string, label: string, hint?: string, choices?: [string, string][], isLong?: boolean }[]}
 */
const KOFN_READING = [
  { name: "score", label: "Score", hint: "which one, if a log has several" },
  { name: "pass-at", label: "Passes at", hint: "lowest score that passes, such as 0.8" },
  { name: "columns", label: "Columns", hint: "task=question,passed=ok,cost=usd" },
  { name: "validator", label: "Validator", hint: "name of the score that is a verdict" },
  { name: "filter", label: "Filter", hint: "name of a filter of lm-evaluation-harness" },
  { name: "cluster", label: "Cluster", hint: "column that groups tasks" },
  {
    name: "errors",
    label: "Harness errors",
    choices: [
      ["leave-out", "left out and reported"],
      ["fail", "count as failures without an answer"],
    ],
  },
  {
    name: "answers",
    label: "Two answers are the same",
    choices: [
      ["text", "as trimmed text"],
      ["case", "ignoring case"],
      ["numeric", "as numbers"],
      ["exact", "to the last character"],
    ],
  },
  {
    name: "tasks",
    label: "All tasks",
    hint: "one name per line, for logs that list only resolved tasks",
    isLong: true,
  },
];

class KofnLog extends HTMLElement {
  constructor() {
    super();
    /** @type {KofnThread | undefined} */
    this.thread = undefined;
    /** @type {Found[]} */
    this.files = [];
    /** What `kofn fit --json` prints. @type {any} */
    this.answer = null;
    /** @type {(() => void)[]} */
    this.observers = [];
    this.generation = 0;
    /** Number of the last drop, choice or paste. */
    this.turn = 0;
  }

  connectedCallback() {
    this.build();
    this.listen("dragover", (event) => this.hover(/** @type {DragEvent} */ (event)));
    this.listen("dragleave", (event) => this.leave(/** @type {DragEvent} */ (event)));
    this.listen("drop", (event) => this.drop(/** @type {DragEvent} */ (event)));
    this.listen("paste", (event) => this.paste(/** @type {ClipboardEvent} */ (event)));
    // The curve comes first. The reader is loaded after it, so that logs can be read offline.
    kofnEngine().then(() => setTimeout(() => logReader().catch(() => undefined), 500), () => undefined);
  }

  disconnectedCallback() {
    for (const forget of this.observers) forget();
    this.observers = [];
    this.thread?.end();
  }

  /** @param {string} name @param {(event: Event) => void} hear anywhere on the page */
  listen(name, hear) {
    addEventListener(name, hear);
    this.observers.push(() => removeEventListener(name, hear));
  }

  build() {
    this.progress = html("progress", { "aria-label": "Progress" });
    this.told = html("p", { role: "status" });
    this.stopButton = html("button", { type: "button", onclick: () => this.stop() }, "Stop");
    this.work = html("div", { class: "kofn-work", hidden: true }, this.told, this.progress, this.stopButton);
    this.refusal = html("div", { class: "kofn-refusal", role: "alert", hidden: true });
    this.result = html("div", { class: "kofn-result", hidden: true, tabindex: "-1" });
    this.replaceChildren(this.buildZone(), this.work, this.refusal, this.buildReading(), this.result);
  }

  buildZone() {
    const choose = (/** @type {string} */ label, /** @type {Record<string, any>} */ properties) => {
      const input = /** @type {HTMLInputElement} */ (
        html("input", { type: "file", multiple: true, hidden: true, ...properties })
      );
      input.addEventListener("change", () => {
        if (input.files) this.take(filesOfList(input.files));
        input.value = "";
      });
      return html("span", {}, input, html("button", { type: "button", onclick: () => input.click() }, label));
    };
    const example = () => this.take([{ path: "answers.csv", file: new Blob([kofnExampleLog]) }]);
    const row = html(
      "div",
      { class: "kofn-row" },
      choose("Choose files…", { class: "kofn-files" }),
      choose("Choose a folder…", { webkitdirectory: true }),
      html("button", { type: "button", class: "kofn-example", onclick: example }, "Try an example"),
    );
    this.zone = html(
      "div",
      { class: "kofn-zone", role: "group", "aria-label": "Drop zone for logs" },
      html("p", { class: "kofn-zone-title" }, "Drop logs anywhere on this page"),
      html("p", {}, "or paste rows. They stay in your browser: this page cannot open a connection."),
      row,
    );
    return this.zone;
  }

  buildReading() {
    /** @type {Map<string, HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>} */
    this.reading = new Map();
    const fields = KOFN_READING.map((option) => this.buildOption(option));
    const again = html("button", { type: "submit" }, "Read again");
    const form = html("form", { class: "kofn-options" }, ...fields, again);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.read();
    });
    this.readingBox = html("details", {}, html("summary", {}, "How the log is read"), form);
    return this.readingBox;
  }

  /** @param {typeof KOFN_READING[0]} option */
  buildOption({ name, label, hint = "", choices, isLong }) {
    const id = `kofn-option-${name}`;
    const properties = { id, name, autocomplete: "off", spellcheck: "false", placeholder: hint };
    const options = (choices ?? []).map(([value, text]) => html("option", { value }, text));
    const input = choices ? html("select", { id, name }, ...options) : html(isLong ? "textarea" : "input", properties);
    this.reading?.set(name, /** @type {HTMLInputElement} */ (input));
    return html("div", { class: "kofn-option" }, html("label", { for: id }, label), input);
  }

  /** @returns {string} the options that were filled in, as JSON */
  options() {
    /** @type {Record<string, string | number>} */
    const options = {};
    for (const [name, input] of this.reading ?? []) {
      const text = input.value.trim();
      const value = name === "pass-at" ? plainValue(text) : text;
      if (name === "pass-at" && text !== "" && typeof value !== "number") {
        throw new Error(`--pass-at must be a number, got "${text}"`);
      }
      if (text !== "") options[name] = value;
    }
    return JSON.stringify(options);
  }

  /** @param {DragEvent} event */
  hover(event) {
    if (isForField(event, event.dataTransfer)) return;
    event.preventDefault();
    this.zone?.classList.add("kofn-over");
  }

  /** @param {DragEvent} event */
  leave(event) {
    if (event.relatedTarget === null) this.zone?.classList.remove("kofn-over");
  }

  /** @param {DragEvent} event */
  async drop(event) {
    if (isForField(event, event.dataTransfer)) return;
    event.preventDefault();
    this.zone?.classList.remove("kofn-over");
    if (!event.dataTransfer) return;
    this.turn += 1;
    const { turn } = this;
    try {
      const files = await filesOfDrop(event.dataTransfer);
      // A folder takes a while; what was dropped, chosen or pasted meanwhile is what is meant.
      if (turn === this.turn) await this.take(files);
    } catch (error) {
      this.refuse(messageOf(error));
    }
  }

  /** @param {ClipboardEvent} event */
  paste(event) {
    const { clipboardData } = event;
    if (clipboardData && !isForField(event, null)) this.take(filesOfPaste(clipboardData));
  }

  /** @param {Found[]} files */
  async take(files) {
    if (files.length === 0) return;
    this.turn += 1;
    this.files = files;
    this.scrollIntoView({
      block: "start",
      behavior: matchMedia("(prefers-reduced-motion)").matches ? "auto" : "smooth",
    });
    await this.read();
  }

  stop() {
    this.generation += 1;
    this.thread?.end();
    this.thread = undefined;
    if (this.work) this.work.hidden = true;
  }

  /** Reads the files again, as the options say. */
  async read() {
    if (this.files.length === 0) return;
    this.stop();
    const generation = this.generation;
    this.answer = null;
    if (this.result) this.result.hidden = true;
    if (this.refusal) this.refusal.hidden = true;
    try {
      const answer = await this.fit();
      if (generation === this.generation) this.show(answer);
    } catch (error) {
      if (generation === this.generation) this.refuse(messageOf(error));
    }
  }

  /** @param {string} text says what is being done @param {number} [share] of it that is done */
  tell(text, share) {
    if (this.work) this.work.hidden = false;
    if (this.told) this.told.textContent = text;
    if (share === undefined) this.progress?.removeAttribute("value");
    else this.progress?.setAttribute("value", String(share));
  }

  async fit() {
    const generation = this.generation;
    this.tell("Loading the log reader…");
    const thread = await logThread();
    if (generation !== this.generation) thread.end();
    else this.thread = thread;
    await thread.call("newLog");
    for (const [index, { path, file }] of this.files.entries()) {
      this.tell(`Reading ${path}: ${index + 1} of ${counted(this.files.length, "file")}`, index / this.files.length);
      await thread.call("addLog", path, new Uint8Array(await file.arrayBuffer()));
    }
    this.tell("Fitting models, with intervals from 1,000 resamples…");
    const fitted = await thread.call("fitLog", this.options());
    if (generation === this.generation) {
      this.answer = JSON.parse(fitted);
      this.dispatchEvent(new CustomEvent("kofn-log-fitted", { bubbles: true }));
    }
    this.tell("Comparing systems, and judging the choice on held-out tasks…");
    const report = await thread.call("reportLog");
    const scenario = await thread.call("scenarioOfLog");
    return { report, scenario };
  }

  /** @param {{ report: { fragment: string, page: string }, scenario: string | undefined }} answer */
  async show({ report, scenario }) {
    this.stop();
    const question = scenario ? await this.questionOf(scenario) : null;
    const buttons = html(
      "div",
      { class: "kofn-row" },
      html(
        "button",
        { type: "button", onclick: () => download("report.html", "text/html", report.page) },
        "Download report",
      ),
      scenario
        ? html(
            "button",
            {
              type: "button",
              onclick: () => download("scenario.toml", "application/toml", scenario),
            },
            "Download scenario (TOML)",
          )
        : null,
      question ? html("button", { type: "button", onclick: () => this.open(question) }, "Open in the explorer") : null,
    );
    const sheet = html("article", { class: "kofn-sheet" });
    sheet.append(fragmentOf(report.fragment));
    this.result?.replaceChildren(buttons, sheet);
    if (this.result) this.result.hidden = false;
    this.result?.focus({ preventScroll: true });
    this.result?.scrollIntoView({ block: "start" });
    this.dispatchEvent(new CustomEvent("kofn-log-read", { bubbles: true }));
  }

  /** @param {string} toml @returns {Promise<Question | null>} null where the explorer has no fields for it */
  async questionOf(toml) {
    try {
      return questionOfScenario(JSON.parse((await kofnEngine()).assess(toml)).scenario);
    } catch {
      return null;
    }
  }

  /** @param {Question} question */
  open(question) {
    const explorer = document.querySelector("kofn-explorer");
    if (!(explorer instanceof KofnExplorer)) return;
    explorer.show(question);
    explorer.canvas?.focus({ preventScroll: true });
    explorer.scrollIntoView({ block: "start" });
  }

  /** @param {string} text kofn's message; the options that it names are shown */
  refuse(text) {
    if (this.work) this.work.hidden = true;
    // A file may have the name of an option, such as answers.csv.
    const isNamed = (/** @type {string} */ name) => new RegExp(`--${name}\\b|^${name} `).test(text);
    const named = KOFN_READING.map(({ name }) => name).filter(isNamed);
    const advice =
      named.length > 0 ? "Fill in the marked field under “How the log is read”, then choose “Read again”." : "";
    this.refusal?.replaceChildren(html("p", {}, text), ...(advice ? [html("p", {}, advice)] : []));
    if (this.refusal) this.refusal.hidden = false;
    for (const [name, input] of this.reading ?? []) input.setAttribute("aria-invalid", String(named.includes(name)));
    if (named.length > 0) {
      this.readingBox?.setAttribute("open", "");
      this.reading?.get(named[0])?.focus({ preventScroll: true });
    }
    this.dispatchEvent(new CustomEvent("kofn-log-refused", { bubbles: true, detail: text }));
  }
}

/**
 * @param {Event} event @param {DataTransfer | null} data
 * @returns {boolean} whether a field gets what is dropped or pasted there; files are not for fields
 */
function isForField(event, data) {
  if (data?.types.includes("Files")) return false;
  return event.composedPath().some((target) => target instanceof Element && target.matches("input, textarea"));
}

/**
 * The report as elements. The page's policy forbids inline styles, so those of the figures become constructed sheets.
 * @param {string} text @returns {DocumentFragment}
 */
function fragmentOf(text) {
  // Text from logs is escaped, so that only kofn's own styles are found.
  const inline = /<style[^>]*>([^<]*)<\/style>/g;
  const parsed = new DOMParser().parseFromString(text.replace(inline, ""), "text/html");
  const sheet = new CSSStyleSheet();
  sheet.replaceSync([...text.matchAll(inline)].map(([, style]) => style).join("\n"));
  const known = document.adoptedStyleSheets.filter((one) => one !== kofnReportSheet);
  document.adoptedStyleSheets = [...known, sheet];
  kofnReportSheet = sheet;
  const fragment = document.createDocumentFragment();
  fragment.append(...document.adoptNode(parsed.body).childNodes);
  return fragment;
}

/** @type {CSSStyleSheet | undefined} */
let kofnReportSheet;

if (!customElements.get("kofn-log")) customElements.define("kofn-log", KofnLog);
