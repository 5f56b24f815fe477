//! The number of failures among all agents, and votes whose outcome it determines.
//!
//! # Accuracy
//! Sums of positive terms in double-doubles, divided by the sum of the law: an error of about n · 2⁻¹⁰⁰ beside that of
//! the law.
//!
//! # Testing
//! Through the models that have such laws: see `urn.rs` and `groups.rs`.
//!
//! # Implementation
//! Given K failures the vote is right iff n − K ≥ k; P(wrong | K) = m·P(Bin(K, h/m) ≥ k) and its complement grow with K
//! by one positive term each. With a filter the right agents reach their quorum in the same way, from the other side of
//! the law.

use super::urn::Urn;
use crate::exact::agreement::{Agreement, Climb};
use crate::exact::outcomes::Outcomes;
use crate::exact::scaled::Scaled;

/// A law of the number of failures.
#[derive(Clone, Copy)]
pub(crate) enum Count<'a> {
    /// That of agents who share a rate from a beta distribution.
    Urn(&'a Urn),
    /// The probabilities of 0, 1, … failures, on a common scale.
    Masses(&'a [Scaled]),
}

impl Count<'_> {
    fn agents(&self) -> u64 {
        match self {
            Self::Urn(urn) => urn.agents(),
            Self::Masses(masses) => masses.len() as u64 - 1,
        }
    }

    /// The probabilities of 0, 1, … failures, on a common scale.
    pub(crate) fn masses(&self) -> Box<dyn Iterator<Item = (u64, Scaled)> + '_> {
        match self {
            Self::Urn(urn) => Box::new(urn.masses()),
            Self::Masses(masses) => Box::new((0..).zip(masses.iter().copied())),
        }
    }

    /// The probabilities of 0, 1, … right agents, on a common scale.
    fn masses_of_right(&self) -> Box<dyn Iterator<Item = (u64, Scaled)> + '_> {
        match self {
            Self::Urn(urn) => Box::new(urn.masses_of_right()),
            Self::Masses(masses) => Box::new((0..).zip(masses.iter().rev().copied())),
        }
    }

    /// Returns the outcomes of a vote. `failed` is `None` where no wrong answer can have the quorum, `right` where all
    /// right answers vote.
    pub(crate) fn vote(&self, quorum: u64, failed: Option<Agreement>, right: Option<Agreement>) -> Outcomes {
        let outcomes = self.where_right_answers_vote(quorum, failed);
        let Some(right) = right else { return outcomes };
        let (correct, rejected) = self.agreement_of_right(quorum, right);
        Outcomes { correct, abstain: outcomes.abstain + rejected, ..outcomes }
    }

    fn where_right_answers_vote(&self, quorum: u64, failed: Option<Agreement>) -> Outcomes {
        let agents = self.agents();
        let mut sums = Outcomes::NONE;
        let mut climb = failed.map(|failed| Climb::new(failed, quorum, agents));
        for (failures, mass) in self.masses() {
            match &mut climb {
                _ if agents - failures >= quorum => sums.correct += mass,
                Some(climb) if failures >= quorum => climb.add(mass),
                _ => sums.abstain += mass,
            }
        }
        if let Some(climb) = climb {
            sums.abstain += climb.undecided();
            sums.wrong = climb.agreed;
        }
        sums.over(sums.correct + sums.abstain + sums.wrong)
    }

    /// P(a quorum of right answers votes), and P(there is a quorum of them, but too many are rejected).
    fn agreement_of_right(&self, quorum: u64, right: Agreement) -> (Scaled, Scaled) {
        let mut climb = Climb::new(right, quorum, self.agents());
        let mut total = Scaled::ZERO;
        for (number, mass) in self.masses_of_right() {
            total += mass;
            if number >= quorum {
                climb.add(mass);
            }
        }
        (climb.agreed / total, climb.undecided() / total)
    }
}
