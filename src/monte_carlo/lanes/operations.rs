//! The operations that an engine implements, and the code that runs on it.

use crate::monte_carlo::block::{Block, State};
use crate::monte_carlo::level::{Level, Window};
use std::sync::atomic::AtomicU64;

/// What an engine does on blocks.
pub(crate) trait Lanes {
    /// Name of the engine.
    const NAME: &'static str;

    /// A level's table, as the engine keeps it in registers.
    type Table<'a>: Copy;

    /// A block in registers. Loops sum in this type; in memory, each sum would wait for the one before to be stored.
    type Vector: Copy;

    /// Runs a job, compiled for this engine.
    fn enter<J: Job>(job: J) -> J::Output;

    /// Number of units of trials that this engine has computed.
    fn units() -> &'static AtomicU64;

    /// Steps all columns once for every block.
    fn generate(state: &mut State, blocks: &mut [Block]);

    /// Prepares a level for looking up.
    fn table(level: &Level) -> Self::Table<'_>;

    /// Looks every byte up; undecided bytes become, in byte order, the next symbols of `pool`. Returns how many of them
    /// were taken.
    fn look_up(table: Self::Table<'_>, bytes: &Block, pool: &Window, symbols: &mut Block) -> usize;

    /// Puts the bytes that are at least `from`, which is above 0, in order at the front of `packed`, and returns their
    /// number. What follows them there has no meaning.
    fn pack(bytes: &Block, from: u8, packed: &mut Block) -> usize;

    /// Takes a block into registers.
    fn load(block: &Block) -> Self::Vector;

    /// Puts a block back into memory.
    fn store(vector: Self::Vector, block: &mut Block);

    /// The sum of two numbers for each trial.
    fn add(numbers: Self::Vector, others: Self::Vector) -> Self::Vector;

    /// The low half and the high half of each number.
    fn halves(numbers: Self::Vector) -> [Self::Vector; 2];
}

/// Generic code that an engine compiles for itself. Functions that it calls in a loop must be inlined; otherwise they
/// are compiled for the minimum that every machine has.
pub(crate) trait Job {
    /// Result of the job.
    type Output;

    /// Runs the job; always inlined.
    fn run<L: Lanes>(self) -> Self::Output;
}

/// Implements operations of [`Lanes`] by functions of the engine's file: those of the same names, and `$load` and
/// `$store`. They are compiled for the engine's instructions.
#[cfg(target_arch = "x86_64")]
macro_rules! by_instructions {
    ($load:ident, $store:ident) => {
        #[inline(always)]
        fn enter<J: Job>(job: J) -> J::Output {
            // SAFETY: this type is reached through an `Engine` alone, which exists only where the instructions were
            // detected.
            unsafe { enter(job) }
        }

        #[inline(always)]
        fn generate(state: &mut State, blocks: &mut [Block]) {
            // SAFETY: as in `enter`.
            unsafe { generate(state, blocks) }
        }

        #[inline(always)]
        fn look_up(table: Self::Table<'_>, bytes: &Block, pool: &Window, symbols: &mut Block) -> usize {
            // SAFETY: as in `enter`.
            unsafe { look_up(table, bytes, pool, symbols) }
        }

        #[inline(always)]
        fn pack(bytes: &Block, from: u8, packed: &mut Block) -> usize {
            // SAFETY: as in `enter`.
            unsafe { pack(bytes, from, packed) }
        }

        #[inline(always)]
        fn load(block: &Block) -> Self::Vector {
            // SAFETY: as in `enter`.
            unsafe { $load(block) }
        }

        #[inline(always)]
        fn store(vector: Self::Vector, block: &mut Block) {
            // SAFETY: as in `enter`.
            unsafe { $store(block, vector) }
        }

        #[inline(always)]
        fn add(numbers: Self::Vector, others: Self::Vector) -> Self::Vector {
            // SAFETY: as in `enter`.
            unsafe { add(numbers, others) }
        }

        #[inline(always)]
        fn halves(numbers: Self::Vector) -> [Self::Vector; 2] {
            // SAFETY: as in `enter`.
            unsafe { halves(numbers) }
        }
    };
}
#[cfg(target_arch = "x86_64")]
pub(super) use by_instructions;
