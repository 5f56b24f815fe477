//! The engine for AVX2 with BMI2: a block is two registers.
//!
//! Every function here is compiled for these instructions and safe within them; the blocks marked unsafe are the steps
//! into them, and what moves blocks between memory and registers.
#![allow(unsafe_code)]

use super::operations::{Job, Lanes, by_instructions};
use crate::monte_carlo::block::{BLOCK, Block, State};
use crate::monte_carlo::level::{Level, Plane, Window};
use std::arch::x86_64::*;
use std::sync::atomic::AtomicU64;

/// AVX2 registers. Named outside its file only by [`Engine`](super::Engine), after [`detected`](Self::detected).
pub(super) struct Avx2;

static UNITS: AtomicU64 = AtomicU64::new(0);

/// A block.
type Vector = [__m256i; 2];

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

/// The symbol of the first cell, and where others differ; the last decided byte.
#[derive(Clone, Copy)]
pub(super) struct Table<'a> {
    first: __m256i,
    planes: &'a [Plane],
    last_decided: __m256i,
}

impl Lanes for Avx2 {
    const NAME: &'static str = "avx2";

    type Table<'a> = Table<'a>;

    type Vector = Vector;

    by_instructions!(load_block, store_block);

    fn units() -> &'static AtomicU64 {
        &UNITS
    }

    #[inline(always)]
    fn table(level: &Level) -> Table<'_> {
        // SAFETY: as in `enter`.
        unsafe { table(level) }
    }
}

#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
#[inline(never)]
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
fn table(level: &Level) -> Table<'_> {
    Table {
        first: _mm256_set1_epi8(level.cells[0] as i8),
        planes: level.planes(),
        last_decided: _mm256_set1_epi8(level.decided.wrapping_sub(1) as i8),
    }
}

#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
#[inline]
fn look_up(table: Table<'_>, bytes: &Block, pool: &Window, symbols: &mut Block) -> usize {
    let bytes = load_block(bytes);
    // A byte is its own minimum with the last decided one if it is decided.
    let decided = [
        _mm256_cmpeq_epi8(_mm256_min_epu8(bytes[0], table.last_decided), bytes[0]),
        _mm256_cmpeq_epi8(_mm256_min_epu8(bytes[1], table.last_decided), bytes[1]),
    ];
    let places = decided.map(|decided| u64::from(!_mm256_movemask_epi8(decided) as u32));
    let undecided = places[0] | places[1] << 32;
    let found = cells(table, bytes);
    // The pool's next symbols for each sixteen bytes.
    let before = |bytes: u32| (undecided & ((1 << bytes) - 1)).count_ones() as usize;
    let next = [two_rows(pool, 0, before(16)), two_rows(pool, before(32), before(48))];
    store_block(symbols, [fill(found[0], decided[0], next[0]), fill(found[1], decided[1], next[1])]);
    undecided.count_ones() as usize
}

/// The symbols of bytes: for each plane, five bits of a byte choose eight cells, and the other three one of these.
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
#[inline]
fn cells(table: Table<'_>, bytes: Vector) -> Vector {
    let nibble = _mm256_set1_epi8(15);
    let flags = _mm256_set1_epi64x(i64::from_le_bytes([1, 2, 4, 8, 16, 32, 64, -128_i8 as u8]));
    let (mut found, mut eights, mut flag) = ([table.first; 2], [nibble; 2], [flags; 2]);
    for half in 0..2 {
        eights[half] = _mm256_and_si256(_mm256_srli_epi16::<3>(bytes[half]), nibble);
        flag[half] = _mm256_shuffle_epi8(flags, _mm256_and_si256(bytes[half], nibble));
    }
    for plane in table.planes {
        let [low, high] = plane.cells.as_chunks().0 else { continue };
        let (low, high) = (broadcast(low), broadcast(high));
        let bits = _mm256_set1_epi8(plane.bits as i8);
        for half in 0..2 {
            let low = _mm256_shuffle_epi8(low, eights[half]);
            let high = _mm256_shuffle_epi8(high, eights[half]);
            // A blend looks at the top bit of each byte.
            let chosen = _mm256_and_si256(_mm256_blendv_epi8(low, high, bytes[half]), flag[half]);
            let differs = _mm256_cmpeq_epi8(chosen, flag[half]);
            found[half] = _mm256_xor_si256(found[half], _mm256_and_si256(differs, bits));
        }
    }
    found
}

