//! What every reader starts from.

use super::sketch::Start;
use crate::options::ReadOptions;
use crate::source::Origin;
use std::io::BufRead;

/// A log whose format is known.
pub(crate) struct Input<'a> {
    /// Its text, from the beginning.
    pub(crate) text: &'a mut dyn BufRead,
    /// What its beginning shows.
    pub(crate) start: &'a Start<'a>,
    pub(crate) origin: &'a Origin,
    pub(crate) options: &'a ReadOptions,
}
