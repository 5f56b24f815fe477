//! The room a text needs, and where it breaks.

use crate::escape::labelled;

/// The size of all text but the title, in design units: 9.5 px where the chart is shown 380 px wide.
pub(super) const SIZE: f64 = 16.0;
/// The size of the title.
pub(super) const TITLE_SIZE: f64 = 18.0;
/// Distance between lines, as a multiple of the size.
const LEADING: f64 = 1.32;
/// The height of a line of text.
pub(super) const LINE: f64 = SIZE * LEADING;
/// The height of a line of the title.
pub(super) const TITLE_LINE: f64 = TITLE_SIZE * LEADING;

/// The width of a text in design units, measured in DejaVu Sans, the widest of the fonts that a reader is likely to
/// see; in any other the text is narrower.
pub(super) fn width(text: &str, size: f64) -> f64 {
    labelled(text).chars().map(advance).sum::<f64>() * size
}

/// The width of a bold text.
pub(super) fn bold_width(text: &str, size: f64) -> f64 {
    1.12 * width(text, size)
}

/// The advance of a character in em, rounded up within its group.
fn advance(character: char) -> f64 {
    match character {
        'i' | 'j' | 'l' | '\'' | '|' => 0.29,
        ' ' | '.' | ',' | ':' | ';' => 0.34,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' | '/' | '!' | '"' => 0.42,
        '⁰'..='⁹' | '⁻' | '¹' | '²' | '³' => 0.45,
        'a'..='z' if !matches!(character, 'm' | 'w') => 0.64,
        '0'..='9' => 0.64,
        'A'..='Z' if !matches!(character, 'M' | 'W' | 'O' | 'Q') => 0.71,
        '=' | '+' | '−' | '<' | '>' | '±' | '×' | '·' | '≤' | '≥' => 0.84,
        _ => 1.0,
    }
}

/// The text in lines no wider than `room`, broken at spaces; a word wider than that stands alone and is not cut.
pub(super) fn wrap(text: &str, room: f64, width_of: impl Fn(&str) -> f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width_of(&format!("{line} {word}")) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Places for labels that would like to stand at `wanted`, at least `gap` apart and within [low, high], each as near
/// to its wish as the others allow. `None` if there is not room for all.
///
/// Labels in conflict form a block, which stands around the mean of its members' wishes; a block that meets another
/// joins it. The bounds are honoured by first moving every wish to where its label could stand if only those on one
/// side counted.
pub(super) fn spread(wanted: &[f64], gap: f64, low: f64, high: f64) -> Option<Vec<f64>> {
    let count = wanted.len();
    if count == 0 {
        return Some(Vec::new());
    }
    if (count - 1) as f64 * gap > high - low {
        return None;
    }
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    // With gaps taken out, the task is isotonic regression: pool adjacent violators.
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for (rank, &index) in order.iter().enumerate() {
        let room_below = low + rank as f64 * gap;
        let room_above = high - (count - 1 - rank) as f64 * gap;
        let mut block = (wanted[index].max(room_below).min(room_above) - rank as f64 * gap, 1);
        while let Some(&(mean, size)) = blocks.last() {
            if mean <= block.0 {
                break;
            }
            let total = size + block.1;
            block = ((mean * size as f64 + block.0 * block.1 as f64) / total as f64, total);
            blocks.pop();
        }
        blocks.push(block);
    }
    let means = blocks.iter().flat_map(|&(mean, size)| std::iter::repeat_n(mean, size));
    let mut places = vec![0.0; count];
    for (rank, (mean, &index)) in means.zip(&order).enumerate() {
        places[index] = mean + rank as f64 * gap;
    }
    Some(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_without_conflict_stand_where_they_want() {
        assert_eq!(spread(&[50.0, 10.0, 90.0], 20.0, 0.0, 100.0), Some(vec![50.0, 10.0, 90.0]));
    }

    #[test]
    fn labels_in_conflict_share_the_shift() {
        assert_eq!(spread(&[50.0, 50.0], 20.0, 0.0, 100.0), Some(vec![40.0, 60.0]));
    }

    #[test]
    fn labels_stay_apart_and_within_bounds() {
        let wanted = [99.0, 100.0, 100.5, 3.0, 98.0, f64::MAX, f64::MIN];
        let places = spread(&wanted, 15.0, 0.0, 100.0).unwrap();
        let mut sorted = places.clone();
        sorted.sort_by(f64::total_cmp);
        assert!(sorted[0] >= 0.0 && sorted[6] <= 100.0);
        assert!(sorted.windows(2).all(|pair| pair[1] - pair[0] >= 15.0 - 1e-9));
    }

    #[test]
    fn too_many_labels_are_refused() {
        assert_eq!(spread(&[1.0; 7], 20.0, 0.0, 100.0), None);
    }

    #[test]
    fn lines_break_at_spaces_and_keep_every_word() {
        let text = "one two three four five";
        let lines = wrap(text, 9.0, |line| line.len() as f64);
        assert_eq!(lines, ["one two", "three", "four five"]);
    }
}
