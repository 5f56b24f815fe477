//! Bad input, each with the exact message it gets; what only looks bad and is accepted; and that nothing panics.

use kofn::Scenario;
use kofn::scenario::scheme::{KOfN, Majority, Single, Validated};
use kofn::scenario::{
    Agents, ClassRates, Concurrency, Costs, Dependence, Failures, TaskClass, WrongAnswers, scheme::Judge,
};
use proptest::prelude::*;

/// Every scheme, in the order in which messages list them.
const NAMES: &str = "single, k-of-n, majority, any, unanimous, byzantine, plurality, weighted, ahead-by, first-to, adaptive, \
                     pbft, validated";

const AGENTS: &str = "agents = { count = 5, failure_rate = 0.23 }\n";

/// The message that a TOML file gets.
fn toml(text: &str) -> String {
    message("vote.toml", text.as_bytes())
}

/// The message that a JSON file gets.
fn json(text: &str) -> String {
    message("vote.json", text.as_bytes())
}

fn message(name: &str, bytes: &[u8]) -> String {
    Scenario::read(name, bytes).map_or_else(|error| error.to_string(), |read| format!("accepted: {read:?}"))
}

/// The message that a majority of five gets with this failure rate.
fn rate(literal: &str) -> String {
    toml(&format!("scheme = \"majority\"\n[agents]\ncount = 5\nfailure_rate = {literal}\n"))
}

/// The message that a scheme gets with five agents.
fn scheme(value: &str) -> String {
    toml(&format!("scheme = {value}\n{AGENTS}"))
}

/// The message that a majority of five gets with this after it.
fn majority_with(rest: &str) -> String {
    toml(&format!("scheme = \"majority\"\n{AGENTS}{rest}"))
}

#[test]
fn rates_outside_their_range() {
    for literal in [
        "nan",
        "inf",
        "-inf",
        "+inf",
        "-nan",
        "-0.1",
        "1.0000000000000002",
        "1e400",
        "-1e400",
        "1_0.0",
        "0xff",
    ] {
        let expected =
            format!("vote.toml:4:16: agents.failure_rate is {literal}; allowed is a number from 0 to 1");
        assert_eq!(rate(literal), expected);
    }
    assert_eq!(
        rate("\"1,5\""),
        "vote.toml:4:16: agents.failure_rate is \"1,5\"; allowed is a number from 0 to 1"
    );
    assert_eq!(rate("true"), "vote.toml:4:16: agents.failure_rate is true; allowed is a number from 0 to 1");
    assert_eq!(
        rate("1979-05-27"),
        "vote.toml:4:16: agents.failure_rate is 1979-05-27; allowed is a number from 0 to 1"
    );
    assert_eq!(
        rate("[0.1]"),
        "vote.toml:4:16: agents.failure_rate is a list; allowed is a number from 0 to 1"
    );
    assert_eq!(
        rate("1,5"),
        "vote.toml:4:17: this is not TOML: unexpected key or value, expected newline, `#`"
    );
    assert_eq!(
        json("{\"scheme\": \"single\",\n \"agents\": {\"failure_rate\": null}}"),
        "vote.json:2:29: agents.failure_rate is null; allowed is a number from 0 to 1"
    );
    assert_eq!(
        json("{\"scheme\": \"single\",\n \"agents\": {\"failure_rate\": NaN}}"),
        "vote.json:2:29: this is not JSON: unexpected token"
    );
    assert_eq!(
        toml("scheme = \"any\"\nagents = { failure_rates = [0.1,\n  0.2, 1.5] }"),
        "vote.toml:3:8: agents.failure_rates[2] is 1.5; allowed is a number from 0 to 1"
    );
    assert_eq!(
        toml("scheme = \"any\"\nagents = { failure_rates = [0.1,\n  \"x\"] }"),
        "vote.toml:3:3: agents.failure_rates[1] is \"x\"; allowed is a number from 0 to 1"
    );
}

#[test]
fn counts_outside_their_range() {
    for literal in ["0", "-1", "2.5", "1e14", "10000000000001", "99999999999999999999999", "\"5\"", "1e400"] {
        assert_eq!(
            toml(&format!("scheme = \"any\"\n[agents]\ncount = {literal}\nfailure_rate = 0.1")),
            format!(
                "vote.toml:3:9: agents.count is {literal}; allowed is a whole number from 1 to 10000000000000"
            )
        );
    }
    assert_eq!(
        toml("scheme = \"any\"\nagents = { failure_rates = [] }"),
        "vote.toml:2:28: agents.failure_rates is an empty list; allowed is one rate for each agent"
    );
    assert_eq!(
        toml("scheme = \"single\"\n[agents]\ncount = 2\nfailure_rate = 0.1"),
        "vote.toml:3:9: agents.count is 2; allowed is 1, because single calls one agent"
    );
    assert_eq!(
        toml("scheme = \"single\"\n[agents]\nfailure_rates = [0.1, 0.2]"),
        "vote.toml:2:1: agents.count is 2; allowed is 1, because single calls one agent"
    );
}

#[test]
fn schemes_and_their_parameters() {
    let names = NAMES;
    assert_eq!(
        scheme("{ rule = \"k-of-n\", k = 6 }"),
        "vote.toml:1:33: scheme.k is 6; allowed is 1 to 5, the number of agents"
    );
    assert_eq!(
        scheme("{ rule = \"k-of-n\", k = 0.0 }"),
        "vote.toml:1:33: scheme.k is 0.0; allowed is 1 to 5, the number of agents"
    );
    assert_eq!(
        scheme("\"k-of-n\""),
        "vote.toml:1:10: scheme.k is missing; allowed is a whole number from 1 to the number of agents"
    );
    assert_eq!(
        scheme("\"majorty\""),
        format!("vote.toml:1:10: scheme.rule is \"majorty\"; allowed is {names}")
    );
    assert_eq!(scheme("3"), format!("vote.toml:1:10: scheme is 3; allowed is {names}"));
    assert_eq!(scheme("{ k = 3 }"), format!("vote.toml:1:10: scheme.rule is missing; allowed is {names}"));
    assert_eq!(toml(AGENTS), format!("vote.toml:1:1: scheme is missing; allowed is {names}"));
    assert_eq!(
        scheme("{ rule = \"majority\", k = 3 }"),
        "vote.toml:1:31: scheme.k is not known here; allowed is rule"
    );
}

