//! Chernoff's bound: the statistic of a share, and how far from it a probability may be.

/// N·KL of the observed share from a probability that is given with its complement; infinite where what is
/// impossible was seen.
pub fn statistic(count: u64, trials: u64, probability: f64, complement: f64) -> f64 {
    if trials == 0 {
        return 0.0;
    }
    if count > trials {
        return f64::INFINITY; // more outcomes than trials: no probability explains it
    }
    // The excess is only rounding where the two sum to one. Where they do not, the divergence alone can be negative,
    // however far off they are; with the excess it is the divergence of measures that need not sum to one, which is
    // zero only for equal ones.
    let excess = probability + complement - 1.0;
    let statistic =
        trials as f64 * (divergence(count as f64 / trials as f64, probability, complement) + excess);
    // NaN agrees with nothing. Rounding can give slightly less than zero where the two are equal.
    if statistic.is_nan() { f64::INFINITY } else { statistic.max(0.0) }
}

/// KL(observed‖q) for q given with its complement, so that a q near one keeps its precision.
pub(crate) fn divergence(observed: f64, q: f64, complement: f64) -> f64 {
    let term = |observed: f64, q: f64| if observed == 0.0 { 0.0 } else { observed * libm::log(observed / q) };
    term(observed, q) + term(1.0 - observed, complement)
}

/// Returns the last number on the way from `inside` to `outside` for which `holds` is true, to the last place.
pub(crate) fn boundary(inside: f64, outside: f64, holds: impl Fn(f64) -> bool) -> f64 {
    if holds(outside) {
        return outside;
    }
    let (mut inside, mut outside) = (inside, outside);
    // Bisection ends when no double is in between; towards zero, this takes as many steps as there are exponents.
    loop {
        let middle = 0.5 * (inside + outside);
        if middle == inside || middle == outside || middle.is_nan() {
            return inside;
        }
        if holds(middle) { inside = middle } else { outside = middle }
    }
}
