//! Runs in parts: their tallies add up to the whole run, and to nothing else.

use kofn::Scenario;
use kofn::monte_carlo::{Part, SimulationOptions, Tally, simulate};
use kofn::scenario::{Agents, Dependence, TaskClass, scheme::Majority};
use proptest::prelude::*;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

fn scenario() -> Scenario {
    Scenario::new(Agents::identical(9, 0.23), Majority).unwrap()
}

fn with_classes() -> Scenario {
    let tasks = vec![TaskClass::new(3.0, 0.13), TaskClass::new(1.0, 0.33)];
    let scenario = Scenario::new(Agents::by_task(3, tasks), Majority).unwrap();
    scenario.with_dependence(Dependence::BetaBinomial { correlation: 0.3 }).unwrap()
}

fn of_part(scenario: &Scenario, trials: u64, number: u64, of: u64) -> Tally {
    let part = Part::new(number, of).unwrap();
    let run = SimulationOptions::new(trials, 7).with_part(part).with_threads(1 + number as usize % 3);
    Tally::count(scenario, run).unwrap()
}

fn read(text: &str) -> Result<Tally, String> {
    Tally::read("part.json", text.as_bytes()).map_err(|error| error.to_string())
}

/// Also where the last unit is cut, where there are more parts than units, and where there is nothing to do.
#[test]
fn all_parts_sum_to_the_whole_in_any_order() {
    for scenario in [scenario(), with_classes()] {
        for trials in [0, 1, 32_768, 32_769, 1_000_003] {
            let whole = simulate(&scenario, SimulationOptions::new(trials, 7)).unwrap();
            for of in [1, 2, 3, 16, 100] {
                let written = |number| of_part(&scenario, trials, number, of).to_json();
                let mut parts: Vec<Tally> = (1..=of).map(|number| read(&written(number)).unwrap()).collect();
                parts.rotate_left(of as usize / 2);
                parts.reverse();
                let mut sum = parts[0].clone().of_whole();
                parts[1..].iter().for_each(|part| sum.merge(part).unwrap());
                assert_eq!(sum.estimate(), whole, "{trials} trials in {of} parts");
                assert_eq!(sum, Tally::count(&scenario, SimulationOptions::new(trials, 7)).unwrap());
            }
        }
    }
}

#[test]
fn a_part_has_trials_of_its_own_and_is_not_partial() {
    let estimate = of_part(&scenario(), 1_000_003, 16, 16).estimate();
    // Units 29 and 30 of 31.
    assert_eq!((estimate.trials, estimate.partial), (1_000_003 - 29 * 32_768, false));
    let run = SimulationOptions::new(1_000_003, 7).with_part(Part::new(16, 16).unwrap());
    assert_eq!(simulate(&scenario(), run).unwrap(), estimate);
}

#[test]
fn what_is_missing_is_listed_by_part_and_by_trial() {
    let mut sum = of_part(&scenario(), 1_000_003, 2, 8).of_whole();
    for number in [4, 5, 7] {
        sum.merge(&of_part(&scenario(), 1_000_003, number, 8)).unwrap();
    }
    assert_eq!(sum.missing_parts(8), [1..=1, 3..=3, 6..=6, 8..=8]);
    // Of 31 units the parts end at 3, 7, 11, 15, 19, 23, 27 and 31.
    let unit = 32_768;
    assert_eq!(sum.missing(), [0..3 * unit, 7 * unit..11 * unit, 19 * unit..23 * unit, 27 * unit..1_000_003]);
    assert!(sum.estimate().partial);
    assert_eq!(sum.missing_parts(2), [1..=2]);
    assert_eq!(sum.missing_parts(0), []);
}

#[test]
fn a_stopped_part_continues_to_the_same_counts() {
    let run = SimulationOptions::new(3_000_000, 7).with_part(Part::new(2, 3).unwrap());
    let whole = Tally::count(&scenario(), run).unwrap();
    let stop = AtomicBool::new(false);
    let progress = |_| stop.store(true, Ordering::Relaxed);
    let mut tally = Tally::new(&scenario(), run).unwrap();
    let mut rounds = 0;
    while !tally.missing().is_empty() {
        stop.store(rounds % 2 == 1, Ordering::Relaxed);
        tally
            .resume(run.with_stop(&stop).with_progress(&progress), |_| Ok::<(), kofn::SimulationError>(()))
            .unwrap();
        let mut next = Tally::new(&scenario(), run).unwrap();
        next.continue_from(read(&tally.to_json()).unwrap()).unwrap();
        assert_eq!(next, tally);
        rounds += 1;
    }
    assert_eq!(tally, whole);
}

