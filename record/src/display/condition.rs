//! Conditions.

use super::date::date;
use super::words::{Words, joined};
use crate::model::{Condition, ConditionStatus};

/// Name with its side; 「疑い」, 「既往」, 「寛解」, 「現在は活動なし」, 「2019年〜」 (「2012年発症」 when it is over), the note.
///
/// Gives the words of a 未告知 condition as well: the caller keeps those behind a second touch.
pub fn condition(condition: &Condition) -> Words {
    let side = condition.side.as_deref().filter(|side| !condition.name.text.contains(side));
    let mut main = joined(&[side.map(str::to_owned), Some(condition.name.text.clone())]);
    if condition.suspected && !main.contains("疑い") {
        main.push_str("の疑い");
    }
    let status = match condition.status {
        ConditionStatus::Resolved => Some("既往"),
        ConditionStatus::Remission => Some("寛解"),
        ConditionStatus::Inactive => Some("現在は活動なし"),
        ConditionStatus::Active | ConditionStatus::Unknown => None,
    };
    let since = if status.is_some() { "発症" } else { "〜" };
    let parts =
        [status.map(str::to_owned), condition.onset.map(|day| format!("{}{since}", date(day))), condition.note.clone()];
    let mut words = Words::of(main, &parts);
    if let Some(status) = status {
        words.short = format!("{}({status})", words.main);
    }
    words
}
