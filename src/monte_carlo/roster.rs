//! The agents of a vote: how often each fails, and which it is.

/// Agents of a vote, of a stage of a cascade, or of one weight.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Roster {
    /// Failure rate of each.
    pub(crate) rates: Vec<f64>,
    /// The place of each among all agents of the scenario: agents of one group, and calls of one agent, share what is
    /// drawn for it.
    pub(crate) places: Vec<u32>,
}

impl Roster {
    /// Number of agents.
    pub(crate) fn len(&self) -> usize {
        self.rates.len()
    }

    /// Returns some of the agents, by their index here.
    pub(crate) fn pick(&self, agents: &[usize]) -> Self {
        Self {
            rates: agents.iter().map(|agent| self.rates[*agent]).collect(),
            places: agents.iter().map(|agent| self.places[*agent]).collect(),
        }
    }

    /// Takes the first `count` agents out.
    pub(crate) fn take_first(&mut self, count: usize) -> Self {
        Self { rates: self.rates.drain(..count).collect(), places: self.places.drain(..count).collect() }
    }
}

impl From<Vec<f64>> for Roster {
    /// All agents of a scenario.
    fn from(rates: Vec<f64>) -> Self {
        let places = (0..rates.len() as u32).collect();
        Self { rates, places }
    }
}
