//! What is known of the patient: the summary, and every item of it.

use super::{Banner, Notice};

/// The emergency summary on one screen.
#[derive(Clone, PartialEq, Eq)]
pub struct SummaryView {
    /// Who it is.
    pub banner: Banner,
    /// The strip of alerts under the banner, the worst first.
    pub alerts: Vec<AlertChip>,
    /// The panels, in the order of their weight.
    pub panels: Vec<Panel>,
    /// Another card was laid on the reader while this summary is open.
    pub other_card: Option<OtherCard>,
    /// A problem that does not take the summary away.
    pub notice: Option<Notice>,
    /// True in the last minutes of the emergency search that led here: the time can be asked for once more.
    pub can_extend: bool,
}

/// All items of the summary.
#[derive(Clone, PartialEq, Eq)]
pub struct DetailsView {
    /// Who it is.
    pub banner: Banner,
    /// As on the summary: the details have room for every reason.
    pub alerts: Vec<AlertChip>,
    /// Every section with every row and its origin.
    pub panels: Vec<Panel>,
    /// As on the summary.
    pub other_card: Option<OtherCard>,
    /// As on the summary.
    pub notice: Option<Notice>,
    /// True in the last minutes of the emergency search that led here: the time can be asked for once more.
    pub can_extend: bool,
}

/// An offer to switch to the patient of another card.
#[derive(Clone, PartialEq, Eq)]
pub struct OtherCard {
    /// 「鈴木 一郎さんに切替」 — or why that card cannot be opened.
    pub words: String,
    /// True when the switch is possible.
    pub can_switch: bool,
}

/// One alert of the red strip, with its reason.
#[derive(Clone, PartialEq, Eq)]
pub struct AlertChip {
    /// Octagon (true) or triangle (false).
    pub critical: bool,
    /// 「抗凝固薬」
    pub label: String,
    /// 「ワルファリンカリウム」
    pub reason: String,
}

/// What a panel tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// アレルギー・禁忌 (the red band)
    Allergies,
    /// 要注意薬・服薬 (the amber band)
    Medicines,
    /// 病名・既往
    Conditions,
    /// 体内機器・処置・透析・妊娠
    Devices,
    /// 普段の状態・意思疎通
    Baseline,
    /// 感染症・検査
    Findings,
    /// 事前指示
    Directives,
    /// かかりつけ
    Doctors,
    /// 緊急連絡先
    Contacts,
}

/// Which of the four values a panel has; each looks unlike the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The rows.
    Known,
    /// ✓ outlined: the one row says who confirmed it and when.
    NoneConfirmed,
    /// ▨ hatched: 「未記録(なしではありません)」
    NotRecorded,
    /// ▨ hatched: 「取得不可」 and the reason.
    Unavailable,
}

/// One panel.
#[derive(Clone, PartialEq, Eq)]
pub struct Panel {
    /// What it tells.
    pub topic: Topic,
    /// 「アレルギー・禁忌」
    pub title: String,
    /// 「2件」, 「8剤」; empty unless known.
    pub count: String,
    /// Which of the four values.
    pub standing: Standing,
    /// The rows, the weightiest first. For the three values other than `Known`, the words to show.
    pub rows: Vec<Row>,
    /// 「確認 2026/04/12 北町総合病院」, may be empty.
    pub footer: String,
    /// How many rows are kept from the patient's eyes until a second touch (未告知).
    pub veiled: usize,
}

/// One row of a panel. No part may be cut, abbreviated or split inside a word.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// 「抗凝固」, in a small frame; empty for none.
    pub tag: String,
    /// Bold: 「ワルファリンカリウム」
    pub main: String,
    /// Under it: 「ワーファリン錠1mg 2錠 1日1回 夕食後」; may be empty.
    pub sub: String,
    /// The short name for the line 「ほか3剤: …」.
    pub short: String,
    /// Who said so and when, for the details: 「2026/04/12 北町総合病院」.
    pub origin: String,
    /// True when another document says otherwise; what it says stands in `sub`.
    pub differs: bool,
    /// True for a row that says something is not known or not confirmed: hatched even inside a known panel.
    pub unknown: bool,
}
