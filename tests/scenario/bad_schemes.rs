//! Bad weights, quotas, margins, quorums and filters: each with the exact message it gets, and what looks bad and is accepted.

use kofn::Scenario;
use kofn::scenario::scheme::{Adaptive, AheadBy, FirstTo, Pbft, Plurality, Weighted};
use kofn::scenario::{Agents, Costs, Dependence, Failures, Filter, WrongAnswers};

const INTEGER: &str = "a whole number from 1 to 9223372036854775807";
const WEIGHT: &str = "a number from 0 to below 1e18 of at most nine decimals";
const QUOTA: &str = "a number above 0 and below 1e18 of at most nine decimals";
const RATE: &str = "a number from 0 to 1";
const CONFIDENCE: &str = "a number above 0.5 and below 1";
const QUORUMS: &str = "such as q_eq = q_per = q_vc = 3 and q_vc_t = 2";

const FIVE: &str = "agents = { count = 5, failure_rate = 0.23 }";
const FOUR: &str = "agents = { count = 4, failure_rate = 0.01 }";
const ONE: &str = "agents.failure_rate = 0.23";

/// A file's text, and what is said about it after its name.
type Fixture = (String, String);

fn fixture(scheme: &str, rest: &str, message: impl Into<String>) -> Fixture {
    (format!("scheme = {scheme}\n{rest}\n"), message.into())
}

fn weights() -> Vec<Fixture> {
    let weighted = |rest: &str, message: String| {
        fixture(
            &format!("{{ rule = \"weighted\", {rest} }}"),
            "agents.failure_rates = [0.1, 0.2, 0.3]",
            message,
        )
    };
    let mut fixtures = vec![
        weighted(
            "weights = [1, 2]",
            "1:41: scheme.weights is a list of 2 weights; allowed is 3, one for each agent".into(),
        ),
        weighted(
            "weights = [1]",
            "1:41: scheme.weights is a list of 1 weight; allowed is 3, one for each agent".into(),
        ),
        weighted(
            "weights = []",
            "1:41: scheme.weights is a list of 0 weights; allowed is 3, one for each agent".into(),
        ),
        weighted(
            "weights = [0, 0.0, -0.0]",
            "1:41: scheme.weights is a list of zeros; allowed is at least one weight above 0".into(),
        ),
        weighted(
            "weights = \"odds\"",
            "1:41: scheme.weights is \"odds\"; allowed is \"log-odds\" or a list of numbers".into(),
        ),
        weighted("weights = 1", "1:41: scheme.weights is 1; allowed is \"log-odds\" or a list of numbers".into()),
        weighted(
            "quota = 1",
            "1:10: scheme.weights is missing; allowed is \"log-odds\" or a list of numbers, one for each agent".into(),
        ),
        weighted(
            "weights = [1e17, 1e-9, 1]",
            "1:41: scheme.weights sum to 100000000000000001000000001 units of the last decimal; allowed is less than \
             4611686018427387904: give them fewer decimals"
                .into(),
        ),
        weighted(
            "weights = [0.1, 0.2, 0.3], quota = 0.600000001",
            "1:66: scheme.quota is 0.600000001; allowed is up to 0.6, the weight of all agents".into(),
        ),
        weighted("weights = [1, 1, 1], margin = 2", "1:52: scheme.margin is not known here; allowed is rule, weights, quota".into()),
    ];
    for literal in
        ["-1", "-1e-9", "nan", "inf", "-inf", "1e400", "1e18", "0.1234567891", "1e-10", "5e-324", "\"1\""]
    {
        fixtures.push(weighted(
            &format!("weights = [0.5, {literal}, 1]"),
            format!("1:47: scheme.weights[1] is {literal}; allowed is {WEIGHT}"),
        ));
    }
    for literal in ["0", "-0.0", "-1", "nan", "inf", "1e400", "1e18", "0.1234567891", "\"half\""] {
        fixtures.push(weighted(
            &format!("weights = [1, 1, 1], quota = {literal}"),
            format!("1:60: scheme.quota is {literal}; allowed is {QUOTA}"),
        ));
    }
    fixtures
}

