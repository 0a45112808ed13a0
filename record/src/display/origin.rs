//! Who said so, and when.

use chrono::NaiveDate;

use super::date::date;
use super::relative::relative_day;
use super::words::joined;
use crate::model::Origin;

/// 「2026/04/12 北町総合病院」; 「出所不明」 when nothing is known of it.
pub fn origin(origin: &Origin) -> String {
    let words = said_by(origin);
    if words.is_empty() { "出所不明".to_owned() } else { words }
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
