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

/** The module, compiled while it is unpacked; every thread makes an instance of its own from it. */
const kofnModule = once(() => {
  const unpacked = new Blob([bytesOfBase64(kofnWasm)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return WebAssembly.compileStreaming(new Response(unpacked, { headers: { "Content-Type": "application/wasm" } }));
});

/** The functions of kofn on this thread. */
const kofnEngine = once(async () => {
  const engine = kofnGlue();
  await engine({ module_or_path: await kofnModule() });
  return engine;
});

/** @param {unknown} error @returns {string} what kofn says, without positions in a text that nobody sees */
function messageOf(error) {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^scenario(:\d+)*: /, "").replace(/, line \d+, column \d+/g, "");
}
