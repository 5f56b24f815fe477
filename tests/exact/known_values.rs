//! The exact engine against values that others computed: the reference table and published ones.

use kofn::exact::assess;
use kofn::scenario::scheme::{KOfN, Plurality, Scheme, Weighted};
use kofn::scenario::{Agents, Dependence, Failures, TaskClass, WrongAnswers};
use kofn_testing::closeness::{is_close_to_ln, is_within};
use kofn_testing::fraction::Fraction;
use kofn_testing::scenario;
use kofn_testing::tail_table::assert_all;

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

    /// The numbers under this key: one, or a list. The standard library reads the nearest double; not every JSON reader
    /// does.
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
            "plurality" => match self.numbers("f").as_slice() {
                [rate] => Agents::identical(self.agents, *rate),
                rates => Agents::different(rates),
            },
            "poisson_binomial" | "weighted_voting" => Agents::different(self.numbers("f")),
            "class_mixture" => {
                let classes = self.numbers("class_weights").into_iter().zip(self.numbers("class_f"));
                let tasks: Vec<_> = classes.map(|(weight, rate)| TaskClass::new(weight, rate)).collect();
                Agents::by_task(self.agents, tasks)
            }
            other => panic!("{other} is not read here"),
        }
    }

    fn scheme(&self) -> Scheme {
        match self.family {
            "plurality" => Plurality::new().into(),
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
        let scenario = scenario(self.agents(), self.scheme(), self.dependence());
        let exact = assess(&scenario.with_failures(self.failures()).expect("failures")).expect("an answer");
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

/// Compares all rows of a family. Their number is given, so that a table that was cut short does not pass.
fn compare_family(family: &str, rows: usize) {
    let table = include_str!("../reference/reference.csv");
    let of_family = |line: &&str| line.split(',').next() == Some(family);
    let lines = std::iter::once(family).chain(table.lines().skip(1).filter(of_family));
    assert_all(&lines.collect::<Vec<_>>().join("\n"), rows, |line| {
        let disagreements = Row::read(line).disagreements();
        (!disagreements.is_empty()).then(|| format!("{disagreements:?} of {line:.200}"))
    });
}

#[test]
fn every_family_agrees_with_the_reference_table() {
    for (family, rows) in [
        ("binomial", 300),
        ("poisson_binomial", 60),
        ("class_mixture", 20),
        ("weighted_voting", 40),
        ("beta_binomial", 60),
        ("plurality", 40),
        ("gaussian_copula", 40),
    ] {
        compare_family(family, rows);
    }
}
