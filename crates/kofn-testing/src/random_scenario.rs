//! Random scenarios of all kinds that have rational answers.

use kofn::scenario::scheme::{
    Any, Byzantine, Cascade, Judge, KOfN, Majority, Pbft, Plurality, Scheme, Stage, Unanimous, Validated,
    Weighted,
};
use kofn::scenario::{
    Agents, ClassRates, Concurrency, Costs, Dependence, Failures, Fallback, Filter, PerAgent, Scenario,
    TaskClass, Ties, WrongAnswers,
};
use proptest::prelude::*;

/// A probability: arbitrary, of few digits, very small, nearly one, zero or one.
pub fn rate() -> BoxedStrategy<f64> {
    prop_oneof![
        6 => 0.0..=1.0,
        6 => (0..=100_u32).prop_map(|percent| f64::from(percent) / 100.0),
        2 => (-300.0..-1.0).prop_map(|power| 10_f64.powf(power)),
        1 => (1..1_000_u32).prop_map(|units| 1.0 - f64::from(units) * f64::EPSILON / 2.0),
        1 => prop::sample::select(vec![0.0, 1.0, f64::MIN_POSITIVE, 5e-324]),
    ]
    .boxed()
}

/// Wrong answers that each agent picks by itself.
fn picked_answers() -> BoxedStrategy<WrongAnswers> {
    prop_oneof![
        Just(WrongAnswers::Same),
        Just(WrongAnswers::Distinct),
        (1..6_u64).prop_map(WrongAnswers::Among),
        (1..=i64::MAX as u64).prop_map(WrongAnswers::Among),
    ]
    .boxed()
}

/// Wrong answers that repeat each other more or less often.
pub fn repeated_answers() -> BoxedStrategy<WrongAnswers> {
    let power = || (-18.0..0.0).prop_map(|power| 10_f64.powf(power));
    let percent = |from: u32| (from..100_u32).prop_map(|percent| f64::from(percent) / 100.0);
    let collision = prop_oneof![4 => percent(1), 2 => power(), 1 => power().prop_map(|small| 1.0 - small)];
    let discount = prop_oneof![2 => Just(0.0), 4 => percent(0), 1 => power(), 1 => power().prop_map(|small| 1.0 - small)];
    let open = (collision, discount).prop_map(|(collision, discount): (f64, f64)| WrongAnswers::Open {
        collision,
        discount: discount.min(1.0_f64.next_down()),
    });
    let answers = prop_oneof![4 => 1..6_u64, 1 => 1..=i64::MAX as u64];
    let above = prop_oneof![4 => percent(0), 1 => power()];
    let unequal = (answers, above).prop_map(|(answers, above): (u64, f64)| {
        let least = 1.0 / answers as f64;
        WrongAnswers::Unequal { answers, collision: (least + (1.0 - least) * above).min(1.0) }
    });
    prop_oneof![2 => open, 1 => unequal].boxed()
}

/// A plurality of this many agents, with or without parameters.
pub fn plurality(agents: u64) -> BoxedStrategy<Scheme> {
    let ties = prop::sample::select(vec![Ties::Abstain, Ties::Random]);
    let with = (ties, 1..=agents)
        .prop_map(|(ties, votes)| Plurality::new().with_ties(ties).with_min_votes(votes).into());
    prop_oneof![1 => Just(Plurality::new().into()), 2 => with].boxed()
}

/// Failures whose wrong answers each agent picks by itself.
pub fn failures() -> BoxedStrategy<Failures> {
    failing(picked_answers())
}

/// Failures with wrong answers of any kind.
pub fn any_failures() -> BoxedStrategy<Failures> {
    failing(prop_oneof![1 => picked_answers(), 1 => repeated_answers()].boxed())
}

fn failing(answers: BoxedStrategy<WrongAnswers>) -> BoxedStrategy<Failures> {
    let shares = (0.0..=1.0, 0.0..=1.0).prop_map(|(votes, corrupt): (f64, f64)| {
        let corruption = (1.0 - votes) * corrupt;
        [votes, corruption, 1.0 - votes - corruption].map(f64::abs)
    });
    let shares = prop_oneof![2 => Just([1.0, 0.0, 0.0]), 2 => shares, 1 => Just([0.6, 0.25, 0.15])];
    (shares, answers)
        .prop_map(|([hallucination, corruption, crash], wrong_answers)| Failures {
            hallucination,
            corruption,
            crash,
            wrong_answers,
        })
        .boxed()
}

/// Weights, few of which are listed in billionths, with or without a quota; not all of them suit all agents.
pub fn weighted(agents: usize) -> BoxedStrategy<Scheme> {
    let weight = prop_oneof![
        4 => (0..=20_u32).prop_map(|tenths| f64::from(tenths) / 10.0),
        1 => (0..1_000_000_000_000_u64).prop_map(|billionths| billionths as f64 / 1e9),
    ];
    let quota = prop::option::of((1..=10_u32).prop_map(|tenths| f64::from(tenths) / 10.0));
    let listed = prop::collection::vec(weight, agents).prop_map(Weighted::new);
    (prop_oneof![3 => listed, 1 => Just(Weighted::log_odds())], quota)
        .prop_map(|(weighted, quota)| {
            quota.map_or(weighted.clone(), |quota| weighted.with_quota(quota)).into()
        })
        .boxed()
}

