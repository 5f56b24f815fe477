//! Logs are read into the counts that they hold, and rates, intervals and votes follow from these.

mod fit_intervals;
mod fit_moments;
mod fit_validation;
mod fit_votes;
mod formats_agents;
mod logs_csv;
mod logs_formats;
