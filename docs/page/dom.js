// Elements in one line.

/**
 * @param {string} name @param {Record<string, any>} [properties] attributes; `on…` are listeners
 * @param {(Node | string | null)[]} children @returns {HTMLElement}
 */
function html(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== undefined) element.setAttribute(key, String(value));
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** @param {string} name of a file @param {string} type @param {string} text starts its download */
function download(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  html("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** @param {string} text @returns {Promise<void>} */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // A page that was opened as a file, or without permission: the old way.
    const area = /** @type {HTMLTextAreaElement} */ (html("textarea", { "aria-hidden": "true" }));
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}
