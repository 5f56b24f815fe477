//! Systems as one writes them: what is read, what is refused and where, and that texts come back.

use kofn::scenario::scheme::{
    AheadBy, Any, Byzantine, FirstTo, KOfN, Majority, Plurality, Scheme, Single, Unanimous, Weighted,
};
use kofn::scenario::{Agents, Member, Scenario, SystemStage};
use kofn::{Error, System};
use proptest::prelude::*;

#[test]
fn texts_are_read_as_they_are_meant() -> Result<(), Error> {
    let of = |stages: &[(Scheme, &[(&str, u64)])]| {
        let stage = |(scheme, members): &(Scheme, &[(&str, u64)])| {
            let member = |(name, runs): &(&str, u64)| {
                let mut member = Member::new(*name);
                member.runs = *runs;
                member
            };
            SystemStage::new(scheme.clone(), members.iter().map(member).collect::<Vec<_>>())
        };
        stages.iter().map(stage).collect::<Vec<_>>()
    };
    let three: &[(&str, u64)] = &[("ada", 1), ("bob", 1), ("eve", 1)];
    for (text, stages, shown) in [
        ("ada", of(&[(Single.into(), &[("ada", 1)])]), "ada"),
        (" single( ada ) ", of(&[(Single.into(), &[("ada", 1)])]), "ada"),
        ("majority(ada,bob,eve)", of(&[(Majority.into(), three)]), "majority(ada, bob, eve)"),
        ("k-of-n(ada, bob, eve; k=2)", of(&[(KOfN { k: 2 }.into(), three)]), "k-of-n(ada, bob, eve; k = 2)"),
        ("plurality(ada*5)", of(&[(Plurality::new().into(), &[("ada", 5)])]), "plurality(ada*5)"),
        (
            "first-to(ada; votes = 3, max_calls = 1e1)",
            of(&[(FirstTo::new(3).with_max_calls(10).into(), &[("ada", 1)])]),
            "first-to(ada; votes = 3, max_calls = 10)",
        ),
        (
            "weighted(ada, bob, eve; weights = [1, .5, 2], quota = 2)",
            of(&[(Weighted::new([1.0, 0.5, 2.0]).with_quota(2.0).into(), three)]),
            "weighted(ada, bob, eve; weights = [1.0, 0.5, 2.0], quota = 2)",
        ),
        (
            "weighted(ada, bob, eve; weights = log-odds)",
            of(&[(Weighted::log_odds().into(), three)]),
            "weighted(ada, bob, eve; weights = log-odds)",
        ),
        (
            "ada > unanimous(bob, \"eve (1)\") > openai/gpt-4.1:free",
            of(&[
                (Single.into(), &[("ada", 1)]),
                (Unanimous.into(), &[("bob", 1), ("eve (1)", 1)]),
                (Single.into(), &[("openai/gpt-4.1:free", 1)]),
            ]),
            "ada > unanimous(bob, \"eve (1)\") > openai/gpt-4.1:free",
        ),
        ("\"a \\\"b\\\" \\\\\"", of(&[(Single.into(), &[("a \"b\" \\", 1)])]), "\"a \\\"b\\\" \\\\\""),
        ("größer", of(&[(Single.into(), &[("größer", 1)])]), "größer"),
        ("\"majority(a, b)\"", of(&[(Single.into(), &[("majority(a, b)", 1)])]), "\"majority(a, b)\""),
    ] {
        let system = System::parse(text)?;
        assert_eq!(system.stages, stages, "{text}");
        assert_eq!(system.to_string(), shown);
        assert_eq!(System::parse(shown)?, system);
    }
    Ok(())
}

