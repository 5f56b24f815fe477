//! Agents in groups, and the table from which each group is drawn.

use super::decoder::Decoder;
use super::law::Law;
use std::borrow::Cow;

/// What is counted in a group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Counted {
    /// The number of correct agents; all others have failed.
    Correct,
    /// The number of correct votes (low half of a byte) and of wrong votes (high half).
    CorrectAndWrong(VoteRates),
}

/// Probabilities that answers vote.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct VoteRates {
    /// Probability that a correct answer votes.
    pub(crate) correct: f64,
    /// Probability that a failure is a wrong answer that votes; otherwise it is silent.
    pub(crate) wrong: f64,
}

impl Counted {
    /// Maximum number of agents in a group: their patterns fit into a byte.
    pub(crate) fn most(self) -> usize {
        match self {
            Self::Correct => 8,
            Self::CorrectAndWrong(_) => 5,
        }
    }

    /// Number of states of an agent: correct or not, or else correct, wrong or silent.
    pub(crate) fn states(self) -> usize {
        match self {
            Self::Correct => 2,
            Self::CorrectAndWrong(_) => 3,
        }
    }

    /// Probabilities that answers vote, where they are not all 1.
    pub(crate) fn votes(self) -> Option<VoteRates> {
        match self {
            Self::Correct => None,
            Self::CorrectAndWrong(votes) => Some(votes),
        }
    }

    /// Law of the patterns of agents with these rates.
    pub(crate) fn law(self, rates: &[f64]) -> Law {
        match self {
            Self::Correct => Law::of_failures(rates),
            Self::CorrectAndWrong(votes) => Law::of_answers(rates, votes.correct, votes.wrong),
        }
    }

    /// Counts the agents of a pattern of `size` agents.
    pub(crate) fn count(self, pattern: usize, size: usize) -> u8 {
        match self {
            Self::Correct => size as u8 - pattern.count_ones() as u8,
            Self::CorrectAndWrong(_) => {
                (0..size as u32).fold(0, |count, agent| count + [1, 16, 0][pattern / 3_usize.pow(agent) % 3])
            }
        }
    }

    /// Decoder of the counts of agents with these rates.
    pub(crate) fn decoder(self, rates: &[f64]) -> Decoder {
        Decoder::new(&self.law(rates), |pattern| self.count(pattern, rates.len()))
    }
}

/// Equal groups, one after the other.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GroupRun {
    /// Which table they are drawn from.
    pub(crate) table: usize,
    /// Agents in a group.
    pub(crate) size: usize,
    /// How many groups.
    pub(crate) groups: usize,
}

/// All agents in groups.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Groups {
    /// Equal groups together.
    pub(crate) runs: Vec<GroupRun>,
    /// The rates of each table's agents, one table after the other.
    rates: Vec<f64>,
    /// Where each table's rates begin.
    starts: Vec<usize>,
    /// The first tables, built.
    pub(crate) built: Vec<Decoder>,
    counted: Counted,
}

/// Maximum number of tables that are kept, of up to four kilobytes each. If a scenario has more different groups, the
/// others are built whenever they are used.
///
/// Without a limit, a million agents that are all different would take two thirds of a gigabyte. Their units spend most
/// of their time on building tables (0.3 instead of 5 billion votes a second); those of up to about 100,000 different
/// agents do not.
const KEPT: usize = 1 << 14;

/// Number of groups for each search of the best size, beyond the tables that are kept: a search builds a table of each
/// size, and neighbors in rate have much the same best size.
const BETWEEN_SEARCHES: usize = 64;

impl Groups {
    /// Returns groups of at most `most` agents. The agents are sorted by rate: a vote does not depend on who gave it,
    /// and equal groups share a table. The size of each group minimizes the expected number of random bytes per agent.
    pub(crate) fn new(mut rates: Vec<f64>, counted: Counted, most: usize) -> Self {
        rates.sort_unstable_by(f64::total_cmp);
        let most = most.min(counted.most());
        let mut groups =
            Self { runs: Vec::new(), rates: Vec::new(), starts: Vec::new(), built: Vec::new(), counted };
        let mut ahead: &[f64] = &[];
        let mut left = rates.as_slice();
        while !left.is_empty() {
            let next = &left[..most.min(left.len())];
            let tables = groups.starts.len();
            let size = match groups.runs.last() {
                Some(run) if next == ahead => run.size,
                Some(run) if tables > KEPT && !tables.is_multiple_of(BETWEEN_SEARCHES) => {
                    run.size.min(next.len())
                }
                _ => best_size(next, counted),
            };
            ahead = next;
            groups.push(&left[..size]);
            left = &left[size..];
        }
        groups
    }

    /// Returns the failure rates of the agents of a table, where nothing but failures is drawn from it.
    pub(crate) fn failure_rates(&self, table: usize, size: usize) -> Option<&[f64]> {
        let start = *self.starts.get(table)?;
        self.rates.get(start..start + size).filter(|_| self.counted == Counted::Correct)
    }

    /// Returns groups of any size.
    pub(crate) fn of(rates: Vec<f64>, counted: Counted) -> Self {
        Self::new(rates, counted, usize::MAX)
    }