fn log_odds() -> Vec<Fixture> {
    let log_odds =
        |rest: &str, message: &str| fixture("{ rule = \"weighted\", weights = \"log-odds\" }", rest, message);
    vec![
        log_odds(
            "agents = { count = 2 }\ntasks = [{ weight = 1, failure_rate = 0.1 }]",
            "1:41: scheme.weights \"log-odds\" does not go with tasks, where an agent has several rates: list the weights",
        ),
        log_odds(
            "agents.failure_rates = [0.1, 0, 0.3]",
            "2:30: agents.failure_rates[1] is 0; allowed is a rate above 0 where weights are \"log-odds\": an agent that \
             never fails decides alone",
        ),
        log_odds(
            "agents = { count = 3, failure_rate = 0.0 }",
            "2:38: agents.failure_rate is 0.0; allowed is a rate above 0 where weights are \"log-odds\": an agent that never \
             fails decides alone",
        ),
        log_odds(
            "agents.failure_rates = [0.5, 0.75, 1]",
            "1:41: scheme.weights \"log-odds\" are all 0, because no agent fails less often than half the time: list the \
             weights",
        ),
        log_odds(
            "agents = { count = 10000001, failure_rate = 0.1 }",
            "2:20: agents.count is 10000001; allowed is up to 10000000 agents with weights",
        ),
    ]
}

fn races() -> Vec<Fixture> {
    let mut fixtures = Vec::new();
    for (rule, key) in [("ahead-by", "margin"), ("first-to", "votes")] {
        let race = |rest: &str| format!("{{ rule = \"{rule}\"{rest} }}");
        let missing = format!("1:10: scheme.{key} is missing; allowed is {INTEGER}");
        fixtures.push(fixture(&race(", max_calls = 3"), ONE, missing));
        for literal in ["0", "-1", "1.5", "9223372036854775808", "\"two\""] {
            let (column, start) = (34 + key.len(), format!(", {key} = {literal}"));
            let message = format!("1:{column}: scheme.{key} is {literal}; allowed is {INTEGER}");
            fixtures.push(fixture(&race(&start), ONE, message));
            let (column, calls) = (34 + key.len() + 15, format!(", {key} = 2, max_calls = {literal}"));
            let message = format!("1:{column}: scheme.max_calls is {literal}; allowed is {INTEGER}");
            fixtures.push(fixture(&race(&calls), ONE, message));
        }
    }
    let adaptive =
        |rest: &str, message: String| fixture(&format!("{{ rule = \"adaptive\", {rest} }}"), ONE, message);
    for literal in ["0.5", "1", "1.0", "0", "-0.75", "nan", "inf", "\"high\""] {
        fixtures.push(adaptive(
            &format!("max_calls = 9, confidence = {literal}"),
            format!("1:59: scheme.confidence is {literal}; allowed is {CONFIDENCE}"),
        ));
    }
    fixtures.push(adaptive(
        "confidence = 0.95",
        format!("1:10: scheme.max_calls is missing; allowed is {INTEGER}"),
    ));
    fixtures.push(adaptive(
        "max_calls = 9",
        format!("1:10: scheme.confidence is missing; allowed is {CONFIDENCE}"),
    ));
    fixtures.push(adaptive(
        "confidence = 0.95, max_calls = 0",
        format!("1:62: scheme.max_calls is 0; allowed is {INTEGER}"),
    ));
    fixtures
}

/// One agent, one wrong answer.
fn racers() -> Vec<Fixture> {
    let mut fixtures = Vec::new();
    for (rule, parameters) in [
        ("ahead-by", "margin = 2"),
        ("first-to", "votes = 2, max_calls = 9"),
        ("adaptive", "confidence = 0.9, max_calls = 9"),
    ] {
        let race = format!("{{ rule = \"{rule}\", {parameters} }}");
        let inside = format!("{{ rule = \"validated\", validator_failure_rate = 0.1, vote = {race} }}");
        for scheme in [&race, &inside] {
            let count = format!("2:20: agents.count is 5; allowed is 1, because {rule} calls one agent");
            fixtures.push(fixture(scheme, FIVE, count));
            for answers in ["\"distinct\"", "3"] {
                fixtures.push(fixture(
                    scheme,
                    &format!("{ONE}\nfailures.wrong_answers = {answers}"),
                    format!(
                        "3:26: failures.wrong_answers is {answers}; allowed is \"same\" (or 1), because {rule} knows one wrong answer"
                    ),
                ));
            }
        }
    }
    fixtures
}

