// Mistakes that are put into the simulation on purpose, to see them caught.

class KofnBreaks {
  /** @param {(name: string | null) => void} change gets the name of the mistake, or null where all is well */
  constructor(change) {
    this.change = change;
    /** @type {string | null} */
    this.chosen = null;
    this.select = /** @type {HTMLSelectElement} */ (html("select", { "aria-label": "Mistake in the simulation" }));
    this.select.addEventListener("change", () => this.chosen !== null && this.put(true));
    this.button = html("button", { type: "button", onclick: () => this.put(this.chosen === null) }, "Break it");
    const intro = html("p", { class: "fine" }, "Would the check notice a mistake? Put one into the simulation:");
    const row = html("div", { class: "row" }, this.select, this.button);
    this.element = html("div", { class: "breaks" }, intro, row);
  }

  /** @param {{ name: string, meaning: string }[]} known */
  offer(known) {
    this.select.replaceChildren(...known.map(({ name, meaning }) => html("option", { value: name }, meaning)));
  }

  /** @param {boolean} isBroken */
  put(isBroken) {
    this.chosen = isBroken ? this.select.value : null;
    this.button.textContent = isBroken ? "Mend it" : "Break it";
    this.element.classList.toggle("broken", isBroken);
    this.change(this.chosen);
  }
}
