//! The engine for AVX-512 with byte permutes (VBMI) and byte expansion (VBMI2): a block is a register.
//!
//! Every function here is compiled for these instructions and safe within them; the blocks marked unsafe are the steps
//! into them, and what moves blocks between memory and registers.
#![allow(unsafe_code)]

use super::operations::{Job, Lanes, by_instructions};
use crate::monte_carlo::block::{BLOCK, Block, COLUMNS, State};
use crate::monte_carlo::level::{Level, Window};
use std::arch::asm;
use std::arch::x86_64::*;
use std::sync::atomic::AtomicU64;

/// AVX-512 registers. Named outside its file only by [`Engine`](super::Engine), after [`detected`](Self::detected).
pub(super) struct Avx512;

static UNITS: AtomicU64 = AtomicU64::new(0);

impl Avx512 {
    /// Whether the processor has all of its instructions.
    pub(super) fn detected() -> bool {
        is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vbmi")
            && is_x86_feature_detected!("avx512vbmi2")
            && is_x86_feature_detected!("popcnt")
    }
}

/// A table of 256 bytes, and the last decided one.
#[derive(Clone, Copy)]
pub(super) struct Table {
    cells: [__m512i; 4],
    last_decided: __m512i,
}

impl Lanes for Avx512 {
    const NAME: &'static str = "avx512";

    type Table<'a> = Table;

    type Vector = __m512i;

    by_instructions!(load, store);

    fn units() -> &'static AtomicU64 {
        &UNITS
    }

    #[inline(always)]
    fn table(level: &Level) -> Table {
        // SAFETY: as in `enter`.
        unsafe { table(level) }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,popcnt")]
#[inline(never)]
fn enter<J: Job>(job: J) -> J::Output {
    job.run::<Avx512>()
}

/// The state stays in registers for all blocks.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,popcnt")]
fn generate(state: &mut State, blocks: &mut [Block]) {
    let [mut s0, mut s1, mut s2, mut s3] = state.words.each_ref().map(|words| load_words(words));
    for block in blocks {
        store(block, _mm512_add_epi64(_mm512_rol_epi64::<23>(_mm512_add_epi64(s0, s3)), s0));
        let shifted = _mm512_slli_epi64::<17>(s1);
        s2 = _mm512_xor_si512(s2, s0);
        s3 = _mm512_xor_si512(s3, s1);
        s1 = _mm512_xor_si512(s1, s2);
        s0 = _mm512_xor_si512(s0, s3);
        s2 = _mm512_xor_si512(s2, shifted);
        s3 = _mm512_rol_epi64::<45>(s3);
    }
    for (words, register) in state.words.iter_mut().zip([s0, s1, s2, s3]) {
        store_words(words, register);
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,popcnt")]
#[inline]
fn table(level: &Level) -> Table {
    let quarters = level.cells.as_chunks::<BLOCK>().0;
    let cells = std::array::from_fn(|at| load(&quarters[at]));
    Table { cells, last_decided: _mm512_set1_epi8(level.decided.wrapping_sub(1) as i8) }
}

/// A permute of two registers looks up seven bits; the eighth chooses between two of these.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,popcnt")]
#[inline]
fn look_up(table: Table, bytes: &Block, pool: &Window, symbols: &mut Block) -> usize {
    let bytes = load(bytes);
    let [first, second, third, fourth] = table.cells;
    let low = _mm512_permutex2var_epi8(first, bytes, second);
    let high = _mm512_permutex2var_epi8(third, bytes, fourth);
    let decided = _mm512_mask_blend_epi8(_mm512_movepi8_mask(bytes), low, high);
    let undecided = _mm512_cmpgt_epu8_mask(bytes, table.last_decided);
    let next = in_register(load(&pool.as_chunks().0[0]));
    store(symbols, _mm512_mask_expand_epi8(decided, undecided, next));
    undecided.count_ones() as usize
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,popcnt")]
#[inline]
fn pack(bytes: &Block, from: u8, packed: &mut Block) -> usize {
    let bytes = load(bytes);
    let kept = _mm512_cmpge_epu8_mask(bytes, _mm512_set1_epi8(from as i8));
    store(packed, _mm512_maskz_compress_epi8(kept, bytes));
    kept.count_ones() as usize
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,popcnt")]
#[inline]
fn add(numbers: __m512i, others: __m512i) -> __m512i {
    _mm512_add_epi8(numbers, others)
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,popcnt")]
#[inline]
fn halves(numbers: __m512i) -> [__m512i; 2] {
    let half = _mm512_set1_epi8(15);
    [_mm512_and_si512(numbers, half), _mm512_and_si512(_mm512_srli_epi16::<4>(numbers), half)]
}

#[target_feature(enable = "avx512f")]
#[inline]
fn load(block: &Block) -> __m512i {
    // SAFETY: a block is 64 bytes, and the load needs no alignment.
    unsafe { _mm512_loadu_si512(block.as_ptr().cast()) }
}

#[target_feature(enable = "avx512f")]
#[inline]
fn store(block: &mut Block, register: __m512i) {
    // SAFETY: a block is 64 bytes, and the store needs no alignment.
    unsafe { _mm512_storeu_si512(block.as_mut_ptr().cast(), register) }
}

/// Keeps a load apart from the expansion that uses it, which is slower from memory.
#[target_feature(enable = "avx512f")]
#[inline]
fn in_register(register: __m512i) -> __m512i {
    let mut same = register;
    // SAFETY: no instruction is executed.
    unsafe { asm!("/* {0} */", inout(zmm_reg) same, options(pure, nomem, nostack, preserves_flags)) };
    same
}

#[target_feature(enable = "avx512f")]
#[inline]
fn load_words(words: &[u64; COLUMNS]) -> __m512i {
    // SAFETY: eight words are 64 bytes, and the load needs no alignment.
    unsafe { _mm512_loadu_si512(words.as_ptr().cast()) }
}

#[target_feature(enable = "avx512f")]
#[inline]
fn store_words(words: &mut [u64; COLUMNS], register: __m512i) {
    // SAFETY: eight words are 64 bytes, and the store needs no alignment.
    unsafe { _mm512_storeu_si512(words.as_mut_ptr().cast(), register) }
}
