//! Claims in, checks out.

use super::answer::{Alternative, Check, Remedy};
use super::claim::{Claim, Kind, Tested};
use super::search::{self, Candidate};
use super::verdict::{Judgment, divergence};
use crate::FigureError;
use crate::chapter::{Engines, Family, Measure, Quantity, Question, Reading, Relation};
use crate::printed::{Printed, Unit};
use kofn::Exact;

/// Two rules give the same if their exact values differ by no more than their rounding.
const ROUNDING: f64 = 1e-12;

pub(super) struct Judge {
    pub(super) engines: Engines,
    pub(super) threshold: f64,
}

/// The test of a search: returns the divergence of a candidate that passes.
type Test<'a> = &'a dyn Fn(&Exact) -> Option<f64>;

impl Judge {
    pub(super) fn check(&mut self, claim: &Claim) -> Result<Check, FigureError> {
        let check = match &claim.kind {
            Kind::Count { count, .. } => self.count(count.to_string(), claim),
            Kind::Share { share, .. } => self.count(share.text().into(), claim),
            Kind::Exact { printed, question } => self.exact(*printed, question),
            Kind::Quantity { printed, relation } => self.quantity(*printed, relation),
            Kind::Arithmetic { printed, relation } => Ok(arithmetic(*printed, relation)),
            Kind::FromCounts { printed, relation, counts } => self.computed(*printed, relation, counts),
            Kind::Certain { printed, question } => self.certain(printed, question),
            Kind::Comparison { relation, unit } => {
                self.comparison(relation).map(|check| Check { unit: *unit, ..check })
            }
        }?;
        Ok(Check { about: claim.about.clone(), ..check })
    }

    /// A count, tested as a draw from its system.
    fn count(&mut self, text: String, claim: &Claim) -> Result<Check, FigureError> {
        let [tested] = &claim.tested()[..] else { return Ok(Check::empty()) };
        let question = &tested.question;
        let check = self.comparison(&correct(question))?;
        let off = self.divergence(tested)?;
        let holds = off <= self.threshold;
        let alternatives = if holds { Vec::new() } else { self.explanations(tested)? };
        let counted = format!("{}/{}", tested.successes, tested.tasks);
        Ok(Check {
            printed: Some(if text == counted { text } else { format!("{text} = {counted}") }),
            printed_value: Some(tested.share()),
            divergence: Some(off),
            verdict: Some(verdict(holds, &alternatives)),
            remedies: if holds { Vec::new() } else { remedies(question, tested.share())? },
            alternatives,
            ..check
        })
    }

    /// A number that names P(correct) of its system.
    fn exact(&mut self, printed: Printed, question: &Question) -> Result<Check, FigureError> {
        let check = self.comparison(&correct(question))?;
        let holds = printed.names(check.exact);
        let names =
            |exact: &Exact| printed.names(exact.correct).then_some((exact.correct - printed.value()).abs());
        let alternatives = if holds { Vec::new() } else { self.alternatives(question, &names)? };
        Ok(Check {
            verdict: Some(verdict(holds, &alternatives)),
            remedies: if holds { Vec::new() } else { remedies(question, printed.value())? },
            alternatives,
            ..check.printing(printed)
        })
    }

    /// Another number that names an exact value; nothing is searched.
    fn quantity(&mut self, printed: Printed, relation: &Relation<Quantity>) -> Result<Check, FigureError> {
        let check = self.comparison(relation)?;
        let holds = printed.names(check.exact);
        Ok(Check { verdict: Some(verdict(holds, &[])), ..check.printing(printed) })
    }

    /// A number computed from counts holds under the rules that its counts hold under.
    fn computed(
        &mut self,
        printed: Printed,
        relation: &Relation<Quantity>,
        counts: &[Tested],
    ) -> Result<Check, FigureError> {
        let check = self.comparison(relation)?.printing(printed);
        let mut alternatives = Vec::new();
        for tested in counts {
            if self.divergence(tested)? <= self.threshold {
                continue;
            }
            for alternative in self.explanations(tested)? {
                alternatives.push(self.instead(relation, &tested.question, alternative)?);
            }
            return Ok(Check { verdict: Some(verdict(false, &alternatives)), alternatives, ..check });
        }
        Ok(Check { verdict: Some(Judgment::Holds), ..check })
    }

    /// The relation with another system in the place of the one named.
    fn instead(
        &mut self,
        relation: &Relation<Quantity>,
        named: &Question,
        alternative: Alternative,
    ) -> Result<Alternative, FigureError> {
        let relation = relation.map(|quantity| {
            let mut quantity = quantity.clone();
            if quantity.question == *named {
                quantity.question.scenario = alternative.scenario.clone();
            }
            quantity
        });
        let Reading { exact, simulated } = self.engines.read(&relation)?;
        Ok(Alternative { exact, simulated, divergence: None, ..alternative })
    }

    /// A system that the chapter says tolerates its faults: it is never anything but correct.
    fn certain(&mut self, printed: &str, question: &Question) -> Result<Check, FigureError> {
        let check = self.comparison(&correct(question))?;
        let never_fails = self.engines.answer(&question.scenario)?.exact.failure == 0.0;
        Ok(Check { printed: Some(printed.into()), verdict: Some(verdict(never_fails, &[])), ..check })
    }

