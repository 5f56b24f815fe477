//! Figures of other constants than the chapter's: what depends on which, and titles that stay true.

use kofn_book::{Figure, Rendered, Settings, figures};
use statrs::distribution::{Binomial, DiscreteCDF};
use std::collections::BTreeSet;

fn figure(name: &str) -> &'static Figure {
    figures().iter().find(|figure| figure.name == name).unwrap()
}

fn drawn(name: &str, set: &[(&str, &str)]) -> Rendered {
    figure(name).render_with(&Settings::new(set.iter().copied()).unwrap()).unwrap()
}

fn title(name: &str, set: &[(&str, &str)]) -> String {
    let svg = drawn(name, set).svg;
    let document = roxmltree::Document::parse(&svg).unwrap();
    document.descendants().find(|node| node.has_tag_name("title")).unwrap().text().unwrap().into()
}

#[test]
fn every_setting_changes_a_figure_and_every_figure_depends_on_known_ones() {
    let used: BTreeSet<_> = figures().iter().flat_map(|figure| figure.settings).copied().collect();
    assert_eq!(used, Settings::keys().iter().map(|setting| setting.name).collect());
}

/// A value of each key that is not the chapter's.
const OTHERS: [(&str, &str); 12] = [
    ("failure_rate", "0.2"),
    ("validation_bonus", "0.1"),
    ("validator_floor", "0.01"),
    ("easiest_failure_rate", "0.1"),
    ("complexity_step", "0.04"),
    ("hallucination", "0.5"),
    ("corruption", "0.3"),
    ("call_latency", "1000"),
    ("validation_latency", "500"),
    ("strong_failure_rate", "0.1"),
    ("replica_failure_rate", "0.05"),
    ("agents", "7"),
];

#[test]
fn a_figure_depends_on_its_settings_and_on_no_others() {
    for name in ["agents-needed", "complexity", "cost", "weights"] {
        let uses = |(key, _): &&(&str, &str)| figure(name).settings.contains(key);
        let book = drawn(name, &[]);
        let rest: Vec<_> = OTHERS.iter().filter(|other| !uses(other)).copied().collect();
        assert_eq!(drawn(name, &rest).csv, book.csv, "{name}");
        for other in OTHERS.iter().filter(uses) {
            assert_ne!(drawn(name, &[*other]).svg, book.svg, "{name} {other:?}");
        }
    }
}

#[test]
fn nothing_of_the_chapters_rate_is_left() {
    for name in ["agents-needed", "reliability-map", "cost", "early-stopping"] {
        let svg = drawn(name, &[("failure_rate", "0.2")]).svg;
        assert!(svg.contains("0.2") && !svg.contains("0.23") && !svg.contains("23 percent"), "{name}");
    }
    let svg = drawn("outcomes", &[("hallucination", "0.9"), ("corruption", "0.1")]).svg;
    let text: String =
        roxmltree::Document::parse(&svg).unwrap().descendants().filter_map(|node| node.text()).collect();
    assert!(
        text.contains("90 % of failures") && text.contains(" 10 % malformed") && !text.contains("-0 %"),
        "{text}"
    );
}

/// The smallest odd number of agents whose majority fails no more often than this.
fn needed(failure: f64, rate: f64) -> u64 {
    let fails = |agents: u64| Binomial::new(rate, agents).unwrap().sf(agents / 2);
    (1..).step_by(2).find(|&agents| fails(agents) <= failure).unwrap()
}

#[test]
fn the_cost_of_a_nine_is_that_of_the_rate() {
    for rate in ["0.05", "0.2", "0.23", "0.4"] {
        let needed = [0.1, 0.01, 0.001, 0.0001].map(|failure| needed(failure, rate.parse().unwrap()));
        let costs: BTreeSet<u64> = needed.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let told: Vec<String> =
            BTreeSet::from([costs.first(), costs.last()]).into_iter().flatten().map(u64::to_string).collect();
        let expected = format!("A further nine costs {} agents that fail at {rate}", told.join(" to "));
        assert_eq!(title("agents-needed", &[("failure_rate", rate)]), expected);
        let numbers = needed.map(|agents| agents.to_string()).join(", ");
        assert!(
            drawn("agents-needed", &[("failure_rate", rate)])
                .svg
                .contains(&format!("the numbers are {numbers}"))
        );
    }
}

/// Where the claim of the book's title does not hold, another is made.
#[test]
fn titles_say_what_holds() {
    for (name, key, value, expected) in [
        ("agents-needed", "failure_rate", "0.5", "No number of agents that fail at 0.5 is enough"),
        (
            "agents-needed",
            "failure_rate",
            "0.49",
            "More than 1001 agents that fail at 0.49 are needed for 99.99 %",
        ),
        ("early-stopping", "failure_rate", "0.6", "No number of calls helps an agent that fails at 0.6"),
        ("cost", "failure_rate", "0.05", "Asking again only after a rejection is cheap"),
        ("cost", "failure_rate", "0.6", "Asking again after each rejection takes 4.6 calls instead of 2"),
        ("outcomes", "failure_rate", "0.6", "With more agents the vote abstains"),
        ("outcomes", "failure_rate", "0.9", "With more agents the vote errs"),
    ] {
        assert_eq!(title(name, &[(key, value)]), expected);
    }
}

#[test]
fn printed_rates_are_counted_that_are_consistent() {
    let rendered = drawn("complexity", &[("complexity_step", "0.1")]);
    let mut reader = csv::Reader::from_reader(rendered.csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|column| column == name).unwrap();
    let columns = ["exact_correct", "printed_interval_low", "printed_interval_high"].map(column);
    let rows: Vec<[f64; 3]> = reader
        .records()
        .map(|row| columns.map(|column| row.as_ref().unwrap()[column].parse().unwrap()))
        .collect();
    let consistent = rows.iter().filter(|[exact, low, high]| low <= exact && exact <= high).count();
    assert!(consistent < rows.len());
    let expected = format!(
        "{consistent} of {} printed rates are consistent with these failure rates (200 tasks each)",
        rows.len()
    );
    assert_eq!(title("complexity", &[("complexity_step", "0.1")]), expected);
}
