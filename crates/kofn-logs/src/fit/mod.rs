//! What logs tell about agents: how often they fail, how much they fail together, and which model of that to trust.

mod alike;
mod correlation;
mod draws;
mod held_out;
mod intervals;
mod likelihood;
mod model;
mod normal;
mod rates;
mod resample;
mod sample;
mod scenario;
mod summary;
mod validation;
mod votes;

pub use alike::{Alike, alike};
pub use correlation::{Pair, between_correlation, pairs, within_correlation};
pub use held_out::{Candidate, Comparison, Halvings, HeldOut, HeldOutVote, VoteRow, compare};
pub use intervals::{Interval, clopper_pearson, percentiles, wilson};
pub use model::{Family, Fitted, MOST_CORRELATION, Model, Parameters, Rates};
pub use rates::AgentRates;
pub use resample::{Bootstrap, bootstrap, split};
pub use summary::{AgentFit, Between, Correlation, Fit, Settings, Trusted, VoteFit, fit, own_rates};
pub use validation::{PipelineQuestion, Settled, Share, Validation, validation};
pub use votes::{MOST_VOTERS, Observed, Target, Vote, most_voters, observed};

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
