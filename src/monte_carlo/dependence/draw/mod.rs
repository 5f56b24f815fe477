//! Agents whose failures are correlated within a task.
//!
//! Every agent of every trial is drawn: a 64-bit number of its own is compared with a threshold, which depends on what
//! the agents of the trial have in common. One byte of the number mostly decides, see [`threshold`]. What is common
//! lives as long as the trial, through all attempts of a pipeline.
//!
//! Agents are drawn in runs of at most 255. Within a run they are drawn 64 trials at a time, agent by agent: what is
//! known of these trials stays in registers or the first cache for a whole run, and failures are bytes. It is plain
//! code over arrays, always inlined where it is repeated, which every engine compiles for itself.

mod common;
mod copula;
mod dependent;
mod grouped;
mod latent;
mod normals;
mod own_rates;
mod threshold;
mod urn;
mod votes;

pub(crate) use common::Common;
pub(crate) use dependent::Dependent;
pub(crate) use grouped::Group;
pub(crate) use latent::{latent_correlation, phi};
