//! Implants, devices and operations.

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use super::{Coded, Origin, PartialDate, redacted};

/// A device in or on the body, or one the patient lives with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// What kind it is.
    pub kind: DeviceKind,
    /// Name as its sender wrote it.
    pub name: Coded,
    /// Where on the body: 「左上腕」.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<PartialDate>,
    /// The sender's note: 「MRI条件付き」.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Who said so, and when.
    pub origin: Origin,
}

/// Kinds that change what a crew does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    /// ペースメーカー
    Pacemaker,
    /// 植込み型除細動器 (ICD, CRT-D)
    Defibrillator,
    /// 透析シャント
    DialysisShunt,
    /// ステント
    Stent,
    /// ストーマ
    Ostomy,
    /// 在宅酸素
    HomeOxygen,
    /// 胃瘻・経管栄養
    FeedingTube,
    /// インスリンポンプ
    InsulinPump,
    /// Any other device, shown by its name.
    #[default]
    Device,
    /// A kind of a later version, kept as it came.
    #[serde(untagged)]
    Other(String),
}

/// An operation or procedure.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// Name as its sender wrote it.
    pub name: Coded,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<PartialDate>,
    /// The sender's note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Who said so, and when.
    pub origin: Origin,
}

redacted!(Device, Procedure);
