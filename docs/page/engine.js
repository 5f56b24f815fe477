// The engines of kofn, compiled for WebAssembly. The builder puts two names before this text: `kofnWasm`, the module
// as base64 of gzip, and `kofnGlue`, a function that returns the binding of wasm-bindgen.

/** @template T @param {() => T} make @returns {() => T} the same value at every call, made at the first */
function once(make) {
  /** @type {{ value: T } | undefined} */
  let made;
  return () => (made ??= { value: make() }).value;
}

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
function bytesOfBase64(text) {
  const { fromBase64 } = /** @type {any} */ (Uint8Array);
  if (fromBase64) return fromBase64.call(Uint8Array, text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

/** @param {string} wasm base64 of gzip @returns {Promise<WebAssembly.Module>} compiled while it is unpacked */
function moduleOf(wasm) {
  const unpacked = new Blob([bytesOfBase64(wasm)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return WebAssembly.compileStreaming(new Response(unpacked, { headers: { "Content-Type": "application/wasm" } }));
}

/** The engines; every thread makes its own instance of the module. */
const kofnEngines = { module: once(() => moduleOf(kofnWasm)), glue: kofnGlue };

/** The functions of kofn on this thread. */
const kofnEngine = once(async () => {
  const engine = kofnGlue();
  await engine({ module_or_path: await kofnEngines.module() });
  return engine;
});

/** Where this script was loaded from. */
const kofnAddress = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : "";

/** @typedef {{ module: () => Promise<WebAssembly.Module>, glue: () => any, worker: () => string }} LogReader */

/** @type {Promise<LogReader> | undefined} */
let kofnLogReader;

/** @returns {Promise<LogReader>} a larger module with its own script; loading is retried after a failure */
function logReader() {
  kofnLogReader ??= loadLogReader().catch((error) => {
    kofnLogReader = undefined;
    throw error;
  });
  return kofnLogReader;
}

async function loadLogReader() {
  await loadScript(new URL("kofn-logs.js", kofnAddress || document.baseURI).href);
  const { wasm, glue } = /** @type {any} */ (globalThis).kofnLogReader;
  return { module: once(() => moduleOf(wasm)), glue, worker: once(() => workerAddress(glue)) };
}

/** @param {string} address @returns {Promise<void>} */
function loadScript(address) {
  const script = document.createElement("script");
  script.src = address;
  return new Promise((resolve, reject) => {
    script.onload = () => resolve();
    script.onerror = () => reject(new Error(`${address} could not be loaded; it must be next to kofn-explorer.js`));
    document.head.append(script);
  });
}

/** @param {unknown} error @returns {string} what kofn says, without positions in a text that the user does not see */
function messageOf(error) {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^scenario(:\d+)*: /, "").replace(/, line \d+, column \d+/g, "");
}
