//! Cells against scenarios that are written down as a whole.

use super::*;
use crate::answers::{Sampling, simulate};
use crate::exact::assess;

fn axes(typed: &[&str]) -> Vec<SweepAxis> {
    typed.iter().map(|text| text.parse().unwrap()).collect()
}

fn swept(scenario: &str, over: &[&str]) -> Result<Sweep, SamplingError> {
    sweep(&Scenario::from_toml(scenario).unwrap(), axes(over), SweepOptions::new())
}

/// Every cell of `base`, of which `$0` and `$1` are the first values, is to the last bit the scenario of its values.
fn assert_cells(base: &str, firsts: [&str; 2], over: &[&str]) {
    let filled = |values: &[String]| {
        let fill = |text: String, (place, value): (usize, &String)| text.replace(&format!("${place}"), value);
        values.iter().enumerate().fold(base.to_owned(), fill)
    };
    let sweep = swept(&filled(&firsts.map(String::from)), over).unwrap();
    let all: usize = sweep.axes.iter().map(|axis| axis.values().len()).product();
    assert_eq!(sweep.cells.len(), all);
    for cell in &sweep.cells {
        let values: Vec<String> = cell.over.values().map(|(_, value)| value.to_string()).collect();
        let whole = Scenario::from_toml(&filled(&values)).unwrap();
        assert_eq!(cell.exact, assess(&whole).unwrap(), "{}", cell.over);
    }
}

const VOTE: &str = "scheme = 'majority'\nagents = { count = 5, failure_rate = 0.23 }\n";

#[test]
fn cells_are_the_scenarios_with_their_values() {
    let plain = "scheme = 'majority'\nagents = { count = $0, failure_rate = $1 }";
    assert_cells(plain, ["1", "0.5"], &["agents.count=1:9:1,101", "agents.failure_rate=0.05:0.45:0.2,1e-9"]);
    let quorum = "scheme = { rule = 'k-of-n', k = $0 }\nagents = { count = 5, failure_rate = 0.2 }\n\
                  failures = { hallucination = 0.75, crash = 0.25, wrong_answers = { collision = $1 } }";
    assert_cells(quorum, ["1", "0.5"], &["scheme.k=1:5:1", "failures.wrong_answers.collision=0.2,0.9"]);
    let pipeline = "scheme = { rule = 'validated', accepts_correct = $0, accepts_wrong = 0.1, attempts = $1 }\n\
                    agents = { failure_rate = 0.3 }\ncosts = { call = 2, validation = 1 }";
    assert_cells(pipeline, ["1", "1"], &["scheme.accepts_correct=0.5,0.95", "scheme.attempts=1:3:1"]);
    let tasks = "scheme = 'majority'\nagents = { count = 3 }\n\
                 tasks = [{ weight = 1, failure_rate = 0.1 }, { weight = $0, failure_rate = $1 }]";
    assert_cells(tasks, ["1", "0.4"], &["tasks[1].weight=1,2.5", "tasks[1].failure_rate=0.3,0.5"]);
    let copula = "scheme = 'majority'\nagents = { failure_rates = [$0, 0.2, 0.3] }\n\
                  dependence = { model = 'gaussian-copula', correlation = $1 }";
    assert_cells(
        copula,
        ["0.1", "0.1"],
        &["agents.failure_rates[0]=0.05,0.5", "dependence.correlation=0:0.6:0.3"],
    );
    let prices = "scheme = 'any'\nagents = { failure_rates = [0.1, 0.2] }\n\
                  costs = { call = [$0, 3] }\nfilter = { accepts_correct = $1, accepts_wrong = 0 }";
    assert!(
        Scenario::from_toml(&prices.replace("$0", "1").replace("$1", "1")).is_err(),
        "no price of validations"
    );
    let prices = prices.replace("3] }", "3], validation = 1 }");
    assert_cells(&prices, ["1", "1"], &["costs.call[0]=0.5,1", "filter.accepts_correct=0.5,1"]);
}