    fn push(&mut self, rates: &[f64]) {
        let same = self.starts.last().is_some_and(|start| &self.rates[*start..] == rates);
        match self.runs.last_mut() {
            Some(run) if same => run.groups += 1,
            _ => {
                self.runs.push(GroupRun { table: self.starts.len(), size: rates.len(), groups: 1 });
                self.starts.push(self.rates.len());
                self.rates.extend_from_slice(rates);
                if self.built.len() < KEPT {
                    self.built.push(self.counted.decoder(rates));
                }
            }
        }
    }

    /// Memory of its tables.
    pub(crate) fn bytes(&self) -> usize {
        let tables: usize = self.built.iter().map(Decoder::bytes).sum();
        let runs = size_of_val(self.runs.as_slice());
        tables + runs + size_of_val(self.rates.as_slice()) + size_of_val(self.starts.as_slice())
    }

    /// The decoder of a table.
    pub(crate) fn decoder(&self, table: usize) -> Cow<'_, Decoder> {
        self.built.get(table).map(Cow::Borrowed).unwrap_or_else(|| {
            let end = self.starts.get(table + 1).copied().unwrap_or(self.rates.len());
            Cow::Owned(self.counted.decoder(&self.rates[self.starts[table]..end]))
        })
    }

    /// The rate of the first agent, and what is counted.
    pub(crate) fn first(&self) -> (f64, Counted) {
        (self.rates.first().copied().unwrap_or(0.0), self.counted)
    }

    /// Whether wrong answers are counted too.
    pub(crate) fn counts_wrong(&self) -> bool {
        matches!(self.counted, Counted::CorrectAndWrong(_))
    }
}

/// Number of agents, up to all of `rates`, with the fewest expected bytes per agent; the larger one of two equal ones.
pub(crate) fn best_size(rates: &[f64], counted: Counted) -> usize {
    let bytes = |size: usize| counted.decoder(&rates[..size]).expected_bytes();
    // Bytes are below 2⁴⁴, so the products fit.
    (1..=rates.len())
        .map(|size| (size, bytes(size)))
        .reduce(|best, next| if next.1 * best.0 as u64 <= best.1 * next.0 as u64 { next } else { best })
        .map_or(1, |(size, _)| size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_counts_its_agents() {
        for size in 0..=8 {
            for pattern in 0..1 << size {
                let correct = (0..size).filter(|agent| pattern & (1 << agent) == 0).count();
                assert_eq!(usize::from(Counted::Correct.count(pattern, size)), correct);
            }
        }
        for size in 0..=5 {
            for pattern in 0..3_usize.pow(size) {
                let agents =
                    |state| (0..size).filter(|agent| pattern / 3_usize.pow(*agent) % 3 == state).count();
                let count = usize::from(
                    Counted::CorrectAndWrong(VoteRates { correct: 1.0, wrong: 0.5 })
                        .count(pattern, size as usize),
                );
                assert_eq!((count % 16, count / 16), (agents(0), agents(1)), "{pattern} of {size}");
            }
        }
    }

    /// All agents, once each, and equal neighbours in one run.
    #[test]
    fn groups_hold_every_agent_once() {
        let mut rates: Vec<f64> = (0..100).map(|agent| f64::from(agent % 37) / 40.0).collect();
        let groups = Groups::of(rates.clone(), Counted::Correct);
        let mut drawn: Vec<f64> = Vec::new();
        for (table, run) in groups.runs.iter().enumerate() {
            assert_eq!(run.table, table);
            let end = groups.starts.get(table + 1).copied().unwrap_or(groups.rates.len());
            let of_table = &groups.rates[groups.starts[table]..end];
            assert_eq!(of_table.len(), run.size);
            (0..run.groups).for_each(|_| drawn.extend(of_table));
            assert_eq!(*groups.decoder(table), Counted::Correct.decoder(of_table));
        }
        rates.sort_by(f64::total_cmp);
        assert_eq!(drawn, rates);
    }

    #[test]
    fn equal_agents_share_two_tables() {
        let groups = Groups::of(vec![0.23; 1001], Counted::Correct);
        assert!(groups.built.len() <= 2);
        assert_eq!(groups.runs.iter().map(|run| run.size * run.groups).sum::<usize>(), 1001);
    }

    #[test]
    fn tables_that_are_not_kept_are_built_again() {
        let rates: Vec<f64> = (0..100_000).map(|agent| f64::from(agent) / 100_000.0).collect();
        let groups = Groups::of(rates, Counted::CorrectAndWrong(VoteRates { correct: 1.0, wrong: 0.5 }));
        assert_eq!(groups.built.len(), KEPT);
        let last = groups.runs.last().unwrap();
        let rates = &groups.rates[groups.rates.len() - last.size..];
        assert_eq!(*groups.decoder(last.table), groups.counted.decoder(rates));
    }

    #[test]
    fn sizes_follow_the_expected_bytes() {
        assert_eq!(best_size(&[0.5; 8], Counted::Correct), 8);
        assert_eq!(best_size(&[0.0; 8], Counted::Correct), 8);
        for (rate, counted) in [
            (0.23, Counted::Correct),
            (0.4, Counted::CorrectAndWrong(VoteRates { correct: 1.0, wrong: 0.6 })),
        ] {
            let best = best_size(&[rate; 8][..counted.most()], counted);
            let cost = |size| counted.decoder(&vec![rate; size]).expected_bytes() as f64 / size as f64;
            assert!((1..=counted.most()).all(|size| cost(best) <= cost(size)));
        }
    }
}