#[test]
fn tallies_of_other_runs_are_refused_by_what_differs() {
    let ours = of_part(&scenario(), 1000, 1, 2);
    let merged = |other: &Tally| ours.clone().merge(other).unwrap_err().to_string();
    let run = |trials, seed| Tally::count(&scenario(), SimulationOptions::new(trials, seed)).unwrap();
    let prefix = "the parts come from different runs: ";
    assert_eq!(merged(&run(1000, 8)), format!("{prefix}seed 8 and seed 7"));
    assert_eq!(merged(&run(1001, 7)), format!("{prefix}trials 1001 and trials 1000"));
    let other = Scenario::new(Agents::identical(9, 0.24), Majority).unwrap();
    let other = Tally::count(&other, SimulationOptions::new(1000, 7)).unwrap();
    assert_eq!(
        merged(&other),
        format!("{prefix}scenario.agents.failure_rate 0.24 and scenario.agents.failure_rate 0.23")
    );
    assert_ne!(other.fingerprint(), ours.fingerprint());

    let mut fresh = Tally::new(&scenario(), SimulationOptions::new(1000, 7)).unwrap();
    let error = fresh.continue_from(ours.clone()).unwrap_err().to_string();
    assert_eq!(error, "the tallies are of different parts: 1/2 and the whole");
    let error = ours
        .clone()
        .resume(SimulationOptions::new(1000, 8), |_| Ok::<(), kofn::SimulationError>(()))
        .unwrap_err()
        .to_string();
    assert_eq!(error, format!("{prefix}seed 7 and seed 8"));
}

#[test]
fn what_is_counted_twice_is_refused_and_nothing_is_added() {
    let mut sum = of_part(&scenario(), 1_000_003, 2, 4).of_whole();
    let before = sum.clone();
    for (number, of, message) in [
        (2, 4, "trials 229376 to 491519 are in both tallies"),
        (1, 2, "trials 229376 to 491519 are in both tallies"),
        (3, 9, "trials 229376 to 327679 are in both tallies"),
    ] {
        let other = of_part(&scenario(), 1_000_003, number, of);
        assert_eq!(sum.merge(&other).unwrap_err().to_string(), message);
        assert_eq!(sum, before);
    }
}

/// The bytes that `printf 'stream 3\nseed 7\ntrials 1000\n{…}' | sha256sum` hashes.
#[test]
fn the_fingerprint_is_as_documented() {
    use sha2::{Digest, Sha256};
    let scenario = concat!(
        r#"{"scheme":"majority","agents":{"count":9,"failure_rate":0.23},"#,
        r#""failures":{"hallucination":1.0,"corruption":0.0,"crash":0.0,"wrong_answers":"same"},"#,
        r#""dependence":{"model":"independent"}}"#
    );
    let digest = Sha256::digest(format!("stream 3\nseed 7\ntrials 1000\n{scenario}"));
    let hexadecimal: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(of_part(&self::scenario(), 1000, 1, 2).fingerprint(), hexadecimal);
}

static WRITTEN: LazyLock<String> = LazyLock::new(|| of_part(&scenario(), 1_000_003, 2, 4).to_json());

/// The message that a tally gets in which this has been replaced by that.
fn replaced(this: &str, that: &str) -> String {
    assert!(WRITTEN.contains(this), "{this} in {}", *WRITTEN);
    read(&WRITTEN.replacen(this, that, 1)).expect_err("a tally that is refused")
}

#[test]
fn a_torn_tally_is_refused_wherever_it_is_torn() {
    for length in 0..WRITTEN.len() {
        let error = read(&WRITTEN[..length]).unwrap_err();
        // Cut within a number it is no number; elsewhere it ends too early.
        assert!(error.starts_with("part.json:1:"), "{error}");
        assert!(error.contains("this tally is cut off") || error.ends_with("invalid number"), "{error}");
    }
    assert!(read(&WRITTEN).is_ok());
}

#[test]
fn what_is_no_tally_is_refused() {
    for (text, message) in [
        ("correct 5", "part.json:1:1: this is not a tally: expected value"),
        ("{}", "part.json:1:2: this is not a tally: missing field `kind`"),
        ("7", "part.json:1:1: this is not a tally: invalid type: integer `7`, expected struct Header"),
        ("\u{feff}{}", "part.json:1:1: this is not a tally: expected value"),
    ] {
        assert_eq!(read(text).unwrap_err(), message);
    }
    let (open, closed) = ("[".repeat(100_000), "]".repeat(100_000));
    let header = r#""kind":"kofn tally","schema":1,"version":"0","stream":3"#;
    let deep = format!("{{{header},\"scenario\":{open}{closed}}}");
    assert!(read(&deep).unwrap_err().contains("recursion limit exceeded"));
    let unreadable = Tally::read("tests", std::fs::File::open("tests").unwrap()).unwrap_err().to_string();
    assert!(unreadable.starts_with("tests: the file cannot be read"), "{unreadable}");
}

