//! How long ago.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::age::months_between;
use super::date::date;
use crate::model::PartialDate;

/// 「今日」, 「昨日(11/19)」, 「4日前(11/16)」, 「2か月前(2026/09)」, 「7年前(2019/05)」; for days to come 「3日後(11/23)」.
///
/// Days up to thirty, months up to 23, then completed years. A date known to the month or year only is compared with
/// this month or year.
pub fn relative_day(day: PartialDate, today: NaiveDate) -> String {
    match (day.month(), day.day()) {
        (_, Some(exact)) => exact_day(exact, today),
        (Some(month), None) => {
            let months = |year: i32, month: u32| i64::from(year) * 12 + i64::from(month);
            let ago = months(today.year(), today.month()) - months(day.year().into(), month.into());
            format!("{}({})", months_apart(ago), date(day))
        }
        (None, None) => {
            let words = match i64::from(today.year()) - i64::from(day.year()) {
                0 => "今年".to_owned(),
                years => apart(years, "年"),
            };
            format!("{words}({})", date(day))
        }
    }
}

fn exact_day(day: NaiveDate, today: NaiveDate) -> String {
    let days = (today - day).num_days();
    let short = if day.year() == today.year() { day.format("%-m/%-d") } else { day.format("%Y/%m/%d") };
    match days {
        0 => "今日".to_owned(),
        1 => format!("昨日({short})"),
        -1 => format!("明日({short})"),
        -30..=30 => format!("{}({short})", apart(days, "日")),
        _ => {
            let (earlier, later) = if days > 0 { (day, today) } else { (today, day) };
            let months = i64::from(months_between(earlier, later)) * days.signum();
            format!("{}({})", months_apart(months), day.format("%Y/%m"))
        }
    }
}

fn months_apart(months: i64) -> String {
    match months {
        0 => "今月".to_owned(),
        -23..=23 => apart(months, "か月"),
        _ => apart(months / 12, "年"),
    }
}

fn apart(count: i64, unit: &str) -> String {
    let direction = if count > 0 { "前" } else { "後" };
    format!("{}{unit}{direction}", count.abs())
}

/// Age of data: 「12分前」, 「3時間前」, 「4日前」, rounded up so that it never looks younger than it is.
///
/// Minutes up to an hour, hours up to two days, then days. A clock that stands before `as_of` is wrong by an unknown
/// amount, so there is no age to tell: 「時計を確認」.
pub fn data_age(as_of: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let seconds = (now - as_of).num_seconds();
    let at_least_one = |unit: i64| ((seconds + unit - 1) / unit).max(1);
    match seconds {
        ..0 => "時計を確認".to_owned(),
        0..3_541 => format!("{}分前", at_least_one(60)),
        3_541..=172_800 => format!("{}時間前", at_least_one(3_600)),
        _ => format!("{}日前", at_least_one(86_400)),
    }
}
