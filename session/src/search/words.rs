//! What the search says of itself: what became of it, and what to do next.

use kakari_record::display;
use kakari_record::language::Language;

use super::answer::{Answer, Listed};
use super::{Impossible, Search};
use crate::session::Session;
use crate::touch::Field;

/// What became of it, in one line.
pub(super) fn heading(search: &Search, language: Language) -> String {
    let fixed = match (&search.answer, search.impossible) {
        (_, Some(Impossible(Field::BirthDate))) => language.say("生年月日を確かめてください", "Check the birth date"),
        (_, Some(Impossible(Field::Age))) => language.say("年齢を確かめてください", "Check the age"),
        (_, Some(Impossible(_))) => language.say("番号を確かめてください", "Check the number"),
        (Answer::NotAsked, None) if search.typed.is_empty() => {
            language.say("条件を入れてください", "Enter what you know")
        }
        (Answer::NotAsked, None) => language.say("条件を足してください", "Enter more"),
        (Answer::Waiting(_) | Answer::Recording(..), None) => language.say("探しています", "Searching"),
        (Answer::Shown(Listed::TooMany), None) => language.say("6人以上", "6 people or more"),
        (Answer::Shown(listed), None) => match listed.households().iter().map(Vec::len).sum::<usize>() {
            0 => language.say("見つかりません", "Nobody found"),
            people => return language.say(format!("候補 {people}人"), format!("Candidates: {people}")),
        },
    };
    fixed.to_owned()
}

/// What to do before there is an answer.
fn hint_before(search: &Search, language: Language) -> String {
    let hint = match (&search.answer, search.impossible) {
        (Answer::Waiting(_) | Answer::Recording(..), _) => language.say("そのままお待ちください", "Please wait"),
        (_, Some(Impossible(Field::BirthDate))) => {
            language.say("西暦8桁で、例: 19400305", "8 digits, the year first, e.g. 19400305")
        }
        (_, Some(Impossible(Field::Age))) => language.say("年齢はおよそで、130まで", "About how old, 130 at most"),
        (_, Some(_)) => language.say("1字消して直してください", "Erase a digit and correct it"),
        _ if search.typed.is_empty() => language.say(
            "氏名の行・年齢・性別、または生年月日・電話・番号・住所で探せます",
            "Search by name rows, age and sex, or by birth date, phone, number or address",
        ),
        _ => language.say(
            "氏名は3文字と年齢か性別、5文字、または生年月日・電話・番号・番地まで入れてください",
            "Enter 3 kana of the name and age or sex, or 5 kana, or a birth date, phone, number or house number",
        ),
    };
    hint.to_owned()
}

impl Session {
    /// An answer never says more than it does: who could not be searched, how old the data is, what an empty list is not.
    pub(super) fn hint(&self, search: &Search) -> String {
        let language = self.look.language;
        let Answer::Shown(listed) = &search.answer else { return hint_before(search, language) };
        let Listed::People { households, unsearchable, similar_left_out } = listed else {
            let more = language
                .say("6人以上のときは表示しません。条件を足してください", "6 people or more are not shown. Enter more");
            return more.to_owned();
        };
        let mut parts = Vec::new();
        if households.is_empty() {
            parts.push(self.said_of_nobody());
        } else {
            parts.push(language.say("選ぶと生まれた年を確かめます", "The birth year is asked for next").to_owned());
        }
        if *similar_left_out {
            let similar = language.say(
                "似た名前の人がほかにもいます。違う人なら条件を足してください",
                "Others have similar names. If it is none of these, enter more",
            );
            parts.push(similar.to_owned());
        }
        if *unsearchable > 0 {
            parts.push(unsearchable_words(*unsearchable, language));
        }
        if households.is_empty() {
            parts.push(match self.feed_age() {
                Some(age) => language.say(format!("情報は同期 {age}のものです"), format!("Data synced {age}")),
                None => language.say("まだ同期していません", "Never synced").to_owned(),
            });
        }
        parts.join(language.say("。", ". "))
    }

    /// 「緊急閲覧 29:40 — 意識障害」
    pub(crate) fn break_glass_words(&self) -> Option<String> {
        let (left, glass) = (self.break_glass_left()?, self.break_glass.as_ref()?);
        let seconds = left.div_ceil(1000);
        let left = format!("{:02}:{:02}", seconds / 60, seconds % 60);
        let language = self.look.language;
        let reason = display::break_glass_reason(glass.reason, language);
        Some(language.say(format!("緊急閲覧 {left} — {reason}"), format!("Emergency access {left} - {reason}")))
    }

    /// 「カードなし・緊急閲覧(意識障害)」
    pub(crate) fn search_card_words(&self) -> String {
        let language = self.look.language;
        let words = language.say("カードなし・緊急閲覧", "No card, emergency access");
        match &self.break_glass {
            // In English the reason is longer than a banner, and stands in the bar.
            Some(glass) if language == Language::Japanese => {
                format!("{words}({})", display::break_glass_reason(glass.reason, language))
            }
            Some(_) | None => words.to_owned(),
        }
    }

    fn said_of_nobody(&self) -> String {
        let words = self.look.language.say(
            "「病気・アレルギーなし」ではありません。この端末にない人かもしれません。\
             読みや年齢を変えるか、本人・家族・お薬手帳で確かめてください",
            "This does not mean \"no illness, no allergy\". The person may not be on this tablet. \
             Try another reading or age, or ask the patient or family and check the medicine notebook",
        );
        words.to_owned()
    }
}

fn unsearchable_words(people: u64, language: Language) -> String {
    let number = display::amount(&people.to_string());
    let who = if people == 1 { "1 person".to_owned() } else { format!("{number} people") };
    language.say(
        format!("この条件では探せない人(読みや生年月日が未記録)が{number}人います"),
        format!("{who} cannot be found this way (reading or birth date not recorded)"),
    )
}
