//! Plans with replicas, which come from fitted logs.

use crate::args::{Arguments, Command, PlanArguments};
use clap::Parser;
use kofn::Scenario;
use kofn::answers::plan;
use kofn::scenario::scheme::Majority;
use kofn::scenario::{Agents, Dependence};
use serde_json::Value;

fn arguments(more: &str) -> PlanArguments {
    let line = format!("kofn plan --agents 3 --failure-rate 0.2 {more}");
    match Arguments::try_parse_from(line.split_whitespace()).map(|arguments| arguments.command) {
        Ok(Command::Plan(arguments)) => arguments,
        other => panic!("{other:?}"),
    }
}

fn scenario(rate: f64) -> Scenario {
    Scenario::new(Agents::identical(9, rate), Majority)
        .and_then(|scenario| scenario.with_dependence(Dependence::GaussianCopula { correlation: 0.1 }))
        .expect("a scenario")
}

/// Nineteen replicas: at a level of .95 the ends are the first and the last.
fn replicas() -> Vec<Scenario> {
    (1..=19).map(|i| scenario(0.02 * f64::from(i))).collect()
}

#[test]
fn intervals_are_in_the_contract() {
    let (scenario, replicas) = (scenario(0.2), replicas());
    let arguments = arguments("--target 0.9 --at-most 5");
    let answer = plan(&scenario, &arguments.demand().expect("a demand"), &arguments.scope(), &replicas)
        .expect("a plan");
    let answer: Value = serde_json::to_value(&answer).expect("JSON");
    let intervals = &answer["intervals"];
    assert_eq!((intervals["replicas"].as_u64(), intervals["level"].as_f64()), (Some(19), Some(0.95)));
    let names: Vec<_> =
        intervals["choices"].as_array().expect("a list").iter().map(|of| &of["name"]).collect();
    assert!(names.contains(&&answer["options"]["cheapest"]["name"]));
    let single = &intervals["choices"][0];
    assert_eq!(single["name"], "single");
    for (key, low, high) in
        [("correct", 0.62, 0.98), ("failure", 0.02, 0.38), ("wrong", 0.02, 0.38), ("price", 1.0, 1.0)]
    {
        for (end, expected) in [low, high].into_iter().enumerate() {
            let value = single[key][end].as_f64().expect("a number");
            assert!((value - expected).abs() < 1e-12, "{key}: {value}");
        }
    }
    // Five of nineteen rates are at most .1: 1 − .1 is .9.
    assert_eq!(single["share_that_meets"].as_f64(), Some(5.0 / 19.0));
    assert_eq!(intervals["smallest_majority"]["interval"], serde_json::json!([1, null]));
    assert_eq!(single.as_object().map(serde_json::Map::len), Some(6));
    assert_eq!(intervals.as_object().map(serde_json::Map::len), Some(4));
}
