//! The finished words of one item, and the fixed words of the four values.

use super::origin::said_by;
use crate::language::Language;
use crate::model::{
    Absence, AllergyCategory, Block, CategoryAbsence, Disputed, Subject, Unavailability, Unlisted, redacted,
};

/// One item in finished words. Nothing of it may be cut, abbreviated or split inside a word.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// What it is, in bold: 「ワルファリンカリウム」, 「ペニシリン系」.
    pub main: String,
    /// The rest, under it; may be empty: 「ワーファリン錠1mg 2錠 1日1回 夕食後」.
    pub sub: String,
    /// The name for a line that only names what is hidden; as unmistakable as `main`.
    pub short: String,
    /// True for what is not confirmed or not known: to be hatched even among known items.
    pub unknown: bool,
}

impl Words {
    /// `main` and the parts that are there, as [`listed`]; `short` is `main`.
    pub(super) fn of(main: String, parts: &[Option<String>], language: Language) -> Self {
        Self { short: main.clone(), main, sub: listed(parts, language), unknown: false }
    }

    /// Main and sub on one line.
    pub fn line(&self) -> String {
        if self.sub.is_empty() { self.main.clone() } else { format!("{} {}", self.main, self.sub) }
    }
}

redacted!(Words);

/// The parts that are there and not empty, joined by a space.
pub(super) fn joined(parts: &[Option<String>]) -> String {
    between(parts, " ")
}

/// The same where each part is a statement of its own: English needs commas to keep them apart.
pub(super) fn listed(parts: &[Option<String>], language: Language) -> String {
    between(parts, language.say(" ", ", "))
}

fn between(parts: &[Option<String>], between: &str) -> String {
    let parts: Vec<&str> = parts.iter().flatten().map(String::as_str).filter(|part| !part.is_empty()).collect();
    parts.join(between)
}

impl Subject {
    /// The title of its section.
    pub fn title(self, language: Language) -> &'static str {
        match self {
            Self::Allergies => language.say("アレルギー", "Allergies"),
            Self::Contraindications => language.say("薬剤禁忌", "Contraindicated drugs"),
            Self::Medicines => language.say("服薬", "Medicines"),
            Self::Conditions => language.say("病名・既往", "Conditions"),
            Self::Procedures => language.say("手術・処置", "Operations / procedures"),
            Self::Devices => language.say("体内機器", "Devices"),
            Self::Infections => language.say("感染症", "Infections"),
            Self::Labs => language.say("検査", "Lab results"),
            Self::Pregnancy => language.say("妊娠", "Pregnancy"),
            Self::Dialysis => language.say("透析", "Dialysis"),
            Self::Baseline => language.say("普段の状態", "Usual state"),
            Self::Communication => language.say("意思疎通", "Communication"),
            Self::Directives => language.say("事前指示", "Advance directive"),
            Self::Doctors => language.say("かかりつけ", "Doctor"),
            Self::Contacts => language.say("緊急連絡先", "Emergency contact"),
        }
    }

    /// What exactly was said not to be there; for results, no statement about the disease.
    fn none(self, language: Language) -> &'static str {
        match self {
            Self::Medicines => language.say("服薬なし", "Medicines: none"),
            Self::Infections => language.say("感染症の検査結果なし", "Infections: no test results"),
            Self::Labs => language.say("検査結果なし", "Lab results: none"),
            Self::Baseline => language.say("普段の状態の記載なし", "Usual state: nothing stated"),
            Self::Communication => language.say("意思疎通の支障なし", "Communication: no difficulty"),
            Self::Directives => language.say("事前指示書なし", "Advance directive: none"),
            Self::Doctors => language.say("かかりつけ医なし", "Doctor: none"),
            Self::Contacts => language.say("緊急連絡先なし", "Emergency contact: none"),
            Self::Conditions => language.say("病名・既往なし", "Conditions: none"),
            Self::Allergies => language.say("アレルギーなし", "Allergies: none"),
            Self::Contraindications => language.say("薬剤禁忌なし", "Contraindicated drugs: none"),
            Self::Procedures => language.say("手術・処置なし", "Operations / procedures: none"),
            Self::Devices => language.say("体内機器なし", "Devices: none"),
            Self::Pregnancy => language.say("妊娠なし", "Not pregnant"),
            Self::Dialysis => language.say("透析なし", "Dialysis: none"),
        }
    }
}

