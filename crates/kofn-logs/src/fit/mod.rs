//! What logs say about agents: failure rates, the correlation of failures, and which model of both to trust.

mod alike;
mod answer;
mod answers;
mod caveats;
mod correlation;
mod draws;
mod effort;
mod held_out;
mod intervals;
mod likelihood;
mod mean;
mod model;
mod normal;
mod parts;
mod passes;
mod rates;
mod resample;
mod row;
mod sample;
mod scenario;
mod steps;
mod summary;
mod validation;
mod votes;
mod watch;
mod words;

pub use alike::{AlikePair, alike};
pub(crate) use answer::check_runs;
pub use answer::{FitAnswer, FitError, fit_log, fit_log_of_parts, fit_log_watched, read_and_fit};
pub(crate) use answers::plurality_of_runs;
pub use answers::{
    Collision, EffectiveAtK, EffectiveVotes, EffectiveWithout, FittedLaw, HeldOutPlurality, PairCollision,
    PluralityFit, PluralityIntervals, PluralityShares, PluralityVote, collision,
};
pub use correlation::{AgentPair, between_correlation, pairs, repeats_correlation, within_correlation};
pub use held_out::{
    ComparedModel, FamilyStep, Halvings, HeldOut, HeldOutDifference, HeldOutVote, ModelChoice,
    ModelComparison, RateReason, RateStep, VoteRow, compare,
};
pub use intervals::{clopper_pearson, percentiles, wilson};
pub use kofn::Interval;
pub use model::{FittedModel, MAX_CORRELATION, Model, ModelFamily, Parameters, RateSharing};
pub use parts::{FitChoice, FitPart, fit_choice, fit_of_parts};
pub use passes::{AgentPasses, PassesAtK, TasksByK};
pub use rates::AgentRates;
pub use resample::{Bootstrap, bootstrap, split};
pub(crate) use scenario::scenario_of_log;
pub(crate) use summary::own_rates_watched;
pub use summary::{
    AgentFit, CorrelatedRuns, Correlation, FALSE_ALARM_RATE, Fit, FitOptions, TrustedModel, VoteFit, fit,
    fit_watched, own_rates,
};
pub use validation::{PipelineEstimate, PipelineQuestion, RateEstimate, Validation, validation};
pub use votes::{MAX_VOTERS, ObservedVote, VoteKind, VoteTarget, max_voters, observed};
pub use watch::GoOn;
pub use words::TrustInWords;
