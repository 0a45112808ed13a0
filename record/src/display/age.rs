//! Age and sex.

use chrono::{Datelike, NaiveDate};

use super::date::latest;
use crate::language::Language;
use crate::model::{Identity, PartialDate, Sex};

/// Nobody has been older; a birth date that says so is a mistake.
const OLDEST: u32 = 130;

/// 「年齢不明」
fn unknown(language: Language) -> String {
    language.say("年齢不明", "age not known").to_owned()
}

/// 「86歳」, under three years 「1歳2か月」, under one 「2か月14日」, under a month 「生後14日」;
/// "86 y", "1 y 2 mo", "2 mo 14 d", "14 days old".
///
/// A birth date that is not known to the day gives a range where it matters: 「85〜86歳」. A birthday on 29 February is
/// kept on 1 March in other years. A birth in the future, or 131 years ago, is 「年齢不明」.
pub fn age(birth: PartialDate, today: NaiveDate, language: Language) -> String {
    let (first, last) = (birth.earliest(), latest(birth).min(today));
    if first > today {
        return unknown(language);
    }
    let (oldest, youngest) = (Age::of(first, today), Age::of(last, today));
    if oldest.years() > OLDEST {
        return unknown(language);
    }
    if birth.day().is_some() {
        oldest.exactly(language)
    } else {
        youngest.up_to(&oldest, birth.month().is_some(), language)
    }
}

/// 「女性」「男性」「その他」「性別不明」
pub fn sex(sex: Sex, language: Language) -> &'static str {
    match sex {
        Sex::Female => language.say("女性", "Female"),
        Sex::Male => language.say("男性", "Male"),
        Sex::Other => language.say("性別その他", "Sex: other"),
        Sex::Unknown => language.say("性別不明", "Sex not known"),
    }
}

/// 「女性 86歳」, 「性別不明 年齢不明」; "Female, 86 y"
pub fn sex_age(identity: &Identity, today: NaiveDate, language: Language) -> String {
    let age = identity.birth_date.map_or_else(|| unknown(language), |birth| age(birth, today, language));
    format!("{}{}{age}", sex(identity.sex, language), language.say(" ", ", "))
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

    fn exactly(&self, language: Language) -> String {
        match (self.years(), self.months % 12) {
            (0, 0) => {
                let days = self.days;
                language.say(format!("生後{days}日"), format!("{} old", super::number::several(days, "day")))
            }
            (0, months) => {
                let days = self.days;
                language.say(format!("{months}か月{days}日"), format!("{months} mo {days} d"))
            }
            (1..=2, _) => self.to_the_month(language),
            (years, _) => language.say(format!("{years}歳"), format!("{years} y")),
        }
    }

    fn to_the_month(&self, language: Language) -> String {
        match (self.years(), self.months % 12) {
            (0, months) => language.say(format!("{months}か月"), format!("{months} mo")),
            (years, months) => language.say(format!("{years}歳{months}か月"), format!("{years} y {months} mo")),
        }
    }

    fn up_to(&self, oldest: &Self, month_known: bool, language: Language) -> String {
        if month_known && oldest.years() < 3 {
            let (from, to) = (self.to_the_month(language), oldest.to_the_month(language));
            let range = || language.say(format!("{from}〜{to}"), format!("{from} to {to}"));
            return if from == to { to } else { range() };
        }
        match (self.years(), oldest.years()) {
            (from, to) if from == to => language.say(format!("{to}歳"), format!("{to} y")),
            (from, to) => language.say(format!("{from}〜{to}歳"), format!("{from}-{to} y")),
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
