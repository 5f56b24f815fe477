//! Whatever the numbers and labels are, a figure is drawn, as XML, or refused; nothing panics.

use crate::chart::{Axis, Callout, Chart, Panel, Point, Series, Side, Tile};
use crate::error::FigureError;
use crate::fitted::{FailureRate, Prediction, Votes, correlation_matrix, observed_and_predicted, rates};
use crate::frontier::{self, Frontier, PricedSystem};
use crate::rendered::Rendered;
use crate::sample::{CheckedProbability, curve};
use crate::table::{Cell, Table};
use proptest::num::f64::ANY;
use proptest::prelude::*;
use roxmltree::Document;

fn is_whole(drawn: Result<Rendered, FigureError>) {
    match drawn {
        Ok(rendered) => {
            Document::parse(&rendered.svg).unwrap();
            let rows = csv::Reader::from_reader(rendered.csv.as_bytes()).into_records();
            assert!(
                rows.flatten().flat_map(|row| row.iter().map(str::to_owned).collect::<Vec<_>>()).all(is_seen)
            );
        }
        Err(FigureError::Crowded { .. }) => {}
        Err(error) => panic!("{error}"),
    }
}

fn is_seen(text: String) -> bool {
    !text.contains(|character: char| character.is_control() || ('\u{202a}'..='\u{202e}').contains(&character))
}

fn axes() -> impl Strategy<Value = Axis> {
    (0..11, any::<String>(), ANY, ANY, any::<(i32, u32, u16)>()).prop_map(
        |(kind, label, low, high, (a, b, step))| match kind {
            0 => Axis::integers(label, (low, high), 0..),
            1 => Axis::from_zero(label, high),
            2 => Axis::names(label.clone(), [label]),
            3 => Axis::percent_from(label, b, step.into()),
            4 => Axis::hundredths(label, b, step.into()),
            5 => Axis::decades(label, a, b as i32, step.into()),
            6 => Axis::counts(label, b),
            7 => Axis::between(label, (low, high)).gridded(),
            8 => Axis::powers(label, (low, high), step.into()),
            9 => Axis::upright_names(label.clone(), [label]),
            _ => Axis::in_full(label, (low, high)),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn charts(
        (x, y) in (axes(), axes()),
        values in prop::collection::vec((ANY, ANY, ANY), 0..6),
        (label, look, height, exact) in (any::<String>(), any::<usize>(), ANY, ANY),
        count in any::<u64>(),
    ) {
        let points = values.iter().map(|&(x, y, high)| Point::new(x, y).between(high, x));
        let callouts = values.iter().map(|&(x, y, _)| Callout { x, y, label: label.clone(), side: Side::AboveLeft });
        let tiles = values.iter().map(|&(x, y, shade)| Tile { x, y, shade, look, label: label.clone() });
        let series = Series::new(look, label.clone())
            .line(values.iter().map(|&(x, y, _)| (x, y)))
            .points(points)
            .limits(values.iter().map(|&(x, y, _)| (x, y)))
            .callouts(callouts);
        let answer = CheckedProbability::new(exact, count);
        let answers = curve(look, label.clone(), values.iter().map(|&(x, ..)| (x, answer)));
        let panel = Panel::new(x, y).height(height).with([series, answers]).tiles(tiles);
        let panel = panel.reference_x(height, label.clone()).reference_y(exact, label.clone());
        let (title, description, caption) = (label.clone(), label.clone(), label.clone());
        let chart = Chart { title, description, caption, panels: vec![panel] };
        let table = Table::new(&[&["x", "label"]], &values, |&(x, ..)| {
            vec![Cell::Number(x), Cell::Text(label.clone().into())]
        });
        is_whole(Rendered::new(&label, &chart, &table));
    }

    #[test]
    fn figures(
        values in prop::collection::vec((ANY, ANY, any::<(u64, bool, bool)>()), 0..6),
        (name, target) in (any::<String>(), ANY),
    ) {
        let system = |&(price, failure, (agents, on_frontier, cheapest)): &(f64, f64, (u64, bool, bool))| PricedSystem {
            name: name.clone(), scheme: name.clone(), agents, price, failure, wrong: failure, on_frontier, cheapest, best_single: cheapest,
        };
        let points: Vec<_> = values.iter().map(system).collect();
        let teams = values.len() % 2 == 0;
        is_whole(frontier::draw(&Frontier { price: name.clone(), target: Some(target), teams, points }, &name));
        let names: Vec<String> = values.iter().map(|_| name.clone()).collect();
        is_whole(correlation_matrix(&names, |first, _| Some(values[first].0)));
        let rate = |&(rate, end, _): &(f64, f64, (u64, bool, bool))| FailureRate {
            agent: name.clone(), rate, interval: Some((end, rate)),
        };
        is_whole(rates(&values.iter().map(rate).collect::<Vec<_>>(), target, &name));
        let observed = values.iter().map(|&(value, end, (agents, ..))| (agents, value, (end, value))).collect();
        let predicted = values.iter().map(|&(value, _, (agents, ..))| (agents, value)).collect();
        let predictions = vec![Prediction { model: name.clone(), values: predicted }];
        is_whole(observed_and_predicted(&[Votes { name, observed, predictions }], target));
    }
}
