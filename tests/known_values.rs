//! The exact engine against values that others computed: the reference table and published ones.

mod support {
    pub(crate) mod closeness;
    pub(crate) mod fraction;
}

use kofn::Scenario;
use kofn::exact::assess;
use kofn::outcome::Exact;
use kofn::scenario::scheme::{Any, KOfN, Majority, Pbft, Plurality, Scheme, Unanimous};
use kofn::scenario::{Agents, Dependence, Failures, TaskClass, WrongAnswers};
use support::closeness::{is_close, is_close_to_ln, is_within};
use support::fraction::Fraction;

fn answer(agents: Agents, scheme: impl Into<Scheme>) -> Exact {
    assess(&Scenario::new(agents, scheme).expect("a scenario")).expect("an exact answer")
}

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
            "poisson_binomial" => Agents::different(self.numbers("f")),
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
    let table = include_str!("reference/reference.csv");
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

/// Within one unit of the last printed digit: some published cells are truncated, not rounded.
fn assert_printed(computed: f64, printed: &str) {
    let (digits, exponent) = printed.split_once('e').unwrap_or((printed, "0"));
    let decimals = digits.split_once('.').map_or(0, |(_, after)| after.len() as i32);
    let unit = 10f64.powi(exponent.parse::<i32>().expect("an exponent") - decimals);
    let value: f64 = printed.parse().expect("a number");
    // The computed value has its own rounding; a millionth of a unit is more than enough for it.
    assert!((computed - value).abs() <= unit * (1.0 + 1e-6), "{computed:e} is printed as {printed}");
}

/// Ponnapalli et al., "Real Life Is Uncertain. Consensus Should Be Too!", HotOS 2025, table 2: Raft safe and live, in per cent.
#[test]
fn raft() {
    let rates = [0.01, 0.02, 0.04, 0.08];
    let table = [
        (3, ["99.97", "99.88", "99.53", "98.18"]),
        (5, ["99.9990", "99.992", "99.94", "99.55"]),
        (7, ["99.99997", "99.9995", "99.992", "99.88"]),
        (9, ["99.999998", "99.99996", "99.9988", "99.97"]),
    ];
    for (replicas, row) in table {
        for (rate, printed) in rates.into_iter().zip(row) {
            assert_printed(100.0 * answer(Agents::identical(replicas, rate), Majority).correct, printed);
        }
    }
}

/// The same, table 1: PBFT at 1 % with the quorums q_eq, q_per, q_vc and q_vc_t; safe, live, and both, in per cent.
#[test]
fn practical_byzantine_fault_tolerance() {
    let table = [
        (4, [3, 3, 3, 2], ["99.94", "99.94", "99.94"]),
        (5, [4, 4, 4, 2], ["99.9990", "99.90", "99.90"]),
        (7, [5, 5, 5, 3], ["99.997", "99.997", "99.997"]),
        (8, [6, 6, 6, 3], ["99.99993", "99.995", "99.995"]),
    ];
    for (replicas, [q_eq, q_per, q_vc, q_vc_t], [safe, live, both]) in table {
        let exact = answer(Agents::identical(replicas, 0.01), Pbft::new(q_eq, q_per, q_vc, q_vc_t));
        assert_printed(100.0 * (1.0 - exact.wrong), safe);
        // Whatever is unsafe here is not live either: every bound of liveness is at most that of safety.
        assert_printed(100.0 * exact.correct, live);
        assert_printed(100.0 * exact.correct, both);
    }
}

#[test]
fn classic_k_out_of_n() {
    assert_printed(answer(Agents::identical(4, 0.1), KOfN { k: 3 }).correct, "0.9477");
    assert_printed(answer(Agents::different([0.1, 0.12, 0.15]), KOfN { k: 2 }).correct, "0.9586");
    assert_printed(answer(Agents::different([0.1, 0.12, 0.15]), Majority).correct, "0.9586");
    assert_printed(answer(Agents::identical(3, 0.2), Majority).failure, "0.104");
    for (agents, printed) in [(3, ".648"), (5, ".68256"), (7, ".710208"), (9, ".7334323"), (11, ".7534981")] {
        assert_printed(answer(Agents::identical(agents, 0.4), Majority).correct, printed);
    }
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

/// The vignette of the R package PoissonBinomial: 61 agents, these success probabilities repeated so often.
#[test]
fn poisson_binomial_vignette() {
    let successes = [
        0.2655086631421,
        0.37212389963679016,
        0.5728533633518964,
        0.9082077899947762,
        0.2016819310374558,
        0.8983896849676967,
        0.9446752686053514,
        0.6607977924868464,
        0.6291140438988805,
        0.061786270467564464,
    ];
    let times = [3, 1, 5, 5, 10, 6, 10, 7, 9, 5];
    let rates: Vec<f64> =
        successes.iter().zip(times).flat_map(|(success, times)| vec![1.0 - success; times]).collect();
    let ask = |scheme: Scheme| answer(Agents::different(rates.clone()), scheme);
    assert_printed(ask(Any.into()).failure, "3.574462e-35");
    assert_printed(ask(Unanimous.into()).correct, "6.727527e-21");
    assert_printed(ask(KOfN { k: 31 }.into()).failure, "3.384269e-2");
    assert_printed(ask(KOfN { k: 36 }.into()).failure, ".4286383");
    let exactly_36 = ask(KOfN { k: 36 }.into()).correct - ask(KOfN { k: 37 }.into()).correct;
    assert_printed(exactly_36, ".1319896");
}

/// Whether the reliability of a majority of odd n rises (true) or falls from n to n + 2, each stretch told once.
fn course(easy_share: f64, easy: f64, hard: f64) -> Vec<bool> {
    let tasks = [TaskClass::new(easy_share, 1.0 - easy), TaskClass::new(1.0 - easy_share, 1.0 - hard)];
    let reliability: Vec<f64> =
        (0..30).map(|half| answer(Agents::by_task(2 * half + 1, tasks.clone()), Majority).correct).collect();
    let mut rises: Vec<bool> = reliability.windows(2).map(|pair| pair[1] > pair[0]).collect();
    rises.dedup();
    rises
}

/// Chen et al., arXiv 2403.02419: easy tasks are solved with p₁ > ½, hard ones with p₂ < ½; the share of easy ones decides whether
/// more agents help. The shares are a tenth on either side of the published boundary 1 − 1/t.
#[test]
fn more_agents_on_easy_and_hard_tasks() {
    for (easy, hard) in [(0.85, 0.4), (0.9, 0.35), (0.6, 0.15), (0.65, 0.1)] {
        let t: f64 = 1.0 + hard * (1.0 - hard) * (0.5 - hard) / (easy * (1.0 - easy) * (easy - 0.5));
        let boundary = 1.0 - 1.0 / t;
        let (below, above) = (course(boundary - 0.1, easy, hard), course(boundary + 0.1, easy, hard));
        if easy + hard > 1.0 {
            assert_eq!((below, above), (vec![false], vec![true, false]), "{easy} {hard}");
        } else {
            assert_eq!((below, above), (vec![false, true], vec![true]), "{easy} {hard}");
        }
    }
}
