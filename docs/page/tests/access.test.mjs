// The page for everyone: keyboard, names, contrast, a small screen, no motion.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { assertReadable } from "./contrast.mjs";
import { assertCalm, AXE, logShown, PATIENCE_MS, prepare, ROOT, settled, show } from "./support.mjs";

const site = prepare();
const LOG = join(ROOT, "crates/kofn-logs/tests/data/matrix.csv");
const LONG_LOG = join(ROOT, "examples/answers.csv");
const PHONE = { width: 380, height: 780 };
const RICH = { n: "8", f: "0.2", scheme: "plurality", dependence: "gaussian-copula", rho: "0.3", trials: "10000" };

async function readLog(page, path = LOG) {
  await page.locator("input.kofn-files").setInputFiles(path);
  await logShown(page);
}

/** Opens all that is folded, so that it is judged too. */
const unfold = (page) =>
  page.evaluate(() => {
    const roots = [document, ...[...document.querySelectorAll("kofn-explorer")].map((one) => one.shadowRoot)];
    for (const root of roots) for (const box of root.querySelectorAll("details")) box.open = true;
  });

/** What has the focus, through shadow roots: a word for it. */
const focused = (page) =>
  page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    const names = [element.id, element.getAttribute("aria-label"), element.textContent.trim().slice(0, 30)];
    return `${element.localName} ${names.filter(Boolean).join(" ")}`;
  });

/** What the keyboard should reach: everything that can be used and is seen, in the order of the page. */
const reachable = (page) =>
  page.evaluate(() => {
    const selector = "a[href], button, input, select, textarea, summary, [tabindex='0']";
    const all = (root) =>
      [...root.querySelectorAll("*")].flatMap((one) => [one, ...(one.shadowRoot ? all(one.shadowRoot) : [])]);
    const isSeen = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled;
    return all(document).filter((one) => one.matches(selector) && isSeen(one)).length;
  });

test("the Tab key reaches everything, and Shift and Tab lead back", async (context) => {
  const page = await site.explorer(context);
  await readLog(page);
  await unfold(page);
  await show(page, RICH);
  await page.evaluate(() => {
    document.activeElement.blur();
    document.querySelector("header a").focus();
  });
  const count = await reachable(page);
  const forth = [await focused(page)];
  while (forth.length < count) {
    await page.keyboard.press("Tab");
    forth.push(await focused(page));
  }
  assert.ok(!forth.some((one) => one.startsWith("body")), `only ${forth.findIndex((one) => one.startsWith("body"))} of ${count}`);
  await page.keyboard.press("Shift+Tab");
  assert.equal(await focused(page), forth.at(-2));
  for (const part of ["Failure rate", "scheme", "Break it", "Copy", "Download CSV", "Choose files", "Read again", "Download report"]) {
    assert.ok(forth.some((one) => one.includes(part)), `${part} is not reached: ${forth.join("; ")}`);
  }
  context.diagnostic(`${count} places of the keyboard`);
  assertCalm(page);
}, { timeout: 2 * PATIENCE_MS });

test("arrow keys move the sliders and the chart, Enter and Space press", async (context) => {
  const page = await site.explorer(context);
  const state = () =>
    page.evaluate(() => {
      const { question, points } = document.querySelector("kofn-explorer");
      return { n: question.n, f: question.f, first: points[0].wrong };
    });
  const pressed = async (name, key) => {
    const before = JSON.stringify(await state());
    await page.getByRole("slider", { name, exact: true }).focus();
    await page.keyboard.press(key);
    await page.waitForFunction((old) => {
      const { question, points, shadowRoot } = document.querySelector("kofn-explorer");
      const isDrawn = shadowRoot.querySelector(".chart").getAttribute("aria-valuenow") === question.n;
      return isDrawn && JSON.stringify({ n: question.n, f: question.f, first: points[0].wrong }) !== old;
    }, before);
    return state();
  };
  assert.equal((await pressed("Agents", "ArrowRight")).n, "6");
  const { f, first } = await pressed("Failure rate", "ArrowRight");
  assert.equal(f, "0.205");
  assert.equal(first, 0.205);
  assert.equal((await pressed("Number of agents on the chart", "ArrowLeft")).n, "5");
  assert.equal((await pressed("Number of agents on the chart", "PageUp")).n, "15");
  const chart = page.getByRole("slider", { name: "Number of agents on the chart" });
  assert.match(await chart.getAttribute("aria-valuetext"), /^15 agents: correct [\d.]+, abstain \S+, wrong [\d.]+$/);
  await page.getByRole("button", { name: "Break it" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Mend it" }).waitFor();
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "Break it" }).waitFor();
  const summary = page.locator("summary", { hasText: "Numbers" });
  await summary.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("table").waitFor();
  await page.getByRole("button", { name: "Try an example" }).focus();
  await page.keyboard.press("Enter");
  await logShown(page);
  assertCalm(page);
}, { timeout: 2 * PATIENCE_MS });

