//! What models with a correlation have in common.

use crate::scenario::Error;
use crate::scenario::range::CORRELATION;

/// Checks that a correlation is in [0, 1); −0.0 becomes 0.0.
pub(super) fn check_correlation(correlation: &mut f64) -> Result<(), Error> {
    if !(0.0..1.0).contains(correlation) {
        return Err(Error::out_of_range("dependence.correlation", format!("{correlation:?}"), CORRELATION));
    }
    *correlation += 0.0;
    Ok(())
}