/// Calls that never vote, without a last call.
fn races_that_never_end() -> Vec<Fixture> {
    let silent = "failures = { crash = 1 }";
    let cause = "dependence = { model = \"common-cause\", probability = 0.1 }";
    let strict = "filter = { accepts_correct = 0.9, accepts_wrong = 0 }";
    let perverse = "filter = { accepts_correct = 0, accepts_wrong = 0.9 }";
    let closed = "filter = { accepts_correct = 0, accepts_wrong = 0 }";
    let (always, never, tenth) =
        ("agents.failure_rate = 1", "agents.failure_rate = 0", "agents.failure_rate = 0.1");
    let tasks = "tasks = [{ weight = 1, failure_rate = 0.1 }, { weight = 1, failure_rate = 1 }]";
    let cases = [
        [always, silent, ""],
        [always, strict, ""],
        [never, perverse, ""],
        [ONE, closed, ""],
        [ONE, silent, cause],
        [ONE, strict, cause],
        [tenth, perverse, cause],
        [tasks, silent, ""],
    ];
    let races = [("ahead-by", "margin = 2"), ("first-to", "votes = 2")];
    let mut fixtures = Vec::new();
    for (rule, parameters) in races {
        let race = format!("{{ rule = \"{rule}\", {parameters} }}");
        let inside = format!("{{ rule = \"validated\", validator_failure_rate = 0.1, vote = {race} }}");
        for case in cases {
            for (scheme, at, path) in [(&race, "1:10", "scheme"), (&inside, "1:69", "scheme.vote")] {
                fixtures.push(fixture(
                    scheme,
                    &case.join("\n"),
                    format!(
                        "{at}: {path}.max_calls is missing; allowed is {INTEGER}, because here the agent may never vote, \
                         and {rule} would never end"
                    ),
                ));
            }
        }
    }
    fixtures
}

fn quorums() -> Vec<Fixture> {
    let pbft =
        |rest: &str, message: String| fixture(&format!("{{ rule = \"pbft\", {rest} }}"), FOUR, message);
    let mut fixtures = Vec::new();
    for key in ["q_eq", "q_per", "q_vc", "q_vc_t"] {
        let column = 30 + key.len();
        for literal in ["0", "5", "9223372036854775808"] {
            let message =
                format!("1:{column}: scheme.{key} is {literal}; allowed is 1 to 4, the number of agents");
            fixtures.push(pbft(&format!("{key} = {literal}"), message));
        }
        for literal in ["-1", "2.5", "1e20", "\"most\""] {
            let allowed = "a whole number from 1 to the number of agents";
            let message = format!("1:{column}: scheme.{key} is {literal}; allowed is {allowed}");
            fixtures.push(pbft(&format!("{key} = {literal}"), message));
        }
    }
    let sum = |at: &str, sum| {
        format!(
            "{at}: scheme.q_per + scheme.q_vc is {sum}; allowed is 5 or more, more than there are agents, {QUORUMS}"
        )
    };
    fixtures.push(pbft("q_per = 2, q_vc = 2", sum("1:35", 4)));
    fixtures.push(pbft("q_vc = 1, q_vc_t = 1", sum("1:34", 4)));
    fixtures.push(pbft("q_per = 1", sum("1:35", 4)));
    fixtures.push(pbft("q_vc = 2, q_per = 1", sum("1:45", 3)));
    let trigger = |at: &str, trigger, most| {
        format!("{at}: scheme.q_vc_t is {trigger}; allowed is 1 to {most}, which is scheme.q_vc, {QUORUMS}")
    };
    fixtures.push(pbft("q_vc_t = 4", trigger("1:36", 4, 3)));
    fixtures.push(pbft("q_per = 4, q_vc = 1", trigger("1:45", 2, 1)));
    fixtures
}

fn failures_and_filters_of_replicas() -> Vec<Fixture> {
    let pbft = |rest: &str, key: &str| {
        let message = format!("3:1: {key} has no place here: in pbft every failed replica is Byzantine");
        fixture("\"pbft\"", &format!("{FOUR}\n{rest}"), message)
    };
    vec![
        pbft("[failures]\ncrash = 1", "failures"),
        pbft("[failures]\nwrong_answers = \"distinct\"", "failures"),
        pbft("[filter]\naccepts_correct = 1\naccepts_wrong = 1", "filter"),
        fixture(
            "{ rule = \"validated\", validator_failure_rate = 0.1, vote = \"pbft\" }",
            FOUR,
            "1:69: scheme.vote is \"pbft\"; allowed is a vote, and pbft is none",
        ),
    ]
}

