//! The few operations on sixty-four bytes at a time that the kernel is made of.
//!
//! An engine is one implementation of [`Lanes`]. It may be as wide as its machine: a block is the same 64 bytes in
//! every engine, and blocks are consumed in the same order, so that all engines give the same bits.
//!
//! The kernel is generic code, always inlined, and an engine compiles it once for its own instructions: a [`Job`] that
//! [`Lanes::enter`] runs. Only [`Engine::run`] gives access to engines, and an [`Engine`] exists only where the
//! processor has its instructions. Every call of such an instruction relies on this.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod engine;
mod operations;
mod portable;

pub use engine::Engine;
pub(crate) use operations::{Job, Lanes};
pub(crate) use portable::Portable;

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
    use super::super::block::{BLOCK, Block};
    use super::super::level::{Level, Window};

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
                // Symbols of few bits, some of which differ in the same cells, and symbols of all.
                let bits = [0xff, 1, 0x11, 0x37, 0][decided % 5];
                let symbol = |cell: usize| (cell * 167 + decided * 13 + (cell * cell) / 7) as u8 & bits;
                let level = Level::new(std::array::from_fn(symbol), decided as u16);
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

    /// Every limit, with bytes of which none, some or all are kept.
    #[test]
    fn bytes_are_packed_in_order() {
        on_every_engine!(|L| {
            for from in 1..=255 {
                for (start, step) in (0..=255).zip([0, 1, 4, 37, 101, 251].into_iter().cycle()) {
                    let bytes = block(|at| start + step * at);
                    let expected: Vec<u8> = bytes.into_iter().filter(|byte| *byte >= from).collect();
                    let mut packed = [0; BLOCK];
                    let taken = L::pack(&bytes, from, &mut packed);
                    assert_eq!(packed[..taken], expected, "{from} {start} {step}");
                }
            }
        });
    }
}
