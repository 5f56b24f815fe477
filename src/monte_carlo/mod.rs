//! Simulation of every agent of every trial.
//!
//! This engine is there to check the closed forms, so it never draws what they compute: no count of failures from a binomial, but
//! every agent's answer in every trial. It shares no code with them.
//!
//! # Method
//!
//! *Byte tables.* Agents are split into groups of at most eight. A pattern says which agents of a group fail (or, where silent
//! agents matter, which are correct, wrong or silent: then at most five). Patterns have integer probabilities that sum to exactly 2⁶⁴,
//! each within one unit of the product of the rates, which are taken exactly as the dyadic numbers that doubles are. A random byte,
//! looked up in a table of 256 cells, is the pattern of one group in one trial; a byte in none of the patterns' cells is
//! undecided and is replaced by a symbol of the next level, whose table holds what the first could not express. After six levels
//! a 64-bit word decides, by rejection. So each pattern is drawn with its probability to the last of 64 bits, at 1.18 random bytes for seven
//! votes with rate 0.23, where one double per vote takes fifty-six. The size of a group is what makes these bytes fewest.
//!
//! *Dependence.* A common cause is one more class of each class of tasks, in which all agents fail. Beta-binomial agents come from Pólya's urn,
//! in integers; agents under a Gaussian copula fail below a threshold that the trial's normal sets, of which it is mostly enough to know its cell, one
//! of 256. In both, each agent of each trial draws a number of its own, of which one byte is mostly enough, and pipelines keep what a task has
//! in common through all attempts.
//!
//! *Order.* Random bytes come in blocks of 64 from eight xoshiro256++ columns side by side and are used in one order: the classes of
//! all trials, if there are several; then class by class, and there by runs of equal groups (agents sorted by rate, a run cut where bytes would
//! overflow); in a run 64 trials at a time, and for these one group after the other. These blocks are drawn eight at a time, and in the end those that are
//! left; before, the pool of the second level is topped up until it holds 64 symbols for each of them. Before a block of a later
//! level is drawn, the pool of the next is topped up by a block if it holds fewer than 64 symbols, by this same rule.
//! Undecided bytes take the pool's symbols in byte order; none is skipped and none is used twice. What is left in the pools when
//! a run of equal groups ends is dropped unseen. After the agents come, in trial order, the answers that wrong agents pick, where that matters: of few agents and answers one
//! byte for all, among up to 256 answers a byte each, of blocks of their own of which what is left is dropped, among more a word each. Agents with weights are drawn weight by weight, the lightest
//! first, as so many votes.
//! Agents that have something in common are drawn in runs of at most 255: beta-binomial ones up to the 255th call of a trial and from there on,
//! others rate by rate, the lowest first. A run is drawn 64 trials at a time, and in these agent by agent: a block, and then, in trial order, for each
//! byte that is the first of a threshold, a word. Before it come, where the cell of a normal leaves the byte open and the normal has not been drawn, two words
//! for each try to draw it; before all agents of a class, a block for the cells of each 64 trials. A pipeline does all this but the cells
//! for each attempt, followed by its judges, for the trials that the attempts before did not end. A race is one agent's call after the other, for the
//! trials that are not decided.
//!
//! *Filters.* Independent agents have a pattern for each way in which a correct answer may be kept from voting. Of dependent ones, the correct
//! answers of 64 trials are drawn first, and then, one after the other, whether each may vote.
//!
//! Where all agents of a trial fit into a pattern, a byte is one trial, or several, and its symbol what they come to: the trials of a class that
//! fill whole blocks are drawn so, and then the others as above.
//!
//! *Units.* Trials come in units whose size is a function of the scenario. A unit is seeded by (seed, unit) and always computed
//! whole; if fewer trials are asked for, its first ones are counted. Threads take units in order and add integers. So the counts are a
//! function of scenario, seed and number of trials: not of threads, nor of how wide an engine is; the first trials of a long run are
//! the shorter run, and so is a run that was stopped. A part of a run is a range of its units, so the parts of a run sum to it.
//!
//! *No floats.* From the tables on, all is integers; before them, floats are only taken apart, but for the divisions that normalise the
//! shares of the failure modes and the rates beside a common cause. What a copula needs of normals and thresholds, `libm` computes, the
//! same everywhere. No function of the platform's mathematical library is called.
//!
//! *Rare events.* Trials of [`simulate_rare`] draw agents at rates tilted towards what is rare, and weigh as much less as that made them likelier. A weight
//! depends on the number of failures alone, so that histograms of it, in integers, are all that is kept; floats come in at the end.
//!
//! # Speed
//!
//! Three engines, see [`Engine`], give the same counts. Simulated votes, in 10⁹ per second, by `cargo bench --bench votes` and
//! `benches/table.py`: an AMD EPYC of family 26 with two cores and little else to do; rate 0.23, strict majority.
//!
//! | agents | 3 | 5 | 11 | 101 | 1001 |
//! |---|---|---|---|---|---|
//! | `portable` | 6.0 | 6.0 | 5.8 | 7.0 | 7.4 |
//! | `avx2` | 21 | 19 | 16 | 23 | 24 |
//! | `avx512` | 73 | 76 | 37 | 77 | 87 |
//! | `avx512`, two threads | 122 | 143 | 71 | 129 | 161 |
//! | rand, `random::<f64>() < p` | 0.95 | 0.95 | 0.96 | 0.89 | 0.96 |
//!
//! Other scenarios, each in one run with its loop, as multiples of a plain loop with rand for the same scenario:
//!
//! | scenario | portable | `avx2` | `avx512` |
//! |---|---|---|---|
//! | failure modes, n = 11 | 17 | 38 | 76 |
//! | different agents, n = 101 | 6.1 | 16 | 33 |
//! | three classes of tasks, n = 11 | 5.2 | 12 | 22 |
//! | one of three wrong answers, n = 5, rate 0.5 | 5.0 | 5.4 | 5.6 |
//! | common cause, n = 11 | 6.0 | 15 | 34 |
//! | beta-binomial, n = 3 | 39 | 49 | 61 |
//! | beta-binomial, n = 5 | 25 | 31 | 37 |
//! | beta-binomial, n = 11 | 14 | 17 | 19 |
//! | beta-binomial, n = 101 | 3.8 | 4.4 | 4.9 |
//! | Gaussian copula, n = 3 | 3.9 | 4.9 | 5.1 |
//! | Gaussian copula, n = 11 | 3.8 | 4.9 | 5.1 |
//! | Gaussian copula, n = 101 | 3.8 | 5.2 | 5.3 |
//! | validated, up to three attempts | 4.1 | 7.6 | 12 |
//!
//! To a standard error of 10⁻⁴, on one thread of `avx512` and by the plain loop: a majority of 5 in 0.55 ms and 49 ms, three attempts that are
//! validated in 15 ms and 176 ms, 101 beta-binomial agents in 0.8 s and 3.1 s.
//!
//! To draw counts from a binomial, and not votes, gave 1.8 at 101 agents and 70 at 1001 (rand_distr): another method, and with many agents the faster
//! one.
//!
//! # Proof
//!
//! The kernel takes its words as a parameter. Its tests feed every input of small cases and ask for counts equal to integers, and
//! read the stream again with a slow decoder in rational numbers, on every engine. `tests/value_stability.rs` pins the counts of every path.

pub(crate) mod ballot;
pub(crate) mod block;
pub(crate) mod buffers;
mod chain;
mod classes;
mod clock;
mod counters;
pub(crate) mod criterion;
pub(crate) mod decoder;
mod dependence;
mod error;
pub(crate) mod groups;
pub(crate) mod kernel;
pub(crate) mod lanes;
pub(crate) mod law;
mod level;
mod options;
pub(crate) mod outcomes;
mod packed;
mod pair;
mod part;
mod parts;
mod race;
pub(crate) mod random;
pub(crate) mod rare;
#[cfg(test)]
pub(crate) mod reference;
mod rules;
mod simulation;
pub(crate) mod source;
mod threads;
mod undecided;
pub(crate) mod units;
pub(crate) mod voting;
mod weighted;

pub use error::{EngineError, SimulationError};
pub use lanes::Engine;
pub use options::{Progress, SimulationOptions};
pub use pair::simulate_pair;
pub use part::Part;
pub use parts::Tally;
pub use rare::simulate_rare;
pub use simulation::simulate;