#[test]
fn validated_and_its_parameters() {
    let validated =
        |rest: &str| toml(&format!("scheme = {{ rule = \"validated\", {rest} }}\nagents.failure_rate = 0.1"));
    assert_eq!(
        validated("attempts = 2"),
        "vote.toml:1:10: scheme.validator_failure_rate is missing; allowed is a rate from 0 to 1, \
         here or in every class of tasks, or accepts_correct with accepts_wrong"
    );
    assert_eq!(
        validated("validator_failure_rate = 1.5"),
        "vote.toml:1:57: scheme.validator_failure_rate is 1.5; allowed is a number from 0 to 1"
    );
    assert_eq!(
        validated("accepts_correct = 0.5"),
        "vote.toml:1:10: scheme.accepts_wrong is missing; allowed is a number from 0 to 1"
    );
    assert_eq!(
        validated("validator_failure_rate = 0.1, repairs = 0.5"),
        "vote.toml:1:57: validator_failure_rate stands for accepts_correct, accepts_wrong and repairs: give it or them"
    );
    assert_eq!(
        validated("validator_failure_rate = 0.1, arbiter_accepts_wrong = 0.5"),
        "vote.toml:1:10: scheme.arbiter_accepts_correct is missing; allowed is a number from 0 to 1"
    );
    assert_eq!(
        validated("validator_failure_rate = 0.1, attempts = 0"),
        "vote.toml:1:73: scheme.attempts is 0; allowed is a whole number from 1 to 9223372036854775807"
    );
    assert_eq!(
        validated("validator_failure_rate = 0.1, fallback = \"retry\""),
        "vote.toml:1:73: scheme.fallback is \"retry\"; allowed is \"abstain\" or \"keep\""
    );
    assert_eq!(
        validated("validator_failure_rate = 0.1, vote = { rule = \"k-of-n\", k = 2 }"),
        "vote.toml:2:1: agents.count is missing; allowed is a whole number from 1 to 10000000000000"
    );
    let vote = |vote: &str| {
        let validated = format!("rule = \"validated\", validator_failure_rate = 0.1, vote = {vote}");
        scheme(&format!("{{ {validated} }}"))
    };
    assert_eq!(
        vote("{ rule = \"k-of-n\", k = 6 }"),
        "vote.toml:1:92: scheme.vote.k is 6; allowed is 1 to 5, the number of agents"
    );
    assert_eq!(
        vote("{ rule = \"k-of-n\", quorum = 6, k = 2 }"),
        "vote.toml:1:88: scheme.vote.quorum is not known here; allowed is rule, k"
    );
    assert_eq!(
        vote("\"pbft\""),
        "vote.toml:1:69: scheme.vote is \"pbft\"; allowed is a vote, and pbft is none"
    );
    assert_eq!(
        vote("{ rule = \"validated\", validator_failure_rate = 0.1 }"),
        "vote.toml:1:69: scheme.vote is \"validated\"; allowed is a vote, without a validator of its own"
    );
}

#[test]
fn failures() {
    assert_eq!(
        majority_with("[failures]\nhallucination = 0.6\ncrash = 0.3"),
        "vote.toml:3:1: failures.hallucination, corruption and crash sum to 0.8999999999999999; allowed is 1 within 1e-9"
    );
    assert_eq!(
        majority_with("[failures]\ncrash = -0.5\nhallucination = 1.5"),
        "vote.toml:5:17: failures.hallucination is 1.5; allowed is a number from 0 to 1"
    );
    for literal in ["0", "-3", "\"some\"", "1.5", "9223372036854775808"] {
        assert_eq!(
            majority_with(&format!("[failures]\nwrong_answers = {literal}")),
            format!(
                "vote.toml:4:17: failures.wrong_answers is {literal}; allowed is \"same\", \"distinct\" or a whole number \
                 from 1 to 9223372036854775807"
            )
        );
    }
}

#[test]
fn dependence() {
    let dependence = |rest: &str| majority_with(&format!("[dependence]\n{rest}"));
    let models = "\"independent\", \"common-cause\", \"beta-binomial\" or \"gaussian-copula\"";
    assert_eq!(
        dependence("model = \"copula\""),
        format!("vote.toml:4:9: dependence.model is \"copula\"; allowed is {models}")
    );
    assert_eq!(
        dependence("correlation = 0.3"),
        format!("vote.toml:3:1: dependence.model is missing; allowed is {models}")
    );
    assert_eq!(
        dependence("model = \"independent\"\ncorrelation = 1.0"),
        "vote.toml:5:1: dependence.correlation is not known here; allowed is model"
    );
    assert_eq!(
        dependence("probability = 0.1\nmodel = \"common-cause\"\ncorrelation = 0.3"),
        "vote.toml:6:1: dependence.correlation is not known here; allowed is model, probability"
    );
    assert_eq!(
        dependence("model = \"common-cause\""),
        "vote.toml:3:1: dependence.probability is missing; allowed is a number from 0 to 1"
    );
    for model in ["beta-binomial", "gaussian-copula"] {
        let correlation =
            |literal: &str| dependence(&format!("model = \"{model}\"\ncorrelation = {literal}"));
        for literal in ["1.0", "1", "-0.1", "nan", "inf", "\"high\"", "1e400"] {
            assert_eq!(
                correlation(literal),
                format!(
                    "vote.toml:5:15: dependence.correlation is {literal}; allowed is a number from 0 to 1, without 1 itself"
                )
            );
        }
        for literal in ["0", "-0.0", "0.3", "0.9999999999999999"] {
            assert!(correlation(literal).starts_with("accepted"), "{model} {literal}");
        }
        assert_eq!(
            dependence(&format!("model = \"{model}\"")),
            "vote.toml:3:1: dependence.correlation is missing; allowed is a number from 0 to 1, without 1 itself"
        );
        assert_eq!(
            dependence(&format!("model = \"{model}\"\ncorrelation = 0.3\nprobability = 0.1")),
            "vote.toml:6:1: dependence.probability is not known here; allowed is model, correlation"
        );
    }
    // A name alone has no parameter beside it.
    assert_eq!(
        majority_with("dependence = \"beta-binomial\""),
        "vote.toml:3:14: dependence.correlation is missing; allowed is a number from 0 to 1, without 1 itself"
    );
    assert_eq!(
        majority_with("dependence = 3"),
        format!("vote.toml:3:14: dependence is 3; allowed is {models}")
    );
}

