//! The engine for AVX2 with BMI2: a block is two registers.
//!
//! Every function here is compiled for these instructions and safe within them; the blocks marked unsafe are the steps into them, and what moves
//! blocks between memory and registers.
#![allow(unsafe_code)]

use super::{Job, Lanes};
use crate::monte_carlo::decoder::Level;
use crate::monte_carlo::random::{Block, State};
use std::arch::x86_64::*;
use std::sync::atomic::AtomicU64;

/// AVX2 registers. Named outside its file only by [`Engine`](super::Engine), after [`detected`](Self::detected).
pub(super) struct Avx2;

static UNITS: AtomicU64 = AtomicU64::new(0);

/// Bytes in a register.
const REGISTER: usize = 32;

impl Avx2 {
    /// Whether the processor has all of its instructions.
    pub(super) fn detected() -> bool {
        is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("popcnt")
    }
}

impl Lanes for Avx2 {
    const NAME: &'static str = "avx2";

    type Table<'a> = &'a Level;

    #[inline(always)]
    fn enter<J: Job>(job: J) -> J::Output {
        // SAFETY: this type is reached through an `Engine` alone, which exists only where the instructions were detected.
        unsafe { enter(job) }
    }

    fn units() -> &'static AtomicU64 {
        &UNITS
    }

    #[inline(always)]
    fn generate(state: &mut State, blocks: &mut [Block]) {
        // SAFETY: as in `enter`.
        unsafe { generate(state, blocks) }
    }

    #[inline(always)]
    fn table(level: &Level) -> &Level {
        level
    }

    #[inline(always)]
    fn look_up(level: &Level, bytes: &Block, pool: &Block, symbols: &mut Block) -> usize {
        // SAFETY: as in `enter`.
        unsafe { look_up(level, bytes, pool, symbols) }
    }

    #[inline(always)]
    fn add(counters: &mut Block, numbers: &Block) {
        // SAFETY: as in `enter`.
        unsafe { add(counters, numbers) }
    }

    #[inline(always)]
    fn add_halves(low: &mut Block, high: &mut Block, numbers: &Block) {
        // SAFETY: as in `enter`.
        unsafe { add_halves(low, high, numbers) }
    }
}

#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
fn enter<J: Job>(job: J) -> J::Output {
    job.run::<Avx2>()
}

/// Four columns after the other, so that their state stays in registers for all blocks.
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
fn generate(state: &mut State, blocks: &mut [Block]) {
    for half in 0..2 {
        let [mut s0, mut s1, mut s2, mut s3] =
            state.words.each_ref().map(|words| load_words(&words.as_chunks().0[half]));
        for block in &mut *blocks {
            let word = _mm256_add_epi64(rotate_left::<23, 41>(_mm256_add_epi64(s0, s3)), s0);
            store(&mut block.as_chunks_mut().0[half], word);
            let shifted = _mm256_slli_epi64::<17>(s1);
            s2 = _mm256_xor_si256(s2, s0);
            s3 = _mm256_xor_si256(s3, s1);
            s1 = _mm256_xor_si256(s1, s2);
            s0 = _mm256_xor_si256(s0, s3);
            s2 = _mm256_xor_si256(s2, shifted);
            s3 = rotate_left::<45, 19>(s3);
        }
        for (words, register) in state.words.iter_mut().zip([s0, s1, s2, s3]) {
            store_words(&mut words.as_chunks_mut().0[half], register);
        }
    }
}

/// `RIGHT` is 64 − `LEFT`.
#[target_feature(enable = "avx2")]
#[inline]
fn rotate_left<const LEFT: i32, const RIGHT: i32>(words: __m256i) -> __m256i {
    _mm256_or_si256(_mm256_slli_epi64::<LEFT>(words), _mm256_srli_epi64::<RIGHT>(words))
}

#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
#[inline]
fn look_up(level: &Level, bytes: &Block, pool: &Block, symbols: &mut Block) -> usize {
    let last_decided = _mm256_set1_epi8(level.decided.wrapping_sub(1) as i8);
    let zero = _mm256_setzero_si256();
    let mut taken = 0;
    for (bytes, symbols) in bytes.as_chunks().0.iter().zip(symbols.as_chunks_mut().0) {
        let bytes = load(bytes);
        // Saturating subtraction leaves nothing of a decided byte.
        let decided = _mm256_cmpeq_epi8(_mm256_subs_epu8(bytes, last_decided), zero);
        store(symbols, _mm256_and_si256(decided, cells(level, bytes)));
        taken = mend(symbols, !_mm256_movemask_epi8(decided) as u32, pool, taken);
    }
    taken
}

