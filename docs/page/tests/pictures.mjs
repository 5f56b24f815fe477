// Pictures of every view, to be looked at: `node docs/page/tests/pictures.mjs FOLDER`, after `run.sh`.
// SITE and KOFN as for the tests.

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { kofn, launch, logShown, PATIENCE_MS, ready, ROOT, serve, settled, show } from "./support.mjs";

const folder = resolve(process.argv[2] ?? "pictures");
const LOG = join(ROOT, "examples/answers.csv");
const CORRELATED = { n: "9", f: "0.2", dependence: "gaussian-copula", rho: "0.3", trials: "1000000" };
const LIGHT = { colorScheme: "light", viewport: { width: 1280, height: 900 } };
const DARK = { ...LIGHT, colorScheme: "dark" };
const PHONE = { colorScheme: "light", viewport: { width: 380, height: 780 }, deviceScaleFactor: 2 };

async function explore(page, fields = CORRELATED) {
  await ready(page);
  await show(page, fields);
  await settled(page);
}

async function breakIt(page) {
  await explore(page);
  await page.getByRole("button", { name: "Break it" }).click();
  await settled(page);
}

async function refuse(page) {
  await explore(page);
  await show(page, { ...CORRELATED, f: "23" });
}

async function takeAway(page) {
  await explore(page);
  for (const name of ["Numbers", "Take it with you"]) await page.locator("summary", { hasText: name }).click();
}

async function readLog(page) {
  await ready(page);
  await page.locator("input.kofn-files").setInputFiles(LOG);
  await logShown(page);
  await page.evaluate(() => document.querySelector("section").remove());
}

const VIEWS = [
  ["explorer-light", LIGHT, "page/index.html", explore],
  ["explorer-dark", DARK, "page/index.html", explore],
  ["explorer-phone", PHONE, "page/index.html", explore],
  ["explorer-broken", LIGHT, "page/index.html", breakIt],
  ["explorer-refused", LIGHT, "page/index.html", refuse],
  ["explorer-all", LIGHT, "page/index.html", takeAway],
  ["log-light", LIGHT, "page/index.html", readLog],
  ["log-dark", DARK, "page/index.html", readLog],
  ["log-phone", PHONE, "page/index.html", readLog],
  ["guide-first-steps", LIGHT, "first-steps.html", async () => undefined],
  ["guide-dependence", DARK, "dependence.html", async () => undefined],
  ["guide-explorer", PHONE, "explorer.html", ready],
  ["report", LIGHT, null, async () => undefined],
];

const { server, address } = await serve();
const browser = await launch();
const inside = await mkdtemp(join(tmpdir(), "kofn-pictures-"));
await mkdir(folder, { recursive: true });
const report = join(inside, "report.html");
await kofn(["report", LOG, "-o", report]);
for (const [name, options, path, act] of VIEWS) {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(path === null ? pathToFileURL(report).href : new URL(path, address).href);
  await act(page);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  await context.close();
}
await browser.close();
server.close();
await rm(inside, { recursive: true });
