//! Simulation of every agent in every trial.
//!
//! This engine checks the closed forms. It therefore never draws what they compute: it draws the answer of every agent
//! in every trial, and no number of failures from a binomial. It shares no code with them.
//!
//! # Method
//!
//! *Byte tables.* Agents are split into groups of at most eight. A pattern says which agents of a group fail; where
//! silent agents matter, it says which are correct, wrong or silent, and a group has at most five. The probabilities of
//! the patterns are integers that sum to exactly 2⁶⁴, each within one unit of the product of the rates. The rates are
//! taken exactly, as the dyadic numbers that doubles are. A random byte, looked up in a table of 256 cells, is the
//! pattern of one group in one trial. A byte outside the cells of all patterns is undecided: it is replaced by a symbol
//! of the next level, whose table holds what the first could not express. After six levels a 64-bit word decides, by
//! rejection. Each pattern thus has its probability to the last of 64 bits, at 1.18 random bytes for seven votes with
//! rate 0.23, where one double per vote takes fifty-six. The size of a group is the one that needs the fewest bytes.
//!
//! *Dependence.* A common cause splits each class of tasks in two; in the second, all agents fail. Beta-binomial agents
//! come from Pólya's urn, in integers. Agents under a Gaussian copula fail below a threshold that depends on the normal
//! of the trial; it is mostly enough to know in which of 256 cells this normal is. In both models, each agent of each
//! trial draws a number of its own, of which one byte is mostly enough. In pipelines, what the agents have in common in
//! a task is kept through all attempts.
//!
//! *Wrong answers that repeat each other* come from a Chinese restaurant, in integers: the next wrong agent is seated
//! in constant time, whatever the number of answers. See `restaurant`.
//!
//! *Races.* One agent is called until its votes decide. Independent calls are drawn in rounds: a byte is the pattern of
//! several calls of one trial, seven at rate 0.23, and at most as many as may matter. Calls after the decision are
//! drawn in vain. The trials that are open after a round differ in little, such as a lead of one or two. This is a
//! symbol of theirs, and a table gives the symbol or the outcome after the next round. Trials for which no table is
//! kept are followed by their votes.
//!
//! *Order.* Random bytes come in blocks of 64 from eight xoshiro256++ columns side by side, and are used in one order:
//!
//! 1. The classes of all trials, if there are several.
//! 2. Class by class, runs of equal groups (agents are sorted by rate; a run ends where bytes would overflow). In a
//!    run, 64 trials at a time; for these, one group after the other. Blocks are drawn eight at a time, and the rest at
//!    the end.
//! 3. After the agents, in trial order, the answers that wrong agents pick, where that matters. With few agents and
//!    answers, one byte gives all of them; among up to 256 answers, each takes a byte. These bytes come from blocks of
//!    their own, whose rest is dropped. Among more answers, each takes a word. Where wrong agents repeat each other, a
//!    byte gives the answers of up to sixteen. Of more, each but the first takes a word, and one of m answers that it
//!    picks takes another. In a tie that is drawn, a word follows.
//!
//! Before eight blocks are drawn, the pool of the second level is topped up until it holds 64 symbols for each of them.
//! Before a block of a later level is drawn, the pool of the next level is topped up by a block if it holds fewer than
//! 64 symbols, by the same rule. Undecided bytes take the symbols of the pool in byte order; none is skipped and none
//! is used twice. What is left in the pools when a run of equal groups ends is dropped unseen. Agents with weights are
//! drawn weight by weight, the lightest first, each weight as a vote of its own.
//!
//! Dependent agents are drawn in runs of at most 255: beta-binomial ones up to the 255th call of a trial and from there
//! on, others rate by rate, the lowest first. A run is drawn 64 trials at a time, and in these agent by agent: a block
//! and then, in trial order, a word for each byte that is the first of a threshold. Where the cell of a normal leaves
//! the byte open and the normal has not been drawn, two words for each try to draw it come before. Before all agents of
//! a class comes a block for the cells of each 64 trials. A pipeline does all of this, except the cells, for each
//! attempt, followed by its judges, for the trials that the attempts before did not end. A race of dependent calls
//! draws one call of the agent after the other, for the trials that are not decided.
//!
//! A race of independent calls is drawn in rounds, a byte each for every trial that is still open, in trial order, with
//! the blocks of a round drawn as those of a run. What is left in the pools after the first round is dropped unseen;
//! those of the rounds that follow are kept until the race ends.
//!
//! *Groups.* Each group of a copula has a normal of its own, which is made of the normal of the trial and one of the
//! group. The first agents of a group that are drawn draw it: a block for the cells of each 64 trials, and then, trial
//! by trial, two words or more for each normal that is not known. From there on the group is a copula by itself. Calls
//! of one agent that have a correlation of their own are such a group; without a copula each agent has an urn. Where an
//! urn of the task gives the mean of the agent's own rate, every call takes a word and, after the agent's first,
//! another one before it.
//!
//! *Cascades.* What agents have in common is drawn first. Then stage by stage a vote is drawn, in the trials in which
//! all votes before abstained.
//!
//! *Filters.* Independent agents have a pattern for each way in which a correct answer may be kept from voting. Of
//! dependent agents, the correct answers of 64 trials are drawn first and then, one after the other, whether each may
//! vote.
//!
//! *Few agents.* Where all agents of a trial fit into a pattern, a byte is one trial, or several, and its symbol is
//! their outcome. The same holds for a race that its first round always decides. The trials of a class that fill whole
//! blocks are drawn in this way, and then the others as above.
//!
//! *Units.* Trials come in units whose size is a function of the scenario. A unit is seeded by (seed, unit) and is
//! always computed whole; if fewer trials are wanted, its first ones are counted. Threads take units in order and add
//! integers. The counts are therefore a function of scenario, seed and number of trials, not of threads or of the width
//! of an engine. The first trials of a long run are the shorter run, and so is a run that was stopped. A part of a run
//! is a range of its units, so the parts of a run sum to it.
//!
//! *No floats.* From the tables on, everything is an integer. Before, floats are only taken apart; the exceptions are
//! the divisions that normalize the shares of the failure modes and the rates beside a common cause. The normals and
//! thresholds of a copula are computed with `libm`, which gives the same results everywhere. No function of the
//! platform's mathematical library is called.
//!
//! *Rare events.* Trials of [`simulate_rare`] draw agents at rates tilted towards what is rare, and each weighs as much
//! less as this made it likelier. The weight depends on the number of failures alone, so only histograms of it are
//! kept, in integers; floats come in at the end.
//!
//! *Memory.* The tables of a class of tasks take some kilobytes. Classes whose tables do not fit into 512 MiB are built
//! again in every unit in which they have trials.
//!
//! # Speed
//!
//! Three engines, see [`Engine`], give the same counts. Simulated votes, in 10⁹ per second, by `cargo bench --bench
//! votes` and `benches/table.py`: an idle AMD EPYC of family 26 with two cores; rate 0.23, strict majority.
//!
//! | agents | 3 | 5 | 11 | 101 | 1001 |
//! |---|---|---|---|---|---|
//! | `portable` | 6.0 | 6.0 | 5.8 | 7.0 | 7.4 |
//! | `avx512` | 73 | 76 | 37 | 77 | 87 |
//! | `avx512`, two threads | 122 | 143 | 71 | 129 | 161 |
//! | rand, `random::<f64>() < p` | 0.95 | 0.95 | 0.96 | 0.89 | 0.96 |
//!
//! It was measured when `avx2` looked bytes up in sixteen parts of a table (16 to 24), and when the outcome of each
//! trial of eleven agents was written, marked and counted. Both have changed since. On an AMD EPYC of family 25, which
//! has no AVX-512 and was busy with other work, by the least processor time of nine runs in turn:
//!
//! | agents | 3 | 5 | 11 | 101 | 1001 |
//! |---|---|---|---|---|---|
//! | `portable` | 4.1 | 4.3 | 4.3 | 5.0 | 5.2 |
//! | `avx2`, before | 12.8 | 11.9 | 9.3 | 12.5 | 12.9 |
//! | `avx2` | 24 | 24 | 16 | 23 | 23 |
//! | rand, `random::<f64>() < p` | 0.51 | 0.58 | 0.70 | 0.74 | 0.76 |
//!
//! Other scenarios, as multiples of the speed of a plain loop with rand for the same scenario, both measured in one
//! run: `portable` and `avx2` on that machine, `avx512` earlier on the other.
//!
//! | scenario | portable | `avx2` | `avx512` |
//! |---|---|---|---|
//! | failure modes, n = 11 | 14 | 41 | 76 |
//! | different agents, n = 101 | 5.2 | 15 | 33 |
//! | three classes of tasks, n = 11 | 5.3 | 16 | 22 |
//! | one of three wrong answers, n = 5, rate 0.5 | 6.5 | 8.5 | 5.6 |
//! | plurality, one of four wrong answers, rate 0.4, n = 5 | 4.7 | 5.8 | |
//! | the same, n = 11 | 7.6 | 10 | |
//! | the same, n = 101 | 22 | 64 | |
//! | plurality, collision 0.6, discount 0.2, rate 0.4, n = 5 | 8.1 | 10 | |
//! | the same, n = 11 | 15 | 23 | |
//! | the same, n = 101 | 27 | 50 | |
//! | plurality, four wrong answers, collision 0.6, rate 0.4, n = 5 | 8.7 | 11 | |
//! | the same, n = 11 | 17 | 25 | |
//! | the same, n = 101 | 29 | 54 | |
//! | common cause, n = 11 | 5.7 | 20 | 34 |
//! | beta-binomial, n = 3 | 44 | 57 | 61 |
//! | beta-binomial, n = 5 | 31 | 40 | 37 |
//! | beta-binomial, n = 11 | 18 | 22 | 19 |
//! | beta-binomial, n = 101 | 3.8 | 4.7 | 4.9 |
//! | Gaussian copula, n = 3 | 4.3 | 6.6 | 5.1 |
//! | Gaussian copula, n = 11 | 4.9 | 6.8 | 5.1 |
//! | Gaussian copula, n = 101 | 4.7 | 6.1 | 5.3 |
//! | cascade, two that agree, or five | 9.8 | 24 | |
//! | validated, up to three attempts | 3.9 | 12 | 12 |
//! | ahead by 3 | 9.4 | 25 | |
//! | first to 3 | 15 | 79 | |
//! | adaptive, confidence 0.95, at most 40 calls | 11 | 25 | |
//!
//! What binds: of 101 agents on `avx2`, seven tenths of the time goes to looking bytes up and filling undecided ones,
//! a tenth to the generator, a fourteenth to the pools. Of 101 agents under a copula, two thirds go to the one vote
//! in a hundred that its first byte leaves open: a normal, `erfc`, and a branch that is hard to predict.
//!
//! Time to a standard error of 10⁻⁴, on one thread of `avx512` and by the plain loop: 0.55 ms and 49 ms for a majority
//! of 5, 15 ms and 176 ms for three validated attempts, 0.8 s and 3.1 s for 101 beta-binomial agents.
//!
//! Drawing the number of failures from a binomial, instead of votes, reached 1.8 at 101 agents and 70 at 1001
//! (rand_distr). It is another method, and the faster one with many agents.
//!
//! # Proof
//!
//! The kernel takes its random words as a parameter. Its tests feed every input of small cases and require counts equal
//! to integers known in advance; they also read the stream again with a slow decoder in rational numbers, on every
//! engine. `tests/simulation/value_stability.rs` pins the counts of every path.
//!
//! # Files
//!
//! A rule is a file in `rules`, a dependence model a file in `dependence`; each folder has one `match` that lists them.
//! `units` makes a scenario ready, `threads` counts its units. All unsafe code is in `lanes`. No two files use each
//! other.

mod active;
pub(crate) mod ballot;
pub(crate) mod block;
pub mod broken;
pub(crate) mod buffers;
mod cascade;
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
mod most_common;
mod options;
pub(crate) mod outcomes;
mod packed;
mod pair;
mod part;
mod parts;
pub(crate) mod picks;
mod race;
pub(crate) mod random;
pub(crate) mod rare;
#[cfg(test)]
pub(crate) mod reference;
mod restaurant;
mod roster;
mod rules;
mod simulation;
pub(crate) mod source;
mod team;
mod threads;
pub(crate) mod units;
pub(crate) mod voting;
mod weighted;

pub(crate) use clock::Instant;
pub use error::{EngineError, SimulationError};
pub use lanes::Engine;
pub use options::{Progress, SimulationOptions};
pub use pair::simulate_pair;
pub use part::Part;
pub use parts::Tally;
pub use rare::simulate_rare;
pub use simulation::simulate;
pub(crate) use threads::{BETWEEN_REPORTS, asked_threads};
