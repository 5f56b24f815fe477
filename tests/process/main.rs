//! What is counted for the whole process: units of each engine, and peak memory. No other test may run beside these.

mod engines;
mod large_input;
