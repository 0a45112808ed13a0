//! The blocks of the summary by name, and statements of "none" that stand against what is known.

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use super::{Absence, AllergyCategory, Unavailability, redacted};

/// What a block is about. Each has its own sentence; none follows from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Zeroize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// アレルギー
    Allergies,
    /// 薬剤禁忌
    Contraindications,
    /// 服薬
    Medicines,
    /// 病名・既往
    Conditions,
    /// 手術・処置
    Procedures,
    /// 体内機器
    Devices,
    /// 感染症
    Infections,
    /// 検査
    Labs,
    /// 妊娠
    Pregnancy,
    /// 透析
    Dialysis,
    /// 普段の状態
    Baseline,
    /// 意思疎通
    Communication,
    /// 事前指示
    Directives,
    /// かかりつけ
    Doctors,
    /// 緊急連絡先
    Contacts,
}

impl Subject {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 15] = [
        Self::Allergies,
        Self::Contraindications,
        Self::Medicines,
        Self::Conditions,
        Self::Procedures,
        Self::Devices,
        Self::Infections,
        Self::Labs,
        Self::Pregnancy,
        Self::Dialysis,
        Self::Baseline,
        Self::Communication,
        Self::Directives,
        Self::Doctors,
        Self::Contacts,
    ];
}

/// Somebody's statement that there is none, of a block in which others know something: shown beside the items, newer
/// than or as old as one of them. It takes nothing away.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct Disputed {
    /// The block.
    pub subject: Subject,
    /// The one category of allergies that it is about; none when it is about the whole block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<AllergyCategory>,
    /// Who said that there is none, and when.
    pub absence: Absence,
}

/// That more was recorded of a block than its items: the rest cannot be shown here. A list with an entry here never looks
/// whole.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct Unlisted {
    /// The block, which has items.
    pub subject: Subject,
    /// Why the rest cannot be shown.
    pub why: Unavailability,
}

redacted!(Disputed, Unlisted);
