//! Bad input: where it stands, the key, the value and the range are pinned in `bad_input/cases.jsonl`, the
//! whole sentence in snapshots, which `INSTA_UPDATE=always cargo test --test scenario` renews. Also what only
//! looks bad and is accepted, and that nothing panics.

use kofn::Scenario;
use kofn::scenario::scheme::{
    Adaptive, AheadBy, FirstTo, Judge, KOfN, Majority, Pbft, Plurality, Single, Validated, Weighted,
};
use kofn::scenario::{
    Agents, Concurrency, Costs, Dependence, Failures, Filter, Problem, TaskClass, WrongAnswers,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A text, and what must be said about it. The value is `(missing)`, `(unknown)`, `(twice)` or `(other)`
/// where the message has none.
#[derive(Debug, serde::Deserialize)]
struct Case {
    group: String,
    format: String,
    at: String,
    key: String,
    value: String,
    range: String,
    text: String,
}

fn cases() -> Vec<Case> {
    let lines = include_str!("bad_input/cases.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).expect("a case")).collect()
}

/// The message that a TOML file gets.
fn toml(text: &str) -> String {
    message("vote.toml", text.as_bytes())
}

/// The message that a JSON file gets.
fn json(text: &str) -> String {
    message("vote.json", text.as_bytes())
}

fn message(name: &str, bytes: &[u8]) -> String {
    outcome(Scenario::read(name, bytes))
}

fn outcome(result: Result<Scenario, kofn::Error>) -> String {
    result.map_or_else(|error| error.to_string(), |scenario| format!("accepted: {scenario:?}"))
}

fn assert_at(message: &str, at: &str, part: &str) {
    assert!(message.starts_with(&format!("vote.{at}: ")) && message.contains(part), "{message}");
}

/// Whether what is pinned by hand holds, whatever the words.
fn is_as_pinned(case: &Case, error: &kofn::Error) -> bool {
    let at = error.location.as_ref().and_then(|location| location.line_and_column);
    let at = at.map_or(String::new(), |(line, column)| format!("{line}:{column}"));
    let message = error.problem.to_string();
    let numbers: Vec<&str> =
        message.split(|part: char| !(part.is_ascii_alphanumeric() || part == '.')).collect();
    let is_said = match (&error.problem, case.value.as_str()) {
        (Problem::OutOfRange { value, .. }, expected) => {
            value == expected || value.starts_with(&format!("{expected};"))
        }
        (Problem::MissingKey { .. }, kind) => kind == "(missing)",
        (Problem::UnknownKey { .. }, kind) => kind == "(unknown)",
        (Problem::DuplicateKey { .. }, kind) => kind == "(twice)",
        (_, kind) => kind == "(other)" || message.contains(&format!("got {kind}")),
    };
    let is_in_range = case.range.split_whitespace().all(|number| numbers.contains(&number));
    is_said && is_in_range && at == case.at && *error.key == *case.key
}

#[test]
fn every_case_gets_its_message() {
    let mut groups: BTreeMap<String, String> = BTreeMap::new();
    let mut differ = Vec::new();
    let cases = cases();
    assert!(cases.len() >= 640, "{} cases", cases.len());
    for case in cases {
        match Scenario::read(&format!("vote.{}", case.format), case.text.as_bytes()) {
            Ok(_) if case.at == "accepted" => {}
            Err(error) if is_as_pinned(&case, &error) => {
                *groups.entry(case.group).or_default() += &format!("{:?}\n  {error}\n", case.text);
            }
            other => differ.push(format!(
                "{case:?}\n  {} ({})",
                outcome(other.clone()),
                other.map_or_else(|error| error.key, |_| "".into())
            )),
        }
    }
    assert!(differ.is_empty(), "{} differ:\n{}", differ.len(), differ.join("\n"));
    for (group, messages) in groups {
        insta::assert_snapshot!(group, messages);
    }
}

/// Flags are named in the place of line and column.
#[test]
fn flags() {
    let with = |rest: &[(&str, &str, &str)]| {
        let common = [("scheme.rule", "k-of-n", "--scheme"), ("agents.count", "5", "--agents")];
        outcome(Scenario::from_flags(&[&common[..], rest].concat()))
    };
    let rate = ("agents.failure_rate", "0.23", "--failure-rate");
    let k = ("scheme.k", "3", "--k");
    assert_eq!(with(&[rate, k]), outcome(Scenario::new(Agents::identical(5, 0.23), KOfN { k: 3 })));
    let rates = ["1,5", "1e400", "NaN", "-0.1", "", "23"]
        .map(|literal| with(&[("agents.failure_rate", literal, "--failure-rate"), k]));
    let others = [
        with(&[rate, ("scheme.k", "6", "--k")]),
        with(&[rate]),
        with(&[rate, ("agents.count", "6", "--count")]),
        with(&[rate, k, ("scheme.j", "6", "--j")]),
    ];
    insta::assert_snapshot!("flags", [&rates[..], &others].concat().join("\n"));
}

/// Encodings, and files without an end or without a text.
#[test]
fn bytes_that_are_no_text() {
    let utf16: Vec<u8> = "scheme = \"any\"".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [&[0xff, 0xfe], &utf16[..]].concat();
    let big_endian: Vec<u8> = "scheme".encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [&utf16, &marked, &big_endian] {
        assert_at(&message("vote.toml", bytes), "toml:1:1", "UTF-16");
    }
    assert_at(&message("vote.toml", b"# \xc3\xa4 \xff"), "toml:1:5", "UTF-8");
    // A reader without end: it is not read to the end.
    let endless = Scenario::read("vote.toml", std::io::repeat(b'#'));
    assert_at(&outcome(endless), "toml", "64 MiB");
    let directory = outcome(Scenario::read("src", std::fs::File::open("src").unwrap()));
    assert!(directory.starts_with("src: the file cannot be read: "), "{directory}");
}

/// The key, the value and the range of an error that a caller of the library gets, who has no file.
fn assert_refused(result: Result<Scenario, kofn::Error>, key: &str, value: &str, range: &str) {
    let error = result.expect_err(key);
    assert_eq!((&*error.key, &error.location), (key, &None));
    let text = error.to_string();
    assert!(text.contains(range) && (value.is_empty() || text.contains(&format!("got {value}"))), "{text}");
}

#[test]
fn callers_of_the_library_are_checked_as_files_are() {
    let majority = || Scenario::new(Agents::identical(5, 0.23), Majority).unwrap();
    let plurality = || Scenario::new(Agents::identical(5, 0.23), Plurality::new()).unwrap();
    for rate in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.1, 1.0_f64.next_up()] {
        let refused = |result, key| assert_refused(result, key, &format!("{rate:?}"), "between 0 and 1");
        let validated = Validated::new(Judge::FailureRate(rate));
        refused(Scenario::new(Agents::identical(5, rate), Majority), "agents.failure_rate");
        refused(Scenario::new(Agents::different([0.1, rate]), Majority), "agents.failure_rates[1]");
        refused(Scenario::new(Agents::identical(1, 0.1), validated), "scheme.validator_failure_rate");
        refused(plurality().with_filter(Filter::new(rate, 0.5)), "filter.accepts_correct");
        refused(plurality().with_filter(Filter::new(0.5, rate)), "filter.accepts_wrong");
    }
    for count in [0, Scenario::MAX_AGENTS + 1] {
        let bad = Scenario::new(Agents::identical(count, 0.1), Majority);
        assert_refused(bad, "agents.count", &count.to_string(), "from 1 to 10000000000000");
    }
    let classes = [TaskClass::new(1.0, 0.1), TaskClass::different(1.0, [0.1])];
    let bad = Scenario::new(Agents::by_task(3, classes), Majority);
    assert_refused(bad, "tasks[1].failure_rates", "a list of 1 rate", "a list of 3");
    let of = |failures| majority().with_failures(failures);
    assert_refused(of(Failures::new(1.0, 0.0, 0.5)), "failures", "1.5", "1 within 1e-9");
    let none = Failures::default().with_wrong_answers(WrongAnswers::Among(0));
    assert_refused(of(none), "failures.wrong_answers", "0", "from 1 to 9223372036854775807");
    let nothing = Costs::default().with_agents(Concurrency::Sequential);
    assert_refused(majority().with_costs(nothing), "costs", "none of them", "call_latency");
    let infinite = majority().with_costs(Costs::new(f64::INFINITY));
    assert_refused(infinite, "costs.call", "inf", "a finite number, 0 or more");
    assert_refused(Scenario::new(Agents::identical(5, 0.1), Single), "agents.count", "5", "must be 1,");
    let zero = Scenario::new(Agents::identical(5, -0.0), Majority).unwrap();
    assert!(zero.to_json().contains("\"failure_rate\":0.0"), "{}", zero.to_json());
}

#[test]
fn schemes_of_callers_of_the_library_are_checked_too() {
    let three = |scheme| Scenario::new(Agents::different([0.1, 0.2, 0.3]), scheme);
    for weight in [-1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e18, 1e-10] {
        let value = format!("{weight:?}");
        assert_refused(three(Weighted::new([0.5, weight, 1.0])), "scheme.weights[1]", &value, "below 1e18");
    }
    for quota in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-10] {
        let bad = three(Weighted::new([1.0; 3]).with_quota(quota));
        assert_refused(bad, "scheme.quota", &format!("{quota:?}"), "above 0 and below 1e18");
    }
    let one = || Agents::identical(1, 0.23);
    for confidence in [0.5, 1.0, f64::NAN] {
        let bad = Scenario::new(one(), Adaptive::new(confidence, 9));
        assert_refused(bad, "scheme.confidence", &format!("{confidence:?}"), "above 0.5 and below 1");
    }
    for count in [0, u64::MAX] {
        let (value, range) = (count.to_string(), "from 1 to 9223372036854775807");
        let bad = |scheme: kofn::scenario::Scheme, key| {
            assert_refused(Scenario::new(one(), scheme), key, &value, range)
        };
        bad(AheadBy::new(count).into(), "scheme.margin");
        bad(FirstTo::new(count).into(), "scheme.votes");
        bad(AheadBy::new(2).with_max_calls(count).into(), "scheme.max_calls");
        bad(FirstTo::new(2).with_max_calls(count).into(), "scheme.max_calls");
        bad(Adaptive::new(0.9, count).into(), "scheme.max_calls");
        let pbft = Scenario::new(Agents::identical(4, 0.01), Pbft::new(count, 3, 3, 2));
        assert_refused(pbft, "scheme.q_eq", &value, "from 1 to 4");
    }
}

