//! Numbers in texts for people: as many digits as they can be trusted to, where JSON has all.

use crate::Interval;

/// Returns a number with as many decimals as an interval of this half-width carries, at least two.
///
/// ```
/// use kofn::answers::numbers::as_sure;
/// assert_eq!(as_sure(0.86563, 0.03), "0.866");
/// assert_eq!(as_sure(1.0, 0.03), "1");
/// ```
pub fn as_sure(value: f64, half_width: f64) -> String {
    let decimals =
        if half_width > 0.0 { (1.0 - half_width.log10()).ceil().clamp(2.0, 9.0) as usize } else { 3 };
    if value == 0.0 || value == 1.0 { format!("{value}") } else { format!("{value:.decimals$}") }
}

/// Returns a difference with its sign, as [`as_sure`] writes it.
pub fn signed_as_sure(value: f64, half_width: f64) -> String {
    let text = as_sure(value.abs(), half_width);
    if value < 0.0 { format!("−{text}") } else { format!("+{text}") }
}

/// Returns a number with about six digits.
pub fn short(x: f64) -> String {
    if x == f64::INFINITY {
        "infinite".into()
    } else if x == 0.0 || (x.fract() == 0.0 && x.abs() < 1e9) {
        format!("{x}")
    } else if x.abs() < 1e-3 || x.abs() >= 1e9 {
        format!("{x:.4e}")
    } else if x.abs() < 10.0 {
        format!("{x:.6}")
    } else {
        format!("{x:.3}")
    }
}

/// Returns a probability with three digits of what it lacks to 0 or to 1, whichever is less.
///
/// ```
/// use kofn::answers::numbers::chance;
/// assert_eq!(chance(0.9994, 0.0006), "0.999400");
/// assert_eq!(chance(1.0, 1e-9), "1−1.0e-9");
/// ```
pub fn chance(probability: f64, complement: f64) -> String {
    if complement > 0.0 && complement < 1e-6 {
        return format!("1−{complement:.1e}");
    }
    match probability {
        0.0 => "0".into(),
        1.0 => "1".into(),
        probability if probability < 1e-4 => format!("{probability:.2e}"),
        probability => {
            let places = (-probability.min(complement).log10()).ceil() as usize + 2;
            format!("{probability:.0$}", places.clamp(3, 8))
        }
    }
}

/// Returns a price with four digits.
pub fn useful(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e9 { short(value) } else { rounded(value, 4) }
}

/// Returns a number with this many significant digits.
pub fn rounded(value: f64, digits: usize) -> String {
    let text = format!("{value:.*e}", digits - 1);
    text.parse::<f64>().map_or(text, |value| value.to_string())
}

/// Returns a number with this many significant digits, no larger than `value`: what is said to be enough is enough.
pub fn rounded_down(value: f64, digits: usize) -> String {
    let nearest = format!("{value:.*e}", digits - 1);
    let Ok(parsed) = nearest.parse::<f64>() else { return nearest };
    if parsed <= value {
        return parsed.to_string();
    }
    let unit = 10f64.powi(value.log10().floor() as i32 + 1 - digits as i32);
    rounded(parsed - unit, digits)
}

/// Returns a number with three decimals, or two digits where these would say little.
pub fn three_decimals(value: f64) -> String {
    if value != 0.0 && value.abs() < 0.01 { format!("{value:.1e}") } else { format!("{value:.3}") }
}

/// Returns a number with four decimals, or with a few digits where these would say nothing.
pub fn four_decimals(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-3 { short(value) } else { format!("{value:.4}") }
}

/// Returns a confidence or a share in percent, with no more decimals than it has.
///
/// ```
/// assert_eq!(kofn::answers::numbers::percent(0.95), "95 %");
/// ```
pub fn percent(share: f64) -> String {
    let text = format!("{:.2}", 100.0 * share);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

/// Returns the ends of an interval with three decimals each; a dash if there is none.
pub fn between(interval: Option<Interval>) -> String {
    interval.map_or("–".into(), |Interval { low, high }| {
        format!("{} to {}", three_decimals(low), three_decimals(high))
    })
}
