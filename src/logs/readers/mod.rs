//! One file for each format: `read(input, origin, options, collector)` hands over every run that it finds.

pub(super) mod long_csv;
pub(super) mod matrix_csv;
pub(super) mod table;