/// Words: schemes, of which the scenario's own keeps its parameters, models and others; keys with a default.
#[test]
fn words_and_defaults_are_swept() {
    let quorum = "scheme = { rule = 'k-of-n', k = 5 }\nagents = { count = 5, failure_rate = 0.23 }";
    let exact = |toml: &str| assess(&Scenario::from_toml(toml).unwrap()).unwrap();
    let cells = swept(quorum, &["scheme=majority,k-of-n,unanimous"]).unwrap().cells;
    assert_eq!(cells[0].exact, exact(VOTE));
    assert_eq!(cells[1].exact, cells[2].exact);
    let models = ["dependence.model=beta-binomial,gaussian-copula", "dependence.correlation=0.2,0.3"];
    let cells = swept(VOTE, &models).unwrap().cells;
    let copula = "dependence = { model = 'gaussian-copula', correlation = 0.3 }";
    assert_eq!(cells[3].exact, exact(&format!("{VOTE}{copula}")));
    let cells =
        swept("scheme = 'plurality'\nagents = { count = 5, failure_rate = 0.23 }", &["scheme.min_votes=1,5"]);
    let whole = "scheme = { rule = 'plurality', min_votes = 5 }\nagents = { count = 5, failure_rate = 0.23 }";
    assert_eq!(cells.unwrap().cells[1].exact, exact(whole));
    let cells = swept(VOTE, &["failures.wrong_answers=same,distinct,3"]).unwrap().cells;
    assert_eq!(cells[2].exact, exact(&format!("{VOTE}failures = {{ wrong_answers = 3 }}")));
}

/// The other shares keep their proportion; where they are 0, it does not matter which of the silent ones is not.
#[test]
fn shares_leave_the_rest_to_the_others() {
    let shares = |failures: &str| format!("{VOTE}failures = {{ {failures} }}");
    let base = shares("hallucination = 0.5, corruption = 0.375, crash = 0.125");
    let cells = swept(&base, &["failures.hallucination=0,0.75"]).unwrap().cells;
    let whole = shares("hallucination = 0.75, corruption = 0.1875, crash = 0.0625");
    assert_eq!(cells[1].exact, assess(&Scenario::from_toml(&whole).unwrap()).unwrap());
    let cells = swept(VOTE, &["failures.hallucination=0.75", "failures.crash=0.125"]).unwrap().cells;
    let whole = shares("hallucination = 0.75, corruption = 0.125, crash = 0.125");
    assert_eq!(cells[0].exact, assess(&Scenario::from_toml(&whole).unwrap()).unwrap());
}

