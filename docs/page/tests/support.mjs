// What the tests share: the site on a server, Chromium, the command.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join, resolve } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
export const SITE = resolve(ROOT, process.env.SITE ?? "target/site");
export const KOFN = resolve(ROOT, process.env.KOFN ?? "target/debug/kofn");
const require = createRequire(join(ROOT, "target/page-tests/package.json"));
const { chromium } = require("playwright-core");

/** Source of axe-core, which looks for barriers. */
export const AXE = require.resolve("axe-core/axe.min.js");

/** A machine may be ten times slower than one that has nothing else to do. */
export const PATIENCE_MS = 60_000;

const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
ARGUMENTS.push("--disable-background-networking", "--disable-component-update", "--disable-sync");

/** @param {string} [input] standard input; resolves to what the command prints, or rejects with its message */
export function kofn(parameters, { input = "", cwd = ROOT } = {}) {
  return new Promise((succeed, fail) => {
    const options = { cwd, maxBuffer: 1 << 28 };
    const child = execFile(KOFN, parameters, options, (error, output, message) => {
      // `check` exits with 1 where the engines disagree, and prints its answer all the same.
      if (error && output === "") fail(new Error(message.replace(/^kofn: /, "").trim() || error.message));
      else succeed(output);
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

/** The command's answer in JSON; where it prints a line per cell, a list. */
export async function answer(parameters, options) {
  const lines = (await kofn([...parameters, "--json"], options)).trim().split("\n");
  const answers = lines.map((line) => JSON.parse(line));
  return parameters[0] === "sweep" ? answers : answers[0];
}

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

/** Serves the site on localhost; `received` are the requests that arrive. */
export async function serve(folder = SITE) {
  const received = [];
  const server = createServer(async (request, response) => {
    received.push(request.url);
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    // A browser asks for it by itself.
    if (path === "/favicon.ico") return response.writeHead(204).end();
    try {
      const content = await readFile(join(folder, path.endsWith("/") ? `${path}index.html` : path));
      return response.writeHead(200, { "Content-Type": TYPES[extname(path)] ?? "text/html" }).end(content);
    } catch {
      return response.writeHead(404).end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  server.on("upgrade", ({ url }, socket) => {
    received.push(url);
    socket.destroy();
  });
  return { server, received, address: `http://127.0.0.1:${server.address().port}/` };
}

export function launch() {
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: ARGUMENTS });
}

/** A site and a browser for all tests of a file: `open` gives a new page, closed at the end of its test. */
export function prepare() {
  const shared = {};
  before(async () => {
    Object.assign(shared, await serve(), { browser: await launch() });
  });
  after(async () => {
    await shared.browser?.close();
    shared.server?.close();
  });
  /** @param {object} [options] of the browser context */
  shared.open = async (context, path = "page/index.html", options = {}) => {
    const inside = await shared.browser.newContext({ acceptDownloads: true, ...options });
    context.after(() => inside.close());
    const page = await inside.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.complaints = complaintsOf(page);
    await page.goto(new URL(path, shared.address).href);
    return page;
  };
  /** @returns the page, with its explorer drawn */
  shared.explorer = async (context, question = "", options = {}) => {
    const page = await shared.open(context, `page/index.html${question}`, options);
    await ready(page);
    return page;
  };
  return shared;
}

/** Errors that the page writes to its console or throws. */
function complaintsOf(page) {
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(`${message.text()} ${message.location().url}`.trim()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  return complaints;
}

/** Waits until every explorer of the page has drawn its curve. */
export function ready(page) {
  const isReady = () => {
    const explorers = [...document.querySelectorAll("kofn-explorer")];
    return explorers.length > 0 && explorers.every((explorer) => explorer.points?.length > 0);
  };
  return page.waitForFunction(isReady);
}

/** Waits until all simulations of the explorer are done. */
export function settled(page) {
  return page.waitForFunction(() => document.querySelector("kofn-explorer").isSettled);
}

/** Waits until a log is shown; fails if it is refused. */
export async function logShown(page) {
  await page.locator(".kofn-sheet, .kofn-refusal:not([hidden])").first().waitFor();
  assert.equal(await page.locator(".kofn-refusal").textContent(), "");
}

/** The explorer's question with these fields, all others as a new page has them. */
export function show(page, fields) {
  return page.evaluate((changed) => {
    const explorer = document.querySelector("kofn-explorer");
    explorer.initial ??= { ...explorer.question };
    explorer.show({ ...explorer.initial, ...changed });
    return explorer.points;
  }, fields);
}

/** Probabilities and counts of an answer, as the page's points have them. */
export const outcomesOf = ({ correct, abstain, wrong }) => ({ correct, abstain, wrong });

/** A generator of numbers from 0 to 1 that are the same in every run (mulberry32). */
export function numbersFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Fails with the complaints of the page, if it has any. */
export function assertCalm(page) {
  assert.deepEqual(page.complaints, []);
}
