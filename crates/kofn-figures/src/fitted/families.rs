//! The order of agents in a matrix: those that fail together stand together.

/// Of more agents the order is that of their names: clusters take a time that grows with the cube of their number.
const MAX_CLUSTERED: usize = 300;

/// Returns the agents in an order in which families stand together: clusters of the largest mean φ are joined, one pair
/// after the other (average linkage), and each pair is turned so that the agents that touch are most alike. An unknown φ
/// counts as 0. Of equals the first by name comes first, so the order does not depend on that of the log.
pub(super) fn by_family(
    names: &[String],
    pairs: impl Iterator<Item = (usize, usize, Option<f64>)>,
) -> Vec<usize> {
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|&agent| (names[agent].to_lowercase(), agent));
    if order.len() > MAX_CLUSTERED {
        return order;
    }
    let mut phi = vec![vec![0.0; names.len()]; names.len()];
    for (first, second, value) in pairs {
        let value = value.filter(|value| value.is_finite()).unwrap_or(0.0);
        (phi[first][second], phi[second][first]) = (value, value);
    }
    let mut clusters: Vec<Vec<usize>> = order.into_iter().map(|agent| vec![agent]).collect();
    // Sums of φ between clusters.
    let mut sums: Vec<Vec<f64>> =
        clusters.iter().map(|one| clusters.iter().map(|other| phi[one[0]][other[0]]).collect()).collect();
    while let Some((one, other)) = closest(&clusters, &sums) {
        let joined = join(&clusters[one], &clusters[other], &phi);
        clusters[one] = joined;
        clusters.remove(other);
        merge(&mut sums, one, other);
    }
    clusters.into_iter().flatten().collect()
}

/// The pair of clusters with the largest mean φ, the first of equals; `None` of fewer than two clusters.
fn closest(clusters: &[Vec<usize>], sums: &[Vec<f64>]) -> Option<(usize, usize)> {
    let mut best: Option<((usize, usize), f64)> = None;
    for other in 1..clusters.len() {
        for one in 0..other {
            let mean = sums[one][other] / (clusters[one].len() * clusters[other].len()) as f64;
            if best.is_none_or(|(_, most)| mean > most) {
                best = Some(((one, other), mean));
            }
        }
    }
    best.map(|(pair, _)| pair)
}

/// Both clusters, each as it is or turned round: as the φ of the agents that touch is largest.
fn join(one: &[usize], other: &[usize], phi: &[Vec<f64>]) -> Vec<usize> {
    let turned = |cluster: &[usize], turn: bool| -> Vec<usize> {
        if turn { cluster.iter().rev().copied().collect() } else { cluster.to_vec() }
    };
    let ways = [(false, false), (false, true), (true, false), (true, true)];
    let mut best: Option<(Vec<usize>, f64)> = None;
    for (turn_one, turn_other) in ways {
        let (one, other) = (turned(one, turn_one), turned(other, turn_other));
        let Some((&end, &start)) = one.last().zip(other.first()) else { continue };
        if best.as_ref().is_none_or(|(_, most)| phi[end][start] > *most) {
            best = Some(([one, other].concat(), phi[end][start]));
        }
    }
    best.map(|(joined, _)| joined).unwrap_or_default()
}

/// Adds the sums of a cluster to those of another, and removes them.
fn merge(sums: &mut Vec<Vec<f64>>, kept: usize, gone: usize) {
    let row = sums.remove(gone);
    for (sum, added) in sums[kept].iter_mut().zip(row) {
        *sum += added;
    }
    for (place, sums) in sums.iter_mut().enumerate() {
        let added = sums.remove(gone);
        if place != kept {
            sums[kept] += added;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two families whose names alternate; φ is .6 inside a family and .1 across, less the further two agents are apart.
    #[test]
    fn families_stand_together() {
        let names = ["a", "b", "c", "d", "e", "f"].map(String::from);
        let phi = |one: usize, other: usize| {
            let inside = if one % 2 == other % 2 { 0.6 } else { 0.1 };
            Some(inside - 0.01 * one.abs_diff(other) as f64)
        };
        let pairs = (0..6).flat_map(|other| (0..other).map(move |one| (one, other, phi(one, other))));
        let order = by_family(&names, pairs);
        let families: Vec<usize> = order.iter().map(|agent| agent % 2).collect();
        assert!(families == [0, 0, 0, 1, 1, 1] || families == [1, 1, 1, 0, 0, 0], "{order:?}");
        // Inside a family neighbors are those that are most alike.
        assert!(
            order
                .windows(2)
                .filter(|pair| pair[0] % 2 == pair[1] % 2)
                .all(|pair| pair[0].abs_diff(pair[1]) == 2)
        );
    }

    #[test]
    fn without_correlation_names_decide() {
        let names = ["b", "C", "a"].map(String::from);
        assert_eq!(by_family(&names, [(0, 1, None), (0, 2, Some(f64::NAN))].into_iter()), [2, 0, 1]);
        assert!(by_family(&[], std::iter::empty()).is_empty());
    }

    /// The sums of merged clusters are those of their members.
    #[test]
    fn sums_add_up() {
        let mut sums = vec![vec![0.0, 1.0, 2.0], vec![1.0, 0.0, 4.0], vec![2.0, 4.0, 0.0]];
        merge(&mut sums, 0, 2);
        assert_eq!(sums[0][1], 5.0);
        assert_eq!(sums[1][0], 5.0);
    }
}
