//! Conditions.

use super::date::date;
use super::fixed::fixed;
use super::words::{Words, joined};
use crate::language::Language;
use crate::model::{Condition, ConditionStatus};

/// Name with its side; 「疑い」, 「既往」, 「寛解」, 「現在は活動なし」, 「2019年〜」 (「2012年発症」 when it is over), the note.
///
/// Gives the words of a 未告知 condition as well: the caller keeps those behind a second touch.
pub fn condition(condition: &Condition, language: Language) -> Words {
    let side = condition.side.as_deref().filter(|side| !condition.name.text.contains(side));
    let mut main = joined(&[side.map(|side| fixed(side, language)), Some(condition.name.text.clone())]);
    if condition.suspected && (language == Language::English || !main.contains("疑い")) {
        main.push_str(language.say("の疑い", " (suspected)"));
    }
    let status = match condition.status {
        ConditionStatus::Resolved => Some(language.say("既往", "past history")),
        ConditionStatus::Remission => Some(language.say("寛解", "in remission")),
        ConditionStatus::Inactive => Some(language.say("現在は活動なし", "not active now")),
        ConditionStatus::Active | ConditionStatus::Unknown => None,
    };
    let over = status.is_some();
    let onset = |day| {
        let day = date(day, language);
        if over {
            language.say(format!("{day}発症"), format!("onset {day}"))
        } else {
            language.say(format!("{day}〜"), format!("since {day}"))
        }
    };
    let parts = [status.map(str::to_owned), condition.onset.map(onset), condition.note.clone()];
    let mut words = Words::of(main, &parts, language);
    if let Some(status) = status {
        words.short = language.say(format!("{}({status})", words.main), format!("{} ({status})", words.main));
    }
    words
}
