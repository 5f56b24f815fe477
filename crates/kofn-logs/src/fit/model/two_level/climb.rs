//! The way to the peak of the likelihood.

use super::{Layout, Local, Point, REPEATS, SHARES};
use crate::fit::watch::Watch;
use nalgebra::{DMatrix, DVector};

/// The expected gain of a step below which the climb is over.
const SETTLED: f64 = 1e-9;

/// Maximum number of evaluations.
const MAX_EVALUATIONS: usize = 200;

/// What is added to the diagonal of the curvature to begin with, as a share of it: products of few kinds of tasks
/// may not have full rank.
const RIDGE: f64 = 1e-6;

/// The peak of the likelihood near here, and its logarithm.
pub(in crate::fit::model) fn climb(start: Point, layout: &Layout, watch: &Watch) -> (Point, f64) {
    let mut here = start;
    let mut local = here.local(layout);
    let mut curvature = first_curvature(&local);
    let mut restarted = true;
    let mut evaluations = 1;
    while evaluations < MAX_EVALUATIONS && watch.goes_on() {
        let Some((step, gain)) = step(&here, &local, &curvature) else {
            break;
        };
        if gain <= SETTLED {
            break;
        }
        // Halved until it gains some of what it should.
        let mut found = None;
        let mut part = 1.0;
        while part > 1e-9 && evaluations < MAX_EVALUATIONS && watch.goes_on() {
            let next = here.moved(&(&step * part));
            let tried = next.local(layout);
            evaluations += 1;
            if tried.ln >= local.ln + 1e-4 * part * gain {
                found = Some((next, tried));
                break;
            }
            part *= if part == 1.0 { 0.5 } else { 0.25 };
        }
        match found {
            Some((next, tried)) => {
                update(&mut curvature, &here, &next, &local, &tried);
                (here, local, restarted) = (next, tried, false);
            }
            // The curvature may be what is wrong: it is taken afresh, once.
            None if !restarted => {
                curvature = first_curvature(&local);
                restarted = true;
            }
            None => break,
        }
    }
    (here, local.ln)
}

fn first_curvature(local: &Local) -> DMatrix<f64> {
    let size = local.gradient.len();
    let mut curvature = DMatrix::from_row_slice(size, size, &local.products);
    let trace = curvature.trace() / size as f64;
    for place in 0..size {
        curvature[(place, place)] += RIDGE * (curvature[(place, place)] + trace).max(1e-12);
    }
    curvature
}

/// A step to the peak of the parabola with these slopes and this curvature, inside the ranges, and what it gains there;
/// `None` where the curvature is not that of a peak.
fn step(here: &Point, local: &Local, curvature: &DMatrix<f64>) -> Option<(DVector<f64>, f64)> {
    let gradient = DVector::from_column_slice(&local.gradient);
    let agents = here.thresholds.len();
    let bounded = [(agents, here.share, SHARES), (agents + 1, here.repeats, REPEATS)];
    // The steps of parameters that end at an end of their ranges.
    let mut held = [None; 2];
    for (held, (place, value, [low, high])) in held.iter_mut().zip(bounded) {
        let slope = gradient[place];
        let leaves = (value <= low && slope < 0.0) || (value >= high && slope > 0.0);
        *held = leaves.then_some(0.0);
    }
    let mut step = solved(&gradient, curvature, agents, held)?;
    for _ in 0..held.len() {
        let mut is_inside = true;
        for (held, (place, value, [low, high])) in held.iter_mut().zip(bounded) {
            if held.is_none() && !(low..=high).contains(&(value + step[place])) {
                *held = Some(step[place].clamp(low - value, high - value));
                is_inside = false;
            }
        }
        if is_inside {
            break;
        }
        step = solved(&gradient, curvature, agents, held)?;
    }
    let longest = step.iter().take(agents).map(|by| by.abs()).fold(1.0, f64::max);
    step /= longest;
    let gain = gradient.dot(&step) - 0.5 * step.dot(&(curvature * &step));
    Some((step, gain))
}

/// The step to the peak, of which those of the last two parameters may be given.
fn solved(
    gradient: &DVector<f64>,
    curvature: &DMatrix<f64>,
    agents: usize,
    held: [Option<f64>; 2],
) -> Option<DVector<f64>> {
    let (mut gradient, mut curvature) = (gradient.clone(), curvature.clone());
    for (place, step) in
        held.into_iter().enumerate().filter_map(|(place, step)| Some((agents + place, step?)))
    {
        gradient.axpy(-step, &curvature.column(place).into_owned(), 1.0);
        gradient[place] = step;
        curvature.row_mut(place).fill(0.0);
        curvature.column_mut(place).fill(0.0);
        curvature[(place, place)] = 1.0;
    }
    Some(curvature.cholesky()?.solve(&gradient))
}

/// Broyden, Fletcher, Goldfarb and Shanno's update; left out where the slopes do not bend downwards.
fn update(curvature: &mut DMatrix<f64>, here: &Point, next: &Point, local: &Local, tried: &Local) {
    let step = next.numbers() - here.numbers();
    let bend = DVector::from_column_slice(&local.gradient) - DVector::from_column_slice(&tried.gradient);
    let curved = &*curvature * &step;
    let (expected, found) = (step.dot(&curved), step.dot(&bend));
    if expected.is_nan() || expected <= 0.0 {
        return;
    }
    // Powell's damping keeps the curvature that of a peak.
    let weight = if found >= 0.2 * expected { 1.0 } else { 0.8 * expected / (expected - found) };
    let bend = bend * weight + &curved * (1.0 - weight);
    let found = step.dot(&bend);
    if found > 0.0 {
        curvature.syger(-1.0 / expected, &curved, &curved, 1.0);
        curvature.syger(1.0 / found, &bend, &bend, 1.0);
        curvature.fill_upper_triangle_with_lower_triangle();
    }
}

impl Point {
    fn numbers(&self) -> DVector<f64> {
        let all = self.thresholds.iter().chain([&self.share, &self.repeats]).copied();
        DVector::from_iterator(self.thresholds.len() + 2, all)
    }

    pub(super) fn moved(&self, step: &DVector<f64>) -> Self {
        let agents = self.thresholds.len();
        Self {
            thresholds: self
                .thresholds
                .iter()
                .zip(step.iter())
                .map(|(threshold, by)| threshold + by)
                .collect(),
            share: (self.share + step[agents]).clamp(SHARES[0], SHARES[1]),
            repeats: (self.repeats + step[agents + 1]).clamp(REPEATS[0], REPEATS[1]),
        }
    }
}
