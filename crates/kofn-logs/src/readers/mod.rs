//! One file for each format: `read(input, collector)` gives every run that it finds to the collector.

mod agents;
pub(super) mod eval_plus;
pub(super) mod human_eval;
pub(super) mod input;
pub(super) mod inspect;
pub(super) mod inspect_archive;
mod inspect_results;
mod json;
mod json_text;
pub(super) mod lm_evaluation_harness;
pub(super) mod long_csv;
pub(super) mod matrix_csv;
pub(super) mod promptfoo;
pub(super) mod swe_bench;
pub(super) mod table;
pub(super) mod tau_bench;
mod totals;
mod value;
pub(super) mod verdicts_csv;
