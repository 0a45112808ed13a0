//! Dates and the clock. Times are shown in Asia/Tokyo, which has no summer time.

use std::sync::LazyLock;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Utc, Weekday};

use crate::language::Language;
use crate::model::PartialDate;
use crate::table;

/// One era (元号).
struct Era {
    first_day: NaiveDate,
    name: &'static str,
    english: &'static str,
}

static ERAS: LazyLock<Vec<Era>> = LazyLock::new(|| {
    table::rows(include_str!("../../../assets/tables/eras.csv"))
        .filter_map(|[first_day, name, english]| Some(Era { first_day: first_day.parse().ok()?, name, english }))
        .collect()
});

/// 「昭和15年(1940) 3月5日」, "5 Mar 1940 (Showa 15)"; less when less is known, both eras when the year or month lies in two.
pub fn birth_date(birth: PartialDate, language: Language) -> String {
    match language {
        Language::Japanese => japanese_birth(birth),
        Language::English => english_birth(birth),
    }
}

fn english_birth(birth: PartialDate) -> String {
    let day = match (birth.month(), birth.day()) {
        (_, Some(date)) => date.format("%-d %b %Y").to_string(),
        (Some(_), None) => birth.earliest().format("%b %Y").to_string(),
        (None, None) => birth.year().to_string(),
    };
    match era_years(birth, Language::English).as_slice() {
        [] => day,
        eras => format!("{day} ({})", eras.join(" / ")),
    }
}

fn japanese_birth(birth: PartialDate) -> String {
    let year = match era_years(birth, Language::Japanese).as_slice() {
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
fn era_years(date: PartialDate, language: Language) -> Vec<String> {
    let (first, last) = (date.earliest(), latest(date));
    let next_days = ERAS.iter().skip(1).map(|era| era.first_day).chain([NaiveDate::MAX]);
    ERAS.iter()
        .zip(next_days)
        .filter(|(era, next)| era.first_day <= last && first < *next)
        .map(|(era, _)| match i32::from(date.year()) - era.first_day.year() {
            0 => language.say(format!("{}元年", era.name), format!("{} 1", era.english)),
            n => language.say(format!("{}{}年", era.name, n + 1), format!("{} {}", era.english, n + 1)),
        })
        .collect()
}

/// The last day that the date may mean.
pub(super) fn latest(date: PartialDate) -> NaiveDate {
    date.latest()
}

/// 「2026/04/12」, 「2026/04」 or 「2026年」, as exactly as it is known. The year stands first in both languages, so that nobody
/// takes the day for the month.
pub fn date(date: PartialDate, language: Language) -> String {
    match (date.month(), date.day()) {
        (_, Some(day)) => day.format("%Y/%m/%d").to_string(),
        (Some(month), None) => format!("{:04}/{month:02}", date.year()),
        (None, None) => language.say(format!("{:04}年", date.year()), format!("{:04}", date.year())),
    }
}

/// 「11/16」, "16 Nov" in the year of `today`, else as [`date`]: alone, 4/12 might be a day in December.
pub(super) fn short_date(day: PartialDate, today: NaiveDate, language: Language) -> String {
    match day.day() {
        Some(exact) if exact.year() == today.year() => exact.format(language.say("%-m/%-d", "%-d %b")).to_string(),
        _ => date(day, language),
    }
}

/// 「11/20(金) 02:14」, "Fri 11/20 02:14" in Asia/Tokyo.
pub fn clock(now: DateTime<Utc>, language: Language) -> String {
    let local = tokyo(now);
    let weekday = match local.weekday() {
        Weekday::Mon => language.say("月", "Mon"),
        Weekday::Tue => language.say("火", "Tue"),
        Weekday::Wed => language.say("水", "Wed"),
        Weekday::Thu => language.say("木", "Thu"),
        Weekday::Fri => language.say("金", "Fri"),
        Weekday::Sat => language.say("土", "Sat"),
        Weekday::Sun => language.say("日", "Sun"),
    };
    let (day, time) = (local.format("%-m/%-d"), local.format("%H:%M"));
    language.say(format!("{day}({weekday}) {time}"), format!("{weekday} {day} {time}"))
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