#[test]
fn dependence_given_to_the_library() {
    let of = |agents, dependence| Scenario::new(agents, Majority).unwrap().with_dependence(dependence);
    let five = || Agents::identical(5, 0.23);
    for correlation in [1.0, -0.5, f64::NAN, f64::INFINITY] {
        for dependence in
            [Dependence::BetaBinomial { correlation }, Dependence::GaussianCopula { correlation }]
        {
            let (value, range) = (format!("{correlation:?}"), "at least 0 and below 1");
            assert_refused(of(five(), dependence), "dependence.correlation", &value, range);
        }
    }
    let cause = |probability| of(five(), Dependence::CommonCause { probability });
    assert_refused(cause(0.24), "dependence.probability", "0.24", "between 0 and 0.23");
    let different = of(Agents::different([0.1, 0.2]), Dependence::BetaBinomial { correlation: 0.0 });
    assert_refused(different, "agents.failure_rates[1]", "0.2", "must be 0.1");
    assert!(cause(0.23).is_ok());
}

/// A percentage is recognised, an unknown key comes before a missing one, and names are suggested.
#[test]
fn what_was_meant_is_suggested() {
    let any = |agents: &str| format!("scheme = 'any'\nagents = {{ {agents} }}");
    let rate = |rate: &str| any(&format!("count = 5, failure_rate = {rate}"));
    let below = |line: &str| format!("scheme = 'any'\n{line}\n");
    for (text, meant) in [
        (rate("23"), "got 23 (for 23 % write 0.23)"),
        (rate("1.1"), "got 1.1 (for 1.1 % write 0.011)"),
        (rate("100"), "got 100 (for 100 % write 1)"),
        (any("cuont = 5, failure_rate = 0.1"), "unknown key agents.cuont; did you mean count?"),
        (format!("scheme = 'majorty'\n{FIVE}"), "got \"majorty\"; did you mean \"majority\"?"),
        (format!("scheme = {{ rule = 'k_of_n', k = 3 }}\n{FIVE}"), "did you mean \"k-of-n\"?"),
        (format!("schema = 'any'\n{FIVE}"), "unknown key schema; did you mean scheme?"),
        (format!("scheme = {{ rull = 'any' }}\n{FIVE}"), "unknown key scheme.rull; did you mean rule?"),
        (rate("0.23") + "\ndependence = 'gaussian-copla'", "did you mean \"gaussian-copula\"?"),
        (rate(".01"), ":2:38: TOML needs 0.01 instead of .01"),
        (rate("1."), ":2:38: TOML needs 1.0 instead of 1."),
        (below("agents.count = 5."), ":2:16: TOML needs 5.0 instead of 5."),
        (below("agents.failure_rates = [0.5, -.5e1]"), ":2:30: TOML needs -0.5e1 instead of -.5e1"),
        (below("weights = 1.e-3"), ":2:11: TOML needs 1.0e-3 instead of 1.e-3"),
    ] {
        assert!(toml(&text).contains(meant), "{}", toml(&text));
    }
    // In JSON a point may stand first or last.
    let bare = json("{\"scheme\": \"any\", \"agents\": {\"count\": 5., \"failure_rate\": .25}}");
    assert_eq!(bare, outcome(Scenario::new(Agents::identical(5, 0.25), kofn::scenario::scheme::Any)));
}