/// Quorums of replicas, not all of which go together.
pub fn pbft(agents: u64) -> BoxedStrategy<Scheme> {
    let quorum = move || 1..=agents;
    let given = (quorum(), quorum(), quorum(), quorum())
        .prop_map(|(q_eq, q_per, q_vc, q_vc_t)| Pbft::new(q_eq, q_per, q_vc, q_vc_t));
    prop_oneof![1 => Just(Pbft::default()), 2 => given].prop_map(Scheme::from).boxed()
}

pub fn filter() -> BoxedStrategy<Option<Filter>> {
    let filter = (rate(), rate())
        .prop_map(|(accepts_correct, accepts_wrong)| Filter { accepts_correct, accepts_wrong });
    prop::option::of(filter).boxed()
}

/// Maximum number of agents with weights, so that those of nine decimals have few sums.
const MOST_WEIGHTED: u64 = 12;

fn vote(agents: u64) -> BoxedStrategy<Scheme> {
    prop_oneof![
        2 => Just(Majority.into()),
        1 => Just(Any.into()),
        1 => Just(Unanimous.into()),
        1 => Just(Byzantine.into()),
        3 => (1..=agents).prop_map(|k| KOfN { k }.into()),
        3 => Just(Plurality::new().into()),
        if agents > MOST_WEIGHTED { 0 } else { 3 } => weighted(agents as usize),
    ]
    .boxed()
}

pub fn judge() -> BoxedStrategy<Judge> {
    let rates = (rate(), rate(), prop_oneof![Just(0.0), rate()]).prop_map(
        |(accepts_correct, accepts_wrong, repairs)| Judge::Rates { accepts_correct, accepts_wrong, repairs },
    );
    prop_oneof![rate().prop_map(Judge::FailureRate), rates].boxed()
}

fn pipeline(agents: u64, most_attempts: u64) -> BoxedStrategy<Scheme> {
    let arbiter = prop::option::of((rate(), rate()));
    let fallback = prop_oneof![Just(Fallback::Abstain), Just(Fallback::Keep)];
    (judge(), arbiter, 1..=most_attempts, fallback, vote(agents), any::<bool>())
        .prop_map(move |(judge, arbiter, attempts, fallback, vote, alone)| {
            let mut pipeline = Validated::new(judge).with_attempts(attempts).with_fallback(fallback);
            pipeline.arbiter =
                arbiter.map(|(correct, wrong)| kofn::scenario::scheme::ArbiterRates::new(correct, wrong));
            pipeline.vote = (agents > 1 || !alone).then(|| Box::new(vote));
            pipeline.into()
        })
        .boxed()
}

/// Agents, identical or different, with or without classes of tasks.
pub fn agents(count: usize) -> BoxedStrategy<Agents> {
    let different = || prop::collection::vec(rate(), count);
    let rates =
        prop_oneof![rate().prop_map(ClassRates::Identical), different().prop_map(ClassRates::Different)];
    let weight = prop_oneof![0.1..10.0, (-300.0..300.0).prop_map(|power| 10_f64.powf(power))];
    let task =
        (weight, rates).prop_map(|(weight, rates)| TaskClass { weight, rates, validator_failure_rate: None });
    let count = count as u64;
    prop_oneof![
        3 => rate().prop_map(move |rate| Agents::identical(count, rate)),
        2 => different().prop_map(Agents::different),
        1 => prop::collection::vec(task, 1..4).prop_map(move |tasks| Agents::by_task(count, tasks)),
    ]
    .boxed()
}

/// Different names for this many agents, of any characters.
pub fn names(count: usize) -> BoxedStrategy<Vec<String>> {
    let characters = prop::collection::vec(any::<char>(), 1..6).prop_map(String::from_iter);
    let written = ["gpt", "agent 2", "=1+1", "\"", "it's", "\\", "\r\n", "\0", "a\u{2028}b", "true", "0.5"];
    let written = prop::sample::select(written.to_vec()).prop_map(String::from);
    let name = prop_oneof![any::<String>(), characters, written];
    let name = name.prop_map(|name| if name.trim().is_empty() { format!("{name}x") } else { name });
    prop::collection::hash_set(name, count).prop_map(|names| names.into_iter().collect()).boxed()
}

/// A price or a latency for all agents, or one for each of this many.
pub fn per_agent(count: usize, value: impl Fn() -> BoxedStrategy<f64> + 'static) -> BoxedStrategy<PerAgent> {
    let each = prop::collection::vec(value(), count).prop_map(PerAgent::Each);
    prop_oneof![value().prop_map(PerAgent::Equal), each].boxed()
}