#[test]
fn ranges_are_counted_in_decimals() {
    let fine: SweepAxis = "agents.failure_rate=0.00005:0.5:0.00005".parse().unwrap();
    assert_eq!(fine.values().len(), 10_000);
    for (index, value) in (1_u32..).zip(fine.values()) {
        let nearest: f64 = format!("{}e-5", 5 * index).parse().unwrap();
        assert_eq!(value.number().map(f64::to_bits), Some(nearest.to_bits()), "{index}");
    }
    let values = |text: &str| {
        let axis: SweepAxis = format!("x={text}").parse().unwrap();
        axis.values().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    for (text, expected) in [
        ("1:41:20", "1 21 41"),
        ("1:42:20", "1 21 41"),
        ("5:5:1", "5"),
        ("0.5:0.1:-0.2", "0.5 0.3 0.1"),
        ("1,2:4:2,1e1", "1 2 4 10"),
        ("0.1,1:3:1", "0.1 1 2 3"),
        ("1e-9:3e-9:1e-9", "1e-9 2e-9 3e-9"),
        (" 1e13 , 2.0 ", "10000000000000 2"),
        ("same, 3", "same 3"),
    ] {
        assert_eq!(values(text), expected, "{text}");
    }
}

#[test]
fn axes_that_are_none_are_refused() {
    for text in [
        "agents.count",
        "=1",
        "x=",
        "x=1,,2",
        "x=1:2",
        "x=1:2:3:4",
        "x=1:2:0",
        "x=1:2:-1",
        "x=2:1:1",
        "x=1:b:1",
        "x=1,1",
        "x=1,1:3:1",
        "x=0:1:1e-9",
        "x=1e-40:1:1",
        "x=0:1e300:1",
        "x=1e999",
        "x=0:1e37:1e-36",
    ] {
        assert!(text.parse::<SweepAxis>().is_err(), "{text}");
    }
    assert!(SweepAxis::new("x", Vec::<f64>::new()).is_err());
    let refused = |over: &[&str]| swept(VOTE, over).unwrap_err().to_string();
    for over in [&["scheme=any", "scheme.rule=any"][..], &["agents.count=1", "agents.count=3"]] {
        assert!(refused(over).ends_with("they are the same key"), "{over:?}");
    }
    let many = ["agents.count=1:3000:1", "agents.failure_rate=0.0001:0.2:0.0001"];
    assert_eq!(refused(&many), "a sweep must be of at most 2,000,000 cells, got 6,000,000");
    assert!(sweep(&Scenario::from_toml(VOTE).unwrap(), [], SweepOptions::new()).is_err());
}

/// A cell that is impossible, by itself or in combination, is named; so is a key that there is not.
#[test]
fn impossible_cells_are_named() {
    let quorum = "scheme = { rule = 'k-of-n', k = 1 }\nagents = { count = 5, failure_rate = 0.23 }\n";
    let error = |base: &str, over: &[&str]| {
        let SamplingError::Simulation(SimulationError::Scenario(error)) = swept(base, over).unwrap_err()
        else {
            panic!("another kind of error");
        };
        let place = error.location.as_ref().map(ToString::to_string).unwrap_or_default();
        (place, error.key.to_string())
    };
    let at = |place: &str, key: &str| (place.to_owned(), key.to_owned());
    for (base, over, expected) in [
        (VOTE, &["agents.count=1:3:0.5"][..], at("agents.count = 1.5", "agents.count")),
        (VOTE, &["agents.failure_rate=0.5:1.5:0.7"], at("agents.failure_rate = 1.2", "agents.failure_rate")),
        (VOTE, &["agents.failure_rate=NaN"], at("agents.failure_rate = NaN", "agents.failure_rate")),
        (quorum, &["agents.count=5,3", "scheme.k=2:4:1"], at("agents.count = 3, scheme.k = 4", "scheme.k")),
        (quorum, &["scheme=k-of-n,majorty"], at("scheme = majorty", "scheme.rule")),
        (quorum, &["scheme=any", "scheme.k=2"], at("scheme = any, scheme.k = 2", "scheme.k")),
        (VOTE, &["agents.count=1", "failures.cash=0"], at("", "failures.cash")),
        (VOTE, &["scheme.k=2"], at("", "scheme.k")),
        (VOTE, &["dependence.correlation=0.2"], at("", "dependence.correlation")),
        (VOTE, &["filter.accepts_wrong=0.2"], at("filter.accepts_wrong = 0.2", "filter.accepts_correct")),
        (VOTE, &["tasks[0].weight=1"], at("", "tasks[0].weight")),
        (VOTE, &["agents.count.x=1"], at("agents.count.x = 1", "agents.count")),
        (VOTE, &["é[é].=1"], at("", "é[é].")),
        (VOTE, &["agents.failure_rates[0]=0.1"], at("", "agents.failure_rates[0]")),
    ] {
        assert_eq!(error(base, over), expected, "{over:?}");
    }
}

/// As many threads as there are, one cell each or all on one: the counts are those of a simulation.
#[test]
fn simulated_cells_are_simulations() {
    let scenario = Scenario::from_toml(VOTE).unwrap();
    let over = ["agents.count=3,5,7", "scheme=majority,unanimous"];
    let of_threads = |threads, trials| {
        let options = SweepOptions::new().with_trials(trials, 7).with_threads(Some(threads));
        sweep(&scenario, axes(&over), options).unwrap()
    };
    let one = of_threads(1, 20_000);
    assert_eq!(of_threads(2, 20_000), one);
    // More threads than cells.
    assert_eq!(of_threads(7, 20_000), one);
    for cell in &one.cells {
        let values: Vec<String> = cell.over.values().map(|(_, value)| value.to_string()).collect();
        let [count, scheme] = values.as_slice() else { panic!("two axes") };
        let toml = format!("scheme = '{scheme}'\nagents = {{ count = {count}, failure_rate = 0.23 }}");
        let whole = simulate(&Scenario::from_toml(&toml).unwrap(), Sampling::new(20_000, 7)).unwrap();
        assert_eq!(cell.simulated.as_deref(), Some(&whole.simulated), "{toml}");
    }
}

#[test]
fn a_stopped_sweep_has_the_first_cells() {
    let scenario = Scenario::from_toml(VOTE).unwrap();
    let over = axes(&["agents.failure_rate=0.0005:0.5:0.0005"]);
    let whole = sweep(&scenario, over.clone(), SweepOptions::new()).unwrap();
    let stop = AtomicBool::new(false);
    let report = |done: u64, all: u64| {
        assert!(0 < done && done <= all && all == 1000);
        stop.store(true, Ordering::Relaxed);
    };
    let options = SweepOptions::new().with_threads(Some(3)).with_progress(&report).with_stop(&stop);
    let mut stopped = sweep(&scenario, over, options).unwrap();
    assert!(stopped.partial && (1..1000).contains(&stopped.cells.len()));
    let last = stopped.cells.last_mut().unwrap();
    assert_eq!(last.partial.take(), Some(true));
    assert_eq!(stopped.cells, whole.cells[..stopped.cells.len()]);
    assert!(!whole.partial && whole.cells.iter().all(|cell| cell.partial.is_none()));
}

/// The parts of a sweep are its cells, computed apart; there may be more parts than cells.
#[test]
fn parts_add_up_to_one_sweep() {
    let scenario = Scenario::from_toml(VOTE).unwrap();
    let over = axes(&["agents.count=3,5,7", "scheme=majority,unanimous", "agents.failure_rate=0.1,0.2"]);
    let options = SweepOptions::new().with_trials(5_000, 7);
    let whole = sweep(&scenario, over.clone(), options).unwrap();
    for of in [1, 5, 13] {
        let mut cells = Vec::new();
        for number in 1..=of {
            let part = options.with_part(Some(Part::new(number, of).unwrap()));
            let swept = sweep(&scenario, over.clone(), part).unwrap();
            assert_eq!(check_sweep(&scenario, over.clone(), part).unwrap(), swept.cells.len());
            assert!(!swept.partial);
            cells.extend(swept.cells);
        }
        assert_eq!(cells, whole.cells, "{of} parts");
    }
}

/// Of a part, its cells alone; nothing is computed, so that an engine refuses nothing.
#[test]
fn cells_are_checked_before_any_is_computed() {
    let over = axes(&["agents.failure_rate=0.5,1.5"]);
    let of = |options| check_sweep(draft(VOTE), over.clone(), options);
    let part = |number| SweepOptions::new().with_part(Some(Part::new(number, 2).unwrap()));
    assert_eq!(of(part(1)).unwrap(), 1);
    assert!(of(part(2)).is_err());
    assert!(of(SweepOptions::new()).unwrap_err().to_string().contains("1.5"));
}

fn draft(text: &str) -> Draft {
    Draft::read("vote.toml", text.as_bytes()).unwrap()
}

/// The cells of a file are, in their order, these files.
fn assert_files(base: &str, over: &[&str], files: &[&str]) {
    let cells = sweep(draft(base), axes(over), SweepOptions::new()).unwrap().cells;
    assert_eq!(cells.len(), files.len());
    for (cell, file) in cells.iter().zip(files) {
        let whole = Scenario::read("whole.toml", file.as_bytes()).unwrap();
        assert_eq!(cell.exact, assess(&whole).unwrap(), "{}", cell.over);
    }
}

/// What a file does not say has the default of the cell's scheme; what it says stays.
#[test]
fn defaults_are_those_of_the_cell() {
    let of = |scheme: &str, rest: &str| {
        format!("scheme = {scheme}\nagents = {{ count = 5, failure_rate = 0.2 }}\n{rest}")
    };
    let [raft, majority] = ["'raft'", "'majority'"].map(|scheme| of(scheme, ""));
    for base in [&raft, &majority] {
        assert_files(base, &["scheme=raft,majority"], &[&raft, &majority]);
    }
    let crash = |scheme: &str| of(scheme, "failures = { hallucination = 0.25, crash = 0.75 }");
    let over = ["scheme=majority,plurality", "failures.hallucination=0.25"];
    assert_files(
        &raft,
        &over,
        &["'majority'", "'plurality'"]
            .map(|scheme| of(scheme, "failures = { hallucination = 0.25, corruption = 0.75 }"))
            .each_ref()
            .map(String::as_str),
    );
    assert_files(&crash("'majority'"), &["failures.crash=0.75"], &[&crash("'majority'")]);
    let law =
        |inside: &str| of("'plurality'", &format!("failures.wrong_answers = {{ collision = 0.5{inside} }}"));
    assert_files(&law(""), &["failures.wrong_answers.answers=3"], &[&law(", answers = 3")]);
    let single = "scheme = 'single'\nagents = { failure_rate = 0.2 }";
    let error = sweep(draft(single), axes(&["scheme=majority"]), SweepOptions::new()).unwrap_err();
    assert!(error.to_string().contains("scheme = majority: agents.count is required"), "{error}");
}

/// What is swept may be missing in the file, or wrong.
#[test]
fn what_is_swept_needs_no_value_of_its_own() {
    let of = |scheme: &str| format!("scheme = {scheme}\nagents = {{ count = 5, failure_rate = 0.2 }}");
    let quorums = ["{ rule = 'k-of-n', k = 3 }", "{ rule = 'k-of-n', k = 4 }"].map(of);
    for written in ["'k-of-n'", "{ rule = 'k-of-n', k = 9 }", "'majority'"] {
        let over = ["scheme=k-of-n", "scheme.k=3,4"];
        assert_files(&of(written), &over, &quorums.each_ref().map(String::as_str));
        assert_files(&of(written), &[over[1], over[0]], &quorums.each_ref().map(String::as_str));
    }
    let no_rate = "scheme = 'majority'\nagents = { count = 5 }";
    assert_files(no_rate, &["agents.failure_rate=0.2"], &[&of("'majority'")]);
    let error = |base: &str, over: &str| {
        sweep(draft(base), axes(&[over]), SweepOptions::new()).unwrap_err().to_string()
    };
    let misspelled = "scheme = 'majority'\nagents = { cuont = 5, failure_rate = 0.2 }";
    assert!(
        error(misspelled, "agents.failure_rate=0.3").starts_with("vote.toml:2:12: unknown key agents.cuont")
    );
    let wrong = "scheme = 'majority'\nagents = { count = 5, failure_rate = 2 }";
    let said = error(wrong, "agents.count=3");
    assert!(said.starts_with("vote.toml:2:38: agents.count = 3: agents.failure_rate must be"), "{said}");
}

#[test]
fn a_key_inside_another_is_refused() {
    for (over, message) in [
        (["failures.wrong_answers=same", "failures.wrong_answers.collision=0.3"], "would replace it"),
        (["costs.call[0]=2", "costs.call=1"], "would replace it"),
        (
            ["agents.failure_rates[0]=0.1", "agents.failure_rates[00]=0.2"],
            "the scenario has no agents.failure_rates[00]",
        ),
        (["agents.failure_rate=0.1", ".agents.failure_rate=0.2"], "unknown key \".agents\""),
        (["scheme=majority", "scheme.k=3"], "unknown key scheme.k"),
    ] {
        let scenario = if over[0].contains("[0]") {
            "scheme = 'any'\nagents = { failure_rates = [0.1, 0.2] }\ncosts = { call = [1, 2] }"
        } else {
            VOTE
        };
        for over in [over, [over[1], over[0]]] {
            let error = sweep(draft(scenario), axes(&over), SweepOptions::new()).unwrap_err().to_string();
            assert!(error.contains(message), "{over:?}: {error}");
        }
    }
}
