//! Tables in memory, such as data frames.

use std::borrow::Cow;

/// A field of a table in memory.
#[derive(Debug, Clone, PartialEq)]
pub enum Field<'a> {
    /// Nothing: null.
    Nothing,
    /// A text, or what is written as one: a date, a decimal number.
    Text(Cow<'a, str>),
    /// A number; NaN is nothing where a grade is wanted.
    Number(f64),
    /// `true` or `false`.
    Flag(bool),
    /// A list or an object, which say nothing of a run.
    Nested,
}

/// Whole numbers up to this are numbers without rounding.
const MAX_INTEGER: u64 = 1 << 53;

impl Field<'_> {
    /// Returns a whole number as a field: a number up to 2⁵³, beyond it a text, so that no two of them look the same.
    ///
    /// ```
    /// use kofn_logs::Field;
    /// assert_eq!(Field::whole(7), Field::Number(7.0));
    /// assert_eq!(Field::whole(1 << 60), Field::Text("1152921504606846976".into()));
    /// ```
    pub fn whole(number: i128) -> Self {
        if number.unsigned_abs() <= u128::from(MAX_INTEGER) {
            Self::Number(number as f64)
        } else {
            Self::Text(Cow::Owned(number.to_string()))
        }
    }
}

/// Rows of a table in memory.
pub trait FrameBatch {
    /// Returns the number of rows.
    fn rows(&self) -> usize;

    /// Returns the field in this row and column, both counted from 0. It is called for rows and columns that there are.
    fn field(&self, row: usize, column: usize) -> Field<'_>;
}

/// A table in memory, given batch by batch, so that the whole of it need not be there at once.
pub trait Frame: Send {
    /// Returns the titles of the columns.
    fn titles(&self) -> &[String];

    /// Returns the next rows; `None` behind the last.
    ///
    /// # Errors
    /// What is wrong with them, or with the table.
    fn next_batch(&mut self) -> Result<Option<Box<dyn FrameBatch>>, String>;

    /// Whether every column but the first is an agent, whatever it is called.
    fn is_matrix(&self) -> bool {
        false
    }
}
