//! Allergies and contraindicated drugs.

use super::words::{Words, listed};
use crate::language::Language;
use crate::model::{Allergy, AllergyCategory, Criticality, Severity, Verification};
use crate::table::folded;

/// What senders write into the name where they mean that nothing is known.
const ONLY_NONE: [&str; 14] = [
    "なし",
    "無し",
    "無",
    "ない",
    "特になし",
    "特に無し",
    "特記なし",
    "特記事項なし",
    "特記事項無し",
    "アレルギーなし",
    "アレルギー無し",
    "アレルギー歴なし",
    "食物アレルギーなし",
    "薬剤アレルギーなし",
];

/// Whether an entry has nothing but the word 「なし」 for its name: no allergy, and no confirmation that there is none.
pub fn says_only_none(allergy: &Allergy) -> bool {
    let name = folded(&allergy.substance.text);
    let bare = allergy.substance.codings.is_empty() && allergy.reactions.is_empty();
    bare && ONLY_NONE.contains(&name.trim_end_matches('。'))
}

/// Substance; 「アナフィラキシー・重度」, 「反応 不明」, 「未確認」, the note.
///
/// `unknown` is set for one that nobody confirmed or whose reaction nobody knows.
pub fn allergy(allergy: &Allergy, language: Language) -> Words {
    let mut words = contraindication(allergy, language);
    if said(allergy, language).is_empty() && !says_only_none(allergy) {
        let not_known = language.say("反応 不明", "reaction not known").to_owned();
        words.sub = listed(&[Some(not_known), Some(words.sub)], language);
        words.unknown = true;
    }
    words
}

/// As [`allergy`], but a drug that must not be given needs no reaction: nothing is said of an absent one.
/// One that [`says_only_none`] is unknown and says so: 「「なし」との記載のみ(未確認)」.
pub fn contraindication(allergy: &Allergy, language: Language) -> Words {
    if says_only_none(allergy) {
        let name = &allergy.substance.text;
        let main = language.say(
            format!("「{name}」との記載のみ(未確認)"),
            format!("Only \"{name}\" is written: not a confirmed \"none\""),
        );
        return Words { unknown: true, ..Words::of(main, std::slice::from_ref(&allergy.note), language) };
    }
    let past = if allergy.past { language.say("(過去)", " (past)") } else { "" };
    let unsure = allergy.verification == Verification::Unconfirmed;
    let parts = [
        Some(said(allergy, language)),
        unsure.then(|| language.say("未確認", "unconfirmed").to_owned()),
        allergy.past.then(|| language.say("過去のもの", "in the past").to_owned()),
        allergy.note.clone(),
    ];
    Words { unknown: unsure, ..Words::of(format!("{}{past}", allergy.substance.text), &parts, language) }
}

/// 「食物」「薬剤」「環境」, 「種別不明」, or the sender's own word.
pub fn category(category: &AllergyCategory, language: Language) -> &str {
    match category {
        AllergyCategory::Food => language.say("食物", "Food"),
        AllergyCategory::Medication => language.say("薬剤", "Drug"),
        AllergyCategory::Environment => language.say("環境", "Environmental"),
        AllergyCategory::Unknown => language.say("種別不明", "Kind not known"),
        AllergyCategory::Other(word) => word,
    }
}

/// 「重度」
pub(crate) fn severity(severity: Severity, language: Language) -> &'static str {
    match severity {
        Severity::Mild => language.say("軽度", "mild"),
        Severity::Moderate => language.say("中等度", "moderate"),
        Severity::Severe => language.say("重度", "severe"),
    }
}

/// What happened and how bad it was: 「アナフィラキシー・重度」; empty when neither is known.
fn said(allergy: &Allergy, language: Language) -> String {
    let severity = allergy.severity.map(|degree| severity(degree, language));
    let criticality = match allergy.criticality {
        Some(Criticality::High) => Some(language.say("重症化リスク 高", "high risk of severe reaction")),
        // 「低」 would only be read as harmless.
        Some(Criticality::Low | Criticality::UnableToAssess) | None => None,
    };
    let words: Vec<&str> = allergy.reactions.iter().map(String::as_str).chain(severity).chain(criticality).collect();
    words.join(language.say("・", ", "))
}