#[test]
fn dependence_and_rates() {
    let with = |agents: &str, dependence: &str| {
        toml(&format!("scheme = \"any\"\ndependence = {{ {dependence} }}\n{agents}\n"))
    };
    let different = "agents.failure_rates = [0.25, 0.2, 0.3]";
    let tasks = "agents.count = 2\n[[tasks]]\nweight = 1\nfailure_rate = 0.4\n[[tasks]]\nweight = 1\nfailure_rates = ";
    for (agents, smallest) in [
        (AGENTS, "0.23"),
        (different, "0.2"),
        (&format!("{tasks}[0.1, 0.5]"), "0.1"),
        (&format!("{tasks}[0.5, 0.5]"), "0.4"),
    ] {
        let cause = |probability: &str| {
            with(agents, &format!("model = \"common-cause\", probability = {probability}"))
        };
        for probability in ["0.6", "0.400000000000001", "1"] {
            assert_eq!(
                cause(probability),
                format!(
                    "vote.toml:2:54: dependence.probability is {probability}; allowed is 0 to {smallest}, the smallest failure \
                     rate"
                )
            );
        }
        assert_eq!(
            cause("-0.1"),
            "vote.toml:2:54: dependence.probability is -0.1; allowed is a number from 0 to 1"
        );
        for probability in ["0", "-0.0", smallest] {
            assert!(cause(probability).starts_with("accepted"), "{probability} of {smallest}");
        }
    }
    let urn = |agents: &str| with(agents, "model = \"beta-binomial\", correlation = 0.3");
    assert_eq!(
        urn(different),
        "vote.toml:3:31: agents.failure_rates[1] is 0.2; allowed is 0.25, the rate of the first agent: beta-binomial agents \
         have equal rates"
    );
    assert_eq!(
        urn(&format!("{tasks}[0.5, 0.1]")),
        "vote.toml:9:23: tasks[1].failure_rates[1] is 0.1; allowed is 0.5, the rate of the first agent: beta-binomial agents \
         have equal rates"
    );
    assert!(urn("agents.failure_rates = [0.25, 0.25]").starts_with("accepted"));
    assert!(urn(&format!("{tasks}[0.5, 0.5]")).starts_with("accepted"));
    assert!(with(different, "model = \"gaussian-copula\", correlation = 0.3").starts_with("accepted"));
}

#[test]
fn dependence_given_to_the_library() {
    let of = |agents, dependence| {
        let scenario = Scenario::new(agents, Majority).unwrap();
        scenario
            .with_dependence(dependence)
            .map(|scenario| scenario.dependence())
            .map_err(|error| error.to_string())
    };
    let five = || Agents::identical(5, 0.23);
    for correlation in [1.0, -0.5, f64::NAN, f64::INFINITY] {
        for dependence in
            [Dependence::BetaBinomial { correlation }, Dependence::GaussianCopula { correlation }]
        {
            let message = format!(
                "dependence.correlation is {correlation:?}; allowed is a number from 0 to 1, without 1 itself"
            );
            assert_eq!(of(five(), dependence), Err(message));
        }
    }
    assert_eq!(
        of(five(), Dependence::CommonCause { probability: 0.24 }),
        Err("dependence.probability is 0.24; allowed is 0 to 0.23, the smallest failure rate".into())
    );
    assert_eq!(
        of(Agents::different([0.1, 0.2]), Dependence::BetaBinomial { correlation: 0.0 }),
        Err("agents.failure_rates[1] is 0.2; allowed is 0.1, the rate of the first agent: beta-binomial agents have equal rates"
            .into())
    );
    let highest = Dependence::CommonCause { probability: 0.23 };
    assert_eq!(of(five(), highest), Ok(highest));
}

