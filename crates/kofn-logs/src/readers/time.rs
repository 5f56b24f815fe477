//! Points in time as tools write them: ISO 8601, with an offset from UTC or without.

/// Returns the milliseconds from one point in time to another; nothing where one of them is missing or is no point in
/// time, where only one of them has an offset, or where no time passed.
pub(super) fn milliseconds(start: Option<&str>, end: Option<&str>) -> Option<f64> {
    let (start, end) = (Moment::of(start?)?, Moment::of(end?)?);
    let passed = end.microseconds - start.microseconds;
    (start.has_offset == end.has_offset && passed > 0).then(|| passed as f64 / 1000.0)
}

struct Moment {
    /// Since 1970, in UTC or in the time of the place.
    microseconds: i64,
    has_offset: bool,
}

impl Moment {
    /// Reads `2026-01-02T03:04:05.678901+00:00`, with `Z` or nothing for the offset.
    fn of(text: &str) -> Option<Self> {
        let (date, time) = text.trim().split_once(['T', ' '])?;
        let (time, offset) = match time.strip_suffix(['Z', 'z']) {
            Some(time) => (time, Some(0)),
            None => match time.rfind(['+', '-']) {
                Some(sign) => (&time[..sign], Some(offset(&time[sign..])?)),
                None => (time, None),
            },
        };
        let days = days(date)?;
        let mut parts = time.split(':');
        let hours = number(parts.next()?, 23)?;
        let minutes = number(parts.next()?, 59)?;
        let seconds: f64 = parts.next()?.parse().ok()?;
        if parts.next().is_some() || !(0.0..61.0).contains(&seconds) {
            return None;
        }
        let whole = ((days * 24 + hours) * 60 + minutes - offset.unwrap_or(0)) * 60;
        let microseconds = whole * 1_000_000 + (seconds * 1e6).round() as i64;
        Some(Self { microseconds, has_offset: offset.is_some() })
    }
}

/// The minutes of an offset such as `-05:30`.
fn offset(text: &str) -> Option<i64> {
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let minutes = number(hours, 23)? * 60 + number(minutes, 59)?;
    Some(if text.starts_with('-') { -minutes } else { minutes })
}

/// The days from 1970 to a date such as `2026-01-02`, in the Gregorian calendar.
fn days(date: &str) -> Option<i64> {
    let mut parts = date.split('-');
    let (year, month, day) =
        (number(parts.next()?, 9999)?, number(parts.next()?, 12)?, number(parts.next()?, 31)?);
    if parts.next().is_some() || month == 0 || day == 0 {
        return None;
    }
    // Years that begin in March have the leap day at their end.
    let year = if month > 2 { year } else { year - 1 };
    let months = (month + 9) % 12;
    let days_of_years = year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(days_of_years + (months * 153 + 2) / 5 + day - 1 - 719_468)
}

fn number(digits: &str, most: i64) -> Option<i64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|number| is_number && *number <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_in_time_are_read() {
        let at = |text: &str| Moment::of(text).map(|moment| moment.microseconds);
        assert_eq!(at("1970-01-01T00:00:00Z"), Some(0));
        // 2024-02-29 is 19,782 days after 1970.
        assert_eq!(at("2024-02-29 12:30:01.5"), Some((19_782 * 86_400 + 45_001) * 1_000_000 + 500_000));
        assert_eq!(at("2024-02-29T12:30:01.5+02:00"), at("2024-02-29T10:30:01.500000Z"));
        assert_eq!(at("1969-12-31T19:00:00-05:00"), Some(0));
        for wrong in
            ["", "t", "2024-02-29", "2024-13-01T00:00:00", "2024-01-01T24:00:00", "2024-01-01T00:00:NaN"]
        {
            assert_eq!(at(wrong), None, "{wrong}");
        }
        assert_eq!(at("2024-01-01T00:00:00+é:00"), None);
    }

    #[test]
    fn only_times_of_one_kind_are_compared() {
        let (utc, naive) = ("2024-01-01T00:00:00Z", "2024-01-01T00:00:01.25");
        assert_eq!(milliseconds(Some(utc), Some("2024-01-01T00:00:01.25Z")), Some(1250.0));
        assert_eq!(milliseconds(Some(utc), Some(naive)), None);
        assert_eq!(milliseconds(Some(naive), Some(naive)), None);
        assert_eq!(milliseconds(None, Some(naive)), None);
    }
}
