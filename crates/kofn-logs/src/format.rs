//! The formats of logs, and how they are called.

/// The formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    MatrixCsv,
    LongCsv,
    Verdicts,
    Inspect,
    InspectArchive,
    LmEvaluationHarness,
    HumanEval,
    EvalPlus,
    SweBench,
    Promptfoo,
    TauBench,
}

/// Every format and what is known of it by name.
pub(crate) const FORMATS: &[(Format, &str)] = &[
    (Format::MatrixCsv, "matrix CSV"),
    (Format::LongCsv, "long CSV"),
    (Format::Verdicts, "verdicts CSV"),
    (Format::Inspect, "Inspect JSON"),
    (Format::InspectArchive, "Inspect .eval"),
    (Format::LmEvaluationHarness, "lm-evaluation-harness"),
    (Format::HumanEval, "HumanEval"),
    (Format::EvalPlus, "EvalPlus"),
    (Format::SweBench, "SWE-bench"),
    (Format::Promptfoo, "promptfoo"),
    (Format::TauBench, "tau-bench"),
];

impl Format {
    /// How it is called.
    pub(crate) fn name(self) -> &'static str {
        FORMATS.iter().find(|(format, _)| *format == self).map_or("", |(_, name)| name)
    }
}
