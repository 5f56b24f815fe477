// The simulation in the browser has the counts of the command, and a broken one is caught.

import assert from "node:assert/strict";
import { test } from "node:test";
import { questions } from "./scenarios.mjs";
import { answer, assertCalm, PATIENCE_MS, prepare, settled, show } from "./support.mjs";

const site = prepare();
const SEED = 7;

test("the counts of a simulation are those of the command", async (context) => {
  const page = await site.explorer(context);
  const trials = 20_000;
  // Every seventh meets every scheme; simulations of many agents that collide take long.
  const asked = questions(50, 20).filter((_, index) => index % 7 === 3);
  let compared = 0;
  for (const { attributes, scenario } of asked) {
    const { runs, verdict } = await page.evaluate(simulate, { ...attributes, trials: String(trials), seed: String(SEED) });
    const input = JSON.stringify(scenario);
    assert.deepEqual(verdict, await answer(["check", "-", "--trials", trials, "--seed", SEED], { input }), input);
    await assertRuns(runs, scenario, input);
    compared += runs.length;
  }
  context.diagnostic(`${compared} simulations compared`);
  assert.ok(compared > 100);
  assertCalm(page);
}, { timeout: 2 * PATIENCE_MS });

/** Runs in the page: simulates this question until all is done. */
async function simulate(attributes) {
  const explorer = document.querySelector("kofn-explorer");
  for (const name of explorer.testAttributes ?? []) if (!(name in attributes)) explorer.removeAttribute(name);
  for (const [name, value] of Object.entries(attributes)) explorer.setAttribute(name, value);
  explorer.testAttributes = Object.keys(attributes);
  await new Promise((done) => explorer.addEventListener("kofn-settled", done, { once: true }));
  const { agents, ...verdict } = explorer.verdict;
  return { runs: explorer.simulated, verdict };
}

/** Compares all runs with as many trials at once; the explorer leaves out rounds that would take long. */
async function assertRuns(runs, { agents, ...others }, asked) {
  for (const trials of new Set(runs.map((run) => run.trials))) {
    const some = runs.filter((run) => run.trials === trials).sort((a, b) => a.agents - b.agents);
    const counts = some.map((run) => run.agents);
    const simulated = await simulatedBy({ agents, ...others }, counts, trials);
    const expected = simulated.map(({ seed, correct, abstain, wrong }, index) => {
      return { agents: counts[index], trials, seed, correct, abstain, wrong };
    });
    assert.deepEqual(some.map(({ verdict, ...run }) => run), expected, asked);
  }
}

/** The command's simulations by number of agents. */
async function simulatedBy({ agents, ...others }, counts, trials) {
  const run = ["--seed", SEED];
  if (agents.failure_rates) {
    const prefix = (count) => ({ ...others, agents: { failure_rates: agents.failure_rates.slice(0, count) } });
    const ask = (count) => answer(["simulate", "-", "--trials", trials, ...run], { input: JSON.stringify(prefix(count)) });
    return (await Promise.all(counts.map(ask))).map(({ simulated }) => simulated);
  }
  const over = ["--over", `agents.count=${counts.join()}`, "--simulate", trials];
  const cells = await answer(["sweep", ...over, ...run, "-"], { input: JSON.stringify({ agents, ...others }) });
  return cells.map(({ simulated }) => simulated);
}

test("break it: every mistake is caught where it shows, and mended all agrees again", async (context) => {
  const page = await site.explorer(context);
  const names = await page.locator(".breaks option").evaluateAll((options) => options.map(({ value }) => value));
  assert.ok(names.length >= 3, String(names));
  const verdict = page.locator(".verdict");
  const status = verdict.getByRole("status");
  await show(page, { n: "11", f: "0.23", trials: "1000000", seed: "42" });
  for (const name of names) {
    await page.locator(".breaks select").selectOption(name);
    await page.getByRole("button", { name: "Break it" }).click();
    await settled(page);
    const { state, said, counts, trials } = await page.evaluate(verdictShown);
    context.diagnostic(`${name}: ${said}`);
    assert.equal(state, "caught", name);
    assert.match(said, /^Caught: the broken kernel is wrong for 11 agents\./);
    assert.equal(counts, "disagree", name);
    assert.equal(trials, 1e6, `${name}: numbers of agents without anything to break do not end the simulation`);
    await page.getByRole("button", { name: "Mend it" }).click();
    await settled(page);
    assert.equal(await verdict.getAttribute("data-state"), "agree", name);
    assert.match(await status.textContent(), /^Exact and simulated agree for 11 agents\.$/);
  }
  assertCalm(page);
}, { timeout: 2 * PATIENCE_MS });

/** Runs in the page: the verdict in words and as the engine gave it. */
function verdictShown() {
  const explorer = document.querySelector("kofn-explorer");
  const shown = explorer.shadowRoot.querySelector(".verdict");
  const said = [...shown.querySelectorAll("[role=status], .fine")].map((part) => part.textContent).join(" ");
  const { verdict, simulated } = explorer.verdict;
  return { state: shown.dataset.state, said, counts: verdict, trials: simulated.trials };
}