#[test]
fn a_tally_of_other_simulated_values_is_refused() {
    let version = env!("CARGO_PKG_VERSION");
    for (key, this, that, value, allowed) in
        [("stream", "\"stream\":3", "\"stream\":4", 4, 3), ("schema", "\"schema\":1", "\"schema\":9", 9, 1)]
    {
        let message = format!(
            "part.json: {key} must be {allowed}, that of this kofn {version}, got {value}, of kofn {version}"
        );
        assert_eq!(replaced(this, that), message);
    }
    let message = "part.json: kind must be \"kofn tally\", got \"tally\"";
    assert_eq!(replaced("\"kofn tally\"", "\"tally\""), message);
    // Of another version it may have other keys; that is not what is reported.
    assert!(replaced("\"stream\":3", "\"stream\":2,\"new\":[]").contains("stream must be 3"));
}

#[test]
fn a_tally_that_contradicts_itself_is_refused() {
    for (this, that, said) in [
        ("\"seed\":7", "\"seed\":8", &["fingerprint"][..]),
        ("0.23", "0.24", &["fingerprint"]),
        ("0.23", "1.24", &["agents.failure_rate", "1.24"]),
        ("[[7,15]]", "[[7,16]]", &["units", "7..16", "7..15, those of its part"]),
        ("[[7,15]]", "[[6,15]]", &["units", "6..15", "7..15, those of its part"]),
        ("[[7,15]]", "[[7,14]]", &["correct, abstain and wrong", "229376", "262144"]),
        ("[[7,15]]", "[[7,18446744073709551615]]", &["units", "7..18446744073709551615", "7..15"]),
        ("[[7,15]]", "[[9,15],[7,9]]", &["units", "a list of other pairs"]),
        ("[[7,15]]", "[[7]]", &["invalid length 1"]),
        ("\"unit_trials\":32768", "\"unit_trials\":0", &["unit_trials", "0", "1 or more"]),
        ("\"2/4\"", "\"5/4\"", &["part", "5/4", "K/M"]),
        ("\"2/4\"", "\"3/4\"", &["units", "7..15", "15..23, those of its part"]),
        ("\"correct\":", "\"correct\":1", &["sum to 262144"]),
        ("\"wrong\":", "\"wrong\":-", &["invalid value"]),
        ("\"abstain\":0", "\"abstain\":18446744073709551615", &["sum to at most", "18446744073709813759"]),
        ("\"seed\":7", "\"seed\":7,\"seed\":7", &["duplicate field `seed`"]),
        ("\"seed\":7,", "", &["missing field `seed`"]),
        ("\"seed\":7", "\"sede\":7", &["unknown field `sede`"]),
        ("\"digest\":\"", "\"digest\":\"0", &["digest", "that of its content"]),
    ] {
        let error = replaced(this, that);
        assert!(
            error.starts_with("part.json:") && said.iter().all(|text| error.contains(text)),
            "{that}: {error}"
        );
    }
}

/// Counts that sum to the right number of trials, each of another outcome; and no digest at all, as in files of before.
#[test]
fn a_tally_whose_counts_were_swapped_is_refused() {
    let mut tally: serde_json::Value = serde_json::from_str(&WRITTEN).unwrap();
    let counts = [tally["correct"].clone(), tally["wrong"].clone()];
    assert_ne!(counts[0], counts[1]);
    [tally["wrong"], tally["correct"]] = counts;
    let error = read(&tally.to_string()).unwrap_err();
    assert!(error.contains("digest") && error.contains("changed after it was written"), "{error}");

    let mut old: serde_json::Value = serde_json::from_str(&WRITTEN).unwrap();
    old.as_object_mut().unwrap().remove("digest").unwrap();
    let error = read(&old.to_string()).unwrap_err();
    assert!(error.contains("digest") && error.contains("must be counted again"), "{error}");
}

/// The digest from the documentation, of the text as it is written.
#[test]
fn the_digest_is_as_documented() {
    use sha2::{Digest, Sha256};
    let tally: serde_json::Value = serde_json::from_str(&WRITTEN).unwrap();
    let text = |key: &str| tally[key].as_str().unwrap().to_owned();
    let number = |key: &str| tally[key].as_u64().unwrap();
    assert_eq!(tally["units"], serde_json::json!([[7, 15]]));
    let lines = format!(
        "fingerprint {}\npart {}\nunit_trials {}\nunits 7-15\ncorrect {}\nabstain {}\nwrong {}\n",
        text("fingerprint"),
        text("part"),
        number("unit_trials"),
        number("correct"),
        number("abstain"),
        number("wrong")
    );
    let hexadecimal: String = Sha256::digest(lines).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(text("digest"), hexadecimal);
}

proptest! {
    /// Nothing that can be done to a tally makes the reader panic.
    #[test]
    fn any_bytes_are_read_or_refused(at in 0_usize..1000, with in prop::collection::vec(any::<u8>(), 0..8)) {
        let mut bytes = WRITTEN.clone().into_bytes();
        let at = at % bytes.len();
        let end = (at + with.len()).min(bytes.len());
        bytes.splice(at..end, with);
        if let Ok(tally) = Tally::read("part.json", &bytes[..]) {
            prop_assert_eq!(tally, read(&WRITTEN).unwrap());
        }
    }
}