#[test]
fn tasks() {
    let tasks = |scheme: &str, rest: &str| toml(&format!("scheme = \"{scheme}\"\nagents.count = 2\n{rest}"));
    let weight = |literal: &str| tasks("any", &format!("[[tasks]]\nweight = {literal}\nfailure_rate = 0.1"));
    for literal in ["0", "-1", "nan", "inf", "1e400", "-0.0"] {
        assert_eq!(
            weight(literal),
            format!("vote.toml:4:10: tasks[0].weight is {literal}; allowed is a finite number above 0")
        );
    }
    assert_eq!(
        tasks("any", "[[tasks]]\nweight = 1\nfailure_rate = 0.1\n[[tasks]]\nfailure_rate = 0.1"),
        "vote.toml:6:1: tasks[1].weight is missing; allowed is a finite number above 0"
    );
    assert_eq!(
        tasks(
            "any",
            "[[tasks]]\nweight = 1e308\nfailure_rate = 0.1\n[[tasks]]\nweight = 1e308\nfailure_rate = 0.1"
        ),
        "vote.toml:3:1: the weights of tasks sum to more than a double holds; only their ratios matter"
    );
    assert_eq!(
        tasks("any", "tasks = []"),
        "vote.toml:3:9: tasks is an empty list; allowed is one class of tasks or more"
    );
    assert_eq!(tasks("any", "tasks = 3"), "vote.toml:3:9: tasks is 3; allowed is a list of tables");
    assert_eq!(tasks("any", "tasks = [3]"), "vote.toml:3:10: tasks[0] is 3; allowed is a table");
    assert_eq!(
        tasks("any", "[[tasks]]\nweight = 1\nfailure_rates = [0.1]"),
        "vote.toml:5:17: tasks[0].failure_rates is a list of 1 rate; allowed is 2, one for each agent"
    );
    assert_eq!(
        tasks("any", "[[tasks]]\nweight = 1\nfailure_rates = [0.1, 2]"),
        "vote.toml:5:23: tasks[0].failure_rates[1] is 2; allowed is a number from 0 to 1"
    );
    assert_eq!(
        tasks("any", "[[tasks]]\nweight = 1"),
        "vote.toml:3:1: tasks[0].failure_rate is missing; allowed is a number from 0 to 1, or failure_rates"
    );
    assert_eq!(
        tasks("any", "[[tasks]]\nweight = 1\nfailure_rate = 0.1\nfailure_rates = [0.1, 0.2]"),
        "vote.toml:6:17: tasks[0].failure_rates does not go with tasks[0].failure_rate"
    );
    assert_eq!(
        tasks("any", "agents.failure_rate = 0.1\n[[tasks]]\nweight = 1\nfailure_rate = 0.1"),
        "vote.toml:3:23: agents.failure_rate does not go with tasks, which give the rates themselves"
    );
    assert_eq!(
        tasks("any", "[[tasks]]\nweight = 1\nfailure_rate = 0.1\nvalidator_failure_rate = 0.1"),
        "vote.toml:6:26: tasks[0].validator_failure_rate has no place here: any has no validator"
    );
}

#[test]
fn validators_of_tasks() {
    let class = "[[tasks]]\nweight = 1\nfailure_rate = 0.1\n";
    let validator = "validator_failure_rate = 0.1\n";
    assert_eq!(
        toml(&format!("scheme = \"validated\"\n{class}{validator}{class}")),
        "vote.toml:6:1: tasks[1].validator_failure_rate is missing; allowed is a number from 0 to 1, \
         as in tasks[0].validator_failure_rate"
    );
    assert_eq!(
        toml(&format!("scheme = {{ rule = \"validated\", {} }}\n{class}{validator}", validator.trim())),
        "vote.toml:1:10: validator_failure_rate is given by class of tasks, so the scheme must not give the validator's \
         rates too"
    );
    assert_eq!(
        toml(&format!("scheme = \"validated\"\n{class}validator_failure_rate = 7\n")),
        "vote.toml:5:26: tasks[0].validator_failure_rate is 7; allowed is a number from 0 to 1"
    );
}

#[test]
fn agents_given_in_two_ways_or_in_none() {
    let agents = |rest: &str| toml(&format!("scheme = \"majority\"\n[agents]\n{rest}"));
    assert_eq!(
        agents("count = 2\nfailure_rates = [0.1, 0.2]"),
        "vote.toml:4:17: agents.failure_rates holds one rate for each agent and does not go with agents.count"
    );
    assert_eq!(
        agents("failure_rate = 0.1\nfailure_rates = [0.1, 0.2]"),
        "vote.toml:4:17: agents.failure_rates holds one rate for each agent and does not go with agents.failure_rate"
    );
    assert_eq!(
        agents("count = 2"),
        "vote.toml:2:1: agents.failure_rate is missing; allowed is a number from 0 to 1, or failure_rates, or classes of tasks"
    );
    assert_eq!(
        agents("failure_rate = 0.1"),
        "vote.toml:2:1: agents.count is missing; allowed is a whole number from 1 to 10000000000000"
    );
    assert_eq!(
        toml("scheme = \"majority\""),
        "vote.toml:1:1: agents is missing; allowed is a table with count and failure_rate, or failure_rates"
    );
}

#[test]
fn costs() {
    let cost = "a finite number, 0 or more";
    for empty in ["", "agents = \"sequential\""] {
        assert_eq!(
            majority_with(&format!("[costs]\n{empty}")),
            "vote.toml:3:1: costs is without any price or latency; allowed is call, validation, call_latency, validation_latency"
        );
    }
    for literal in ["-1", "nan", "inf", "1e400", "\"1 EUR\""] {
        assert_eq!(
            majority_with(&format!("[costs]\ncall = {literal}")),
            format!("vote.toml:4:8: costs.call is {literal}; allowed is {cost}")
        );
    }
    assert_eq!(
        majority_with("[costs]\nvalidation = 1"),
        format!("vote.toml:3:1: costs.call is missing; allowed is {cost}")
    );
    assert_eq!(
        majority_with("[costs]\ncall_latency = 1"),
        format!("vote.toml:3:1: costs.call is missing; allowed is {cost}")
    );
    assert_eq!(
        majority_with("[costs]\ncall = 1\nvalidation_latency = 2"),
        format!("vote.toml:3:1: costs.call_latency is missing; allowed is {cost}")
    );
    let validated =
        "scheme = { rule = \"validated\", validator_failure_rate = 0.1 }\nagents.failure_rate = 0.1\n";
    assert_eq!(
        toml(&format!("{validated}[costs]\ncall = 1")),
        format!("vote.toml:3:1: costs.validation is missing; allowed is {cost}")
    );
    assert_eq!(
        toml(&format!("{validated}[costs]\ncall = 1\nvalidation = 1\ncall_latency = 1")),
        format!("vote.toml:3:1: costs.validation_latency is missing; allowed is {cost}")
    );
    assert_eq!(
        majority_with("[costs]\ncall = 1\nagents = \"serial\""),
        "vote.toml:5:10: costs.agents is \"serial\"; allowed is \"parallel\" or \"sequential\""
    );
}

