//! Which columns of rows mean what, where their names do not say so.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Which columns of rows mean what, by their names; `None` where the usual names say so.
///
/// ```
/// use kofn_logs::Columns;
/// let columns: Columns = "task=question,passed=metrics.ok".parse()?;
/// assert_eq!(columns.task.as_deref(), Some("question"));
/// assert!("tusk=question".parse::<Columns>().is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Columns {
    /// What the task is called.
    pub task: Option<String>,
    /// Which agent it was.
    pub agent: Option<String>,
    /// Which run of the agent on the task it was.
    pub trial: Option<String>,
    /// Whether the run, or the candidate, was correct: a grade or a score.
    pub passed: Option<String>,
    /// Whether a validator accepted the candidate.
    pub accepted: Option<String>,
    /// What the agent answered.
    pub answer: Option<String>,
    /// What is right.
    pub target: Option<String>,
    /// What the run cost.
    pub cost: Option<String>,
    /// How long it took, in milliseconds.
    pub latency_ms: Option<String>,
    /// In which list of a JSON object the rows stand.
    pub rows: Option<String>,
}

/// The keys of a list of columns.
const KEYS: &str = "task, agent, trial, passed, accepted, answer, target, cost, latency_ms, rows";

impl FromStr for Columns {
    type Err = String;

    /// Reads `task=NAME,passed=NAME`, in any order.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut columns = Self::default();
        for part in text.split(',') {
            let (key, name) = part
                .split_once('=')
                .filter(|(_, name)| !name.trim().is_empty())
                .ok_or_else(|| format!("must be task=NAME,passed=NAME, …, got {part:?}"))?;
            let column = columns
                .column(key.trim())
                .ok_or_else(|| format!("must be KEY=COLUMN with one of the keys {KEYS}, got {key:?}"))?;
            if column.replace(name.trim().to_owned()).is_some() {
                return Err(format!("must have each key once, got {:?} twice", key.trim()));
            }
        }
        Ok(columns)
    }
}

impl Columns {
    /// Says which column a key such as `task` means.
    ///
    /// # Errors
    /// A key that there is not, or a blank name.
    pub fn set(&mut self, key: &str, name: &str) -> Result<(), String> {
        if name.trim().is_empty() {
            return Err(format!("must name a column for {key:?}, got {name:?}"));
        }
        let column = self.column(key);
        *column.ok_or_else(|| format!("must have one of the keys {KEYS}, got {key:?}"))? = Some(name.into());
        Ok(())
    }

    fn column(&mut self, key: &str) -> Option<&mut Option<String>> {
        Some(match key {
            "task" => &mut self.task,
            "agent" => &mut self.agent,
            "trial" => &mut self.trial,
            "passed" => &mut self.passed,
            "accepted" => &mut self.accepted,
            "answer" => &mut self.answer,
            "target" => &mut self.target,
            "cost" => &mut self.cost,
            "latency_ms" => &mut self.latency_ms,
            "rows" => &mut self.rows,
            _ => return None,
        })
    }
}
