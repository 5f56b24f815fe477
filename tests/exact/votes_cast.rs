//! What a rule makes of votes that were cast, against the exact answer where every agent is right or wrong for certain.

use kofn::scenario::scheme::{Any, Byzantine, KOfN, Majority, Plurality, Scheme, Unanimous, Weighted};
use kofn::scenario::{Agents, Failures, Member, Scenario, SystemStage, Ties, WrongAnswers};
use kofn::{Shares, Votes, assess};

/// The schemes of n votes.
fn schemes(n: usize) -> Vec<Scheme> {
    let mut all: Vec<Scheme> =
        vec![Majority.into(), Any.into(), Unanimous.into(), Byzantine.into(), Plurality::new().into()];
    all.extend((1..=n as u64).map(|k| Scheme::from(KOfN { k })));
    let most = Plurality::new().with_ties(Ties::Random);
    all.extend([most, most.with_min_votes(n as u64)].map(Scheme::from));
    let weights: Vec<f64> = (0..n).map(|agent| [2.0, 1.0, 1.5, 0.0, 1.0][agent]).collect();
    all.push(Weighted::new(weights.clone()).into());
    all.extend([1.0, 2.0].map(|quota| Scheme::from(Weighted::new(weights.clone()).with_quota(quota))));
    all
}

#[test]
fn rules_decide_as_their_exact_answers_do() {
    let mut compared = 0;
    for n in 1..=5_usize {
        for (scheme, pattern, distinct) in schemes(n)
            .into_iter()
            .flat_map(|scheme| (0..1_u32 << n).map(move |pattern| (scheme.clone(), pattern)))
            .flat_map(|(scheme, pattern)| [false, true].map(|distinct| (scheme.clone(), pattern, distinct)))
        {
            let members: Vec<Member> = (0..n).map(|agent| Member::new(format!("a{agent}"))).collect();
            let rule = SystemStage::new(scheme.clone(), members).rule(None).unwrap();
            let mut votes = Votes::default();
            for agent in 0..n {
                let weight = rule.weight(agent);
                match (pattern >> agent & 1 == 1, distinct) {
                    _ if weight == 0 => {}
                    (true, _) => votes.right(weight),
                    (false, true) => votes.wrong_alone(weight),
                    (false, false) => votes.wrong(7, weight),
                }
            }
            let rates: Vec<f64> =
                (0..n).map(|agent| if pattern >> agent & 1 == 1 { 0.0 } else { 1.0 }).collect();
            let wrong_answers = if distinct { WrongAnswers::Distinct } else { WrongAnswers::Same };
            let failures = Failures { wrong_answers, ..Failures::default() };
            let scenario = Scenario::new(Agents::different(rates), scheme.clone()).unwrap();
            let exact = assess(&scenario.with_failures(failures).unwrap()).unwrap();
            let shares = Shares { correct: exact.correct, abstain: exact.abstain, wrong: exact.wrong };
            assert_eq!(rule.shares(&votes), Some(shares), "{scheme} {pattern:b} {distinct}");
            compared += 1;
        }
    }
    assert_eq!(compared, 2 * (1..=5).map(|n| (10 + n) << n).sum::<usize>());
}
