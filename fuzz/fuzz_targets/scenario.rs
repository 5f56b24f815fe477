//! Scenarios in TOML and JSON: what is read can be written and read again, and is the same.

#![no_main]

use kofn::Scenario;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(scenario) = Scenario::from_toml(text) {
        assert_eq!(Scenario::from_toml(&scenario.to_toml()).ok().as_ref(), Some(&scenario));
        assert_eq!(Scenario::from_json(&scenario.to_json()).ok().as_ref(), Some(&scenario));
    }
    if let Ok(scenario) = Scenario::from_json(text) {
        assert_eq!(Scenario::from_json(&scenario.to_json()).ok().as_ref(), Some(&scenario));
    }
});