#[test]
fn unknown_keys() {
    assert_eq!(
        majority_with("[agent]\n"),
        "vote.toml:3:2: agent is not known here; allowed is scheme, tasks, agents, failures, dependence, costs, filter"
    );
    assert_eq!(
        toml("scheme = \"any\"\n[agents]\ncount = 5\nfailurerate = 0.1\nfailure_rate = 0.1"),
        "vote.toml:4:1: agents.failurerate is not known here; allowed is count, failure_rate, failure_rates"
    );
    assert_eq!(
        json(
            "{\"scheme\": \"any\", \"agents\": {\"count\": 5, \"failure_rate\": 0.1, \"r\u{e4}te\\u001b\": 1}}"
        ),
        "vote.json:1:63: agents.\"r\u{e4}te\\u{1b}\" is not known here; allowed is count, failure_rate, failure_rates"
    );
}

/// An escaped quote does not end a text, an escaped backslash before a quote does not escape it.
#[test]
fn quotes_inside_json_texts() {
    assert_eq!(
        json(
            "{\"\u{e4}\\\"\u{e4}[\": 1, \"scheme\": \"any\", \"agents\": {\"count\": 5, \"failure_rate\": 0.1}}"
        ),
        "vote.json:1:2: \"\u{e4}\\\"\u{e4}[\" is not known here; allowed is scheme, tasks, agents, failures, dependence, costs, filter"
    );
    assert_eq!(
        json("{\"a\\\\\": 1, \"\u{e4}\": 1}"),
        format!("vote.json:1:1: scheme is missing; allowed is {NAMES}")
    );
}

#[test]
fn doubled_keys() {
    assert_eq!(
        toml("scheme = \"any\"\nscheme = \"majority\"\n"),
        "vote.toml:2:1: scheme is given twice; it already stands at vote.toml:1:1"
    );
    assert_eq!(
        toml("[agents]\ncount = 1\n\n[agents]\ncount = 2"),
        "vote.toml:4:2: agents is given twice; it already stands at vote.toml:1:2"
    );
    assert_eq!(
        toml("agents = { count = 5, \"count\" = 4 }"),
        "vote.toml:1:23: agents.count is given twice; it already stands at vote.toml:1:12"
    );
    assert_eq!(
        toml("[[tasks]]\nweight = 1\n[[tasks]]\nweight = 1\nweight = 2\n"),
        "vote.toml:5:1: tasks[1].weight is given twice; it already stands at vote.toml:4:1"
    );
    assert_eq!(
        toml("agents.count = 1\nagents.failure_rate = 0.1\nagents.count = 3"),
        "vote.toml:3:8: agents.count is given twice; it already stands at vote.toml:1:8"
    );
    assert_eq!(
        json("{\"tasks\": [{}, {\"weight\": 1,\n\"\\u0077eight\": 2}]}"),
        "vote.json:2:1: tasks[1].weight is given twice; it already stands at vote.json:1:17"
    );
}

#[test]
fn text_that_is_none() {
    let utf16: Vec<u8> = "scheme = \"any\"".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [&[0xff, 0xfe], &utf16[..]].concat();
    let big_endian: Vec<u8> = "scheme".encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [&utf16, &marked, &big_endian] {
        assert_eq!(message("vote.toml", bytes), "vote.toml:1:1: the text is UTF-16; allowed is UTF-8");
    }
    assert_eq!(message("vote.toml", b"# \xc3\xa4 \xff"), "vote.toml:1:5: the text is not UTF-8 here");
    assert_eq!(toml("# \u{e4}\na = \"\0\""), "vote.toml:2:6: a NUL character stands here");
    assert_eq!(
        toml("# \u{e4}\r\n# \u{1f600}\rscheme"),
        "vote.toml:2:4: a carriage return stands here without a newline after it"
    );
    for empty in ["", "\u{feff}", " \r\n\t\n"] {
        assert_eq!(toml(empty), "vote.toml: the file is empty");
        assert_eq!(json(empty), "vote.json: the file is empty");
    }
    // A reader without end: it is not read to the end.
    let endless = Scenario::read("vote.toml", std::io::repeat(b'#'));
    assert_eq!(endless.unwrap_err().to_string(), "vote.toml: the file is larger than 64 MiB");
    let directory = Scenario::read("src", std::fs::File::open("src").unwrap()).unwrap_err().to_string();
    assert!(directory.starts_with("src: the file cannot be read: "), "{directory}");
}

