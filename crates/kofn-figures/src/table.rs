//! Tables beside the figures: the numbers that were drawn.

use crate::error::FigureError;
use crate::escape::in_cell;
use std::borrow::Cow;

/// A table: named columns and rows of cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    columns: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

/// The content of a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A count.
    Count(u64),
    /// A number, written to 12 significant digits; empty if it is not finite.
    Number(f64),
    /// A name.
    Text(Cow<'static, str>),
}

impl Table {
    /// A table with these groups of columns and a row for each item.
    pub fn new<T>(columns: &[&[&'static str]], items: &[T], row: impl Fn(&T) -> Vec<Cell>) -> Self {
        Self { columns: columns.concat(), rows: items.iter().map(row).collect() }
    }

    /// Returns the table as CSV.
    ///
    /// # Errors
    /// A row that has more or fewer cells than there are columns.
    pub fn csv(&self) -> Result<String, FigureError> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&self.columns)?;
        for row in &self.rows {
            writer.write_record(row.iter().map(Cell::text))?;
        }
        let bytes = writer.into_inner().map_err(|error| FigureError::Table(error.to_string()))?;
        String::from_utf8(bytes).map_err(|error| FigureError::Table(error.to_string()))
    }
}

impl Cell {
    fn text(&self) -> String {
        match self {
            Self::Count(count) => count.to_string(),
            Self::Number(value) => significant(*value),
            Self::Text(text) => in_cell(text),
        }
    }
}

/// A number to 12 significant digits without trailing zeros, with an exponent where it is small or large.
fn significant(value: f64) -> String {
    if !value.is_finite() {
        return String::new();
    }
    // A decimal of 12 digits comes back as itself from the double nearest to it.
    let rounded = format!("{value:.11e}").parse().unwrap_or(value);
    if rounded == 0.0 || (1e-4..1e12).contains(&rounded.abs()) {
        format!("{rounded}")
    } else {
        format!("{rounded:e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_twelve_significant_digits() {
        let written = [
            (0.23, "0.23"),
            (0.865634, "0.865634"),
            (1.0 / 3.0, "0.333333333333"),
            (2.0 / 3.0, "0.666666666667"),
            (1.0, "1"),
            (0.0, "0"),
            (1.234_567_890_123_4e-16, "1.23456789012e-16"),
            (0.999_999_999_999_9, "1"),
            (-0.5, "-0.5"),
            (f64::NAN, ""),
        ];
        for (value, text) in written {
            assert_eq!(significant(value), text);
        }
    }

    #[test]
    fn no_text_is_a_formula_and_none_hides_a_character() {
        let texts = ["=1+1", "+1", "-1", "@a", "\t=1", "\r\n", "a=1", "say \"a,b\"", "a\u{202e}b\u{0}"];
        let table = Table::new(&[&["text"]], &texts, |text| vec![Cell::Text((*text).into())]);
        let csv = table.csv().unwrap();
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let read: Vec<String> = reader.records().map(|record| record.unwrap()[0].to_owned()).collect();
        let expected = [
            "'=1+1",
            "'+1",
            "'-1",
            "'@a",
            r"\u{9}=1",
            r"\u{d}\u{a}",
            "a=1",
            "say \"a,b\"",
            r"a\u{202e}b\u{0}",
        ];
        assert_eq!(read, expected);
    }
}
