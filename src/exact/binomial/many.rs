//! Tails of many draws, eight at a time.
//!
//! Each is that of a single call to the last bit: eight lanes do what one does. They wait for the slowest of them, so
//! that draws are first put in order of the terms that they may need.

#![cfg_attr(
    not(any(target_arch = "x86_64", target_arch = "aarch64")),
    expect(dead_code, reason = "other processors answer one by one")
)]

use super::draws::{Draws, Smaller};
use super::{few, first_term, tails_of_rate};
use crate::exact::compensated::Compensated;
use crate::exact::number::{Fused, Number};
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
use fearless_simd::Level;
use fearless_simd::f64x8;
use fearless_simd::prelude::SimdFrom;

/// At least k successes of n draws that fail with rate f: both numbers are whole.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question {
    pub n: f64,
    pub f: f64,
    pub k: f64,
}

impl Question {
    /// Of agents, whole numbers below 2⁵³.
    #[inline]
    pub(crate) fn new(n: u64, f: f64, k: u64) -> Self {
        Self { n: n as f64, f, k: k as f64 }
    }

    /// Whether the tail is formed of a normal double, and from two kinds of draws where there are more than a few.
    #[inline(always)]
    pub(super) fn is_for_squaring(self) -> bool {
        self.n <= first_term::BY_SQUARING as f64
            && (f64::MIN_POSITIVE..1.0).contains(&self.f)
            && (self.is_of_few() || (self.k > 1.0 && self.k < self.n))
    }

    /// Whether all factorials are doubles.
    #[inline(always)]
    pub(super) fn is_of_few(self) -> bool {
        self.n <= few::MOST as f64
    }
}

const LANES: usize = 8;

/// Fewer are answered one by one before they would be in order.
const WORTH_SORTING: usize = 16;

/// Classes of draws that need about as many terms: four for each doubling.
const CLASSES: usize = 96;

/// Those of a few draws, before those of many.
const CLASSES_OF_FEW: usize = 32;

/// Gives the place of each and its answer, in any order: P(at least k), P(less), and their logarithms, as
/// [`tails_of_rate`] says. What is not used of an answer is not computed.
pub(crate) fn each_of_many(questions: &[Question], mut give: impl FnMut(usize, [f64; 4])) {
    if questions.len() >= WORTH_SORTING {
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = Level::new().as_avx2() {
            return in_lanes(avx2, questions, give);
        }
        #[cfg(target_arch = "aarch64")]
        if let Some(neon) = Level::new().as_neon() {
            return in_lanes(neon, questions, give);
        }
    }
    for (place, &question) in questions.iter().enumerate() {
        give(place, tails_of_rate(question).with_logarithms());
    }
}

fn in_lanes<S: Fused>(simd: S, questions: &[Question], mut give: impl FnMut(usize, [f64; 4])) {
    let (order, ends) = simd.vectorize(
        #[inline(always)]
        || in_order(simd, questions),
    );
    let (few, rest) = order.split_at(ends[CLASSES_OF_FEW - 1]);
    let (many, others) = rest.split_at(ends[CLASSES - 1] - few.len());
    simd.vectorize(
        #[inline(always)]
        || {
            for places in few.chunks(LANES) {
                answer::<_, true>(simd, questions, places, &mut give);
            }
        },
    );
    simd.vectorize(
        #[inline(always)]
        || {
            for places in many.chunks(LANES) {
                answer::<_, false>(simd, questions, places, &mut give);
            }
        },
    );
    for &place in others {
        give(place, tails_of_rate(questions[place]).with_logarithms());
    }
}

/// Answers the questions at up to [`LANES`] places; lanes that are left over answer the first.
#[inline(always)]
fn answer<S: Fused, const FEW: bool>(
    simd: S,
    questions: &[Question],
    places: &[usize],
    give: &mut impl FnMut(usize, [f64; 4]),
) {
    let mut asked = [questions[places[0]]; LANES];
    for (question, &place) in asked.iter_mut().zip(places) {
        *question = questions[place];
    }
    let [n, f, k] = side_by_side(simd, asked);
    let (draws, above, twos) = Draws::of_rate(n, f, k);
    let (number, more) = draws.upper_tail::<FEW>();
    let smaller = Smaller { number, twos: twos + more, above };
    let answers = smaller.with_logarithms_far_from_the_ends();
    let some_are_near = smaller.is_near_the_ends();
    for (lane, &place) in places.iter().enumerate() {
        let alone = of_lane(&smaller, lane);
        if some_are_near && alone.is_near_the_ends() {
            give(place, alone.with_logarithms());
        } else {
            give(place, [answers[0][lane], answers[1][lane], answers[2][lane], answers[3][lane]]);
        }
    }
}

#[inline(always)]
fn of_lane<S: Fused>(smaller: &Smaller<f64x8<S>>, lane: usize) -> Smaller {
    let number = Compensated { value: smaller.number.value[lane], error: smaller.number.error[lane] };
    let zero = smaller.twos.same(0.0);
    let above = f64x8::select(smaller.above, zero + 1.0, zero)[lane] > 0.0;
    Smaller { number, twos: smaller.twos[lane], above }
}

#[inline(always)]
fn side_by_side<S: Fused>(simd: S, asked: [Question; LANES]) -> [f64x8<S>; 3] {
    let (mut n, mut f, mut k) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
    for (lane, question) in asked.iter().enumerate() {
        (n[lane], f[lane], k[lane]) = (question.n, question.f, question.k);
    }
    [f64x8::simd_from(simd, n), f64x8::simd_from(simd, f), f64x8::simd_from(simd, k)]
}

