//! The kinds of claims.

use crate::chapter::{Measure, Quantity, Question, Relation};
use crate::printed::{Printed, PrintedCount, Unit};

/// Something the chapter says, and what it is compared with.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Claim {
    /// Where or of what it says so.
    pub(super) about: String,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// A count of a run, as a draw from a system.
    Count { count: PrintedCount, question: Question },
    /// A percentage of a number of tasks, read as the count it stands for.
    Share { share: Printed, tasks: Printed, question: Question },
    /// P(correct) of a system.
    Exact { printed: Printed, question: Question },
    /// Another number of one or more systems.
    Quantity { printed: Printed, relation: Relation<Quantity> },
    /// A number that follows from other printed ones.
    Arithmetic { printed: Printed, relation: Relation<Printed> },
    /// A number computed from counts of runs: it is as right as they are.
    FromCounts { printed: Printed, relation: Relation<Quantity>, counts: Vec<Tested> },
    /// A system that is never anything but correct.
    Certain { printed: &'static str, question: Question },
    /// A number to compare with, of which the chapter prints none.
    Comparison { relation: Relation<Quantity>, unit: Unit },
}

/// A count that is tested against a system.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tested {
    pub(super) successes: u64,
    pub(super) tasks: u64,
    pub(super) question: Question,
}

impl Tested {
    pub(super) fn new(count: PrintedCount, question: &Question) -> Self {
        let (successes, tasks) = count.numbers();
        Self { successes, tasks, question: question.clone() }
    }

    pub(super) fn share(&self) -> f64 {
        self.successes as f64 / self.tasks as f64
    }
}

fn claim(about: &str, kind: Kind) -> Claim {
    Claim { about: about.into(), kind }
}

pub(super) fn count(about: &str, count: PrintedCount, question: &Question) -> Claim {
    claim(about, Kind::Count { count, question: question.clone() })
}

pub(super) fn share(about: &str, share: Printed, tasks: Printed, question: &Question) -> Claim {
    claim(about, Kind::Share { share, tasks, question: question.clone() })
}

pub(super) fn exact(about: &str, printed: Printed, question: &Question) -> Claim {
    claim(about, Kind::Exact { printed, question: question.clone() })
}

pub(super) fn quantity(about: &str, printed: Printed, relation: Relation<Quantity>) -> Claim {
    claim(about, Kind::Quantity { printed, relation })
}

pub(super) fn arithmetic(about: &str, printed: Printed, relation: Relation<Printed>) -> Claim {
    claim(about, Kind::Arithmetic { printed, relation })
}

pub(super) fn from_counts(
    about: &str,
    printed: Printed,
    relation: Relation<Quantity>,
    counts: impl Into<Vec<Tested>>,
) -> Claim {
    claim(about, Kind::FromCounts { printed, relation, counts: counts.into() })
}

pub(super) fn certain(about: &str, printed: &'static str, question: Question) -> Claim {
    claim(about, Kind::Certain { printed, question })
}

pub(super) fn comparison(about: &str, question: &Question, measure: Measure, unit: Unit) -> Claim {
    let relation = Relation::value(question.of(measure));
    claim(about, Kind::Comparison { relation, unit })
}

impl Claim {
    /// The counts it tests.
    pub(super) fn tested(&self) -> Vec<Tested> {
        match &self.kind {
            Kind::Count { count, question } => vec![Tested::new(*count, question)],
            Kind::Share { share, tasks, question } => {
                let tasks = tasks.value();
                // 99.5% of 200 is a whole number, but for the rounding of 0.995.
                let successes = (share.value() * tasks).round() as u64;
                vec![Tested { successes, tasks: tasks as u64, question: question.clone() }]
            }
            Kind::FromCounts { counts, .. } => counts.clone(),
            Kind::Exact { .. }
            | Kind::Quantity { .. }
            | Kind::Arithmetic { .. }
            | Kind::Certain { .. }
            | Kind::Comparison { .. } => Vec::new(),
        }
    }
}