#[test]
fn depth_and_length() {
    let deep = "nested at most 64 levels";
    assert_at(&json(&"[".repeat(65)), "json:1:65", deep);
    let nested = |depth: usize| format!("{{\"a\": {}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    assert_at(&json(&nested(65)), "json:1:70", deep);
    assert!(json(&nested(64)).contains("unknown key a"));
    let nested = |depth: usize| format!("a = {}1.5{}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    assert_at(&toml(&nested(65)), "toml:1:68", deep);
    assert!(toml(&nested(64)).contains("unknown key a"));
    let dotted = |depth: usize| format!("{} = 1.5", vec!["a"; depth].join("."));
    assert_at(&toml(&dotted(65)), "toml:1:127", deep);
    assert!(toml(&dotted(64)).contains("unknown key a"));
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

    let long = |length: usize| format!("at most 65536 bytes, got {length}");
    let megabyte = "1".repeat(1 << 20);
    let quoted = (1 << 20) + 2;
    assert_at(&json(&format!("{{\"a\": \"{megabyte}\"}}")), "json:1:7", &long(quoted));
    assert_at(&json(&format!("{{\"{megabyte}\": 1}}")), "json:1:2", &long(quoted));
    assert_at(&json(&format!("{{\"a\": {megabyte}}}")), "json:1:7", &long(1 << 20));
    assert_at(&toml(&format!("a = '{megabyte}'")), "toml:1:5", &long(quoted));
    assert_at(&toml(&format!("{megabyte} = 1")), "toml:1:1", &long(1 << 20));
    assert_at(&toml(&format!("a = 0.{megabyte}")), "toml:1:5", &long(quoted));
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

const ONE: &str = "agents.failure_rate = 0.23";
const FIVE: &str = "agents = { count = 5, failure_rate = 0.23 }";

#[test]
fn schemes_that_look_bad_and_are_accepted() {
    let of = |scheme: &str, rest: &str| outcome(Scenario::from_toml(&format!("scheme = {scheme}\n{rest}\n")));
    let weighted = |rest: &str| {
        of(&format!("{{ rule = \"weighted\", {rest} }}"), "agents.failure_rates = [0.1, 0.5, 1.0]")
    };
    let race = "{ rule = \"ahead-by\", margin = 2 }";
    let silent = "failures = { crash = 1 }";
    for outcome in [
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
        assert!(outcome.starts_with("accepted"), "{outcome}");
    }
}

/// Whatever comes later than the filter, the failures or the dependence is checked against what is there already.
#[test]
fn the_order_in_which_a_caller_says_things_does_not_matter() {
    let race = || Scenario::new(Agents::identical(1, 0.23), AheadBy::new(2)).expect("a scenario");
    let silent = Failures { hallucination: 0.0, crash: 1.0, ..Failures::default() };
    let cause = Dependence::CommonCause { probability: 0.1 };
    let never = "scheme.max_calls is required";
    let silent_first = race().with_failures(silent).expect("it votes when it is right");
    assert!(outcome(silent_first.with_dependence(cause.clone())).starts_with(never));
    let cause_first = race().with_dependence(cause).expect("it votes when it is wrong");
    assert!(outcome(cause_first.with_failures(silent)).starts_with(never));
    let many = Failures { wrong_answers: WrongAnswers::Among(2), ..Failures::default() };
    assert!(outcome(race().with_failures(many)).starts_with("failures.wrong_answers must be"));
    let priced = Scenario::new(Agents::identical(5, 0.23), Plurality::new())
        .and_then(|scenario| scenario.with_costs(Costs::new(1.0)))
        .expect("no validator asks for a price");
    let filter = Filter { accepts_correct: 0.9, accepts_wrong: 0.1 };
    assert!(outcome(priced.with_filter(filter)).starts_with("costs.validation is required"));
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
    "scheme = { rule = \"cascade\", stages = [{ agents = 2, scheme = { rule = \"weighted\", weights = [1, 2] } }, { agents = 1, scheme = \"single\" }] }\nagents = { failure_rates = [0.1, 0.2, 0.3], names = [\"a\", \"b\", \"c\"] }\n[costs]\ncall = [1, 0.5, 2]\ncall_latency = [3, 1, 2]\n",
    "scheme = \"majority\"\nagents = { count = 5, failure_rate = 0.23 }\n[dependence]\nmodel = \"gaussian-copula\"\ncorrelation = 0.1\ngroups = [2, 3]\nwithin = 0.6\nrepeats = 0.8\n",
    r#"{"scheme": {"rule": "cascade", "stages": [{"agents": 1, "scheme": "any"}]}, "agents": {"count": 1, "failure_rate": 0.3, "names": ["a"]}, "dependence": {"repeats": 0.5}, "costs": {"call": [1]}}"#,
    r#"{"scheme": {"rule": "adaptive", "confidence": 0.95, "max_calls": 40}, "agents": {"failure_rate": 0.3}}"#,
    "scheme = { rule = \"pbft\", q_eq = 3, q_per = 3, q_vc = 3, q_vc_t = 2 }\nagents = { count = 4, failure_rate = 0.01 }\n",
];

/// Pieces that mean something to one of the two formats.
const PIECES: &str = "\
    [ ] [[ ]] { } \" ' \"\"\" ''' = : , . \n \r\n \r \0 # // \\ \\u \\ud800 - + e 1e400 1_0 0x nan \
    inf null true NaN scheme agents tasks gaussian-copula log-odds plurality quota \
    9223372036854775807 correlation probability within repeats groups names stages cascade [agents]\n [[tasks]]\n a.b.c \u{feff} \u{e4} \
    \u{1f600} -0.0 99999999999999999999 1979-05-27";

fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(PIECES.split(' ').collect::<Vec<_>>())
}

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
    fn no_pieces_panic(pieces in prop::collection::vec(piece(), 0..60)) {
        read_in_every_way(pieces.concat().as_bytes());
    }

    /// Cuts, doubles and replaces parts of valid scenarios.
    #[test]
    fn no_mutation_panics(
        text in prop::sample::select(VALID),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..8_usize, piece(), 0..3), 1..4),
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
