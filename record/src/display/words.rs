//! The finished words of one item, and the fixed words of the four values.

use super::origin::said_by;
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
    /// `main` and the parts that are there, joined by a space; `short` is `main`.
    pub(super) fn of(main: String, parts: &[Option<String>]) -> Self {
        Self { short: main.clone(), main, sub: joined(parts), unknown: false }
    }

    /// Main and sub on one line.
    pub fn line(&self) -> String {
        if self.sub.is_empty() { self.main.clone() } else { format!("{} {}", self.main, self.sub) }
    }
}

redacted!(Words);

/// The parts that are there and not empty, joined by a space.
pub(super) fn joined(parts: &[Option<String>]) -> String {
    let parts: Vec<&str> = parts.iter().flatten().map(String::as_str).filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

impl Subject {
    /// The title of its section.
    pub fn title(self) -> &'static str {
        match self {
            Self::Allergies => "アレルギー",
            Self::Contraindications => "薬剤禁忌",
            Self::Medicines => "服薬",
            Self::Conditions => "病名・既往",
            Self::Procedures => "手術・処置",
            Self::Devices => "体内機器",
            Self::Infections => "感染症",
            Self::Labs => "検査",
            Self::Pregnancy => "妊娠",
            Self::Dialysis => "透析",
            Self::Baseline => "普段の状態",
            Self::Communication => "意思疎通",
            Self::Directives => "事前指示",
            Self::Doctors => "かかりつけ",
            Self::Contacts => "緊急連絡先",
        }
    }

    /// What exactly was said not to be there; for results, no statement about the disease.
    fn none(self) -> &'static str {
        match self {
            Self::Medicines => "服薬なし",
            Self::Infections => "感染症の検査結果なし",
            Self::Labs => "検査結果なし",
            Self::Baseline => "普段の状態の記載なし",
            Self::Communication => "意思疎通の支障なし",
            Self::Directives => "事前指示書なし",
            Self::Doctors => "かかりつけ医なし",
            Self::Contacts => "緊急連絡先なし",
            Self::Conditions => "病名・既往なし",
            Self::Allergies => "アレルギーなし",
            Self::Contraindications => "薬剤禁忌なし",
            Self::Procedures => "手術・処置なし",
            Self::Devices => "体内機器なし",
            Self::Pregnancy => "妊娠なし",
            Self::Dialysis => "透析なし",
        }
    }
}

/// 「未記録(なしではありません)」
pub const NOT_RECORDED: &str = "未記録(なしではありません)";

/// 「取得不可 開封できませんでした」; 「この引き継ぎに含めていません」 of what could have been had.
pub fn unavailable(why: Unavailability) -> String {
    if why == Unavailability::LeftOut { reason(why).to_owned() } else { format!("取得不可 {}", reason(why)) }
}

fn reason(why: Unavailability) -> &'static str {
    match why {
        Unavailability::NotOpened => "開封できませんでした",
        Unavailability::NotPermitted => "閲覧が許可されていません",
        Unavailability::NotSynced => "この端末に未着です",
        Unavailability::NotUnderstood => "この版では読めない形式です",
        Unavailability::LeftOut => "この引き継ぎに含めていません",
    }
}

/// 「アレルギーなし(確認済) 2026/04/12 さくら医院」
pub fn none_confirmed(subject: Subject, absence: &Absence) -> String {
    confirmed(subject.none(), said_by(&absence.origin))
}

/// 「食物アレルギーなし(確認済) 2026/04/12 さくら医院」: of one category only.
pub fn none_of_category(absence: &CategoryAbsence) -> String {
    confirmed(&no_allergy_of(&absence.category), said_by(&absence.origin))
}

fn no_allergy_of(category: &AllergyCategory) -> String {
    match category {
        AllergyCategory::Unknown => "アレルギー(種別不明)なし".to_owned(),
        category => format!("{}アレルギーなし", super::allergy::category(category)),
    }
}

/// 「記載不一致 アレルギーなし(確認済)」 with 「2026/05/01 ○○医院」: a statement of "none" beside items that are known.
pub fn disputed(dispute: &Disputed) -> Words {
    let what = match &dispute.category {
        None => dispute.subject.none().to_owned(),
        Some(category) => no_allergy_of(category),
    };
    let by = said_by(&dispute.absence.origin);
    Words { unknown: true, ..Words::of(format!("記載不一致 {what}(確認済)"), &[Some(by)]) }
}

/// 「ほかにも記載あり 取得不可」 with 「閲覧が許可されていません」: under the items of a block that are not all.
pub fn unlisted(rest: &Unlisted) -> Words {
    Words {
        unknown: true, ..Words::of("ほかにも記載あり 取得不可".to_owned(), &[Some(reason(rest.why).to_owned())])
    }
}

fn confirmed(what: &str, by: String) -> String {
    joined(&[Some(format!("{what}(確認済)")), Some(by)])
}

/// The one sentence of a block that is not known; `None` for a known one, whose items speak.
pub fn standing<T>(subject: Subject, block: &Block<T>) -> Option<String> {
    match block {
        Block::Known(_) => None,
        Block::NoneConfirmed(absence) => Some(none_confirmed(subject, absence)),
        Block::NotRecorded => Some(NOT_RECORDED.to_owned()),
        Block::Unavailable(why) => Some(unavailable(*why)),
    }
}
