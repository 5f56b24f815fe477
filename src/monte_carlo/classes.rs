//! The classes of tasks: how many trials of a unit belong to each.

use super::block::{BLOCK, CHUNK, number_of};
use super::decoder::{DecodeState, Decoder, Rest};
use super::lanes::{Job, Lanes};
use super::law::Law;
use super::random::{Stream, Words};

/// How the class of a trial is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ClassDraw {
    /// Few classes: a byte each.
    Few(Decoder),
    /// More than 256: a 64-bit word each.
    Many(Rest),
}

/// Number of trials of a unit that belong to a class, and number of those that are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ClassTrials {
    pub(crate) trials: usize,
    pub(crate) counted: usize,
}

impl ClassTrials {
    fn add(&mut self, trials: usize, counted: usize) {
        self.trials += trials;
        self.counted += counted;
    }
}

impl ClassDraw {
    /// Returns how classes with these probabilities are drawn; `None` for a single one.
    pub(crate) fn new(law: &Law) -> Option<Self> {
        match law.probabilities.len() {
            0 | 1 => None,
            2..=256 => Some(Self::Few(Decoder::new(law, |class| class as u8))),
            _ => Some(Self::Many(Rest::new(&law.probabilities))),
        }
    }

    /// Draws the class of each of `all` trials, of which the first are counted.
    #[inline(always)]
    pub(crate) fn shares<L: Lanes, W: Words>(
        &self,
        classes: usize,
        all: ClassTrials,
        stream: &mut Stream<W>,
    ) -> Vec<ClassTrials> {
        let mut shares = vec![ClassTrials::default(); classes];
        match self {
            Self::Few(decoder) => L::enter(DrawFew { decoder, all, shares: &mut shares, stream }),
            Self::Many(rest) => {
                for trial in 0..all.trials {
                    shares[rest.draw(stream)].add(1, usize::from(trial < all.counted));
                }
            }
        }
        shares
    }
}

/// Number of blocks of trials whose classes are drawn together: they fit into the first cache, and are whole chunks of
/// the stream.
const CLASSES: usize = 8 * CHUNK;

/// Maximum number of classes that are each compared with every trial; more classes are counted trial by trial.
const MAX_COMPARED: usize = 16;

/// Draws the class of every trial, a byte each.
struct DrawFew<'s, W> {
    decoder: &'s Decoder,
    all: ClassTrials,
    shares: &'s mut [ClassTrials],
    stream: &'s mut Stream<W>,
}

impl<W: Words> Job for DrawFew<'_, W> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let mut state = DecodeState::new(self.decoder);
        let mut blocks = [[0; BLOCK]; CLASSES];
        let ClassTrials { mut trials, mut counted } = self.all;
        while trials > 0 {
            let blocks = &mut blocks[..CLASSES.min(trials.div_ceil(BLOCK))];
            state.blocks::<L, W>(self.stream, blocks);
            let drawn = &blocks.as_flattened()[..trials.min(CLASSES * BLOCK)];
            let (first, others) = drawn.split_at(counted.min(drawn.len()));
            add_classes(first, self.shares, 1);
            add_classes(others, self.shares, 0);
            trials -= drawn.len();
            counted -= first.len();
        }
    }
}

/// Adds trials of these classes, each counted `counted` times.
#[inline(always)]
fn add_classes(classes: &[u8], shares: &mut [ClassTrials], counted: usize) {
    if shares.len() > MAX_COMPARED {
        for class in classes {
            shares[usize::from(*class)].add(1, counted);
        }
        return;
    }
    for (class, share) in (0_u8..).zip(shares) {
        let trials = number_of(classes, |drawn| drawn == class);
        share.add(trials, trials * counted);
    }
}

#[cfg(test)]
mod tests {
    use super::super::lanes::on_every_engine;
    use super::super::random::Columns;
    use super::super::reference::{SlowDecoder, SlowStream};
    use super::*;

    /// Classes that are compared and classes that are counted trial by trial, in whole sections and in one that is cut,
    /// against the slow decoder on the same stream.
    #[test]
    fn shares_are_those_of_the_slow_reference() {
        on_every_engine!(|L| {
            for classes in [2, 3, MAX_COMPARED, MAX_COMPARED + 1, 256] {
                let weights: Vec<f64> = (1..=classes).map(|weight| weight as f64).collect();
                let law = Law::of_weights(&weights);
                let draw = ClassDraw::new(&law).unwrap();
                let blocks = CLASSES + 3;
                let trials = blocks * BLOCK;
                let mut slow_stream = SlowStream::new(5, 2);
                let drawn = SlowDecoder::new(&law).blocks(&mut slow_stream, blocks);
                let next = slow_stream.block();
                for counted in [0, 1, 64, 1000, CLASSES * BLOCK, CLASSES * BLOCK + 1, trials] {
                    let mut expected = vec![ClassTrials::default(); classes];
                    for (trial, class) in drawn.iter().enumerate() {
                        expected[*class].trials += 1;
                        expected[*class].counted += usize::from(trial < counted);
                    }
                    let mut stream = Stream::new(Columns::<L>::new(5, 2));
                    let shares = draw.shares::<L, _>(classes, ClassTrials { trials, counted }, &mut stream);
                    assert_eq!(shares, expected, "{classes} {counted}");
                    assert_eq!(stream.block().as_slice(), next);
                }
            }
        });
    }
}
