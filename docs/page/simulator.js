// Simulates a question in the worker: few trials first, four times as many in each round, so that the marks converge.

/**
 * @typedef {{ scenarioOf: (agents: number) => string, agents: number[], current: number, trials: number, seed: number,
 *   broken: string | null }} Simulation
 * @typedef {{ agents: number, trials: number, answer: any, seconds: number }} Finished
 */

/** Trials of the first round, and the most at numbers of agents that are not the current one. */
const FIRST_TRIALS = 10_000;
const TRIALS_ELSEWHERE = 1_000_000;

/** A run that would take longer than this many seconds is not started. */
const LONGEST_RUN = { current: 4, elsewhere: 0.4 };

class KofnSimulator {
  /** @param {(finished: Finished) => void} report @param {(message: string | null) => void} settle */
  constructor(report, settle) {
    this.report = report;
    this.settle = settle;
    this.generation = 0;
    /** @type {KofnThread | undefined} */
    this.thread = undefined;
    this.busySince = 0;
    /** Seconds of one trial, by the number of agents. @type {Map<number, number>} */
    this.pace = new Map();
  }

  /** Stops what runs. A run that was given to the worker long ago is ended together with it. */
  stop() {
    this.generation += 1;
    if (this.busySince > 0 && performance.now() - this.busySince > 50) this.end();
  }

  /** Ends the worker; the next question starts a new one. */
  end() {
    this.generation += 1;
    this.thread?.end();
    this.thread = undefined;
    this.busySince = 0;
  }

  /** @param {Simulation} question @param {Map<number, { trials: number }>} known answers that exist already */
  async start(question, known) {
    this.stop();
    const generation = this.generation;
    this.pace.clear();
    try {
      const trials = new Map([...known].map(([agents, run]) => [agents, run.trials]));
      for (let next = this.next(question, trials); next; next = this.next(question, trials)) {
        const finished = await this.runIfPossible(question, next);
        if (generation !== this.generation) return;
        trials.set(next.agents, finished ? next.trials : Infinity);
        if (finished) this.report(finished);
      }
      this.settle(null);
    } catch (error) {
      if (generation === this.generation) this.settle(messageOf(error));
    }
  }

  /**
   * The run with the fewest trials comes next; the current number of agents is two rounds before the others.
   * @param {Simulation} question @param {Map<number, number>} done @returns {{ agents: number, trials: number } | null}
   */
  next({ agents, current, trials }, done) {
    const runs = agents.flatMap((n) => {
      const isCurrent = n === current;
      const most = isCurrent ? trials : Math.min(trials, TRIALS_ELSEWHERE);
      const before = done.get(n) ?? 0;
      const wanted = before === 0 ? Math.min(FIRST_TRIALS, most) : Math.min(before * 4, most);
      const seconds = (this.pace.get(n) ?? 0) * wanted;
      const isAffordable = seconds <= (isCurrent ? LONGEST_RUN.current : LONGEST_RUN.elsewhere);
      return wanted > before && isAffordable ? [{ agents: n, trials: wanted, isCurrent }] : [];
    });
    const turn = (/** @type {typeof runs[0]} */ run) => (run.isCurrent ? run.trials / 16.1 : run.trials);
    return runs.sort((a, b) => turn(a) - turn(b))[0] ?? null;
  }

  /**
   * @param {Simulation} question @param {{ agents: number, trials: number }} next
   * @returns {Promise<Finished | null>} null where the mistake does not apply, such as a shared stream with one agent
   */
  async runIfPossible(question, next) {
    try {
      return await this.run(question, next);
    } catch (error) {
      if (question.broken === null || next.agents === question.current) throw error;
      return null;
    }
  }

  /** @param {Simulation} question @param {{ agents: number, trials: number }} next @returns {Promise<Finished>} */
  async run({ scenarioOf, seed, broken }, { agents, trials }) {
    const thread = (this.thread ??= engineThread());
    await thread.started;
    const since = performance.now();
    this.busySince = since;
    const { text, seconds } = await thread.call("check", scenarioOf(agents), trials, seed, broken);
    // A later run may wait behind this one.
    if (this.busySince === since) this.busySince = 0;
    this.pace.set(agents, seconds / trials);
    return { agents, trials, seconds, answer: JSON.parse(text) };
  }
}
