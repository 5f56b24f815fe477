//! A Gaussian copula whose agents come in groups: families of models, racks of replicas, or the calls of one agent.
//!
//! Agent i of group g fails iff √r·Z + √(w−r)·Z_g + √(1−w)·eᵢ < Φ⁻¹(fᵢ). With M_g = √(r/w)·Z + √(1−r/w)·Z_g, which is
//! a standard normal, this is √w·M_g + √(1−w)·eᵢ < Φ⁻¹(fᵢ): given M_g, a group is drawn as [`Copula`] draws all agents,
//! and the normals of two groups have the correlation r/w.
//!
//! The cell of Z is drawn when a trial begins. The first agents of a group that are drawn draw Z_g: a block for the
//! cells of 64 trials, and then, trial by trial, the place of Z in its cell where it is not yet known, and that of Z_g.
//! M_g stays for all later agents of the group and all their calls.
//!
//! # Accuracy
//! That of [`normals`] and [`Copula`]: M_g is off by a few units of 2⁻⁵³.

use super::common::Common;
use super::copula::{Copula, known};
use super::normals;
use super::threshold::Share;
use super::votes::VoteCounters;
use crate::monte_carlo::block::BLOCK;
use crate::monte_carlo::random::{Stream, Words};

/// The group of an agent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Group {
    /// Which group it is, among all of the scenario.
    pub(crate) place: u32,
    /// Correlation of two latent normals of the group: that of different groups, or more.
    pub(crate) within: f64,
}

/// Agents in groups.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Grouped(Vec<Members>);

/// The agents of one group.
#[derive(Debug, Clone, PartialEq)]
struct Members {
    place: usize,
    copula: Copula,
    /// √(r/w).
    of_all: f64,
    /// √(1−r/w).
    own: f64,
}

impl Grouped {
    /// Agents with these rates, each in its group; the latent normals of different groups have this correlation.
    pub(super) fn new(rates: &[f64], correlation: f64, groups: &[Group], share: Share) -> Self {
        let mut order: Vec<usize> = (0..rates.len()).collect();
        order.sort_by_key(|agent| groups[*agent].place);
        let same = |one: &usize, next: &usize| groups[*one].place == groups[*next].place;
        let members = |agents: &[usize]| {
            let rates: Vec<f64> = agents.iter().map(|agent| rates[*agent]).collect();
            Members::new(groups[agents[0]], &rates, correlation, share)
        };
        Self(order.chunk_by(same).map(members).collect())
    }

    /// Memory of its tables.
    pub(super) fn bytes(&self) -> usize {
        self.0.iter().map(|members| size_of::<Members>() + members.copula.bytes()).sum()
    }

    /// Draws group by group.
    #[inline(always)]
    pub(super) fn draw<W: Words, const LISTS: usize>(
        &self,
        stream: &mut Stream<W>,
        common: &mut Common,
        votes: &mut VoteCounters<'_, LISTS>,
    ) {
        for members in &self.0 {
            let mut own = common.take_group(members.place);
            if own.bytes.is_empty() {
                members.begin(stream, common, &mut own);
            }
            members.copula.draw(stream, &mut own, votes);
            common.put_group(members.place, own);
        }
    }
}

impl Members {
    fn new(group: Group, rates: &[f64], correlation: f64, share: Share) -> Self {
        // Where nothing is shared, any parts will do.
        let part = if group.within > 0.0 { (correlation / group.within).min(1.0) } else { 0.0 };
        Self {
            place: group.place as usize,
            copula: Copula::new(rates, group.within, share),
            of_all: libm::sqrt(part),
            own: libm::sqrt(1.0 - part),
        }
    }

    /// Draws the normals of the group in all trials.
    fn begin<W: Words>(&self, stream: &mut Stream<W>, all: &mut Common, own: &mut Common) {
        let cells_of_all = all.bytes.as_flattened();
        for (block, of_all) in all.words.iter_mut().enumerate() {
            let mut cells = *stream.block();
            let normals = std::array::from_fn(|trial| {
                let of_all = known(&mut of_all[trial], cells_of_all[block * BLOCK + trial], stream);
                let normal = self.of_all * of_all + self.own * normals::draw(cells[trial], stream);
                cells[trial] = normals::cell(normal);
                normal.to_bits()
            });
            own.bytes.push(cells);
            own.words.push(normals);
        }
    }
}