fn filters() -> Vec<Fixture> {
    let filter = |rest: &str, message: String| fixture("\"plurality\"", &format!("{FIVE}\n{rest}"), message);
    let mut fixtures = vec![
        filter(
            "[filter]\naccepts_wrong = 0.1",
            format!("3:1: filter.accepts_correct is missing; allowed is {RATE}"),
        ),
        filter(
            "[filter]\naccepts_correct = 0.1",
            format!("3:1: filter.accepts_wrong is missing; allowed is {RATE}"),
        ),
        filter("[filter]", format!("3:1: filter.accepts_correct is missing; allowed is {RATE}")),
        filter(
            "filter = { accepts_correct = 1, accepts_wrong = 0, repairs = 1 }",
            "3:52: filter.repairs is not known here; allowed is accepts_correct, accepts_wrong".into(),
        ),
        filter("filter = 0.9", "3:10: filter is 0.9; allowed is a table".into()),
        filter(
            "filter = { accepts_correct = 1, accepts_wrong = 0 }\n[costs]\ncall = 1",
            "4:1: costs.validation is missing; allowed is a finite number, 0 or more".into(),
        ),
        filter(
            "filter = { accepts_correct = 1, accepts_wrong = 0 }\n[costs]\ncall = 1\nvalidation = 1\ncall_latency = 1",
            "4:1: costs.validation_latency is missing; allowed is a finite number, 0 or more".into(),
        ),
    ];
    for literal in ["-0.1", "1.0000000000000002", "nan", "inf", "1e400", "\"always\""] {
        for (key, other) in [("accepts_correct", "accepts_wrong"), ("accepts_wrong", "accepts_correct")] {
            let column = key.len() + 4;
            fixtures.push(filter(
                &format!("[filter]\n{key} = {literal}\n{other} = 0.5"),
                format!("4:{column}: filter.{key} is {literal}; allowed is {RATE}"),
            ));
        }
    }
    fixtures
}

fn all_fixtures() -> Vec<Fixture> {
    let plurality =
        fixture("{ rule = \"plurality\", k = 2 }", FIVE, "1:32: scheme.k is not known here; allowed is rule");
    let all = [
        weights(),
        log_odds(),
        races(),
        racers(),
        races_that_never_end(),
        quorums(),
        failures_and_filters_of_replicas(),
        filters(),
        vec![plurality],
    ];
    all.concat()
}

#[test]
fn every_fixture_gets_its_message() {
    let fixtures = all_fixtures();
    assert!(fixtures.len() >= 150, "{} fixtures", fixtures.len());
    let mut differ = Vec::new();
    for (text, expected) in fixtures {
        let expected = format!("vote.toml:{expected}");
        let told = match Scenario::read("vote.toml", text.as_bytes()) {
            Ok(scenario) => format!("accepted: {scenario:?}"),
            Err(error) => error.to_string(),
        };
        if told != expected {
            differ.push(format!("{text}  told      {told}\n  expected  {expected}"));
        }
    }
    assert!(differ.is_empty(), "{} differ:\n{}", differ.len(), differ.join("\n\n"));
}

/// The message for a caller of the library, who has no file.
fn told(result: Result<Scenario, kofn::Error>) -> String {
    result.map_or_else(|error| error.to_string(), |scenario| format!("accepted: {scenario:?}"))
}

#[test]
fn callers_of_the_library_are_checked_as_files_are() {
    let three = || Agents::different([0.1, 0.2, 0.3]);
    for weight in [-1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e18, 1e-10] {
        assert_eq!(
            told(Scenario::new(three(), Weighted::new([0.5, weight, 1.0]))),
            format!("scheme.weights[1] is {weight:?}; allowed is {WEIGHT}")
        );
    }
    for quota in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-10] {
        assert_eq!(
            told(Scenario::new(three(), Weighted::new([1.0; 3]).with_quota(quota))),
            format!("scheme.quota is {quota:?}; allowed is {QUOTA}")
        );
    }
    let one = || Agents::identical(1, 0.23);
    for confidence in [0.5, 1.0, f64::NAN] {
        assert_eq!(
            told(Scenario::new(one(), Adaptive::new(confidence, 9))),
            format!("scheme.confidence is {confidence:?}; allowed is {CONFIDENCE}")
        );
    }
    for count in [0, u64::MAX] {
        let of = |key| format!("scheme.{key} is {count}; allowed is {INTEGER}");
        assert_eq!(told(Scenario::new(one(), AheadBy::new(count))), of("margin"));
        assert_eq!(told(Scenario::new(one(), FirstTo::new(count))), of("votes"));
        assert_eq!(told(Scenario::new(one(), AheadBy::new(2).with_max_calls(count))), of("max_calls"));
        assert_eq!(told(Scenario::new(one(), FirstTo::new(2).with_max_calls(count))), of("max_calls"));
        assert_eq!(told(Scenario::new(one(), Adaptive::new(0.9, count))), of("max_calls"));
        assert_eq!(
            told(Scenario::new(Agents::identical(4, 0.01), Pbft::new(count, 3, 3, 2))),
            format!("scheme.q_eq is {count}; allowed is 1 to 4, the number of agents")
        );
    }
    let filtered = |accepts_correct, accepts_wrong| {
        let plurality = Scenario::new(Agents::identical(5, 0.23), Plurality).expect("a scenario");
        told(plurality.with_filter(Filter { accepts_correct, accepts_wrong }))
    };
    for rate in [-0.1, f64::NAN, f64::INFINITY, 1.0_f64.next_up()] {
        assert_eq!(filtered(rate, 0.5), format!("filter.accepts_correct is {rate:?}; allowed is {RATE}"));
        assert_eq!(filtered(0.5, rate), format!("filter.accepts_wrong is {rate:?}; allowed is {RATE}"));
    }
}

