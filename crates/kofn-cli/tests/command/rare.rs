//! `--rare`, and checks that need tilted trials.

use serde_json::Value;

fn kofn(arguments: &[&str]) -> assert_cmd::assert::Assert {
    crate::kofn(arguments).assert()
}

fn json(arguments: &[&str]) -> Value {
    crate::json(crate::kofn(&[arguments, &["--json"]].concat()))
}

const HUNDRED: [&str; 6] = ["--agents", "101", "--failure-rate", "0.05", "--trials", "1e6"];
const THOUSAND: [&str; 6] = ["--agents", "1001", "--failure-rate", "0.05", "--trials", "1e5"];

/// Five standard deviations of a million trials are 1.7 %.
#[test]
fn rare_prints_the_contract() {
    let answer = json(&[&["simulate", "--rare"], &HUNDRED[..]].concat());
    let simulated = &answer["rare"];
    assert_eq!((&simulated["method"], &simulated["estimated"]), (&"tilted".into(), &"failure".into()));
    // Weighted trials are not counted.
    assert!(answer.get("simulated").is_none() && simulated.get("correct").is_none());
    let number = |key: &str| simulated[key].as_f64().unwrap();
    assert!((number("estimate") / 7.190_556e-39 - 1.0).abs() < 0.017);
    assert!((number("ln_estimate") - 7.190_556e-39_f64.ln()).abs() < 0.017);
    let interval = |end: usize| simulated["interval"][end].as_f64().unwrap();
    assert!(interval(0) < 7.190_556e-39 && 7.190_556e-39 < interval(1));
    assert!(number("effective_sample_size") > 80_000.0);
    assert_eq!((number("trials"), number("confidence")), (1e6, 0.99));
    assert_eq!(simulated["partial"], false);
    assert_eq!(simulated["parts"]["wrong"]["estimate"], simulated["estimate"]);
    assert_eq!(simulated["parts"]["abstain"]["estimate"], 0.0);
    assert!(simulated["parts"]["abstain"]["ln_estimate"].is_null());
}

/// ln P is −836.295272…; a standard deviation is 1.9 %.
#[test]
fn what_underflows_has_its_logarithm() {
    let simulated = &json(&[&["simulate", "--rare"], &THOUSAND[..]].concat())["rare"];
    assert_eq!(simulated["estimate"], 0.0);
    assert!((simulated["ln_estimate"].as_f64().unwrap() + 836.295_272).abs() < 5.0 * 0.019);
    assert!(simulated["ln_interval"][0].as_f64() < simulated["ln_estimate"].as_f64());
    let text = kofn(&[&["simulate", "--rare"], &THOUSAND[..]].concat()).success().get_output().stdout.clone();
    assert!(String::from_utf8_lossy(&text).contains("10^-363."), "{}", String::from_utf8_lossy(&text));
}

#[test]
fn check_tilts_what_plain_trials_do_not_see() {
    for (arguments, bias) in [(HUNDRED, 0.04), (THOUSAND, 0.3)] {
        let answer = json(&[&["check"], &arguments[..]].concat());
        assert_eq!((&answer["verdict"], &answer["rare"]["method"]), (&"agree".into(), &"tilted".into()));
        assert!(answer["simulated"]["correct"].is_u64());
        assert!(answer["rare"]["detectable_relative_bias"].as_f64().unwrap() < bias);
    }
    let seen = json(&["check", "--agents", "5", "--failure-rate", "0.23", "--trials", "1e6"]);
    assert!(seen.get("rare").is_none());
    let text = kofn(&[&["check"], &HUNDRED[..]].concat()).success().get_output().stdout.clone();
    assert!(String::from_utf8_lossy(&text).contains("tilted trials"));
}

#[test]
fn too_few_trials_are_refused() {
    kofn(&["simulate", "--rare", "--agents", "101", "--failure-rate", "0.05", "--trials", "100"])
        .code(2)
        .stderr(predicates::str::contains("100 is required"));
}
