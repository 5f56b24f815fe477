//! Simulated counts: pinned, split into parts, continued, tilted, and as often accused as the cross-check says.

mod checkpoint;
mod compare;
mod false_alarms;
mod rare;
mod shards;
mod until_error;
mod value_stability;
