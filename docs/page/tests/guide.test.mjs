// The guide: its explorers are alive, its pages are without errors, its themes can be read.

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { test } from "node:test";
import { assertReadable } from "./contrast.mjs";
import { answer, assertCalm, PATIENCE_MS, prepare, ready, settled, show, SITE } from "./support.mjs";

const site = prepare();

test("the three explorers of the guide are alive", async (context) => {
  const page = await site.open(context, "explorer.html");
  await ready(page);
  const shown = await page.evaluate(() =>
    [...document.querySelectorAll("kofn-explorer")].map(({ points, current }) => points.find(({ agents }) => agents === current)),
  );
  const { exact } = await answer(["assess", "--agents", "5", "--failure-rate", "0.2"]);
  assert.deepEqual(shown[0], { agents: 5, ...exact });
  assert.deepEqual(shown.map(({ agents }) => agents), [5, 9, 7]);
  const address = page.url();
  await show(page, { n: "7" });
  await settled(page);
  assert.equal(page.url(), address, "an explorer in a book leaves the address alone");
  assertCalm(page);
}, { timeout: PATIENCE_MS });

test("no page of the guide has an error", async (context) => {
  const names = (await readdir(SITE)).filter((name) => name.endsWith(".html"));
  assert.ok(names.length > 20);
  const found = [];
  const page = await site.open(context, names[0]);
  for (const name of names) {
    await page.goto(new URL(name, site.address).href, { waitUntil: "load" });
    found.push(...page.complaints.splice(0).map((complaint) => `${name}: ${complaint}`));
  }
  assert.deepEqual(found, []);
}, { timeout: 2 * PATIENCE_MS });

test("the chart can be read in the book's themes", async (context) => {
  const page = await site.open(context, "explorer.html");
  await ready(page);
  await show(page, { n: "8", dependence: "gaussian-copula", scheme: "plurality", trials: "10000" });
  await settled(page);
  for (const theme of ["light", "rust", "navy", "coal", "ayu"]) {
    await page.evaluate((name) => {
      const { classList } = document.documentElement;
      classList.remove("light", "rust", "navy", "coal", "ayu");
      classList.add(name);
    }, theme);
    const isDark = ["navy", "coal", "ayu"].includes(theme);
    await page.waitForFunction((name) => {
      const box = document.querySelector("kofn-explorer").shadowRoot.querySelector("[data-theme]");
      return box.dataset.theme === name;
    }, isDark ? "dark" : "light");
    await assertReadable(context, page);
  }
}, { timeout: PATIENCE_MS });
