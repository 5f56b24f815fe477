//! `kofn assess --importance`.

use crate::typed as kofn;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::Value;

const THREE: &str = "scheme = 'majority'\nagents = { failure_rates = [0.1, 0.2, 0.3] }";

#[test]
fn importance_is_ranked_for_people_and_in_order_for_programs() {
    kofn("assess - --importance", THREE)
        .assert()
        .success()
        .stdout(contains("1      0.1           0.3800000000\n  2      0.2           0.3400000000\n  3      0.3           0.2600000000"));
    let json = |arguments, input| -> Value {
        serde_json::from_slice(&kofn(arguments, input).assert().success().get_output().stdout).unwrap()
    };
    let answer = json("assess - --importance --json", THREE);
    let of = |agent: usize| answer["importance"][agent].as_f64().unwrap();
    assert!((of(0) - 0.38).abs() < 1e-15 && (of(2) - 0.26).abs() < 1e-15);
    let equal = json("assess --agents 3 --failure-rate 0.5 --importance --json", "");
    assert_eq!(equal["importance"], serde_json::json!([0.5]));
    assert!(json("assess - --json", THREE).get("importance").is_none());
    kofn("assess --agents 3 --failure-rate 0.5 --importance", "")
        .assert()
        .success()
        .stdout(contains("per unit reduction in failure rate: 0.5").and(contains("correct")));
    let pipeline =
        "scheme = { rule = 'validated', validator_failure_rate = 0.1 }\nagents = { failure_rate = 0.1 }";
    kofn("assess - --importance", pipeline).assert().code(2).stdout("").stderr(contains("in a pipeline"));
}