/// Puts, in each half of a register, the next symbols in the places of what is not decided: place by place, the number
/// of those before chooses.
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
#[inline]
fn fill(found: __m256i, decided: __m256i, next: __m256i) -> __m256i {
    const SEVENTH: [u8; 16] = [128, 128, 128, 128, 128, 128, 128, 128, 7, 7, 7, 7, 7, 7, 7, 7];
    let undecided = _mm256_add_epi8(decided, _mm256_set1_epi8(1));
    let pairs = _mm256_add_epi8(undecided, _mm256_slli_epi64::<8>(undecided));
    let fours = _mm256_add_epi8(pairs, _mm256_slli_epi64::<16>(pairs));
    let eights = _mm256_add_epi8(fours, _mm256_slli_epi64::<32>(fours));
    let in_first = _mm256_shuffle_epi8(eights, broadcast(&SEVENTH));
    let number = _mm256_add_epi8(_mm256_add_epi8(eights, in_first), _mm256_set1_epi8(-1));
    _mm256_blendv_epi8(_mm256_shuffle_epi8(next, number), found, decided)
}

/// Sixteen bytes from each of two places.
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
#[inline]
fn two_rows(pool: &Window, first: usize, second: usize) -> __m256i {
    let row = |at: usize| pool[at % BLOCK..].first_chunk().unwrap_or(&[0; 16]);
    _mm256_inserti128_si256::<1>(_mm256_castsi128_si256(load_row(row(first))), load_row(row(second)))
}

/// Extracts the bytes whose bits are set from eight at a time.
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
#[inline]
fn pack(bytes: &Block, from: u8, packed: &mut Block) -> usize {
    let from = _mm256_set1_epi8(from as i8);
    let mut taken = 0;
    for bytes in bytes.as_chunks().0 {
        let register = load(bytes);
        // A byte is its own maximum with the first one that is kept if it is kept.
        let kept = _mm256_cmpeq_epi8(_mm256_max_epu8(register, from), register);
        let mut places = [0; REGISTER];
        store(&mut places, kept);
        for (bytes, places) in bytes.as_chunks().0.iter().zip(places.as_chunks().0) {
            let places = u64::from_le_bytes(*places);
            // Before the last eight bytes at most 56 have been taken, so that there is always room.
            if let Some(room) = packed[taken % BLOCK..].first_chunk_mut() {
                *room = _pext_u64(u64::from_le_bytes(*bytes), places).to_le_bytes();
            }
            taken += places.count_ones() as usize / 8;
        }
    }
    taken
}

#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
#[inline]
fn add(numbers: Vector, others: Vector) -> Vector {
    [_mm256_add_epi8(numbers[0], others[0]), _mm256_add_epi8(numbers[1], others[1])]
}

#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
#[inline]
fn halves([first, second]: Vector) -> [Vector; 2] {
    let half = _mm256_set1_epi8(15);
    [
        [_mm256_and_si256(first, half), _mm256_and_si256(second, half)],
        [
            _mm256_and_si256(_mm256_srli_epi16::<4>(first), half),
            _mm256_and_si256(_mm256_srli_epi16::<4>(second), half),
        ],
    ]
}

#[target_feature(enable = "avx2")]
#[inline]
fn load_block(block: &Block) -> Vector {
    let [first, second] = block.as_chunks().0 else { return [_mm256_setzero_si256(); 2] };
    [load(first), load(second)]
}

#[target_feature(enable = "avx2")]
#[inline]
fn store_block(block: &mut Block, vector: Vector) {
    for (bytes, register) in block.as_chunks_mut().0.iter_mut().zip(vector) {
        store(bytes, register);
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
    _mm256_broadcastsi128_si256(load_row(row))
}

#[target_feature(enable = "avx2")]
#[inline]
fn load_row(row: &[u8; 16]) -> __m128i {
    // SAFETY: a row is 16 bytes, and the load needs no alignment.
    unsafe { _mm_loadu_si128(row.as_ptr().cast()) }
}
