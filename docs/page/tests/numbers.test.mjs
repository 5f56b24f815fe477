// The numbers that the page draws are those of the command, to the last bit.

import assert from "node:assert/strict";
import { test } from "node:test";
import { questions } from "./scenarios.mjs";
import { answer, assertCalm, PATIENCE_MS, prepare } from "./support.mjs";

const site = prepare();
const OUTCOMES = ["correct", "abstain", "wrong"];

test("50 questions: the points are the command's answers, and what is drawn are the points", async (context) => {
  const page = await site.explorer(context);
  await page.evaluate(() => document.querySelector("kofn-explorer").setAttribute("trials", "1"));
  await page.locator("details.numbers > summary").click();
  const asked = questions(50, 20);
  const shown = [];
  for (const { attributes } of asked) shown.push(await page.evaluate(drawnNumbers, attributes));
  await Promise.all(asked.map((question, index) => assertDrawn(question, shown[index])));
  context.diagnostic(`${shown.flatMap(({ points }) => points).length} numbers of agents compared`);
  assertCalm(page);
}, { timeout: 3 * PATIENCE_MS });

async function assertDrawn({ scenario, most }, drawn) {
  const asked = JSON.stringify(scenario);
  assert.equal(drawn.problem, null, asked);
  await assertPoints(drawn.points, scenario, most, asked);
  const { dependence, ...independent } = scenario;
  assert.equal(drawn.independent === null, dependence === undefined, asked);
  if (dependence) await assertPoints(drawn.independent, independent, most, `independent: ${asked}`);
  assertTable(drawn, asked);
  assertChart(drawn, asked);
}

/** Runs in the page: gives the element these attributes and returns all that it shows. */
function drawnNumbers(attributes) {
  const explorer = document.querySelector("kofn-explorer");
  for (const name of explorer.testAttributes ?? []) if (!(name in attributes)) explorer.removeAttribute(name);
  for (const [name, value] of Object.entries(attributes)) explorer.setAttribute(name, value);
  explorer.testAttributes = Object.keys(attributes);
  const root = explorer.shadowRoot;
  const outline = (name) => root.querySelector(`svg path[class="${name}"]`).getAttribute("d");
  const texts = (name) => [...root.querySelectorAll(`svg g.${name} text`)];
  const problem = root.querySelector(".problem");
  return {
    points: explorer.points,
    independent: explorer.independent,
    problem: problem.hidden ? null : problem.textContent,
    table: [...root.querySelectorAll(".numbers tbody tr")].map((row) =>
      [...row.children].slice(0, 4).map((cell) => cell.textContent),
    ),
    lines: { correct: outline("correct line"), abstain: outline("abstain line"), wrong: outline("wrong line") },
    dots: { correct: outline("correct dots"), abstain: outline("abstain dots"), wrong: outline("wrong dots") },
    grid: outline("grid"),
    axis: outline("axis"),
    ticks: texts("texts").map((text) => [text.textContent, text.getAttribute("text-anchor")]),
    readout: root.querySelector(".readout").textContent,
    current: explorer.current,
    milliseconds: explorer.lastDrawMs,
  };
}

/** @returns the command's answers by number of agents; those that the scheme does not have are left out */
async function answersOf(scenario, counts) {
  const { failure_rates: rates } = scenario.agents;
  if (rates) {
    const prefix = (count) => ({ ...scenario, agents: { failure_rates: rates.slice(0, count) } });
    return Promise.all(counts.map((count) => answer(["assess", "-"], { input: JSON.stringify(prefix(count)) })));
  }
  return answer(["sweep", "--over", `agents.count=${counts.join()}`, "-"], { input: JSON.stringify(scenario) });
}

/** Every point is the command's answer; what is left out the command refuses, or is an even number of a majority. */
async function assertPoints(points, scenario, most, asked) {
  const counts = points.map(({ agents }) => agents);
  const answers = await answersOf(scenario, counts);
  const shown = points.map(({ agents, ...exact }) => ({ agents, exact }));
  const expected = answers.map(({ exact }, index) => ({ agents: counts[index], exact }));
  assert.deepEqual(shown, expected, asked);
  const odd = scenario.scheme === "majority" && (scenario.agents.count ?? scenario.agents.failure_rates.length) % 2;
  const all = Array.from({ length: most }, (_, index) => index + 1).filter((count) => !odd || count % 2);
  const missing = all.filter((count) => !counts.includes(count));
  for (const count of missing) await assert.rejects(answersOf(scenario, [count]), undefined, `${count}: ${asked}`);
}

