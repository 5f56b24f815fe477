//! The arithmetic that ties numbers to each other: shares, reductions, multiples.

/// How one number follows from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Value,
    Ratio,
    Reduction,
    Increase,
    Gain,
    Mean,
    Sum,
}

/// A number that follows from others of type `T`: from printed ones, or from those that the engines compute.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Relation<T> {
    kind: Kind,
    terms: Vec<T>,
}

impl<T> Relation<T> {
    /// The number itself.
    pub(crate) fn value(term: T) -> Self {
        Self { kind: Kind::Value, terms: vec![term] }
    }

    /// a/b.
    pub(crate) fn ratio(a: T, b: T) -> Self {
        Self { kind: Kind::Ratio, terms: vec![a, b] }
    }

    /// By what share b is less than a: 1 − b/a.
    pub(crate) fn reduction(a: T, b: T) -> Self {
        Self { kind: Kind::Reduction, terms: vec![a, b] }
    }

    /// By what share b is more than a: b/a − 1.
    pub(crate) fn increase(a: T, b: T) -> Self {
        Self { kind: Kind::Increase, terms: vec![a, b] }
    }

    /// By how much b is more than a: b − a.
    pub(crate) fn gain(a: T, b: T) -> Self {
        Self { kind: Kind::Gain, terms: vec![a, b] }
    }

    /// The mean of all.
    pub(crate) fn mean(terms: impl Into<Vec<T>>) -> Self {
        Self { kind: Kind::Mean, terms: terms.into() }
    }

    /// The sum of all.
    pub(crate) fn sum(terms: impl Into<Vec<T>>) -> Self {
        Self { kind: Kind::Sum, terms: terms.into() }
    }

    pub(crate) fn terms(&self) -> &[T] {
        &self.terms
    }

    /// Whether it is a/b, so that a is b times it.
    pub(crate) fn is_ratio(&self) -> bool {
        self.kind == Kind::Ratio
    }

    pub(crate) fn map<U>(&self, change: impl FnMut(&T) -> U) -> Relation<U> {
        Relation { kind: self.kind, terms: self.terms.iter().map(change).collect() }
    }

    /// Its value where the terms have these values.
    pub(crate) fn evaluate(&self, values: &[f64]) -> f64 {
        let sum = values.iter().sum::<f64>();
        match (self.kind, values) {
            (Kind::Value, &[a]) => a,
            (Kind::Ratio, &[a, b]) => a / b,
            (Kind::Reduction, &[a, b]) => (a - b) / a,
            (Kind::Increase, &[a, b]) => (b - a) / a,
            (Kind::Gain, &[a, b]) => b - a,
            (Kind::Mean, all) => sum / all.len() as f64,
            (Kind::Sum, _) => sum,
            _ => f64::NAN,
        }
    }

    /// Returns the minimum and the maximum over the intervals of the terms. Every relation is monotonic in each of its
    /// terms as long as these are not negative, so the extremes are at the corners.
    pub(crate) fn range(&self, intervals: &[(f64, f64)]) -> (f64, f64) {
        let corner = |corner: usize| {
            let end = |(i, &(low, high)): (usize, &(f64, f64))| if corner >> i & 1 == 0 { low } else { high };
            self.evaluate(&intervals.iter().enumerate().map(end).collect::<Vec<_>>())
        };
        (0..1 << intervals.len())
            .map(corner)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
    }

    /// What is compared with what: `the dual model against the single model`.
    pub(crate) fn comparison(&self, text: impl Fn(&T) -> String) -> String {
        let mut texts: Vec<String> = self.terms.iter().map(text).collect();
        if matches!(self.kind, Kind::Reduction | Kind::Increase | Kind::Gain) {
            texts.reverse();
        }
        texts.join(" against ")
    }

    /// The arithmetic written out: `1 − 20/230`.
    pub(crate) fn expression(&self, text: impl Fn(&T) -> String) -> String {
        let texts: Vec<String> = self.terms.iter().map(text).collect();
        match (self.kind, &texts[..]) {
            (Kind::Ratio, [a, b]) => format!("{a}/{b}"),
            (Kind::Reduction, [a, b]) => format!("1 − {b}/{a}"),
            (Kind::Increase, [a, b]) => format!("{b}/{a} − 1"),
            (Kind::Gain, [a, b]) => format!("{b} − {a}"),
            (Kind::Mean, all) => format!("({})/{}", all.join(" + "), all.len()),
            (_, all) => all.join(" + "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_expressions_agree() {
        for (relation, value, text) in [
            (Relation::value(0.5), 0.5, "0.5"),
            (Relation::ratio(3.0, 4.0), 0.75, "3/4"),
            (Relation::reduction(230.0, 23.0), 0.9, "1 − 23/230"),
            (Relation::increase(100.0, 250.0), 1.5, "250/100 − 1"),
            (Relation::gain(0.25, 0.75), 0.5, "0.75 − 0.25"),
            (Relation::mean([1.0, 2.0, 6.0]), 3.0, "(1 + 2 + 6)/3"),
            (Relation::sum([1.0, 2.0, 6.0]), 9.0, "1 + 2 + 6"),
        ] {
            assert_eq!(relation.evaluate(relation.terms()), value, "{text}");
            assert_eq!(relation.expression(f64::to_string), text);
        }
    }

    #[test]
    fn ranges_hold_every_value_inside() {
        let relation = Relation::reduction((0.2, 0.25), (0.1, 0.15));
        let (low, high) = relation.range(relation.terms());
        assert_eq!((low, high), ((0.2 - 0.15) / 0.2, (0.25 - 0.1) / 0.25));
        assert!((low..=high).contains(&(1.0 - 0.12 / 0.23)));
    }
}
