//! The few operations on sixty-four bytes at a time that the kernel is written over.
//!
//! An engine is one implementation of [`Lanes`]. It may be as wide as its machine: a block is the same 64 bytes in every engine, and
//! blocks are consumed in the same order, so that all engines give the same bits.
//!
//! The kernel is generic code, always inlined, and an engine compiles it once for its own instructions: a [`Job`] that [`Lanes::enter`] runs.
//! Only [`Engine::run`] hands out engines, and an [`Engine`] exists only where the processor has its instructions; this is what
//! every call of such an instruction relies on.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod engine;
mod portable;

use super::decoder::{Level, Window};
use super::random::{Block, State};
pub use engine::Engine;
pub(crate) use portable::Portable;
use std::sync::atomic::AtomicU64;

/// What an engine does on blocks.
pub(crate) trait Lanes {
    /// What it is called.
    const NAME: &'static str;

    /// A level's table, as the engine keeps it in registers.
    type Table<'a>: Copy;

    /// A block in registers. Sums of a loop are of this type; in memory each waits for the one before to be stored.
    type Vector: Copy;

    /// Runs a job, compiled for this engine.
    fn enter<J: Job>(job: J) -> J::Output;

    /// How many units of trials this engine has computed.
    fn units() -> &'static AtomicU64;

    /// Steps all columns once for every block.
    fn generate(state: &mut State, blocks: &mut [Block]);

    /// Prepares a level for looking up.
    fn table(level: &Level) -> Self::Table<'_>;

    /// Looks every byte up; undecided bytes become, in byte order, the next symbols of `pool`. Returns how many of them were taken.
    fn look_up(table: Self::Table<'_>, bytes: &Block, pool: &Window, symbols: &mut Block) -> usize;

    /// Takes a block into registers.
    fn load(block: &Block) -> Self::Vector;

    /// Puts a block back into memory.
    fn store(vector: Self::Vector, block: &mut Block);

    /// The sum of two numbers for each trial.
    fn add(numbers: Self::Vector, others: Self::Vector) -> Self::Vector;

    /// The low half and the high half of each number.
    fn halves(numbers: Self::Vector) -> [Self::Vector; 2];
}

/// Generic code that an engine compiles for itself. What it calls in a loop has to be inlined, or is compiled for the
/// least of all machines.
pub(crate) trait Job {
    /// What comes of it.
    type Output;

    /// Does it; always inlined.
    fn run<L: Lanes>(self) -> Self::Output;
}

/// Runs a block of test code, generic over the engine `$lanes`, on every engine that has to run here.
#[cfg(test)]
macro_rules! on_every_engine {
    (|$lanes:ident| $code:block) => {{
        struct Code;
        impl $crate::monte_carlo::lanes::Job for Code {
            type Output = &'static str;
            fn run<$lanes: $crate::monte_carlo::lanes::Lanes>(self) -> &'static str {
                $code
                $lanes::NAME
            }
        }
        for engine in $crate::monte_carlo::lanes::Engine::required() {
            assert_eq!(engine.run(Code), engine.name());
        }
    }};
}
#[cfg(test)]
pub(crate) use on_every_engine;

#[cfg(test)]
mod tests {
    use super::super::random::BLOCK;
    use super::*;

    fn block(of: impl Fn(usize) -> usize) -> Block {
        std::array::from_fn(|at| of(at) as u8)
    }

    #[test]
    fn sums_are_those_of_every_byte() {
        on_every_engine!(|L| {
            for start in 0..=255 {
                let numbers = block(|at| start + 37 * at);
                let in_memory = |vector: L::Vector| {
                    let mut block = [0; BLOCK];
                    L::store(vector, &mut block);
                    block
                };
                let [low, high] = L::halves(L::load(&numbers)).map(in_memory);
                let sum = in_memory(L::add(L::load(&block(|at| at)), L::load(&numbers)));
                assert_eq!(low, numbers.map(|number| number % 16));
                assert_eq!(high, numbers.map(|number| number / 16));
                assert_eq!(sum, block(|at| at + usize::from(numbers[at])));
            }
        });
    }

    /// Tables of random cells, of every number of decided cells; every byte in every position.
    #[test]
    fn every_byte_is_looked_up_in_every_position() {
        on_every_engine!(|L| {
            let pool: Window = std::array::from_fn(|at| 0x80 + at as u8);
            for decided in 1..=256 {
                let level = Level {
                    cells: std::array::from_fn(|cell| (cell * 167 + decided * 13 + (cell * cell) / 7) as u8),
                    decided: decided as u16,
                };
                for start in 0..256 {
                    let bytes = block(|at| start + at * 4 + at / 5);
                    let mut symbols = [0; BLOCK];
                    let taken = L::look_up(L::table(&level), &bytes, &pool, &mut symbols);
                    let mut waiting = pool[..BLOCK].iter();
                    for (byte, symbol) in bytes.iter().map(|byte| usize::from(*byte)).zip(&symbols) {
                        let expected = if byte < decided { Some(&level.cells[byte]) } else { waiting.next() };
                        assert_eq!(Some(symbol), expected, "{decided} {byte}");
                    }
                    assert_eq!(taken, BLOCK - waiting.len());
                }
            }
        });
    }
}
