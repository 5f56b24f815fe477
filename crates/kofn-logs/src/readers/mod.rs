//! One file for each format: its [`Format`](crate::format::Format), and `read(input, collector)`, which gives every run
//! that it finds to the collector.

mod few;
pub(crate) mod input;
mod inspect_results;
mod json;
mod json_text;
mod judge;
mod names;
pub(crate) mod rows;
pub(crate) mod sketch;
mod table;
mod time;
mod totals;
mod value;

use crate::format::Format;
use sketch::Start;

/// The formats, in the order in which they are tried: a file and a line for each. Rows come last, since anything may
/// have rows.
macro_rules! formats {
    ($($format:ident),* $(,)?) => {
        $(mod $format;)*

        /// The formats, in the order in which they are tried.
        pub(crate) const FORMATS: &[&Format] =
            &[$(&$format::FORMAT,)* &rows::json::FORMAT, &rows::csv::FORMAT];
    };
}

formats! {
    inspect_archive,
    inspect,
    lm_evaluation_harness,
    lm_evaluation_harness_03,
    live_code_bench,
    helm,
    openai_evals,
    mmlu_pro,
    eval_plus,
    human_eval,
    swe_bench,
    swe_bench_instances,
    swe_bench_site,
    promptfoo,
    tau_bench,
    tau2_bench,
    terminal_bench,
    harbor,
    deep_eval,
}

/// Files that stand beside logs and are none: each says what to give instead, if it knows the file.
pub(crate) const NO_LOGS: &[fn(&Start<'_>) -> Option<&'static str>] = &[
    lm_evaluation_harness::no_log,
    terminal_bench::no_log,
    live_code_bench::no_log,
    helm::no_log,
    mmlu_pro::no_log,
];
