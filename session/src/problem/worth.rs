//! What an open record is worth that a card led to.

use kakari_record::language::Language;

use super::caution;
use crate::view::Notice;

pub(super) fn card_unproven(language: Language) -> Notice {
    caution(language.say(
        (
            "カード未認証: 本物のカードか確かめられません",
            "別人のカードや複製かもしれません。氏名・生年月日を本人・家族に確かめてください",
        ),
        ("Card not proven: it may not be genuine", "It may be a copy. Ask for name and date of birth"),
    ))
}

/// Over a summary, where the banner has the region and the age: as short as can be.
pub(super) fn copy_open(language: Language) -> Notice {
    caution(language.say(
        ("カード内の写しです", "載っていない項目もあります。本人・家族・お薬手帳で確かめてください"),
        ("Copy from the card", "Parts may be missing: ask the patient or family"),
    ))
}

/// The copy is the region's word of that day; what changed since, and what had no room, is not on the card.
pub(super) fn card_copy(region: Option<&str>, age: &str, language: Language) -> Notice {
    let sentence = match region {
        Some(region) => language
            .say(format!("{region}がカードに書いた写しです({age})"), format!("Copy on the card, by {region} ({age})")),
        None => language.say(format!("カードに書かれた写しです({age})"), format!("Copy written on the card ({age})")),
    };
    let next = language.say(
        "この端末の情報ではなく、載っていない項目もあります。本人・家族・お薬手帳で確かめてください",
        "Not this tablet's record. Parts may be missing: ask the patient or family",
    );
    caution((sentence, next.to_owned()))
}
