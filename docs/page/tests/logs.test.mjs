// A log that is dropped on the page gives what `kofn fit --json` and `kofn report` give.

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { answer, assertCalm, kofn, PATIENCE_MS, prepare, ROOT } from "./support.mjs";

const site = prepare();
const EXAMPLES = join(ROOT, "examples");
const DATA = join(ROOT, "crates/kofn-logs/tests/data");

/** Listens for the answer of the next log, gives it by `act`, and returns the answer or what is refused. */
async function afterwards(page, act) {
  const heard = await page.evaluateHandle(() => {
    const log = document.querySelector("kofn-log");
    const next = (name, value) => new Promise((hear) => log.addEventListener(name, (event) => hear(value(event)), { once: true }));
    const read = next("kofn-log-read", () => ({ answer: log.answer }));
    const refused = next("kofn-log-refused", (event) => ({ refused: event.detail }));
    return { first: Promise.race([read, refused]) };
  });
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

const choose = (page, paths) => page.locator("input.kofn-files").setInputFiles(paths);
const chooseFolder = (page, path) => page.locator("input[webkitdirectory]").setInputFiles(path);

test("dropped files, chosen files and a pasted table give what kofn fit gives", async (context) => {
  const page = await site.open(context);
  const runs = join(EXAMPLES, "runs.csv");
  const dropped = await afterwards(page, () => drop(page, [runs]));
  assert.deepEqual(dropped, await commandOf([runs]));
  assert.ok(dropped.answer.fit.agents.length > 1);
  const both = ["samples.csv", "answers.csv"].map((name) => join(EXAMPLES, name));
  assert.deepEqual(await afterwards(page, () => choose(page, both)), await commandOf(both));
  assert.deepEqual(await afterwards(page, () => drop(page, both)), await commandOf(both));
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

test("folders that are dropped or chosen give what kofn fit gives", async (context) => {
  const page = await site.open(context);
  const folder = join(DATA, "tau2/voice");
  assert.deepEqual(await afterwards(page, () => drop(page, [folder])), await commandOf([folder]));
  const compared = await compareAll(page, await foldersIn(DATA), ([path]) => chooseFolder(page, path));
  context.diagnostic(`${compared.read} folders read, ${compared.refused} refused, as by the command`);
  assert.ok(compared.read >= 8 && compared.refused >= 1);
  assertCalm(page);
}, { timeout: 3 * PATIENCE_MS });

test("every small log, of every format, is read or refused as by the command", async (context) => {
  const page = await site.open(context);
  const entries = await readdir(DATA, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const compared = await compareAll(page, files, (paths) => choose(page, paths));
  context.diagnostic(`${compared.read} files read, ${compared.refused} refused, as by the command`);
  assert.ok(compared.read >= 30 && compared.refused >= 3);
  assertCalm(page);
}, { timeout: 3 * PATIENCE_MS });

/** Folders at the top of a folder. */
async function foldersIn(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
}

/** Compares page and command on every path, and counts both kinds of answers. */
async function compareAll(page, paths, give) {
  const expected = Promise.all(paths.map((path) => commandOf([path])));
  const shown = [];
  for (const path of paths) shown.push(await afterwards(page, () => give([path])));
  const commands = await expected;
  paths.forEach((path, index) => assert.deepEqual(shown[index], commands[index], basename(path)));
  const read = shown.filter((one) => one.answer).length;
  return { read, refused: shown.length - read };
}
