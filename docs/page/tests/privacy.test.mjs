// Nothing leaves the browser: no request is made, the policy forbids every connection, and all works offline.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { assertCalm, logShown, PATIENCE_MS, prepare, ready, ROOT, serve, settled, show, SITE } from "./support.mjs";

const site = prepare();
const LOG = join(ROOT, "crates/kofn-logs/tests/data/long.csv");
const OWN_FILES = ["index.html", "kofn.css", "kofn-explorer.js", "kofn-logs.js"];

/** Records what is requested by the page and its workers, in two ways. */
async function recordRequests(page) {
  const addresses = [];
  page.context().on("request", (request) => addresses.push(request.url()));
  const session = await page.context().newCDPSession(page);
  const hear = ({ params, url }) => addresses.push(params?.request?.url ?? url);
  await session.send("Network.enable");
  session.on("Network.requestWillBeSent", ({ request }) => hear({ url: request.url }));
  session.on("Network.webSocketCreated", hear);
  await session.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: true });
  return addresses;
}

/** Requests that leave the page: what it makes in its own memory has addresses of its own kinds. */
const outgoing = (addresses) => addresses.filter((address) => !/^(blob|data):/.test(address));

/** Everything that a person does on the page. */
async function useEverything(page) {
  await show(page, { n: "7", f: "0.3", dependence: "gaussian-copula", rho: "0.4", trials: "100000" });
  await settled(page);
  await page.getByRole("button", { name: "Break it" }).click();
  await settled(page);
  await page.getByRole("button", { name: "Mend it" }).click();
  await page.getByText("Take it with you").click();
  for (const name of ["TOML", "Command", "Python", "Rust"]) await page.getByRole("button", { name, exact: true }).click();
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  const files = ["Download SVG", "Download CSV"];
  await page.locator("input.kofn-files").setInputFiles(LOG);
  await logShown(page);
  for (const name of [...files, "Download report"]) {
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
    assert.match(file.url(), /^blob:/);
  }
}

test("no request is made but for the page's own files", async (context) => {
  const page = await site.open(context, "page/index.html");
  const addresses = await recordRequests(page);
  await page.reload();
  await ready(page);
  await useEverything(page);
  const allowed = OWN_FILES.map((name) => new URL(`page/${name}`, site.address).href);
  const foreign = outgoing(addresses).filter((address) => !allowed.includes(address.split("#")[0]));
  assert.deepEqual(foreign, []);
  assert.ok(outgoing(addresses).some((address) => address.endsWith("kofn-explorer.js")), "requests are recorded");
  assertCalm(page);
}, { timeout: 2 * PATIENCE_MS });

test("offline everything works on", async (context) => {
  const page = await site.explorer(context);
  // The reader of logs is loaded behind the first curve.
  await page.waitForLoadState("networkidle");
  await page.context().setOffline(true);
  site.server.closeAllConnections();
  await useEverything(page);
  assertCalm(page);
}, { timeout: 2 * PATIENCE_MS });

test("the policy forbids every connection, in the page and in its worker", async (context) => {
  const page = await site.explorer(context);
  const other = await serve();
  context.after(() => other.server.close());
  const kinds = ["connect-src", "img-src", "font-src", "media-src", "frame-src", "script-src-elem", "style-src-elem"];
  const before = site.received.length;
  for (const address of [site.address, other.address]) {
    const { sent, violated } = await page.evaluate(tryToSend, new URL("secret", address).href);
    assert.deepEqual(sent, []);
    // What the page's own server may serve is a script or a style sheet of the page, and it serves nothing else.
    const expected = address === site.address ? kinds.slice(0, 5) : kinds;
    for (const kind of expected) assert.ok(violated.includes(kind), `${kind}: ${violated}`);
  }
  // A first connection would have come in by now: the page's own server answers one that was made after all of them.
  await site.open(context);
  const isSecret = (path) => path.includes("secret") && !/script|style/.test(path);
  assert.deepEqual(site.received.slice(before).filter(isSecret), []);
  assert.deepEqual(other.received, []);
}, { timeout: PATIENCE_MS });

/** Runs in the page: tries every way out; returns those that worked, and the parts of the policy that were violated. */
async function tryToSend(target) {
  const [sent, violated] = [[], []];
  addEventListener("securitypolicyviolation", (event) => violated.push(event.effectiveDirective));
  const attempt = async (name, send) => {
    try {
      if ((await send()) !== false) sent.push(name);
    } catch {
      // It was forbidden.
    }
  };
  const loads = (name, attributes) =>
    new Promise((succeed, fail) => {
      const element = Object.assign(document.createElement(name), attributes);
      Object.assign(element, { onload: succeed, onloadedmetadata: succeed, onerror: fail });
      document.head.append(element);
    });
  const opens = (connection, isOpen) =>
    new Promise((succeed, fail) => Object.assign(connection, { onopen: () => succeed(isOpen), onerror: fail }));
  await attempt("fetch", () => fetch(target));
  await attempt("fetch without an answer", () => fetch(target, { mode: "no-cors", method: "POST", body: "log" }));
  await attempt("XMLHttpRequest", () =>
    new Promise((succeed, fail) => {
      const request = new XMLHttpRequest();
      Object.assign(request, { onload: succeed, onerror: fail });
      request.open("POST", target);
      request.send("log");
    }),
  );
  await attempt("WebSocket", () => opens(new WebSocket(target.replace("http", "ws"))));
  await attempt("EventSource", () => opens(new EventSource(target)));
  await attempt("image", () => loads("img", { src: `${target}?log` }));
  await attempt("script", () => loads("script", { src: `${target}?script` }));
  await attempt("style", () => loads("link", { rel: "stylesheet", href: `${target}?style` }));
  await attempt("media", () => loads("video", { src: `${target}?log` }));
  await attempt("font", () => new FontFace("log", `url(${target}?log)`).load());
  const frame = Object.assign(document.createElement("iframe"), { src: `${target}?log` });
  document.body.append(frame);
  const form = Object.assign(document.createElement("form"), { action: target, method: "post", target: "other" });
  document.body.append(form);
  form.submit();
  navigator.sendBeacon(target, "log");
  const source = `fetch(${JSON.stringify(target)}).then(() => postMessage(true), () => postMessage(false))`;
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  await attempt("worker", () => new Promise((hear) => (new Worker(address).onmessage = ({ data }) => hear(data))));
  await new Promise((next) => setTimeout(next));
  return { sent, violated };
}

test("the page works as a file, too", async (context) => {
  const browser = await site.browser.newContext({ acceptDownloads: true });
  context.after(() => browser.close());
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.complaints = [];
  page.on("console", (message) => message.type() === "error" && page.complaints.push(message.text()));
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  const addresses = await recordRequests(page);
  await page.goto(pathToFileURL(join(SITE, "page/index.html")).href);
  await ready(page);
  await useEverything(page);
  const foreign = outgoing(addresses).filter((address) => !address.startsWith(pathToFileURL(SITE).href));
  assert.deepEqual(foreign, []);
  assertCalm(page);
}, { timeout: 2 * PATIENCE_MS });