#[test]
fn depth_and_length() {
    let deep = "lists and tables are nested deeper than 64";
    assert_eq!(json(&"[".repeat(65)), format!("vote.json:1:65: {deep}"));
    let nested = |depth: usize| format!("{{\"a\": {}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    assert_eq!(json(&nested(65)), format!("vote.json:1:70: {deep}"));
    assert!(json(&nested(64)).contains("scheme is missing"));
    let nested = |depth: usize| format!("a = {}1.5{}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    assert_eq!(toml(&nested(65)), format!("vote.toml:1:68: {deep}"));
    assert!(toml(&nested(64)).contains("scheme is missing"));
    let dotted = |depth: usize| format!("{} = 1.5", vec!["a"; depth].join("."));
    assert_eq!(toml(&dotted(65)), format!("vote.toml:1:127: {deep}"));
    assert!(toml(&dotted(64)).contains("scheme is missing"));
    let header = format!("[{}]\n", vec!["a"; 60].join("."));
    assert!(toml(&format!("{header}{}", dotted(60))).contains(deep));
    // Brackets and dots multiply: far too deep to be dropped by recursion, were it ever built.
    let key = vec!["a"; 60].join(".");
    assert!(toml(&format!("{key}={{").repeat(60)).contains(deep));
    assert!(toml(&dotted(1_000_000)).contains(deep));
    assert!(toml(&format!("[{}]", vec!["a"; 1_000_000].join("."))).contains(deep));
    let lists = (1..40).map(|depth| format!("[[{}]]\n", vec!["a"; depth].join(".")));
    assert!(toml(&lists.collect::<String>()).contains(deep));
    assert!(toml(&format!("a = {}", "[".repeat(1_000_000))).contains(deep));
    assert!(json(&"{\"a\":".repeat(1_000_000)).contains(deep));

    let long = |length: usize| format!("a field of {length} bytes is too long; allowed are 65536");
    let megabyte = "1".repeat(1 << 20);
    let quoted = (1 << 20) + 2;
    assert_eq!(json(&format!("{{\"a\": \"{megabyte}\"}}")), format!("vote.json:1:7: {}", long(quoted)));
    assert_eq!(json(&format!("{{\"{megabyte}\": 1}}")), format!("vote.json:1:2: {}", long(quoted)));
    assert_eq!(json(&format!("{{\"a\": {megabyte}}}")), format!("vote.json:1:7: {}", long(1 << 20)));
    assert_eq!(toml(&format!("a = '{megabyte}'")), format!("vote.toml:1:5: {}", long(quoted)));
    assert_eq!(toml(&format!("{megabyte} = 1")), format!("vote.toml:1:1: {}", long(1 << 20)));
    assert_eq!(toml(&format!("a = 0.{megabyte}")), format!("vote.toml:1:5: {}", long(quoted)));
}

#[test]
fn text_that_is_not_json() {
    for (text, message) in [
        ("{\"a\": 1,}", "1:8: this is not JSON: trailing commas are not allowed"),
        ("{\"a\": 1,5}", "1:9: this is not JSON: expected string for object property"),
        ("{\"a\": [1 2]}", "1:9: this is not JSON: expected comma"),
        ("{'a': 1}", "1:2: this is not JSON: single-quoted strings are not allowed"),
        ("{a: 1}", "1:2: this is not JSON: expected string for object property"),
        (
            "{\"a\": .5}",
            "1:7: this is not JSON: leading or trailing decimal points on numbers are not allowed",
        ),
        ("{\"a\": +5}", "1:7: this is not JSON: unary plus on numbers is not allowed"),
        ("{\"a\": 0x5}", "1:7: this is not JSON: hexadecimal numbers are not allowed"),
        ("{\"a\": -Infinity}", "1:7: this is not JSON: infinity and NaN are not allowed"),
        ("{}\n{}", "2:1: this is not JSON: text cannot contain more than one JSON value"),
        ("// a\n{}", "1:1: this is not JSON: comments are not allowed"),
        ("{\"a\": \"x\n\"}", "1:7: this is not JSON: the quote that opens here is not closed on its line"),
        ("{\"a\": \"x", "1:7: this is not JSON: unterminated string literal"),
        ("{\"a\": \"\t\"}", "1:8: this is not JSON: a control character inside quotes must be escaped"),
        ("{\"a\": \"\\x41\"}", "1:8: this is not JSON: invalid escape"),
        ("{\u{a0}}", "1:2: this is not JSON: unexpected character"),
        ("{\u{b}}", "1:2: this is not JSON: unexpected character"),
        ("{\"a\": [1, 2", "1:7: this is not JSON: unterminated array"),
        ("[]", "1:1: a scenario is a table of keys; this is none"),
        ("\"majority\"", "1:1: a scenario is a table of keys; this is none"),
    ] {
        assert_eq!(json(text), format!("vote.json:{message}"));
    }
}

#[test]
fn text_that_is_not_toml() {
    for (text, message) in [
        ("# a\nscheme = \"any\n", "2:14: this is not TOML: invalid basic string, expected `\"`"),
        ("scheme = ", "1:10: this is not TOML: string values must be quoted, expected literal string"),
        ("[agents", "1:8: this is not TOML: unclosed table, expected `]`"),
        (
            "scheme.rule = 1\nscheme.rule.k = 2",
            "2:8: scheme.rule is given twice; it already stands at vote.toml:1:8",
        ),
    ] {
        assert_eq!(toml(text), format!("vote.toml:{message}"));
    }
}

#[test]
fn the_extension_decides_what_it_is_and_else_the_first_character() {
    let text_json = r#" {"scheme": "any", "agents": {"count": 5, "failure_rate": 0.1}}"#;
    let text_toml = "scheme = \"any\"\nagents = {count = 5, failure_rate = 0.1}";
    let read = |name: &str, text: &str| Scenario::read(name, text.as_bytes());
    let expected = Scenario::from_json(text_json);
    assert!(expected.is_ok());
    assert_eq!(read("-", text_json), expected);
    assert_eq!(read("-", text_toml), expected);
    assert_eq!(read("a.json", text_json), expected);
    assert_eq!(read("a.TOML", text_toml), expected);
    assert!(read("a.json", text_toml).is_err());
    assert!(read("a.toml", text_json).is_err());
}

#[test]
fn flags() {
    let with = |rest: &[(&str, &str, &str)]| {
        let common = [("scheme.rule", "k-of-n", "--scheme"), ("agents.count", "5", "--agents")];
        Scenario::from_flags(&[&common[..], rest].concat()).map_err(|error| error.to_string())
    };
    let rate = ("agents.failure_rate", "0.23", "--failure-rate");
    let expected = Scenario::new(Agents::identical(5, 0.23), KOfN { k: 3 });
    assert_eq!(with(&[rate, ("scheme.k", "3", "--k")]).ok(), expected.ok());
    for (literal, shown) in
        [("1,5", "\"1,5\""), ("1e400", "1e400"), ("NaN", "\"NaN\""), ("-0.1", "-0.1"), ("", "\"\"")]
    {
        assert_eq!(
            with(&[("agents.failure_rate", literal, "--failure-rate"), ("scheme.k", "3", "--k")]),
            Err(format!("--failure-rate: agents.failure_rate is {shown}; allowed is a number from 0 to 1"))
        );
    }
    assert_eq!(
        with(&[rate, ("scheme.k", "6", "--k")]),
        Err("--k: scheme.k is 6; allowed is 1 to 5, the number of agents".into())
    );
    assert_eq!(
        with(&[rate]),
        Err("scheme.k is missing; allowed is a whole number from 1 to the number of agents".into())
    );
    assert_eq!(
        with(&[rate, ("agents.count", "6", "--count")]),
        Err("--count: agents.count is given twice; it already stands at --agents".into())
    );
    assert_eq!(
        with(&[rate, ("scheme.k", "3", "--k"), ("scheme.j", "6", "--j")]),
        Err("--j: scheme.j is not known here; allowed is rule, k".to_owned())
    );
}

#[test]
fn what_looks_bad_and_is_accepted() {
    let plain = Scenario::from_toml("scheme = \"any\"\n[agents]\ncount = 5\nfailure_rate = 0\n");
    assert!(plain.is_ok());
    for text in [
        "\u{feff}scheme = \"any\"\n[agents]\ncount = 5\nfailure_rate = 0\n",
        "scheme = \"any\"\r\n[agents]\r\ncount = 5\r\nfailure_rate = 0\r\n",
        "scheme = { rule = \"any\" }\nagents = { count = 5.0, failure_rate = -0.0 }",
        "agents.failure_rate = 0e999\nagents.count = 0x5\nscheme = 'any'\ndependence = { model = \"independent\" }",
        "scheme = \"any\"\nagents = { count = 50e-1, failure_rate = 0.0_0 }\n[failures]",
    ] {
        assert_eq!(Scenario::from_toml(text), plain, "{text:?}");
    }
    let json = "\u{feff}{\r\n\"scheme\": \"a\\u006ey\", \"agents\": {\"count\": 5, \"failure_rate\": -0.0}}";
    assert_eq!(Scenario::from_json(json), plain);
    let negative_zero = Scenario::from_json(json).unwrap();
    assert!(negative_zero.to_json().contains("\"failure_rate\":0.0"), "{}", negative_zero.to_json());

    let rate_of = |literal: &str| {
        let text = format!("scheme = \"single\"\nagents.failure_rate = {literal}");
        match Scenario::from_toml(&text).unwrap().agents() {
            Agents::Identical { failure_rate, .. } => failure_rate.to_bits(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(rate_of("5e-324"), 1);
    assert_eq!(rate_of("-0.0"), 0);
    assert_eq!(rate_of("0.1000000000000000055511151231257827"), 0.1_f64.to_bits());

    let largest =
        Scenario::from_json(r#"{"scheme": "majority", "agents": {"count": 1e13, "failure_rate": 0.1}}"#);
    assert_eq!(largest.unwrap().agents().count(), Scenario::MAX_AGENTS);
}

/// The message for a caller of the library, who has no file.
fn told(result: Result<Scenario, kofn::Error>) -> String {
    result.expect_err("bad").to_string()
}

#[test]
fn callers_of_the_library_are_checked_as_files_are() {
    let majority = || Scenario::new(Agents::identical(5, 0.23), Majority).unwrap();
    for rate in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.1, 1.0_f64.next_up()] {
        let expected = format!("agents.failure_rate is {rate:?}; allowed is a number from 0 to 1");
        assert_eq!(told(Scenario::new(Agents::identical(5, rate), Majority)), expected);
        let expected = format!("agents.failure_rates[1] is {rate:?}; allowed is a number from 0 to 1");
        assert_eq!(told(Scenario::new(Agents::different([0.1, rate]), Majority)), expected);
        let validated = Validated::new(Judge::FailureRate(rate));
        let expected = format!("scheme.validator_failure_rate is {rate:?}; allowed is a number from 0 to 1");
        assert_eq!(told(Scenario::new(Agents::identical(1, 0.1), validated)), expected);
    }
    for count in [0, Scenario::MAX_AGENTS + 1] {
        assert_eq!(
            told(Scenario::new(Agents::identical(count, 0.1), Majority)),
            format!("agents.count is {count}; allowed is a whole number from 1 to 10000000000000")
        );
    }
    let wrong_length = TaskClass { rates: ClassRates::Different(vec![0.1]), ..TaskClass::new(1.0, 0.1) };
    assert_eq!(
        told(Scenario::new(Agents::by_task(3, [TaskClass::new(1.0, 0.1), wrong_length]), Majority)),
        "tasks[1].failure_rates is a list of 1 rate; allowed is 3, one for each agent"
    );
    assert_eq!(
        told(majority().with_failures(Failures { crash: 0.5, ..Failures::default() })),
        "failures.hallucination, corruption and crash sum to 1.5; allowed is 1 within 1e-9"
    );
    assert_eq!(
        told(
            majority()
                .with_failures(Failures { wrong_answers: WrongAnswers::Among(0), ..Failures::default() })
        ),
        "failures.wrong_answers is 0; allowed is \"same\", \"distinct\" or a whole number from 1 to 9223372036854775807"
    );
    assert_eq!(
        told(majority().with_costs(Costs { agents: Concurrency::Sequential, ..Costs::default() })),
        "costs is without any price or latency; allowed is call, validation, call_latency, validation_latency"
    );
    assert_eq!(
        told(majority().with_costs(Costs { call: Some(f64::INFINITY), ..Costs::default() })),
        "costs.call is inf; allowed is a finite number, 0 or more"
    );
    assert_eq!(
        told(Scenario::new(Agents::identical(5, 0.1), Single)),
        "agents.count is 5; allowed is 1, because single calls one agent"
    );
    let zero = Scenario::new(Agents::identical(5, -0.0), Majority).unwrap();
    assert!(zero.to_json().contains("\"failure_rate\":0.0"), "{}", zero.to_json());
}

/// Shares may miss 1 by 1e-9, and by no more.
#[test]
fn shares_sum_to_one_within_their_tolerance() {
    let shares = |crash| {
        let failures =
            Failures { hallucination: 0.5, corruption: 0.25, crash, wrong_answers: WrongAnswers::Same };
        Scenario::new(Agents::identical(5, 0.1), Majority).unwrap().with_failures(failures)
    };
    assert_eq!(shares(0.25 + 0.9e-9).unwrap().failures().crash, 0.25 + 0.9e-9);
    assert!(shares(0.25 - 0.9e-9).is_ok());
    assert!(shares(0.25 + 1.1e-9).is_err());
    assert!(shares(0.25 - 1.1e-9).is_err());
}

const VALID: &[&str] = &[
    "scheme = \"majority\"\n[agents]\ncount = 5\nfailure_rate = 0.23\n[failures]\nhallucination = 0.6\ncorruption = 0.25\ncrash = 0.15\nwrong_answers = 3\n",
    "scheme = { rule = \"validated\", accepts_correct = 0.9, accepts_wrong = 0.1, repairs = 0.5, attempts = 3, vote = { rule = \"k-of-n\", k = 2 } }\nagents = { failure_rates = [0.1, 0.2, 0.3] }\n[costs]\ncall = 1.0\nvalidation = 2\n",
    "scheme = \"validated\"\n[[tasks]]\nweight = 1\nfailure_rate = 0.1\nvalidator_failure_rate = 0.1\n[[tasks]]\nweight = 2.5\nfailure_rates = [0.5]\nvalidator_failure_rate = 0.1\n[dependence]\nmodel = \"independent\"\n",
    r#"{"scheme": {"rule": "k-of-n", "k": 3}, "agents": {"count": 4, "failure_rate": 2.3e-1}, "failures": {"wrong_answers": "distinct"}}"#,
    r#"{"scheme": "validated", "tasks": [{"weight": 1, "failure_rate": 0.1, "validator_failure_rate": 5e-324}], "costs": {"call": 1, "validation": 1, "agents": "sequential"}}"#,
    "scheme = \"any\"\nagents = { count = 2, failure_rate = 0.3 }\n[dependence]\nmodel = \"common-cause\"\nprobability = 0.1\n",
    r#"{"scheme": "majority", "agents": {"count": 5, "failure_rate": 0.3}, "dependence": {"model": "beta-binomial", "correlation": 0.5}}"#,
    "scheme = { rule = \"weighted\", weights = [0.5, 1e8, 2.25], quota = 1 }\nagents = { count = 3, failure_rate = 0.3 }\n[filter]\naccepts_correct = 0.9\naccepts_wrong = 0.1\n",
    r#"{"scheme": {"rule": "weighted", "weights": "log-odds"}, "agents": {"failure_rates": [0.1, 0.2]}}"#,
    "scheme = { rule = \"ahead-by\", margin = 2, max_calls = 9 }\nagents.failure_rate = 0.3\nfailures.crash = 1\n",
    "scheme = { rule = \"first-to\", votes = 2 }\nagents.failure_rate = 0.3\n",
    r#"{"scheme": {"rule": "adaptive", "confidence": 0.95, "max_calls": 40}, "agents": {"failure_rate": 0.3}}"#,
    "scheme = { rule = \"pbft\", q_eq = 3, q_per = 3, q_vc = 3, q_vc_t = 2 }\nagents = { count = 4, failure_rate = 0.01 }\n",
];

/// Pieces that mean something to one of the two formats.
const PIECES: &[&str] = &[
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "=",
    ":",
    ",",
    ".",
    "\n",
    "\r\n",
    "\r",
    "\0",
    "#",
    "//",
    "\\",
    "\\u",
    "\\ud800",
    "-",
    "+",
    "e",
    "1e400",
    "1_0",
    "0x",
    "nan",
    "inf",
    "null",
    "true",
    "NaN",
    "scheme",
    "agents",
    "tasks",
    "gaussian-copula",
    "log-odds",
    "plurality",
    "quota",
    "9223372036854775807",
    "correlation",
    "probability",
    "[agents]\n",
    "[[tasks]]\n",
    "a.b.c",
    "\u{feff}",
    "\u{e4}",
    "\u{1f600}",
    "-0.0",
    "99999999999999999999",
    "1979-05-27",
];

/// Reads it as everything it may be taken for. What is accepted is echoed and read again.
fn read_in_every_way(bytes: &[u8]) {
    for name in ["x.toml", "x.json", "-"] {
        if let Ok(scenario) = Scenario::read(name, bytes) {
            assert_eq!(Scenario::from_json(&scenario.to_json()), Ok(scenario.clone()));
            assert_eq!(Scenario::from_toml(&scenario.to_toml()), Ok(scenario));
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let flags =
            [("scheme.rule", text, "--scheme"), ("agents.count", text, "--agents"), (text, text, "--text")];
        let _ = Scenario::from_flags(&flags);
    }
}

#[test]
fn the_scenarios_to_be_mutated_are_valid() {
    for text in VALID {
        assert!(Scenario::read("-", text.as_bytes()).is_ok(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read_in_every_way(&bytes);
    }

    #[test]
    fn no_pieces_panic(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60)) {
        read_in_every_way(pieces.concat().as_bytes());
    }

    /// Cuts, doubles and replaces parts of valid scenarios.
    #[test]
    fn no_mutation_panics(
        text in prop::sample::select(VALID),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..8_usize, prop::sample::select(PIECES), 0..3), 1..4),
    ) {
        let mut bytes = text.as_bytes().to_vec();
        for (index, length, piece, kind) in edits {
            let start = index.index(bytes.len() + 1);
            let end = (start + length).min(bytes.len());
            let part = if kind == 0 { bytes[start..end].repeat(2) } else { piece.as_bytes().to_vec() };
            bytes.splice(start..if kind == 1 { start } else { end }, part);
        }
        read_in_every_way(&bytes);
    }
}
