// A log that is dropped on the page gives what `kofn fit --json` and `kofn report` give.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { answer, assertCalm, kofn, PATIENCE_MS, prepare, ROOT } from "./support.mjs";

const site = prepare();
const EXAMPLES = join(ROOT, "examples");
const DATA = join(ROOT, "crates/kofn-logs/tests/data");

/** Listens for the answer of the next log, or for another event of it, gives it by `act`, and returns the answer or what is refused. */
async function afterwards(page, act, event = "kofn-log-fitted") {
  const heard = await page.evaluateHandle((name) => {
    const log = document.querySelector("kofn-log");
    const next = (name, value) => new Promise((hear) => log.addEventListener(name, (event) => hear(value(event)), { once: true }));
    const read = next(name, () => ({ answer: log.answer }));
    const refused = next("kofn-log-refused", (event) => ({ refused: event.detail }));
    return { first: Promise.race([read, refused]) };
  }, event);
  await act();
  return heard.evaluate(({ first }) => first);
}

/** Drops files or folders on the page, as a hand does. */
async function drop(page, paths) {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  const at = { x: 300, y: 300, data };
  for (const type of ["dragEnter", "dragOver", "drop"]) await session.send("Input.dispatchDragEvent", { type, ...at });
  await session.detach();
}

/** What the command gives for logs, as the page tells it: files are named without the folder in which they are. */
async function commandOf(paths) {
  try {
    const cwd = dirname(paths[0]);
    return { answer: await answer(["fit", ...paths.map((path) => path.slice(cwd.length + 1))], { cwd }) };
  } catch (error) {
    return { refused: error.message };
  }
}

/**
 * Ends of the intervals of replayed systems are quantiles of a beta distribution, the only numbers that a package
 * (statrs) computes with the `ln` and `exp` of the platform; each is within an ulp of the true value on both. The
 * exponent of the beta function has five terms of at most N ln N, N being two more than the tasks. So it differs by
 * 10 ε N ln N at most. This is also the relative difference of the tail, and as a tail is less than its end times the
 * density there, it bounds the difference of the ends. All other numbers are equal to the last bit.
 */
const ENDS = ["interval", "wrong_interval"];
const differenceOfEnds = (tasks) => 10 * Number.EPSILON * (tasks + 2) * Math.log(tasks + 2);

/** Puts the command's ends in place of the page's, where these are as near as they must be. */
function withEndsOf(expected, shown, tasks = 0) {
  if (shown === null || typeof shown !== "object" || typeof expected !== "object") return shown;
  const known = shown.tasks ?? shown.replayed ?? tasks;
  const entries = Object.entries(shown).map(([key, value]) => {
    const ends = expected?.[key];
    const isNear = (end, side) => Math.abs(end - ends[side]) <= differenceOfEnds(known);
    if (ENDS.includes(key) && Array.isArray(value) && Array.isArray(ends) && value.every(isNear)) return [key, ends];
    return [key, withEndsOf(ends, value, known)];
  });
  return Array.isArray(shown) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

function assertSame(shown, expected, message) {
  assert.deepEqual(withEndsOf(expected, shown), expected, message);
}

const choose = (page, paths) => page.locator("input.kofn-files").setInputFiles(paths);
const chooseFolder = (page, path) => page.locator("input[webkitdirectory]").setInputFiles(path);

test("dropped files, chosen files and a pasted table give what kofn fit gives", async (context) => {
  const page = await site.open(context);
  const both = ["inspect.json", "long.csv"].map((name) => join(DATA, name));
  const dropped = await afterwards(page, () => drop(page, both));
  assertSame(dropped, await commandOf(both));
  assert.ok(dropped.answer.fit.agents.length > 1);
  assertSame(await afterwards(page, () => choose(page, both)), await commandOf(both));
  const rows = "task,agent,passed\n1,ada,1\n1,bob,0\n2,ada,1\n2,bob,1\n3,ada,0\n3,bob,0\n";
  const pasted = await afterwards(page, () => paste(page, rows));
  assert.deepEqual(pasted.answer.fit, (await answer(["fit", "-"], { input: rows })).fit);
  assertCalm(page);
}, { timeout: 2 * PATIENCE_MS });

/** Pastes a text outside of all fields. */
function paste(page, text) {
  return page.evaluate((content) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", content);
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, composed: true }));
  }, text);
}

test("the report is that of the command, and the scenario and the explorer go on with it", async (context) => {
  const page = await site.open(context);
  const answers = join(EXAMPLES, "answers.csv");
  const read = await afterwards(page, () => choose(page, [answers]), "kofn-log-read");
  assertSame(read, await commandOf([answers]));
  const expected = await kofn(["report", "answers.csv", "-o", "-"], { cwd: EXAMPLES });
  assert.equal(await downloaded(page, "Download report"), expected);
  const [shown, written] = await page.evaluate((text) => {
    const content = (root) => root.textContent.replace(/\s+/g, " ").trim();
    const report = new DOMParser().parseFromString(text.replace(/<style[^>]*>[^<]*<\/style>/g, ""), "text/html");
    return [content(document.querySelector(".kofn-sheet")), content(report.body)];
  }, expected);
  assert.ok(written.includes(shown), "the page shows the same words and numbers");
  assert.ok(shown.length > 0.9 * written.length);
  const scenario = await downloaded(page, "Download scenario (TOML)");
  const exact = await answer(["assess", "-"], { input: scenario });
  assert.ok(exact.exact.correct > 0);
  assertCalm(page);
}, { timeout: 2 * PATIENCE_MS });

/** Clicks a button and returns the text of the file that it gives. */
async function downloaded(page, name) {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
  return readFile(await file.path(), "utf8");
}

test("folders that are dropped or chosen give what kofn fit gives", async (context) => {
  const page = await site.open(context);
  const folder = join(DATA, "tau2/voice");
  assertSame(await afterwards(page, () => drop(page, [folder])), await commandOf([folder]));
  assertSame(await afterwards(page, () => chooseFolder(page, folder)), await commandOf([folder]));
  const prose = join(DATA, "../../src");
  const refused = await afterwards(page, () => drop(page, [prose]));
  assert.ok(refused.refused.length > 0);
  assertSame(refused, await commandOf([prose]));
  assertCalm(page);
}, { timeout: 3 * PATIENCE_MS });

test("every small log, of every format, is read or refused as by the command", async (context) => {
  const page = await site.open(context);
  const folders = await compareAll(page, await entriesIn(DATA, "isDirectory"), (path) => chooseFolder(page, path));
  const files = await compareAll(page, await entriesIn(DATA, "isFile"), (path) => choose(page, [path]));
  const inAll = (kind) => `${folders[kind]} folders and ${files[kind]} files`;
  context.diagnostic(`${inAll("read")} read, ${inAll("refused")} refused, as by the command`);
  assert.ok(folders.read + files.read >= 15);
  assertCalm(page);
}, { timeout: 3 * PATIENCE_MS });

/** Paths of the files or folders at the top of a folder: those of formats that name agents after folders are whole. */
async function entriesIn(folder, kind) {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry[kind]()).map(({ name }) => join(folder, name));
}

/** Compares page and command on every path, and counts both kinds of answers. */
async function compareAll(page, paths, give) {
  const expected = Promise.all(paths.map((path) => commandOf([path])));
  const shown = [];
  for (const path of paths) shown.push(await afterwards(page, () => give(path)));
  const commands = await expected;
  paths.forEach((path, index) => assertSame(shown[index], commands[index], basename(path)));
  const read = shown.filter((one) => one.answer).length;
  return { read, refused: shown.length - read };
}
