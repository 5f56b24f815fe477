// A second thread, made from the text of this script: nothing is loaded for it.

/** What runs in the worker: it knows only `kofnGlue`, whose text is put before it. */
function kofnWorker() {
  /** @type {any} */
  let engine;
  /** @type {any} */
  let log;

  /** @type {Record<string, (...values: any[]) => any>} */
  const calls = {
    async start(/** @type {WebAssembly.Module} */ module) {
      engine = kofnGlue();
      await engine({ module_or_path: module });
    },
    check(scenario, trials, seed, broken) {
      const started = performance.now();
      const text = broken ? engine.check_broken(broken, scenario, trials, seed) : engine.check(scenario, trials, seed);
      return { text, seconds: (performance.now() - started) / 1000 };
    },
    newLog() {
      log?.free();
      log = new engine.Log();
    },
    addLog: (name, bytes) => log.add(name, bytes),
    fitLog: (options) => log.fit(options),
    reportLog() {
      log.plan();
      return { fragment: log.report(), page: log.page() };
    },
    scenarioOfLog: () => log.scenario(),
  };

  onmessage = async ({ data: { id, name, values } }) => {
    try {
      postMessage({ id, value: await calls[name](...values) });
    } catch (error) {
      postMessage({ id, error: error instanceof Error ? error.message : String(error) });
    }
  };
}

/** @param {() => any} glue @returns {string} the address of the worker's script */
function workerAddress(glue) {
  const text = `"use strict";\n${glue}\n(${kofnWorker})();`;
  return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
}

/** Address of the worker with the engines. */
const kofnWorkerAddress = once(() => workerAddress(kofnEngines.glue));

/** @returns {KofnThread} a thread with the engines */
const engineThread = () => new KofnThread(kofnWorkerAddress(), kofnEngines.module());

/** @returns {Promise<KofnThread>} a thread that reads logs */
async function logThread() {
  const reader = await logReader();
  return new KofnThread(reader.worker(), reader.module());
}

/** A worker as a set of asynchronous functions. */
class KofnThread {
  /** @param {string} address @param {Promise<WebAssembly.Module>} module */
  constructor(address, module) {
    /** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
    this.waiting = new Map();
    this.asked = 0;
    this.worker = new Worker(address);
    this.worker.onmessage = ({ data }) => this.hear(data);
    this.worker.onerror = (event) => this.fail(event.message || "the worker did not start");
    this.started = module.then((module) => this.send("start", module));
    this.started.catch(() => undefined);
  }

  /** @param {{ id: number, value?: any, error?: string }} answer */
  hear({ id, value, error }) {
    const asked = this.waiting.get(id);
    this.waiting.delete(id);
    if (error === undefined) asked?.resolve(value);
    else asked?.reject(new Error(error));
  }

  /** @param {string} message */
  fail(message) {
    for (const { reject } of this.waiting.values()) reject(new Error(message));
    this.waiting.clear();
  }

  /** @param {string} name @param {any[]} values @returns {Promise<any>} */
  send(name, ...values) {
    this.asked += 1;
    const id = this.asked;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, name, values });
    });
  }

  /** @param {string} name @param {any[]} values @returns {Promise<any>} */
  async call(name, ...values) {
    await this.started;
    return this.send(name, ...values);
  }

  /** Ends the thread at once, whatever it computes. */
  end() {
    this.worker.terminate();
    this.fail("stopped");
  }
}