/// A shuffle looks up four bits; each of the other four chooses between halves of what is left.
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
#[inline]
fn cells(level: &Level, bytes: __m256i) -> __m256i {
    let low = _mm256_and_si256(bytes, _mm256_set1_epi8(15));
    // A blend looks at the top bit of each byte; what a shift carries over from its neighbour is below.
    let bits =
        [_mm256_slli_epi16::<3>(bytes), _mm256_slli_epi16::<2>(bytes), _mm256_slli_epi16::<1>(bytes), bytes];
    let rows = level.cells.as_chunks().0;
    let of_row = |row: usize| _mm256_shuffle_epi8(broadcast(&rows[row]), low);
    let two = |row: usize| _mm256_blendv_epi8(of_row(row), of_row(row + 1), bits[0]);
    let four = |row: usize| _mm256_blendv_epi8(two(row), two(row + 2), bits[1]);
    let eight = |row: usize| _mm256_blendv_epi8(four(row), four(row + 4), bits[2]);
    _mm256_blendv_epi8(eight(0), eight(8), bits[3])
}

/// Puts the pool's next symbols in the places of the undecided, which are zero, eight at a time.
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
#[inline]
fn mend(symbols: &mut [u8; REGISTER], undecided: u32, pool: &Block, mut taken: usize) -> usize {
    for (at, symbols) in symbols.as_chunks_mut::<8>().0.iter_mut().enumerate() {
        let undecided = undecided >> (8 * at) & 0xff;
        let places = _pdep_u64(u64::from(undecided), 0x0101_0101_0101_0101) * 0xff;
        let next = _pdep_u64(word_at(pool, taken), places);
        *symbols = (u64::from_le_bytes(*symbols) | next).to_le_bytes();
        taken += undecided.count_ones() as usize;
    }
    taken
}

/// Up to eight symbols of the pool from a place on; zeros follow the last.
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
#[inline]
fn word_at(pool: &Block, at: usize) -> u64 {
    let start = at.min(pool.len() - 8);
    let word = pool[start..].first_chunk().map_or(0, |word| u64::from_le_bytes(*word));
    word >> (8 * (at - start) % 64)
}

#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
#[inline]
fn add(counters: &mut Block, numbers: &Block) {
    for (counters, numbers) in counters.as_chunks_mut().0.iter_mut().zip(numbers.as_chunks().0) {
        store(counters, _mm256_add_epi8(load(counters), load(numbers)));
    }
}

#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
#[inline]
fn add_halves(low: &mut Block, high: &mut Block, numbers: &Block) {
    let half = _mm256_set1_epi8(15);
    let counters = low.as_chunks_mut().0.iter_mut().zip(high.as_chunks_mut().0);
    for ((low, high), numbers) in counters.zip(numbers.as_chunks().0) {
        let numbers = load(numbers);
        store(low, _mm256_add_epi8(load(low), _mm256_and_si256(numbers, half)));
        let highs = _mm256_and_si256(_mm256_srli_epi16::<4>(numbers), half);
        store(high, _mm256_add_epi8(load(high), highs));
    }
}

#[target_feature(enable = "avx2")]
#[inline]
fn load(bytes: &[u8; REGISTER]) -> __m256i {
    // SAFETY: a register is 32 bytes, and the load needs no alignment.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
}

#[target_feature(enable = "avx2")]
#[inline]
fn store(bytes: &mut [u8; REGISTER], register: __m256i) {
    // SAFETY: a register is 32 bytes, and the store needs no alignment.
    unsafe { _mm256_storeu_si256(bytes.as_mut_ptr().cast(), register) }
}

#[target_feature(enable = "avx2")]
#[inline]
fn load_words(words: &[u64; REGISTER / 8]) -> __m256i {
    // SAFETY: four words are 32 bytes, and the load needs no alignment.
    unsafe { _mm256_loadu_si256(words.as_ptr().cast()) }
}

#[target_feature(enable = "avx2")]
#[inline]
fn store_words(words: &mut [u64; REGISTER / 8], register: __m256i) {
    // SAFETY: four words are 32 bytes, and the store needs no alignment.
    unsafe { _mm256_storeu_si256(words.as_mut_ptr().cast(), register) }
}

/// Sixteen bytes in both halves.
#[target_feature(enable = "avx2")]
#[inline]
fn broadcast(row: &[u8; 16]) -> __m256i {
    // SAFETY: a row is 16 bytes, and the load needs no alignment.
    _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(row.as_ptr().cast()) })
}
