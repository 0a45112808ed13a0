//! Who said so, and when.

use chrono::NaiveDate;

use super::date::date;
use super::relative::relative_day;
use super::words::joined;
use crate::model::{AlsoStated, Origin};

/// 「2026/04/12 北町総合病院」; 「出所不明」 when nothing is known of it.
pub fn origin(origin: &Origin) -> String {
    let words = said_by(origin);
    if words.is_empty() { "出所不明".to_owned() } else { words }
}

/// What other documents say of the same thing, newest first: 「2026/03/01 ひがし薬局: 1日3回」, 「2025/11 北町医院」.
pub fn also_stated(origin: &Origin) -> Vec<String> {
    let line = |other: &AlsoStated| {
        let who = other.facility.clone().or_else(|| other.author.clone());
        let by = joined(&[other.recorded.map(date), who]);
        let by = if by.is_empty() { "出所不明".to_owned() } else { by };
        other.differs.as_ref().map_or(by.clone(), |words| format!("{by}: {words}"))
    };
    origin.also.iter().map(line).collect()
}

/// 「4日前(11/16) 北町総合病院」
pub fn origin_age(from: &Origin, today: NaiveDate) -> String {
    let when = from.recorded.map(|day| relative_day(day, today)).unwrap_or_else(|| "日付不明".to_owned());
    joined(&[Some(when), who(from)])
}

/// Date and facility, else the person; empty when neither is known.
pub(super) fn said_by(from: &Origin) -> String {
    joined(&[from.recorded.map(date), who(from)])
}

fn who(from: &Origin) -> Option<String> {
    from.facility.clone().or_else(|| from.author.clone())
}
