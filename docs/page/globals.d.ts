// Names that the builder puts before the scripts.

/** The WebAssembly module: base64 of gzip. */
declare const kofnWasm: string;

/** The binding that wasm-bindgen wrote for it; a copy for each call. */
declare function kofnGlue(): any;

/** A log to try: examples/answers.csv. */
declare const kofnExampleLog: string;