/// Whatever comes later than the filter, the failures or the dependence is checked against what is there already.
#[test]
fn the_order_in_which_a_caller_says_things_does_not_matter() {
    let race = || Scenario::new(Agents::identical(1, 0.23), AheadBy::new(2)).expect("a scenario");
    let silent = Failures { hallucination: 0.0, crash: 1.0, ..Failures::default() };
    let cause = Dependence::CommonCause { probability: 0.1 };
    let never = "scheme.max_calls is missing";
    let silent_first = race().with_failures(silent).expect("it votes when it is right");
    assert!(told(silent_first.with_dependence(cause)).starts_with(never));
    let cause_first = race().with_dependence(cause).expect("it votes when it is wrong");
    assert!(told(cause_first.with_failures(silent)).starts_with(never));
    let many = Failures { wrong_answers: WrongAnswers::Among(2), ..Failures::default() };
    assert!(told(race().with_failures(many)).starts_with("failures.wrong_answers is 2"));
    let priced = Scenario::new(Agents::identical(5, 0.23), Plurality)
        .and_then(|scenario| scenario.with_costs(Costs { call: Some(1.0), ..Costs::default() }))
        .expect("no validator asks for a price");
    let filter = Filter { accepts_correct: 0.9, accepts_wrong: 0.1 };
    assert!(told(priced.with_filter(filter)).starts_with("costs.validation is missing"));
}

#[test]
fn what_looks_bad_and_is_accepted() {
    let of = |scheme: &str, rest: &str| told(Scenario::from_toml(&format!("scheme = {scheme}\n{rest}\n")));
    let weighted = |rest: &str| {
        of(&format!("{{ rule = \"weighted\", {rest} }}"), "agents.failure_rates = [0.1, 0.5, 1.0]")
    };
    let race = "{ rule = \"ahead-by\", margin = 2 }";
    let silent = "failures = { crash = 1 }";
    for told in [
        weighted("weights = [0, 0, 1e-9]"),
        weighted("weights = [999999999999999900, 0, 0]"),
        weighted("weights = [1, 1, 1], quota = 3"),
        weighted("weights = [0.1, 0.1, 0.1], quota = 0.3"),
        weighted("weights = [1, -0.0, 0], quota = 1e-9"),
        weighted("weights = \"log-odds\", quota = 1e-9"),
        of(race, "agents.failure_rate = 0\nfailures = { crash = 1 }"),
        of(race, "agents.failure_rate = 1\nfailures = { hallucination = 1e-300, crash = 1 }"),
        of(race, &format!("agents.failure_rate = 0.999\n{silent}")),
        of(race, &format!("{ONE}\nfailures = {{ wrong_answers = 1 }}")),
        of(race, &format!("{ONE}\n{silent}\ndependence = {{ model = \"common-cause\", probability = 0 }}")),
        of(
            "{ rule = \"first-to\", votes = 9, max_calls = 1 }",
            "agents.failure_rate = 1\nfailures = { corruption = 1 }",
        ),
        of(
            "{ rule = \"first-to\", votes = 2 }",
            "agents.failure_rate = 1\ndependence = { model = \"common-cause\", probability = 1 }",
        ),
        of(
            "\"pbft\"",
            "agents = { count = 1, failure_rate = 0.5 }\nfailures = { hallucination = 1, wrong_answers = \"same\" }",
        ),
        of(
            "{ rule = \"pbft\", q_eq = 1, q_per = 1, q_vc = 1, q_vc_t = 1 }",
            "agents.count = 1\nagents.failure_rate = 0.5",
        ),
        of("\"plurality\"", &format!("{FIVE}\nfilter = {{ accepts_correct = -0.0, accepts_wrong = 1 }}")),
    ] {
        assert!(told.starts_with("accepted"), "{told}");
    }
}