/// 「未記録(なしではありません)」
pub fn not_recorded(language: Language) -> &'static str {
    language.say("未記録(なしではありません)", "Not recorded (this is not \"none\")")
}

/// 「取得不可 開封できませんでした」; 「この引き継ぎに含めていません」 of what could have been had.
pub fn unavailable(why: Unavailability, language: Language) -> String {
    let reason = reason(why, language);
    if why == Unavailability::LeftOut {
        return reason.to_owned();
    }
    language.say(format!("取得不可 {reason}"), format!("Unavailable: {reason}"))
}

fn reason(why: Unavailability, language: Language) -> &'static str {
    match why {
        Unavailability::NotOpened => language.say("開封できませんでした", "could not be opened"),
        Unavailability::NotPermitted => language.say("閲覧が許可されていません", "viewing is not permitted"),
        Unavailability::NotSynced => language.say("この端末に未着です", "not yet on this tablet"),
        Unavailability::NotUnderstood => {
            language.say("この版では読めない形式です", "this version cannot read its form")
        }
        Unavailability::LeftOut => language.say("この引き継ぎに含めていません", "Not included in this hand-over"),
        Unavailability::NotOnCard => language.say("カードの写しにはありません", "not in the copy on the card"),
    }
}

/// 「アレルギーなし(確認済) 2026/04/12 さくら医院」
pub fn none_confirmed(subject: Subject, absence: &Absence, language: Language) -> String {
    confirmed(subject.none(language), said_by(&absence.origin, language), language)
}

/// 「食物アレルギーなし(確認済) 2026/04/12 さくら医院」: of one category only.
pub fn none_of_category(absence: &CategoryAbsence, language: Language) -> String {
    confirmed(&no_allergy_of(&absence.category, language), said_by(&absence.origin, language), language)
}

fn no_allergy_of(category: &AllergyCategory, language: Language) -> String {
    match category {
        AllergyCategory::Unknown => {
            language.say("アレルギー(種別不明)なし", "Allergies (kind not known): none").to_owned()
        }
        category => {
            let of = super::allergy::category(category, language);
            language.say(format!("{of}アレルギーなし"), format!("{of} allergies: none"))
        }
    }
}

/// 「記載不一致 アレルギーなし(確認済)」 with 「2026/05/01 ○○医院」: a statement of "none" beside items that are known.
pub fn disputed(dispute: &Disputed, language: Language) -> Words {
    let what = match &dispute.category {
        None => dispute.subject.none(language).to_owned(),
        Some(category) => no_allergy_of(category, language),
    };
    let by = said_by(&dispute.absence.origin, language);
    let main = language
        .say(format!("記載不一致 {what}(確認済)"), format!("Documents differ: one says \"{what} (confirmed)\""));
    Words { unknown: true, ..Words::of(main, &[Some(by)], language) }
}

/// 「ほかにも記載あり 取得不可」 with 「閲覧が許可されていません」: under the items of a block that are not all.
pub fn unlisted(rest: &Unlisted, language: Language) -> Words {
    let main = language.say("ほかにも記載あり 取得不可", "More is recorded but unavailable").to_owned();
    let why = reason(rest.why, language).to_owned();
    Words { unknown: true, ..Words::of(main, &[Some(why)], language) }
}

fn confirmed(what: &str, by: String, language: Language) -> String {
    let what = language.say(format!("{what}(確認済)"), format!("{what} (confirmed)"));
    joined(&[Some(what), Some(by)])
}

/// The one sentence of a block that is not known; `None` for a known one, whose items speak.
pub fn standing<T>(subject: Subject, block: &Block<T>, language: Language) -> Option<String> {
    match block {
        Block::Known(_) => None,
        Block::NoneConfirmed(absence) => Some(none_confirmed(subject, absence, language)),
        Block::NotRecorded => Some(not_recorded(language).to_owned()),
        Block::Unavailable(why) => Some(unavailable(*why, language)),
    }
}