const INTERACTIVE = ["button", "link", "slider", "textbox", "combobox", "DisclosureTriangle", "spinbutton", "checkbox"];

test("everything that can be used has a name", async (context) => {
  const page = await site.explorer(context);
  await readLog(page);
  await unfold(page);
  await show(page, RICH);
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  const used = nodes.filter(({ ignored, role }) => !ignored && INTERACTIVE.includes(role?.value));
  const nameless = used.filter(({ name }) => !name?.value?.trim()).map(({ role }) => role.value);
  assert.deepEqual(nameless, []);
  assert.ok(used.length > 30, String(used.length));
  context.diagnostic(`${used.length} things to use, all with names`);
}, { timeout: PATIENCE_MS });

/** What axe-core finds by the rules of WCAG 2, levels A and AA. */
async function violationsOf(page, part = "html") {
  await page.evaluate(await readFile(AXE, "utf8"));
  const rules = { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"] };
  const { violations } = await page.evaluate(([root, options]) => globalThis.axe.run(root, options), [part, rules]);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, any, all, none }) => {
    const messages = [...any, ...all, ...none].map(({ message }) => message);
    return `${target.flat().join(" ")} (${messages[0]})`;
  }).join("; ")}`);
}

for (const [name, options] of Object.entries({
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  phone: { colorScheme: "light", viewport: PHONE },
})) {
  test(`axe-core finds nothing: ${name}`, async (context) => {
    const page = await site.explorer(context, "", { reducedMotion: "reduce", ...options });
    await readLog(page, LONG_LOG);
    await unfold(page);
    await show(page, RICH);
    // The page has gone to the report, and what nobody sees is not simulated.
    await page.locator("kofn-explorer").scrollIntoViewIfNeeded();
    await settled(page);
    assert.deepEqual(await violationsOf(page), []);
    await page.getByRole("button", { name: "Break it" }).click();
    await show(page, { f: "23" });
    assert.deepEqual(await violationsOf(page, "kofn-explorer"), []);
    assertCalm(page);
  }, { timeout: 2 * PATIENCE_MS });

  test(`lines and texts of the chart have contrast: ${name}`, async (context) => {
    const page = await site.explorer(context, "", options);
    await show(page, RICH);
    await settled(page);
    await assertReadable(context, page);
  }, { timeout: PATIENCE_MS });
}

test("380 pixels are enough: nothing scrolls sideways", async (context) => {
  const page = await site.explorer(context, "", { viewport: PHONE });
  await readLog(page);
  await unfold(page);
  for (const fields of [RICH, { n: "5", f: "0.1, 0.12, 0.15, 0.2, 0.25" }, { scheme: "weighted" }, { f: "23" }]) {
    await show(page, fields);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= PHONE.width, `${width} pixels: ${JSON.stringify(fields)}`);
  }
  assertCalm(page);
}, { timeout: PATIENCE_MS });

test("with reduced motion nothing moves by itself", async (context) => {
  const page = await site.explorer(context, "", { reducedMotion: "reduce" });
  await page.evaluate(() => {
    globalThis.moved = [];
    for (const name of ["transitionrun", "animationstart"]) {
      const note = ({ target }) => globalThis.moved.push(`${name} ${target.localName} ${target.className}`);
      document.addEventListener(name, note, true);
      document.querySelector("kofn-explorer").shadowRoot.addEventListener(name, note, true);
    }
  });
  await show(page, RICH);
  await page.getByRole("button", { name: "Break it" }).hover();
  await page.getByRole("button", { name: "Break it" }).click();
  await settled(page);
  await readLog(page);
  await page.locator(".kofn-zone").hover();
  assert.deepEqual(await page.evaluate(() => globalThis.moved), []);
  const running = await page.evaluate(() => {
    const roots = [document, document.querySelector("kofn-explorer").shadowRoot];
    const all = roots.flatMap((root) => root.getAnimations());
    return all.filter(({ playState }) => playState === "running").length;
  });
  assert.equal(running, 0);
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior), "auto");
}, { timeout: PATIENCE_MS });