/// Returns the places of the questions by class, and where each class ends; what is answered otherwise stands last.
#[inline(always)]
fn in_order<S: Fused>(simd: S, questions: &[Question]) -> (Vec<usize>, [usize; CLASSES + 1]) {
    let mut classes = vec![0; questions.len()];
    for (questions, classes) in questions.chunks(LANES).zip(classes.chunks_mut(LANES)) {
        let mut asked = [questions[0]; LANES];
        asked[..questions.len()].copy_from_slice(questions);
        let numbers = class(side_by_side(simd, asked)).whole();
        for (class, number) in classes.iter_mut().zip(*numbers) {
            *class = number as usize;
        }
    }
    let mut ends = [0; CLASSES + 1];
    for &class in &classes {
        ends[class] += 1;
    }
    let mut starts = [0; CLASSES + 1];
    let mut end = 0;
    for (start, size) in starts.iter_mut().zip(&mut ends) {
        *start = end;
        end += *size;
        *size = end;
    }
    let mut order = vec![0; questions.len()];
    for (place, &class) in classes.iter().enumerate() {
        order[starts[class]] = place;
        starts[class] += 1;
    }
    (order, ends)
}

/// Returns the class by the number of terms, the last one for what is answered otherwise.
#[inline(always)]
fn class<N: Number>([n, f, k]: [N; 3]) -> N {
    let (zero, one) = (n.same(0.0), n.same(1.0));
    let terms = terms([n, f, k]);
    let octave = terms.exponent();
    let quarters = octave * 4.0 + terms * (zero - octave).power_of_two() * 8.0 - 8.0;
    let few = n.same(few::MOST as f64 + 1.0).exceeds(n);
    let first = N::select(few, zero, n.same(CLASSES_OF_FEW as f64));
    let last = N::select(few, n.same(CLASSES_OF_FEW as f64 - 1.0), n.same(CLASSES as f64 - 1.0));
    let class = (first + quarters).nearest_integer();
    let class = N::select(class.exceeds(last), last, class);
    // What `is_for_squaring` asks.
    let small = n.same(first_term::BY_SQUARING as f64 + 1.0).exceeds(n);
    let normal = f.exceeds(n.same(f64::MIN_POSITIVE)) & one.exceeds(f);
    let inside = N::select(few, one, N::select(k.exceeds(one) & n.exceeds(k), one, zero)).exceeds(zero);
    N::select(small & normal & inside, class, n.same(CLASSES as f64))
}

/// Returns about how many terms a tail has, at least one.
#[inline(always)]
fn terms<N: Number>([n, f, k]: [N; 3]) -> N {
    /// A term is left out where it is e to minus this.
    const LAST_EXPONENT: f64 = 43.0;
    let success = n.same(1.0) - f;
    let above = (k - 0.5).exceeds(n * success);
    let (yes, no) = (N::select(above, success, f), N::select(above, f, success));
    let j = N::select(above, k, n - k + 1.0);
    let others = n - j;
    // −ln of the first ratio a/b is about 2(b−a)/(b+a).
    let (a, b) = (yes * others, no * (j + 1.0));
    let slope = (b - a) * 2.0 / (b + a);
    let curvature = n / (j * (others + 1.0));
    let root = (slope * slope + curvature * (2.0 * LAST_EXPONENT)).root();
    let terms = n.same(2.0 * LAST_EXPONENT) / (root + slope);
    let terms = N::select(terms.exceeds(others), others, terms);
    N::select(terms.exceeds(n.same(1.0)), terms, n.same(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::scaled::Scaled;
    use proptest::prelude::*;

    /// Numbers of draws on both sides of where a method ends.
    fn draws() -> impl Strategy<Value = u64> {
        let ends = [few::MOST, 600, first_term::BY_SQUARING];
        let at_an_end = (0..ends.len(), 0..4_u64).prop_map(move |(end, more)| ends[end] + more - 1);
        prop_oneof![1..=25_u64, 1..=few::MOST, 171..=3000_u64, 3000..=3_000_000_u64, at_an_end]
    }

    /// Rates of every size, many of them where an integral is taken, and thresholds around the mean and anywhere.
    fn question() -> impl Strategy<Value = Question> {
        let tiny = (0.0..320.0_f64).prop_map(|size| libm::pow(10.0, -size));
        let rate = prop_oneof![
            4 => 0.3..0.5_f64,
            2 => 0.0..1.0_f64,
            1 => tiny.clone(),
            1 => tiny.prop_map(|rest| 1.0 - rest),
        ];
        (draws(), rate, 0..4, 0.0..1.0_f64).prop_map(|(n, f, kind, part)| {
            let deviation = libm::sqrt(n as f64 * f * (1.0 - f));
            let k = match kind {
                0 => n / 2 + 1,
                1 => (n as f64 * part) as u64,
                2 => (n as f64 * (1.0 - f) + 12.0 * (part - 0.5) * deviation) as u64,
                _ => [1, n][usize::from(part > 0.5)],
            };
            Question::new(n, f, k.clamp(1, n))
        })
    }

    proptest! {
        /// Whatever stands beside a question, and whatever is left over of eight, its answer is that of a single call,
        /// to the last bit.
        #[test]
        fn many_answers_are_those_of_single_calls(questions in prop::collection::vec(question(), 0..90)) {
            let mut places = Vec::new();
            each_of_many(&questions, |place, answer| {
                let alone = tails_of_rate(questions[place]);
                assert_eq!(answer, alone.with_logarithms(), "{:?}", questions[place]);
                assert_eq!(answer[..2], alone.doubles(), "{:?}", questions[place]);
                assert_eq!(answer[..2], alone.both().map(Scaled::to_f64), "{:?}", questions[place]);
                places.push(place);
            });
            places.sort_unstable();
            assert!(places.into_iter().eq(0..questions.len()));
        }
    }
}
