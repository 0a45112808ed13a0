//! The search without a card.

use kakari_record::language::Language;

use super::{caution, crew};
use crate::view::Notice;

pub(super) fn ending(language: Language) -> Notice {
    caution(language.say(
        ("緊急閲覧があと5分以内に終わり、この情報も閉じます", "まだ必要なら「30分延長」を押してください"),
        ("Emergency access ends within 5 min and closes this record", "If you still need it, press \"30 min more\""),
    ))
}

pub(super) fn over(language: Language) -> Notice {
    caution(language.say(
        ("緊急閲覧の時間が終わりました", "まだ必要なら、カードなしの理由を選び直してください"),
        ("Emergency access is over", "If you still need it, choose a reason again"),
    ))
}

pub(super) fn unusual(language: Language) -> Notice {
    caution(language.say(
        ("カードなしの検索がいつもより多いため、事務局に知らせます", "この患者に必要な検索だけにしてください"),
        ("More searches without a card than usual: the office is told", "Search only as far as this patient needs"),
    ))
}

pub(super) fn stopped(language: Language) -> Notice {
    caution(language.say(
        (
            "カードなしの検索が上限に達しました",
            "カードを置くか、本人・家族・お薬手帳で確かめ、地域事務局に連絡してください",
        ),
        (
            "The limit of searches without a card is reached",
            "Use the card, or ask the patient or family, and call the regional office",
        ),
    ))
}

pub(super) fn wrong_year(tries: u8, language: Language) -> Notice {
    let left = crew::tries_left(tries, language);
    caution(language.say(
        (format!("生まれた年が違います。{left}です"), "本人・家族・持ち物で確かめ、もう一度入力してください"),
        (format!("Wrong birth year. {left}"), "Check with patient, family or belongings, and enter it again"),
    ))
}

pub(super) fn wrong_years(language: Language) -> Notice {
    caution(language.say(
        ("生まれた年が3回違ったため、緊急閲覧を終えました", "別の人かもしれません。探すなら理由を選び直してください"),
        (
            "Wrong birth year 3 times: emergency access is over",
            "It may be another person. To search on, choose a reason again",
        ),
    ))
}

pub(super) fn found_gone(language: Language) -> Notice {
    caution(language.say(
        ("選んだ人の情報が端末からなくなりました", "「病気・アレルギーなし」ではありません。もう一度探してください"),
        (
            "The record of this person is no longer on the tablet",
            "This does not mean \"no illness, no allergy\". Search again",
        ),
    ))
}
