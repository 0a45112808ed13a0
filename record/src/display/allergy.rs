//! Allergies and contraindicated drugs.

use super::words::{Words, joined};
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
pub fn allergy(allergy: &Allergy) -> Words {
    let mut words = contraindication(allergy);
    if said(allergy).is_empty() && !says_only_none(allergy) {
        words.sub = joined(&[Some("反応 不明".to_owned()), Some(words.sub)]);
        words.unknown = true;
    }
    words
}

/// As [`allergy`], but a drug that must not be given needs no reaction: nothing is said of an absent one.
/// One that [`says_only_none`] is unknown and says so: 「「なし」との記載のみ(未確認)」.
pub fn contraindication(allergy: &Allergy) -> Words {
    if says_only_none(allergy) {
        let main = format!("「{}」との記載のみ(未確認)", allergy.substance.text);
        return Words { unknown: true, ..Words::of(main, std::slice::from_ref(&allergy.note)) };
    }
    let past = if allergy.past { "(過去)" } else { "" };
    let unsure = allergy.verification == Verification::Unconfirmed;
    let parts = [
        Some(said(allergy)),
        unsure.then(|| "未確認".to_owned()),
        allergy.past.then(|| "過去のもの".to_owned()),
        allergy.note.clone(),
    ];
    Words { unknown: unsure, ..Words::of(format!("{}{past}", allergy.substance.text), &parts) }
}

/// 「食物」「薬剤」「環境」, 「種別不明」, or the sender's own word.
pub fn category(category: &AllergyCategory) -> &str {
    match category {
        AllergyCategory::Food => "食物",
        AllergyCategory::Medication => "薬剤",
        AllergyCategory::Environment => "環境",
        AllergyCategory::Unknown => "種別不明",
        AllergyCategory::Other(word) => word,
    }
}

/// 「重度」
pub(crate) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Mild => "軽度",
        Severity::Moderate => "中等度",
        Severity::Severe => "重度",
    }
}

/// What happened and how bad it was: 「アナフィラキシー・重度」; empty when neither is known.
fn said(allergy: &Allergy) -> String {
    let severity = allergy.severity.map(severity);
    let criticality = match allergy.criticality {
        Some(Criticality::High) => Some("重症化リスク 高"),
        // 「低」 would only be read as harmless.
        Some(Criticality::Low | Criticality::UnableToAssess) | None => None,
    };
    let words: Vec<&str> = allergy.reactions.iter().map(String::as_str).chain(severity).chain(criticality).collect();
    words.join("・")
}