/** The value of a text such as 0.123, 1.2 × 10⁻⁶ or 1 − 3 × 10⁻¹³, and half a unit of its last digit. */
function valueOf(text) {
  const plain = text.replace(/⁻|[⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (sign) => "-0123456789"["⁻⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(sign)]);
  const [, complement, mantissa, power] = plain.match(/^(1 − )?(?:([\d.]+)?(?:\u202f×\u202f)?)?(?:10(-?\d+))?$/u) ?? [];
  assert.ok(mantissa !== undefined || power !== undefined, `not a number: ${text}`);
  const digits = (mantissa ?? "1").split(".")[1]?.length ?? 0;
  const scale = 10 ** Number(power ?? 0);
  const value = Number(mantissa ?? 1) * scale;
  // A power of ten alone stands for a mantissa that was rounded to 1.00.
  const half = 0.5 * 10 ** -(mantissa === undefined ? 2 : digits) * scale;
  return complement ? { value: 1 - value, half } : { value, half };
}

/** The table shows every point, rounded to the digits that it shows. */
function assertTable({ points, table, readout, current }, asked) {
  assert.deepEqual(table.map(([agents]) => Number(agents)), points.map(({ agents }) => agents), asked);
  points.forEach((point, index) => {
    OUTCOMES.forEach((outcome, column) => {
      const text = table[index][column + 1];
      const { value, half } = valueOf(text);
      const isExact = text === "0" || text === "1";
      assert.ok(Math.abs(value - point[outcome]) <= (isExact ? 0 : half * (1 + 1e-9)), `${text}: ${asked}`);
    });
  });
  const row = table[points.findIndex(({ agents }) => agents === current)];
  const words = OUTCOMES.map((outcome, column) => `${row[column + 1]} ${outcome}`).join("");
  assert.equal(readout, `${current} agents${words}`, asked);
}

/** Positions of a path that has absolute commands M and L. */
const positionsOf = (outline) =>
  [...outline.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);

/**
 * The axis through two labelled positions: where a value stands, and how far off that may be, as all positions are
 * rounded to tenths of a pixel.
 */
function axisThrough([low, lowPlace], [high, highPlace]) {
  const shareOf = (value) => (value - low) / (high - low);
  const at = (value) => lowPlace + shareOf(value) * (highPlace - lowPlace);
  const bound = (value) => 0.05 * (1 + Math.abs(shareOf(value)) + Math.abs(1 - shareOf(value))) + 1e-6;
  return (value, place) => Math.abs(place - at(value)) <= bound(value);
}

/** The axes by the labels at their ends, and whether the vertical one is logarithmic. */
function axesOf({ ticks, grid, axis }) {
  const labels = (anchor) => ticks.filter(([, side]) => side === anchor).map(([text]) => text);
  const places = (outline, pattern) => [...outline.matchAll(pattern)].map(([, place]) => Number(place));
  const [values, heights] = [labels("end"), places(grid, /M[\d.]+ ([\d.]+)H/g)];
  const counts = labels("middle").map(Number).filter(Number.isFinite);
  const widths = places(axis, /M([\d.]+) [\d.]+v5/g);
  assert.deepEqual([values.length, counts.length], [heights.length, widths.length]);
  const isLog = values.some((label) => label.startsWith("10"));
  const scale = (value) => (isLog ? Math.log10(value) : value);
  const onHeight = axisThrough([scale(valueOf(values[0]).value), heights[0]], [scale(valueOf(values.at(-1)).value), heights.at(-1)]);
  const onWidth = axisThrough([counts[0], widths[0]], [counts.at(-1), widths.at(-1)]);
  return { isLog, onWidth, onHeight: (value, place) => onHeight(scale(value), place) };
}

/** Every point stands where it belongs, on the line or as a dot; one that cannot be on the axis is in the table alone. */
function assertChart({ points, lines, dots, ...chart }, asked) {
  const { isLog, onWidth, onHeight } = axesOf(chart);
  for (const outcome of OUTCOMES) {
    const marks = [...positionsOf(lines[outcome]), ...positionsOf(dots[outcome])];
    const happens = points.some((point) => point[outcome] > 0);
    if (!happens) assert.deepEqual(marks, [], `${outcome}: ${asked}`);
    for (const point of points.filter((one) => happens && one[outcome] >= (isLog ? 1e-12 : 0))) {
      const isDrawn = marks.some(([x, y]) => onWidth(point.agents, x) && onHeight(point[outcome], y));
      assert.ok(isDrawn, `${outcome} ${point[outcome]} of ${point.agents} agents is not drawn: ${asked}`);
    }
  }
}
