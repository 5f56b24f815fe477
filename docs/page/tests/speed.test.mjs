// How fast the page is. Nothing is asserted but that it works: the times are told.

import { test } from "node:test";
import { PATIENCE_MS, prepare, settled, show } from "./support.mjs";

const site = prepare();
const STEPS = 200;

/** Runs in the page: drags a slider there and back, a step in each frame; returns the time of every redraw. */
async function drag(steps) {
  const explorer = document.querySelector("kofn-explorer");
  const slider = explorer.shadowRoot.querySelector("[data-key=f] input[type=range]");
  const times = [];
  for (let step = 0; step < steps; step += 1) {
    slider.value = String(0.1 + 0.3 * Math.abs(Math.sin(step / 20)));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((next) => requestAnimationFrame(next));
    times.push(explorer.lastDrawMs);
  }
  return times.sort((a, b) => a - b);
}

const QUESTIONS = {
  "majority, independent": { n: "5" },
  "majority, Gaussian copula": { n: "5", dependence: "gaussian-copula", rho: "0.3" },
  "plurality, collision 0.5": { n: "7", scheme: "plurality", answers: "collision", collision: "0.5" },
};

test("redraws while a slider is dragged", async (context) => {
  const page = await site.explorer(context);
  for (const [name, question] of Object.entries(QUESTIONS)) {
    await show(page, question);
    const times = await page.evaluate(drag, STEPS);
    const at = (share) => times[Math.floor(share * (times.length - 1))].toFixed(1);
    context.diagnostic(`${name}: drag: median ${at(0.5)} ms, 95 % ${at(0.95)} ms, of ${times.length}`);
  }
}, { timeout: 2 * PATIENCE_MS });

test("votes a second, and the first curve", async (context) => {
  const page = await site.explorer(context);
  const first = await page.evaluate(() => performance.getEntriesByName("kofn-ready")[0]?.startTime ?? null);
  if (first !== null) context.diagnostic(`first curve after ${first.toFixed(0)} ms`);
  for (const n of ["5", "11"]) {
    await show(page, { n, f: "0.23", trials: "30000000" });
    await settled(page);
    const speed = await page.evaluate(() => document.querySelector("kofn-explorer").votesPerSecond);
    context.diagnostic(`${n} agents: ${(speed / 1e9).toFixed(2)} billion votes a second`);
  }
}, { timeout: 2 * PATIENCE_MS });