    /// What the engines say, with nothing to judge.
    fn comparison(&mut self, relation: &Relation<Quantity>) -> Result<Check, FigureError> {
        let Reading { exact, simulated } = self.engines.read(relation)?;
        let terms = relation.terms();
        Ok(Check {
            against: relation.comparison(|term| term.question.name.clone()),
            scenarios: terms.iter().map(|term| term.question.scenario.clone()).collect(),
            exact,
            simulated,
            ..Check::empty()
        })
    }

    fn divergence(&mut self, tested: &Tested) -> Result<f64, FigureError> {
        let exact = self.engines.answer(&tested.question.scenario)?.exact;
        Ok(divergence(tested.successes, tested.tasks, &exact))
    }

    /// The rules that a count does not contradict.
    fn explanations(&mut self, tested: &Tested) -> Result<Vec<Alternative>, FigureError> {
        let threshold = self.threshold;
        let explains = |exact: &Exact| {
            let off = divergence(tested.successes, tested.tasks, exact);
            (off <= threshold).then_some(off)
        };
        let mut alternatives = self.alternatives(&tested.question, &explains)?;
        for alternative in &mut alternatives {
            let exact = self.engines.answer(&alternative.scenario)?.exact;
            alternative.divergence = Some(divergence(tested.successes, tested.tasks, &exact));
        }
        Ok(alternatives)
    }

    /// The rules that pass a test, those that give the same as one, the nearest first.
    fn alternatives(&mut self, question: &Question, test: Test<'_>) -> Result<Vec<Alternative>, FigureError> {
        let mut found: Vec<(f64, Candidate, Vec<String>)> = Vec::new();
        for candidate in search::candidates(question) {
            let Some(off) = test(&candidate.exact) else { continue };
            let same = |other: &Candidate| (other.exact.correct - candidate.exact.correct).abs() <= ROUNDING;
            match found.iter_mut().find(|(_, other, _)| same(other)) {
                Some((_, _, names)) => names.push(candidate.name),
                None => found.push((off, candidate, Vec::new())),
            }
        }
        found.sort_by(|(a, ..), (b, ..)| a.total_cmp(b));
        found
            .into_iter()
            .map(|(_, candidate, same_as)| {
                let Candidate { name, scheme, scenario, .. } = candidate;
                let named = Question { name, scenario, family: Family::Fixed };
                let Reading { exact, simulated } = self.engines.read(&correct(&named))?;
                let Question { name, scenario, .. } = named;
                let meaning = scheme.meaning.into();
                Ok(Alternative { name, meaning, same_as, scenario, exact, simulated, divergence: None })
            })
            .collect()
    }
}

fn correct(question: &Question) -> Relation<Quantity> {
    Relation::value(question.of(Measure::Correct))
}

/// Arithmetic between printed numbers.
fn arithmetic(printed: Printed, relation: &Relation<Printed>) -> Check {
    let values: Vec<f64> = relation.terms().iter().map(|term| term.value()).collect();
    let value = relation.evaluate(&values);
    let holds = printed.names(value);
    let mut remedies = Vec::new();
    if !holds {
        remedies.push(Remedy::Number { text: printed.with_value(value) });
        // Of a percentage and its count, either may be the wrong one.
        if let (true, [count, of]) =
            (relation.is_ratio() && printed.unit() == Unit::Percent, relation.terms())
        {
            let text = format!("{}/{}", count.with_value(printed.value() * of.value()), of.text());
            remedies.push(Remedy::Count { text });
        }
    }
    Check {
        against: relation.expression(|term| term.text().into()),
        exact: value,
        verdict: Some(if holds { Judgment::Holds } else { Judgment::ContradictsItself }),
        remedies,
        ..Check::empty().printing(printed)
    }
}

fn verdict(holds: bool, alternatives: &[Alternative]) -> Judgment {
    match (holds, alternatives) {
        (true, _) => Judgment::Holds,
        (false, []) => Judgment::NotReproduced,
        (false, _) => Judgment::HoldsUnderAnotherRule,
    }
}

/// What else than another rule would give the system this probability of being correct.
fn remedies(question: &Question, target: f64) -> Result<Vec<Remedy>, FigureError> {
    let rate = |of| -> Result<_, FigureError> {
        let rate = search::failure_rate(question, target)?;
        Ok(rate.map(|failure_rate| Remedy::FailureRate { failure_rate, of }))
    };
    let found = match &question.family {
        Family::Vote { .. } => {
            let agents = search::agents(question, target)?;
            [rate("each agent")?, agents.map(|(agents, correct)| Remedy::Agents { agents, correct })]
        }
        Family::Dual { failure_rate, validator_failure_rate, .. }
            if failure_rate == validator_failure_rate =>
        {
            [rate("both models")?, None]
        }
        Family::Dual { failure_rate, fallback, .. } => {
            let bonus = search::bonus(*failure_rate, *fallback, target)?;
            [bonus.map(|bonus| Remedy::ValidationBonus { bonus }), None]
        }
        Family::Fixed => [None, None],
    };
    Ok(found.into_iter().flatten().collect())
}

impl Check {
    fn empty() -> Self {
        Self {
            about: String::new(),
            printed: None,
            printed_value: None,
            against: String::new(),
            unit: Unit::Percent,
            scenarios: Vec::new(),
            exact: f64::NAN,
            simulated: None,
            divergence: None,
            verdict: None,
            alternatives: Vec::new(),
            remedies: Vec::new(),
        }
    }

    fn printing(self, printed: Printed) -> Self {
        Self {
            printed: Some(printed.text().into()),
            printed_value: Some(printed.value()),
            unit: printed.unit(),
            ..self
        }
    }
}
