//! The most common of some answers.

/// The most common of some answers, and how many lead together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MostCommon {
    /// Number of votes of each leader.
    pub(crate) votes: u32,
    /// Number of answers that have as many.
    pub(crate) leaders: u32,
}

impl MostCommon {
    /// Returns the leaders among answers with these numbers of votes.
    #[inline]
    pub(crate) fn of_votes(votes: impl Iterator<Item = u32>) -> Self {
        votes.fold(Self::default(), |most, votes| {
            if votes > most.votes {
                Self { votes, leaders: 1 }
            } else {
                Self { leaders: most.leaders + u32::from(votes == most.votes), ..most }
            }
        })
    }

    /// The leaders after one more vote for an answer, which has so many then.
    #[inline]
    pub(crate) fn after_vote(self, votes: u32) -> Self {
        let leaders = if votes > self.votes { 1 } else { self.leaders + u32::from(votes == self.votes) };
        Self { votes: votes.max(self.votes), leaders }
    }

    /// The leaders among this many equal answers.
    #[inline]
    pub(crate) fn same(votes: u32) -> Self {
        Self { votes, leaders: u32::from(votes > 0) }
    }

    /// The leaders among this many answers of one vote each.
    #[inline]
    pub(crate) fn distinct(answers: u32) -> Self {
        Self { votes: answers.min(1), leaders: answers }
    }

    /// Sorts the picks and returns the leaders among them.
    pub(crate) fn of_picks(picks: &mut [u64]) -> Self {
        picks.sort_unstable();
        Self::of_votes(picks.chunk_by(|one, next| one == next).map(|equal| equal.len() as u32))
    }

    /// Returns the leaders among the answers of these agents, which are the digits of a pattern to the base `answers`.
    pub(crate) fn of_pattern(pattern: usize, answers: usize, agents: u32) -> Self {
        let mut picks: Vec<u64> =
            (0..agents).map(|agent| (pattern / answers.pow(agent) % answers) as u64).collect();
        Self::of_picks(&mut picks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaders_are_found_and_counted() {
        for code in 0..3_u64.pow(7) {
            for count in 0..=7_u32 {
                let mut picks: Vec<u64> = (0..count).map(|at| code / 3_u64.pow(at) % 3).collect();
                let counts = [0, 1, 2].map(|of| picks.iter().filter(|pick| **pick == of).count() as u32);
                let votes = counts.into_iter().max().unwrap();
                let leaders = counts.iter().filter(|count| **count == votes && votes > 0).count() as u32;
                let expected = MostCommon { votes, leaders };
                let mut given = [0; 3];
                let one_by_one = picks.iter().fold(MostCommon::default(), |most, pick| {
                    given[*pick as usize] += 1;
                    most.after_vote(given[*pick as usize])
                });
                assert_eq!(one_by_one, expected, "{picks:?}");
                assert_eq!(MostCommon::of_picks(&mut picks), expected, "{picks:?}");
                assert_eq!(MostCommon::of_pattern(code as usize, 3, count), expected, "{picks:?}");
            }
        }
    }
}
