// Questions that come in an unusual way: again, as a list alone, with spaces, too large, from an element that is away.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATIENCE_MS, prepare, settled } from "./support.mjs";

const site = prepare();

/** Runs in the page: what the explorer shows. */
function shown() {
  const explorer = document.querySelector("kofn-explorer");
  const { question, verdict, isRefused, current, points } = explorer;
  const state = explorer.shadowRoot.querySelector(".verdict").dataset.state;
  return { question, verdict, isRefused, state, point: points.find(({ agents }) => agents === current) };
}

const ask = (page, address) => page.evaluate((hash) => { location.hash = hash; }, address);

test("a number of agents that was simulated before still has its verdict", async (context) => {
  const page = await site.explorer(context, "#n=5&f=0.2&trials=20000");
  await settled(page);
  await ask(page, "#n=7&f=0.2&trials=20000");
  await page.waitForFunction(() => document.querySelector("kofn-explorer").current === 7);
  await settled(page);
  const { verdict, state } = await page.evaluate(shown);
  assert.equal(state, "agree");
  assert.equal(verdict.scenario.agents.count, 7);
}, { timeout: PATIENCE_MS });

test("a list of rates alone is asked of all its agents", async (context) => {
  for (const list of ["0.1,0.12,0.15", "0.1+0.12+0.15"]) {
    const page = await site.explorer(context, `#f=${list}&trials=1000`);
    await settled(page);
    const { question, point, state } = await page.evaluate(shown);
    assert.equal(question.n, "3", list);
    assert.ok(point?.correct > 0.95, list);
    assert.equal(state, "agree", list);
    const address = await page.evaluate(() => location.hash);
    await page.reload();
    await page.waitForFunction(() => document.querySelector("kofn-explorer").points.length > 0);
    assert.equal((await page.evaluate(shown)).isRefused, false, address);
  }
}, { timeout: PATIENCE_MS });

test("what would be misread is refused", async (context) => {
  const page = await site.explorer(context);
  const refused = { "seed=": "seed", "seed=9007199254740993": "seed", "trials=1e30": "trials" };
  refused[`f=${Array(3000).fill("0.1").join()}`] = "agents.failure_rates";
  for (const [part, name] of Object.entries(refused)) {
    await ask(page, `#n=5&${part}`);
    const begins = (start) => {
      const messages = [...document.querySelector("kofn-explorer").shadowRoot.querySelectorAll(".message:not([hidden])")];
      return messages.some((message) => message.textContent.startsWith(start));
    };
    await page.waitForFunction(begins, name);
  }
}, { timeout: PATIENCE_MS });

test("an explorer that is away from the page simulates nothing", async (context) => {
  const page = await site.explorer(context);
  await page.evaluate(() => {
    globalThis.away = document.querySelector("kofn-explorer");
    globalThis.away.remove();
    globalThis.away.setAttribute("agents", "9");
  });
  await page.waitForTimeout(500);
  assert.equal(page.workers().length, 0);
}, { timeout: PATIENCE_MS });
