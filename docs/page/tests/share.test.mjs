// A question in the address, as text in other places, and as files.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { answer, assertCalm, KOFN, PATIENCE_MS, prepare, ready, show } from "./support.mjs";

const site = prepare();
const RELATED = { n: "7", f: "0.25", dependence: "gaussian-copula", rho: "0.4" };
const QUESTIONS = [
  { n: "5", f: "0.2" },
  RELATED,
  { n: "3", f: "0.1,0.12,0.3", dependence: "common-cause", p: "0.05" },
  { n: "9", f: "0.4", scheme: "plurality", ties: "random", answers: "collision", collision: "0.3", silent: "0.25" },
  { n: "7", f: "0.2", scheme: "k-of-n", k: "5" },
  { n: "3", f: "0.1,0.2,0.3", scheme: "weighted", weights: "2,1,1", quota: "3" },
];

const questionOf = (page) => page.evaluate(() => document.querySelector("kofn-explorer").question);
const exactOf = (page) =>
  page.evaluate(() => {
    const { points, current } = document.querySelector("kofn-explorer");
    const { agents, ...exact } = points.find((point) => point.agents === current);
    return exact;
  });

/** Runs a program with these on its path; resolves to what it prints, and rejects if it fails. */
function run(program, parameters, { input = "", path = "" } = {}) {
  return new Promise((succeed, fail) => {
    const env = { ...process.env, PATH: `${path}:${process.env.PATH}` };
    const child = execFile(program, parameters, { env }, (error, output) => (error ? fail(error) : succeed(output)));
    child.stdin.end(input);
  });
}

test("a question in the address is restored, and the way back leads to the one before", async (context) => {
  const page = await site.explorer(context);
  const addresses = [];
  for (const question of QUESTIONS) {
    await show(page, question);
    addresses.push({ address: page.url(), question: await questionOf(page), exact: await exactOf(page) });
  }
  for (const { address, question, exact } of addresses) {
    const other = await page.context().newPage();
    await other.goto(address);
    await ready(other);
    assert.deepEqual(await questionOf(other), question, address);
    assert.deepEqual(await exactOf(other), exact, address);
    await other.close();
  }
  assertCalm(page);
}, { timeout: PATIENCE_MS });

test("links and the back button change the question, and the slider goes with it", async (context) => {
  const page = await site.explorer(context);
  const slider = page.getByRole("slider", { name: "Agents", exact: true });
  await page.getByRole("link", { name: "Nine samples, the most common answer" }).click();
  await page.waitForFunction(() => document.querySelector("kofn-explorer").question.scheme === "plurality");
  assert.equal(await slider.inputValue(), "9");
  await page.getByRole("link", { name: "Five different models" }).click();
  await page.waitForFunction(() => document.querySelector("kofn-explorer").question.scheme === "majority");
  await page.goBack();
  await page.waitForFunction(() => document.querySelector("kofn-explorer").question.scheme === "plurality");
  assert.equal(await slider.inputValue(), "9");
  const before = page.url();
  await slider.fill("4");
  await page.waitForFunction((address) => location.href !== address, before);
  assert.match(page.url(), /#n=4&/);
  assertCalm(page);
}, { timeout: PATIENCE_MS });

/** The texts of the question, by the names of the buttons. */
async function copiesOf(page) {
  const texts = {};
  for (const name of ["TOML", "Command", "Python", "Rust"]) {
    await page.getByRole("button", { name, exact: true }).click();
    await page.getByRole("button", { name: "Copy", exact: true }).click();
    await page.getByText("Copied").waitFor();
    texts[name] = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(texts[name], await page.locator(".share pre").textContent());
  }
  return texts;
}

test("what is copied asks the same question elsewhere", async (context) => {
  const page = await site.explorer(context, "", { permissions: ["clipboard-read", "clipboard-write"] });
  const folder = await mkdtemp(join(tmpdir(), "kofn-page-"));
  context.after(() => rm(folder, { recursive: true }));
  await symlink(KOFN, join(folder, "kofn"));
  await page.getByText("Take it with you").click();
  for (const question of QUESTIONS) {
    await show(page, question);
    const exact = await exactOf(page);
    const { TOML, Command, Python, Rust } = await copiesOf(page);
    assert.deepEqual((await answer(["assess", "-"], { input: TOML })).exact, exact, TOML);
    const printed = await run("bash", ["-c", Command], { path: folder });
    assert.match(printed, /agree/, Command);
    assert.ok(printed.includes(exact.correct.toFixed(10)), `${Command}${printed}`);
    await assertParses(folder, Python, Rust);
  }
  assertCalm(page);
}, { timeout: 2 * PATIENCE_MS });

/** Both texts are programs that have the scenario in them. */
async function assertParses(folder, python, rust) {
  await run("python3", ["-c", "import ast, sys; ast.parse(sys.stdin.read())"], { input: python });
  const file = join(folder, "copy.rs");
  await writeFile(file, rust);
  await run("rustfmt", ["--edition", "2024", file]);
  for (const text of [python, rust]) assert.match(text, /scheme/);
}

/** Clicks a button and returns the text of the file that it gives. */
async function downloaded(page, name) {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
  return readFile(await file.path(), "utf8");
}

test("the CSV has the numbers that are drawn, and the SVG stands on its own", async (context) => {
  const page = await site.explorer(context);
  await page.getByText("Take it with you").click();
  // The page's policy would not allow a drawing's own styles.
  const reader = await page.context().newPage();
  for (const question of QUESTIONS) {
    const points = await show(page, question);
    const csv = await downloaded(page, "Download CSV");
    const [head, ...rows] = csv.trim().split("\n").map((line) => line.split(","));
    assert.deepEqual(head, ["agents", "correct", "abstain", "wrong"]);
    // The figures' CSV has 12 significant digits.
    const written = (value) => Number(value.toPrecision(12));
    const expected = points.map(({ agents, ...exact }) => [agents, ...head.slice(1).map((name) => written(exact[name]))]);
    assert.deepEqual(rows.map((row) => row.map(Number)), expected);
    assertDrawing(await reader.evaluate(parsedSvg, await downloaded(page, "Download SVG")));
  }
  assertCalm(page);
}, { timeout: PATIENCE_MS });

/** Runs in the page: reads a drawing as XML. */
function parsedSvg(text) {
  const drawing = new DOMParser().parseFromString(text, "image/svg+xml");
  const parts = [...drawing.querySelectorAll("*")];
  return {
    problem: drawing.querySelector("parsererror")?.textContent ?? null,
    root: drawing.documentElement.localName,
    words: drawing.documentElement.textContent,
    lines: drawing.querySelectorAll("path, polyline").length,
    outside: parts.flatMap((part) => [...part.attributes]).filter(({ name, value }) => /href|src/.test(name) && !value.startsWith("#")).length,
  };
}

function assertDrawing({ problem, root, words, lines, outside }) {
  assert.deepEqual({ problem, root, outside }, { problem: null, root: "svg", outside: 0 });
  assert.match(words, /correct/);
  assert.match(words, /Number of agents/);
  assert.ok(lines > 0);
}
