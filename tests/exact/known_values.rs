//! The exact engine against values that others computed: the reference table and published ones.

use crate::answer;
use kofn::Scenario;
use kofn::exact::assess;
use kofn::scenario::scheme::{KOfN, Majority, Plurality, Scheme, Weighted};
use kofn::scenario::{Agents, Dependence, Failures, TaskClass, WrongAnswers};
use kofn_testing::closeness::{is_close, is_close_to_ln, is_within};
use kofn_testing::fraction::Fraction;

/// A row of the reference table.
struct Row<'a> {
    family: &'a str,
    agents: u64,
    needed: &'a str,
    parameters: &'a str,
    success: Fraction,
    failure: Fraction,
}

impl<'a> Row<'a> {
    /// The third comma opens the quoted parameters, which hold commas themselves.
    fn read(line: &'a str) -> Self {
        let [family, agents, needed, rest] =
            line.splitn(4, ',').collect::<Vec<_>>().try_into().expect("columns");
        let (rest, failure) = rest.rsplit_once(',').expect("p_failure");
        let (parameters, success) = rest.rsplit_once(',').expect("p_success");
        let agents = agents.parse().expect("a number of agents");
        Self {
            family,
            agents,
            needed,
            parameters,
            success: Fraction::from_decimal(success),
            failure: Fraction::from_decimal(failure),
        }
    }

    /// The numbers under this key: one, or a list. The standard library reads the nearest double; not every JSON reader does.
    fn numbers(&self, key: &str) -> Vec<f64> {
        let (_, after) = self.parameters.split_once(&format!("\"\"{key}\"\": ")).expect("the key");
        let ends: &[char] = if after.starts_with('[') { &[']'] } else { &[',', '}'] };
        let (numbers, _) = after.split_once(ends).expect("an end");
        numbers.trim_start_matches('[').split(", ").map(|number| number.parse().expect("a number")).collect()
    }

    fn agents(&self) -> Agents {
        match self.family {
            "binomial" | "beta_binomial" | "gaussian_copula" => {
                Agents::identical(self.agents, self.numbers("f")[0])
            }
            "plurality" => self.scalar_or_list(),
            "poisson_binomial" | "weighted_voting" => Agents::different(self.numbers("f")),
            "class_mixture" => {
                let classes = self.numbers("class_weights").into_iter().zip(self.numbers("class_f"));
                let tasks: Vec<_> = classes.map(|(weight, rate)| TaskClass::new(weight, rate)).collect();
                Agents::by_task(self.agents, tasks)
            }
            other => panic!("{other} is not read here"),
        }
    }

    /// One rate for all, or one for each.
    fn scalar_or_list(&self) -> Agents {
        match self.numbers("f").as_slice() {
            [rate] => Agents::identical(self.agents, *rate),
            rates => Agents::different(rates),
        }
    }

    fn scheme(&self) -> Scheme {
        match self.family {
            "plurality" => Plurality.into(),
            "weighted_voting" => {
                Weighted::new(self.numbers("weights")).with_quota(self.numbers("quota")[0]).into()
            }
            _ => KOfN { k: self.needed.parse().expect("k") }.into(),
        }
    }

    fn failures(&self) -> Failures {
        match self.family {
            "plurality" => {
                let answers = WrongAnswers::Among(self.numbers("m")[0] as u64);
                Failures { wrong_answers: answers, ..Failures::default() }
            }
            _ => Failures::default(),
        }
    }

    fn dependence(&self) -> Dependence {
        match self.family {
            "beta_binomial" => Dependence::BetaBinomial { correlation: self.numbers("rho")[0] },
            "gaussian_copula" => Dependence::GaussianCopula { correlation: self.numbers("rho")[0] },
            _ => Dependence::Independent,
        }
    }

    /// The relative error that the closed form of the family states for itself.
    fn bound(&self) -> f64 {
        match self.family {
            "gaussian_copula" => 2.5e-14,
            _ => 4.0 * f64::EPSILON,
        }
    }

    /// What of the engine's answer is not within the bound.
    fn disagreements(&self) -> Vec<&'static str> {
        let scenario = Scenario::new(self.agents(), self.scheme()).expect("a scenario");
        let scenario = scenario.with_failures(self.failures()).expect("failures");
        let scenario = scenario.with_dependence(self.dependence()).expect("a dependence");
        let exact = assess(&scenario).expect("an exact answer");
        [
            ("correct", is_within(self.bound(), exact.correct, &self.success)),
            ("failure", is_within(self.bound(), exact.failure, &self.failure)),
            ("ln_correct", is_close_to_ln(exact.ln_correct, &self.success, &self.failure)),
            ("ln_failure", is_close_to_ln(exact.ln_failure, &self.failure, &self.success)),
        ]
        .into_iter()
        .filter_map(|(name, close)| (!close).then_some(name))
        .collect()
    }
}

/// Compares all rows of a family, of which there are as many as told: a table that was cut short does not pass.
fn compare_family(family: &str, rows: usize) {
    let table = include_str!("../reference/reference.csv");
    let lines: Vec<_> = table.lines().skip(1).filter(|line| line.split(',').next() == Some(family)).collect();
    assert_eq!(lines.len(), rows);
    let disagreements: Vec<_> = lines
        .iter()
        .filter_map(|line| {
            let disagreements = Row::read(line).disagreements();
            (!disagreements.is_empty()).then(|| format!("{disagreements:?} of {:.200}", line))
        })
        .collect();
    let shown = disagreements.iter().take(8).cloned().collect::<Vec<_>>().join("\n");
    assert!(disagreements.is_empty(), "{} of {rows} rows disagree:\n{shown}", disagreements.len());
}

#[test]
fn identical_agents() {
    compare_family("binomial", 300);
}

#[test]
fn different_agents() {
    compare_family("poisson_binomial", 60);
}

#[test]
fn classes_of_tasks() {
    compare_family("class_mixture", 20);
}

#[test]
fn weights() {
    compare_family("weighted_voting", 40);
}

#[test]
fn rates_from_a_beta_distribution() {
    compare_family("beta_binomial", 60);
}

#[test]
fn most_votes_among_wrong_answers() {
    compare_family("plurality", 40);
}

#[test]
fn latent_normals() {
    compare_family("gaussian_copula", 40);
}

/// .77³ + 3·.77²·.23 is 0.865634 to the last digit.
#[test]
fn three_agents_at_23_per_cent() {
    let exact = answer(Agents::identical(3, 0.23), Majority);
    assert!(
        is_close(exact.correct, &Fraction::from_decimal("0.865634"))
            && is_close(exact.failure, &Fraction::from_decimal("0.134366"))
    );
}
