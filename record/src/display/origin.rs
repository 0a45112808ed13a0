//! Who said so, and when.

use chrono::NaiveDate;

use super::date::date;
use super::fixed::fixed;
use super::relative::relative_day;
use super::words::joined;
use crate::language::Language;
use crate::model::{AlsoStated, Origin};

/// 「2026/04/12 北町総合病院」; 「出所不明」 when nothing is known of it.
pub fn origin(origin: &Origin, language: Language) -> String {
    let words = said_by(origin, language);
    if words.is_empty() { not_known(language) } else { words }
}

/// What other documents say of the same thing, newest first: 「2026/03/01 ひがし薬局: 1日3回」, 「2025/11 北町医院」.
pub fn also_stated(origin: &Origin, language: Language) -> Vec<String> {
    let line = |other: &AlsoStated| {
        let who = other.facility.clone().or_else(|| other.author.clone());
        let by = joined(&[other.recorded.map(|day| date(day, language)), who]);
        let by = if by.is_empty() { not_known(language) } else { by };
        other.differs.as_ref().map_or(by.clone(), |words| format!("{by}: {}", fixed(words, language)))
    };
    origin.also.iter().map(line).collect()
}

/// 「4日前(11/16) 北町総合病院」
pub fn origin_age(from: &Origin, today: NaiveDate, language: Language) -> String {
    let undated = || language.say("日付不明", "date not known").to_owned();
    let when = from.recorded.map_or_else(undated, |day| relative_day(day, today, language));
    joined(&[Some(when), who(from)])
}

/// Date and facility, else the person; empty when neither is known.
pub(super) fn said_by(from: &Origin, language: Language) -> String {
    joined(&[from.recorded.map(|day| date(day, language)), who(from)])
}

fn not_known(language: Language) -> String {
    language.say("出所不明", "source not known").to_owned()
}

fn who(from: &Origin) -> Option<String> {
    from.facility.clone().or_else(|| from.author.clone())
}
