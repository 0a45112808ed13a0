//! Infections, key laboratory values, pregnancy, dialysis, the usual state, and how to communicate.

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use super::{Origin, PartialDate, redacted};

/// An infection result (one of the 6情報).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct Infection {
    /// What was looked for: 「HBs抗原」.
    pub name: String,
    /// What was found, in the sender's words: 「陽性」.
    pub result: String,
    /// True when the result calls for precautions (positive).
    pub positive: bool,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<PartialDate>,
    /// Who said so, and when.
    pub origin: Origin,
}

/// A key laboratory value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct Lab {
    /// Which one.
    pub kind: LabKind,
    /// The value with its unit, a finished string: 「7.5 %」.
    pub value: String,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<PartialDate>,
    /// Who said so, and when.
    pub origin: Origin,
}

/// The laboratory values that are kept; all others are dropped at ingest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(rename_all = "snake_case")]
pub enum LabKind {
    /// eGFR
    Egfr,
    /// クレアチニン
    Creatinine,
    /// カリウム
    Potassium,
    /// ヘモグロビン
    Hemoglobin,
    /// PT-INR
    PtInr,
    /// HbA1c
    HbA1c,
    /// A kind of a later version, kept as it came.
    #[serde(untagged)]
    Other(String),
}

/// A pregnancy.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct Pregnancy {
    /// Expected delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<PartialDate>,
    /// In the sender's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Who said so, and when.
    pub origin: Origin,
}

/// Dialysis.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct Dialysis {
    /// 「血液透析」「腹膜透析」
    pub name: String,
    /// The arm with the shunt, never to be used for blood pressure or a line: 「左前腕」.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shunt: Option<String>,
    /// 「月水金 午前」
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// Dialysis centre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub centre: Option<String>,
    /// Its phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Who said so, and when.
    pub origin: Origin,
}

/// What is normal for this patient.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// Which part of the usual state.
    pub kind: BaselineKind,
    /// In finished words: 「150/90 mmHg」.
    pub text: String,
    /// Who said so, and when.
    pub origin: Origin,
}

/// Parts of the usual state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(rename_all = "snake_case")]
pub enum BaselineKind {
    /// 普段の意識
    Consciousness,
    /// 普段の血圧
    BloodPressure,
    /// 普段のSpO2
    OxygenSaturation,
    /// 日常生活動作
    DailyLiving,
    /// Anything else said about the usual state.
    #[default]
    General,
    /// A kind of a later version, kept as it came.
    #[serde(untagged)]
    Other(String),
}

/// What a crew must know to talk with the patient.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct Communication {
    /// Which need.
    pub kind: CommunicationKind,
    /// In words: 「難聴(右) 補聴器」.
    pub text: String,
    /// Who said so, and when.
    pub origin: Origin,
}

/// Kinds of communication needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(rename_all = "snake_case")]
pub enum CommunicationKind {
    /// 聴覚
    Hearing,
    /// 視覚
    Sight,
    /// 言語
    Language,
    /// 認知症
    Dementia,
    /// 行動
    Behaviour,
    /// Any other need.
    #[default]
    General,
    /// A kind of a later version, kept as it came.
    #[serde(untagged)]
    Other(String),
}

redacted!(Infection, Lab, Pregnancy, Dialysis, Baseline, Communication);
