//! Age and sex.

use chrono::{Datelike, NaiveDate};

use super::date::latest;
use crate::model::{Identity, PartialDate, Sex};

/// Nobody has been older; a birth date that says so is a mistake.
const OLDEST: u32 = 130;

const UNKNOWN: &str = "年齢不明";

/// 「86歳」, under three years 「1歳2か月」, under one 「2か月14日」, under a month 「生後14日」.
///
/// A birth date that is not known to the day gives a range where it matters: 「85〜86歳」. A birthday on 29 February is
/// kept on 1 March in other years. A birth in the future, or 131 years ago, is 「年齢不明」.
pub fn age(birth: PartialDate, today: NaiveDate) -> String {
    let (first, last) = (birth.earliest(), latest(birth).min(today));
    if first > today {
        return UNKNOWN.to_owned();
    }
    let (oldest, youngest) = (Age::of(first, today), Age::of(last, today));
    if oldest.years() > OLDEST {
        return UNKNOWN.to_owned();
    }
    if birth.day().is_some() { oldest.exactly() } else { youngest.up_to(&oldest, birth.month().is_some()) }
}

/// 「女性」「男性」「その他」「性別不明」
pub fn sex(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "女性",
        Sex::Male => "男性",
        Sex::Other => "性別その他",
        Sex::Unknown => "性別不明",
    }
}

/// 「女性 86歳」, 「性別不明 年齢不明」
pub fn sex_age(identity: &Identity, today: NaiveDate) -> String {
    let age = identity.birth_date.map_or_else(|| UNKNOWN.to_owned(), |birth| age(birth, today));
    format!("{} {age}", sex(identity.sex))
}

/// Completed months, and the days since the last of them was completed.
struct Age {
    months: u32,
    days: i64,
}

impl Age {
    /// `birth` is not after `today`.
    fn of(birth: NaiveDate, today: NaiveDate) -> Self {
        let months = months_between(birth, today);
        let days = completed(birth, months).map_or(0, |day| (today - day).num_days());
        Self { months, days: days.max(0) }
    }

    fn years(&self) -> u32 {
        self.months / 12
    }

    fn exactly(&self) -> String {
        match (self.years(), self.months % 12) {
            (0, 0) => format!("生後{}日", self.days),
            (0, months) => format!("{months}か月{}日", self.days),
            (1..=2, _) => self.to_the_month(),
            (years, _) => format!("{years}歳"),
        }
    }

    fn to_the_month(&self) -> String {
        match (self.years(), self.months % 12) {
            (0, months) => format!("{months}か月"),
            (years, months) => format!("{years}歳{months}か月"),
        }
    }

    fn up_to(&self, oldest: &Self, month_known: bool) -> String {
        if month_known && oldest.years() < 3 {
            let (from, to) = (self.to_the_month(), oldest.to_the_month());
            return if from == to { to } else { format!("{from}〜{to}") };
        }
        match (self.years(), oldest.years()) {
            (from, to) if from == to => format!("{to}歳"),
            (from, to) => format!("{from}〜{to}歳"),
        }
    }
}

/// Whole calendar months from `from` to `to`; 0 when `to` is earlier.
pub(super) fn months_between(from: NaiveDate, to: NaiveDate) -> u32 {
    let index = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
    let unfinished = i64::from(to.day() < from.day());
    u32::try_from(index(to) - index(from) - unfinished).unwrap_or(0)
}

/// The day on which that many months were completed: the first of the next month where the day does not exist.
fn completed(birth: NaiveDate, months: u32) -> Option<NaiveDate> {
    let month = birth.with_day(1)?.checked_add_months(chrono::Months::new(months))?;
    month.with_day(birth.day()).or_else(|| month.checked_add_months(chrono::Months::new(1)))
}