/// What is no system is refused where it stands: the column from 1, in characters.
#[test]
fn what_is_no_system_is_refused_at_its_place() {
    for (text, column, said) in [
        ("", 1, "the name of an agent or of a scheme"),
        ("majority(", 10, "the name of an agent"),
        ("majority()", 10, "the name of an agent"),
        ("majority(ada, bob", 18, "a closing parenthesis, got the end of the text"),
        (
            "majority(ada bob)",
            14,
            "expected a comma, a semicolon and parameters, or a closing parenthesis, got",
        ),
        ("majority(ada, gpt 4)", 19, "got \"4\""),
        ("majority(ada, any(bob, eve))", 18, "a scheme cannot stand inside another"),
        ("majorty(ada, bob)", 1, "did you mean \"majority\"?"),
        ("größe(ada)", 1, "scheme must be one of single, k-of-n"),
        ("ada*3", 4, "majority(ada*5)"),
        ("majority(ada*0)", 14, "must be a whole number from 1 to 1000000, got 0"),
        ("majority(ada*2.5)", 14, "the number of runs must be a whole number"),
        ("größer > bob(", 14, "the name of an agent"),
        ("ada > ", 7, "the name of an agent"),
        ("ada, bob", 4, "expected > and the next stage, or the end of the text, got \",\""),
        ("k-of-n(ada, bob)", 1, "k is required"),
        ("k-of-n(ada, bob; k)", 19, "expected = and the value of k"),
        ("k-of-n(ada, bob; k = 2; votes = 1)", 23, "got \";\""),
        ("k-of-n(ada, bob; k = 3)", 22, "k must be a whole number from 1 to 2, the number of agents, got 3"),
        ("k-of-n(ada, bob; k = \"2\")", 22, "k must be"),
        ("k-of-n(ada, bob; k = 2, k = 1)", 25, "duplicate key k"),
        ("k-of-n(ada, bob; votes = 2)", 18, "unknown key votes"),
        ("majority(ada, bob; k = 2)", 20, "majority takes no parameter, got k"),
        ("first-to(ada; vots = 3)", 15, "did you mean votes?"),
        ("first-to(ada; votes = 0)", 23, "votes must be"),
        ("first-to(ada, bob; votes = 2)", 1, "first-to calls one agent again and again"),
        ("first-to(ada*9; votes = 2)", 1, "first-to calls one agent again and again"),
        ("ada > first-to(bob; votes = 2)", 7, "first-to cannot be a stage"),
        ("single(ada, bob)", 1, "the number of members must be 1, because single calls one agent, got 2"),
        ("weighted(ada, bob; weights = [1])", 30, "a list of 2, one for each agent"),
        ("weighted(ada, bob; weights = [1, -1])", 30, "weights[1] must be at least 0"),
        ("weighted(ada, bob; weights = [1 2])", 33, "a comma or a closing bracket"),
        ("validated(ada; accepts_correct = 0.9, accepts_wrong = 0.1)", 1, "validated is neither"),
        ("pbft(ada, bob)", 1, "pbft is neither"),
        ("cascade(ada, bob)", 1, "a cascade is written with >"),
        ("\"ada", 1, "needs a closing one"),
        ("\"\"", 1, "must not be empty"),
        ("\"a\\b\"", 3, "a backslash must stand before"),
    ] {
        let error = System::parse(text).expect_err(text);
        let message = error.to_string();
        let column_of = |error: &Error| error.location.as_ref().and_then(|of| of.line_and_column);
        assert_eq!(column_of(&error), Some((1, column)), "{message}");
        assert!(message.contains(said) && message.starts_with("system \""), "{message}");
        assert!(!message.contains("scheme."), "{message}");
    }
}

fn stages() -> impl Strategy<Value = SystemStage> {
    let name = prop_oneof!["[a-z]{1,3}", "[a-zA-Z0-9:/._-]{1,9}", "\\PC{1,6}"];
    let member = (name, 1_u64..4).prop_map(|(name, runs)| {
        let mut member = Member::new(name);
        member.runs = runs;
        member
    });
    (prop::collection::vec(member, 1..5), 0..9).prop_map(|(members, scheme)| {
        let agents: u64 = members.iter().map(|member| member.runs).sum();
        let scheme: Scheme = match scheme {
            0 => Majority.into(),
            1 => Any.into(),
            2 => Unanimous.into(),
            3 => Byzantine.into(),
            4 => Plurality::new().into(),
            5 => KOfN { k: agents }.into(),
            6 => Weighted::new((0..agents).map(|i| 1.0 + i as f64 / 8.0).collect::<Vec<_>>()).into(),
            7 => AheadBy::new(2).with_max_calls(7).into(),
            _ => Single.into(),
        };
        let one = matches!(scheme, Scheme::Single(_) | Scheme::AheadBy(_));
        let mut members = members;
        if one {
            members.truncate(1);
            members[0].runs = 1;
        }
        SystemStage::new(scheme, members)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn systems_come_back_from_their_texts(mut stages in prop::collection::vec(stages(), 1..4)) {
        if stages.len() > 1 {
            stages.retain(|stage| !stage.is_a_race());
        }
        prop_assume!(!stages.is_empty());
        let text = stages.iter().map(ToString::to_string).collect::<Vec<_>>().join(" > ");
        let system = System::parse(&text)?;
        prop_assert_eq!(&system.stages, &stages);
        prop_assert_eq!(system.to_string(), text);
    }

    #[test]
    fn no_text_panics(text in "[a-c(),;*>=\"\\\\\\[\\] 0-9.k-]{0,30}") {
        let _ = System::parse(&text);
    }
}

#[test]
fn scenarios_with_names_are_systems() -> Result<(), Error> {
    let text = "[agents]\nnames = [\"ada\", \"bob\", \"eve 1\"]\nfailure_rates = [0.1, 0.2, 0.3]\n[scheme]\nrule = \"cascade\"\n\
                stages = [{ agents = 1, scheme = \"single\" }, { agents = 2, scheme = { rule = \"k-of-n\", k = 2 } }]";
    let cascade = Scenario::from_toml(text)?;
    let system = System::of(&cascade).expect("a system");
    assert_eq!(system.to_string(), "ada > k-of-n(bob, \"eve 1\"; k = 2)");
    assert_eq!(system.names(), ["ada", "bob", "eve 1"]);
    assert_eq!(System::of(&Scenario::new(Agents::different([0.1, 0.2, 0.3]), Majority)?), None);
    Ok(())
}
