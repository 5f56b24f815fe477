//! Fits of thousands of simulated logs: intervals cover as often as stated, and models find the parameters they were
//! drawn with.

mod advice;
mod fit_answers;
mod fit_coverage;
mod fit_models;
mod replay_coverage;
