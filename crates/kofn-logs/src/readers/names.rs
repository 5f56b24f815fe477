//! Names out of files' names, where a log does not hold them.

use crate::collector::Collector;

/// Names the agent of a log that has some of its tasks, such as one scenario: in logs of other tasks it is the same
/// agent. Where another log of the same tasks names it as well, this is a different one.
pub(super) fn made_by_in_part(collector: &mut Collector, agent: &str, tasks: &str) {
    collector.made_by_in_part(agent, &format!("{agent}\0{tasks}"), None);
}
