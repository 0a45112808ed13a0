//! Dates and the clock. Times are shown in Asia/Tokyo, which has no summer time.

use std::sync::LazyLock;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Timelike, Utc, Weekday};

use crate::model::PartialDate;
use crate::table;

/// One era (元号).
struct Era {
    first_day: NaiveDate,
    name: &'static str,
}

static ERAS: LazyLock<Vec<Era>> = LazyLock::new(|| {
    table::rows(include_str!("../../../assets/tables/eras.csv"))
        .filter_map(|[first_day, name]| Some(Era { first_day: first_day.parse().ok()?, name }))
        .collect()
});

/// 「昭和15年(1940) 3月5日」; less when less is known, both eras when the year or month lies in two.
pub fn birth_date(birth: PartialDate) -> String {
    let year = match era_years(birth).as_slice() {
        [] => format!("{}年", birth.year()),
        eras => format!("{}({})", eras.join("・"), birth.year()),
    };
    match (birth.month(), birth.day()) {
        (_, Some(date)) => format!("{year} {}月{}日", date.month(), date.day()),
        (Some(month), None) => format!("{year} {month}月"),
        (None, None) => year,
    }
}

/// The year in each era that the date may belong to.
fn era_years(date: PartialDate) -> Vec<String> {
    let (first, last) = (date.earliest(), latest(date));
    let next_days = ERAS.iter().skip(1).map(|era| era.first_day).chain([NaiveDate::MAX]);
    ERAS.iter()
        .zip(next_days)
        .filter(|(era, next)| era.first_day <= last && first < *next)
        .map(|(era, _)| match i32::from(date.year()) - era.first_day.year() {
            0 => format!("{}元年", era.name),
            n => format!("{}{}年", era.name, n + 1),
        })
        .collect()
}

/// The last day that the date may mean.
pub(super) fn latest(date: PartialDate) -> NaiveDate {
    date.latest()
}

/// 「2026/04/12」, 「2026/04」 or 「2026年」, as exactly as it is known.
pub fn date(date: PartialDate) -> String {
    match (date.month(), date.day()) {
        (_, Some(day)) => day.format("%Y/%m/%d").to_string(),
        (Some(month), None) => format!("{:04}/{month:02}", date.year()),
        (None, None) => format!("{:04}年", date.year()),
    }
}

/// 「11/16」 in the year of `today`, else as [`date`].
pub(super) fn short_date(day: PartialDate, today: NaiveDate) -> String {
    match day.day() {
        Some(exact) if exact.year() == today.year() => exact.format("%-m/%-d").to_string(),
        _ => date(day),
    }
}

/// 「11/20(金) 02:14」 in Asia/Tokyo.
pub fn clock(now: DateTime<Utc>) -> String {
    let local = tokyo(now);
    let weekday = match local.weekday() {
        Weekday::Mon => '月',
        Weekday::Tue => '火',
        Weekday::Wed => '水',
        Weekday::Thu => '木',
        Weekday::Fri => '金',
        Weekday::Sat => '土',
        Weekday::Sun => '日',
    };
    format!("{}/{}({weekday}) {:02}:{:02}", local.month(), local.day(), local.hour(), local.minute())
}

/// The calendar day in Asia/Tokyo, for the `today` of the other functions.
pub fn day_of(now: DateTime<Utc>) -> NaiveDate {
    tokyo(now).date_naive()
}

fn tokyo(now: DateTime<Utc>) -> DateTime<FixedOffset> {
    // Nine hours are always a legal offset; UTC is the fallback that the type asks for.
    let offset = FixedOffset::east_opt(9 * 3600).or_else(|| FixedOffset::east_opt(0));
    offset.map_or_else(|| now.fixed_offset(), |offset| now.with_timezone(&offset))
}
