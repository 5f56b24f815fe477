//! Logs are read into the counts that they hold, and rates, intervals and votes follow from these.

mod common;
mod example;
mod fit_answers;
mod fit_clusters;
mod fit_intervals;
mod fit_moments;
mod fit_parts;
mod fit_passes;
mod fit_trust;
mod fit_validation;
mod fit_votes;
mod formats_agents;
mod formats_benchmarks;
mod logs_csv;
mod logs_formats;
mod logs_rows;
mod replay;
mod replay_tests;
mod runs;
