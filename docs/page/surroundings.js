// The surroundings of an explorer: the theme of the page, its width, whether it is visible, the address.

/** @param {Element} element @returns {string} its `theme`, or that of the book around it, or that of the system */
function themeOf(element) {
  const classes = document.documentElement.classList;
  const ofBook = ["light", "rust", "coal", "navy", "ayu"].find((name) => classes.contains(name));
  if (element.hasAttribute("theme")) return element.getAttribute("theme") ?? "light";
  if (ofBook) return ofBook === "light" || ofBook === "rust" ? "light" : "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** @param {() => void} hear @returns {() => void} ends it */
function watchTheme(hear) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const book = new MutationObserver(hear);
  book.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
  system.addEventListener("change", hear);
  return () => {
    book.disconnect();
    system.removeEventListener("change", hear);
  };
}

/** @param {Element} element @param {() => void} hear @returns {() => void} ends it */
function watchWidth(element, hear) {
  const observer = new ResizeObserver(hear);
  observer.observe(element);
  return () => observer.disconnect();
}

/** @param {Element} element @param {(isVisible: boolean) => void} hear @returns {() => void} ends it */
function watchVisibility(element, hear) {
  const observer = new IntersectionObserver((entries) => hear(entries.some((entry) => entry.isIntersecting)));
  observer.observe(element);
  return () => observer.disconnect();
}

/** Changes of the address within this many milliseconds are one entry of the history. */
const ONE_STEP_MS = 1000;

/** The question in the address of the page. */
class KofnAddress {
  /** @param {Question} initial the question of an address without one @param {(question: Question) => void} show */
  constructor(initial, show) {
    this.initial = { ...initial };
    this.written = -Infinity;
    const hear = () => {
      const question = this.read();
      if (question) show(question);
    };
    addEventListener("hashchange", hear);
    this.end = () => removeEventListener("hashchange", hear);
  }

  /** @returns {Question | null} null if the address names a place on the page */
  read() {
    return location.hash === "" ? { ...this.initial } : questionOfAddress(location.hash);
  }

  /** @param {Question} question */
  write(question) {
    const address = addressOf(question);
    const shown = this.read();
    if (shown && addressOf(shown) === address) return;
    const isStep = performance.now() - this.written < ONE_STEP_MS;
    history[isStep ? "replaceState" : "pushState"](null, "", `#${address}`);
    this.written = performance.now();
  }
}