/// Sizes of at least 1 that add up to this count, in any order.
pub fn sizes(count: u64) -> BoxedStrategy<Vec<u64>> {
    let add = |mut sizes: Vec<u64>, begins: bool| {
        match sizes.last_mut() {
            Some(last) if !begins => *last += 1,
            _ => sizes.push(1),
        }
        sizes
    };
    let begin = prop::collection::vec(any::<bool>(), count as usize - 1);
    begin.prop_map(move |begin| begin.into_iter().fold(vec![1], add)).boxed()
}

/// A cascade of this many agents, each of whose stages is a vote of some of them.
pub fn cascade(count: u64, vote: impl Fn(u64) -> BoxedStrategy<Scheme> + 'static) -> BoxedStrategy<Scheme> {
    let stage = move |agents| vote(agents).prop_map(move |scheme| Stage { agents, scheme });
    let stages = move |sizes: Vec<u64>| sizes.into_iter().map(&stage).collect::<Vec<_>>();
    sizes(count).prop_flat_map(stages).prop_map(|stages| Cascade::new(stages).into()).boxed()
}

/// A copula whose agents come in groups.
pub fn groups(count: u64) -> BoxedStrategy<Dependence> {
    let edge = || prop::sample::select(vec![-0.0, 5e-324, 1.0_f64.next_down()]);
    let correlation = || prop_oneof![3 => 0.0..1.0, 1 => edge()];
    (correlation(), correlation(), sizes(count))
        .prop_map(|(one, other, groups): (f64, f64, _)| Dependence::GroupedCopula {
            correlation: one.min(other),
            within: one.max(other),
            groups,
        })
        .boxed()
}

/// Smallest failure rate, and whether all agents are equal in every class.
fn smallest_and_equal(agents: &Agents) -> (f64, bool) {
    let smallest = |rates: &[f64]| rates.iter().copied().fold(1.0, f64::min);
    match agents {
        Agents::Identical { failure_rate, .. } => (*failure_rate, true),
        Agents::Different { failure_rates } => (smallest(failure_rates), false),
        Agents::ByTask { tasks, .. } => {
            let of = |task: &TaskClass| match &task.rates {
                ClassRates::Identical(rate) => (*rate, true),
                ClassRates::Different(rates) => (smallest(rates), false),
            };
            tasks.iter().map(of).fold((1.0, true), |all, one| (one.0.min(all.0), one.1 && all.1))
        }
    }
}

/// A dependence that these agents can have and that has a rational answer.
pub fn dependence(agents: &Agents) -> BoxedStrategy<Dependence> {
    let (smallest, equal) = smallest_and_equal(agents);
    let common = (0.0..=1.0).prop_map(move |part: f64| (part * smallest).min(smallest));
    let common = common.prop_map(|probability| Dependence::CommonCause { probability });
    let correlation = prop_oneof![0.0..1.0, (-20.0..0.0).prop_map(|power| 10_f64.powf(power) * 0.999)];
    let beta = correlation.prop_map(move |correlation| {
        if equal { Dependence::BetaBinomial { correlation } } else { Dependence::Independent }
    });
    let uncorrelated = Just(Dependence::GaussianCopula { correlation: 0.0 });
    prop_oneof![5 => Just(Dependence::Independent), 3 => common, 4 => beta, 1 => uncorrelated].boxed()
}

const COSTS: Costs = Costs {
    call: Some(PerAgent::Equal(1.3)),
    validation: Some(0.7),
    call_latency: Some(PerAgent::Equal(1900.0)),
    validation_latency: Some(2100.5),
    agents: Concurrency::Parallel,
};

/// A scenario of at most this many agents and attempts.
pub fn scenario(most_agents: usize, most_attempts: u64) -> impl Strategy<Value = Scenario> {
    let count = prop_oneof![2 => 1..=most_agents.min(8), 1 => 1..=most_agents];
    count
        .prop_flat_map(move |count| {
            let agents_of_scheme = count as u64;
            let scheme = prop_oneof![
                6 => vote(agents_of_scheme),
                4 => pipeline(agents_of_scheme, most_attempts),
                1 => pbft(agents_of_scheme),
            ];
            (agents(count), scheme, failures(), filter(), any::<bool>())
        })
        .prop_flat_map(|(agents, scheme, failures, filter, sequential)| {
            let dependence = dependence(&agents);
            (Just(agents), Just(scheme), Just(failures), Just(filter), dependence, Just(sequential))
        })
        .prop_filter_map(
            "a scheme of other agents",
            |(agents, scheme, failures, filter, dependence, sequential)| {
                let concurrency = if sequential { Concurrency::Sequential } else { Concurrency::Parallel };
                // All replicas that fail are Byzantine.
                let (failures, filter) =
                    if matches!(scheme, Scheme::Pbft(_)) { Default::default() } else { (failures, filter) };
                let scenario = Scenario::new(agents, scheme).ok()?;
                let scenario = scenario
                    .with_failures(failures)
                    .and_then(|scenario| scenario.with_filter(filter))
                    .and_then(|scenario| scenario.with_dependence(dependence))
                    .and_then(|scenario| scenario.with_costs(Costs { agents: concurrency, ..COSTS }));
                Some(scenario.expect("a scenario"))
            },
        )
}
