//! How long ago.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::age::months_between;
use super::date::{date, short_date};
use super::number::several;
use crate::language::Language;
use crate::model::PartialDate;

/// 「今日」, 「昨日(11/19)」, 「4日前(11/16)」, 「2か月前(2026/09)」, 「7年前(2019/05)」; for days to come 「3日後(11/23)」;
/// "today", "yesterday (19 Nov)", "4 days ago (16 Nov)", "in 3 days (23 Nov)".
///
/// Days up to thirty, months up to 23, then completed years. A date known to the month or year only is compared with
/// this month or year.
pub fn relative_day(day: PartialDate, today: NaiveDate, language: Language) -> String {
    match (day.month(), day.day()) {
        (_, Some(exact)) => exact_day(exact, today, language),
        (Some(month), None) => {
            let months = |year: i32, month: u32| i64::from(year) * 12 + i64::from(month);
            let ago = months(today.year(), today.month()) - months(day.year().into(), month.into());
            on(months_apart(ago, language), date(day, language), language)
        }
        (None, None) => {
            let words = match i64::from(today.year()) - i64::from(day.year()) {
                0 => language.say("今年", "this year").to_owned(),
                years => apart(years, ("年", "year"), language),
            };
            on(words, date(day, language), language)
        }
    }
}

/// The words with the date that they are about: 「4日前(11/16)」, "4 days ago (16 Nov)".
fn on(words: String, date: String, language: Language) -> String {
    language.say(format!("{words}({date})"), format!("{words} ({date})"))
}

fn exact_day(day: NaiveDate, today: NaiveDate, language: Language) -> String {
    let days = (today - day).num_days();
    let short = short_date(day.into(), today, language);
    match days {
        0 => language.say("今日", "today").to_owned(),
        1 => on(language.say("昨日", "yesterday").to_owned(), short, language),
        -1 => on(language.say("明日", "tomorrow").to_owned(), short, language),
        -30..=30 => on(apart(days, ("日", "day"), language), short, language),
        _ => {
            let (earlier, later) = if days > 0 { (day, today) } else { (today, day) };
            let months = i64::from(months_between(earlier, later)) * days.signum();
            on(months_apart(months, language), day.format("%Y/%m").to_string(), language)
        }
    }
}

fn months_apart(months: i64, language: Language) -> String {
    match months {
        0 => language.say("今月", "this month").to_owned(),
        -23..=23 => apart(months, ("か月", "month"), language),
        _ => apart(months / 12, ("年", "year"), language),
    }
}

fn apart(count: i64, (japanese, english): (&str, &str), language: Language) -> String {
    let (past, count) = (count > 0, count.abs());
    let several = several(count, english);
    if past {
        language.say(format!("{count}{japanese}前"), format!("{several} ago"))
    } else {
        language.say(format!("{count}{japanese}後"), format!("in {several}"))
    }
}

/// Age of data: 「12分前」, 「3時間前」, 「4日前」; "12 min ago", "3 h ago", "4 days ago"; rounded up so that it never looks younger than it is.
///
/// Minutes up to an hour, hours up to two days, then days. A clock that stands before `as_of` is wrong by an unknown
/// amount, so there is no age to tell: 「時計を確認」.
pub fn data_age(as_of: DateTime<Utc>, now: DateTime<Utc>, language: Language) -> String {
    let seconds = (now - as_of).num_seconds();
    let at_least_one = |unit: i64| ((seconds + unit - 1) / unit).max(1);
    match seconds {
        ..0 => language.say("時計を確認", "check the clock").to_owned(),
        0..3_541 => {
            let minutes = at_least_one(60);
            language.say(format!("{minutes}分前"), format!("{minutes} min ago"))
        }
        3_541..=172_800 => {
            let hours = at_least_one(3_600);
            language.say(format!("{hours}時間前"), format!("{hours} h ago"))
        }
        _ => apart(at_least_one(86_400), ("日", "day"), language),
    }
}
