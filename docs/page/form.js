// The question as a form: a slider and a field for each number, a list for each choice, kofn's message beside it.

/** @typedef {{ box: HTMLElement, slider?: HTMLInputElement, input: HTMLInputElement | HTMLSelectElement,
 *   hint: HTMLElement | null, message: HTMLElement, field: Field }} Control */

let kofnFormCount = 0;

class KofnForm {
  /** @param {(key: string, text: string) => void} change @param {() => void} rest @param {string[] | null} keys */
  constructor(change, rest, keys) {
    this.change = change;
    this.rest = rest;
    kofnFormCount += 1;
    this.prefix = `kofn${kofnFormCount}`;
    /** @type {Map<string, Control>} */
    this.controls = new Map();
    const fields = KOFN_FIELDS.filter(({ key }) => !keys || keys.includes(key));
    for (const field of fields) this.controls.set(field.key, this.control(field));
    const boxes = (/** @type {boolean} */ advanced) =>
      fields.filter((field) => Boolean(field.advanced) === advanced).map(({ key }) => this.controlOf(key).box);
    const simulation = html(
      "details",
      { class: "advanced" },
      html("summary", {}, "Simulation and axis"),
      ...boxes(true),
    );
    this.element = html("form", {
      class: "controls",
      onsubmit: (/** @type {Event} */ event) => event.preventDefault(),
    });
    this.element.append(...boxes(false));
    if (boxes(true).length > 0) this.element.append(simulation);
  }

  /** @param {string} key @returns {Control} */
  controlOf(key) {
    const control = this.controls.get(key);
    if (!control) throw new Error(`there is no field ${key}`);
    return control;
  }

  /** @param {Field} field @returns {Control} */
  control(field) {
    const id = `${this.prefix}-${field.key}`;
    const input = field.options ? this.choice(field, id) : this.text(field, id);
    const slider = field.slider && this.slider(field, field.slider);
    const message = html("p", { class: "message", id: `${id}-message`, hidden: true });
    const hint = field.hint ? html("p", { class: "hint", id: `${id}-hint` }) : null;
    if (hint && typeof field.hint === "string") hint.textContent = field.hint;
    const label = html("label", { for: id }, field.label);
    const head = html("div", { class: field.slider ? "head number" : "head" }, label, input);
    const box = html("div", { class: "field", "data-key": field.key }, head, slider ?? null, hint, message);
    return { box, slider, input, hint, message, field };
  }

  /** @param {Field} field @param {string} id @returns {HTMLSelectElement} */
  choice({ key, options = [] }, id) {
    const listen = () => {
      this.change(key, select.value);
      this.rest();
    };
    const entries = options.map(([value, label]) => html("option", { value }, label));
    const select = /** @type {HTMLSelectElement} */ (html("select", { id, onchange: listen }, ...entries));
    return select;
  }

  /** @param {Field} field @param {string} id @returns {HTMLInputElement} */
  text({ key, hint }, id) {
    const properties = {
      id,
      type: "text",
      autocomplete: "off",
      spellcheck: "false",
      inputmode: typeof hint === "string" ? "text" : "decimal",
      "aria-describedby": `${hint ? `${id}-hint ` : ""}${id}-message`,
      oninput: () => this.change(key, input.value),
      onchange: () => this.rest(),
    };
    const input = /** @type {HTMLInputElement} */ (html("input", properties));
    return input;
  }

  /** @param {Field} field @param {[number, number, number]} range @returns {HTMLInputElement} */
  slider({ key, label }, [min, max, step]) {
    const listen = () => this.change(key, slider.value);
    const properties = {
      type: "range",
      min,
      max,
      step,
      "aria-label": label,
      oninput: listen,
      onchange: () => this.rest(),
    };
    const slider = /** @type {HTMLInputElement} */ (html("input", properties));
    return slider;
  }

  /** @param {Question} question shows it, but leaves alone what is being typed */
  show(question) {
    const rates = ratesOf(question);
    const root = /** @type {ShadowRoot | Document} */ (this.element.getRootNode());
    for (const [key, { box, slider, input, hint, field }] of this.controls) {
      box.hidden = field.when ? !field.when(question) : false;
      if (hint && typeof field.hint === "function") hint.textContent = field.hint(question);
      this.admit(input, question[key]);
      if (input.value !== question[key] && !(root.activeElement === input && input.type === "text")) {
        input.value = question[key];
      }
      if (!slider) continue;
      if (key === "n") slider.max = String(rates ? rates.length : MAX_AGENTS);
      const isList = key === "f" && rates !== null;
      slider.hidden = isList;
      slider.value = question[key];
    }
    this.controls.get("f")?.box.classList.toggle("list", rates !== null);
  }

  /**
   * A list shows a choice that it does not offer, too: an attribute may name one that kofn knows, or refuses.
   * @param {HTMLInputElement | HTMLSelectElement} input @param {string} value
   */
  admit(input, value) {
    if (!(input instanceof HTMLSelectElement)) return;
    const isOffered = [...input.options].some((option) => option.value === value);
    if (!isOffered) input.append(html("option", { value }, value));
  }

  /** @param {string | null} text kofn's message, or null @returns {boolean} whether a field has it */
  refuse(text) {
    const key = text?.match(/^[a-z_]+(\.[a-z_]+)*/)?.[0] ?? "";
    const isMeant = (/** @type {Control} */ { field, box }) =>
      text !== null && !box.hidden && field.names.includes(key);
    let isPlaced = false;
    for (const control of this.controls.values()) {
      const isHere = isMeant(control);
      isPlaced ||= isHere;
      control.input.setAttribute("aria-invalid", String(isHere));
      control.message.hidden = !isHere;
      const repair = isHere ? this.repair(control, text ?? "") : null;
      control.message.replaceChildren(...(isHere ? [text ?? "", ...(repair ? [" ", repair] : [])] : []));
      if (isHere) control.input.closest("details")?.setAttribute("open", "");
    }
    return isPlaced;
  }

  /** @param {Control} control @param {string} message @returns {HTMLElement | null} a button that puts 0.23 for 23 % */
  repair({ field, input }, message) {
    const percent = input.value.match(/^\s*(\d+(?:\.\d+)?)\s*%\s*$/)?.[1] ?? message.match(/\(for (\S+) % write/)?.[1];
    if (percent === undefined || !(Number(percent) <= 100) || ratesOf({ f: input.value })) return null;
    const share = String(Number((Number(percent) / 100).toPrecision(12)));
    const put = () => {
      input.value = share;
      this.change(field.key, share);
      this.rest();
      input.focus();
    };
    return html("button", { type: "button", class: "repair", onclick: put }, `Use ${share}`);
  }
}
