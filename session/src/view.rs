//! What is to be seen: finished words, in the order of their weight. Nothing is formatted after this.
//!
//! A screen that shows a patient owns everything it shows about that patient, banner and body built from one value.

use std::fmt;

pub use kakari_record::photo::Face;

/// Everything on the glass at one moment.
#[derive(Clone, PartialEq, Eq)]
pub struct View {
    /// The bar on top.
    pub bar: Bar,
    /// The body under it.
    pub screen: Screen,
    /// True for a training store: the 訓練 watermark lies over everything.
    pub training: bool,
}

/// The top bar. Parts that this tablet cannot know are `None` and leave no mark.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bar {
    /// 「北町救急1」
    pub vehicle: String,
    /// 「佐藤・田中」, empty before sign-in.
    pub crew: String,
    /// 「11/20(金) 02:14」
    pub clock: String,
    /// 「データ 12分前」, with its mark.
    pub data_age: Option<(String, Mark)>,
}

/// A small judgement: always word + shape + colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// ✓
    Good,
    /// ▲
    Caution,
    /// ■
    Bad,
    /// ▨ not known
    Unknown,
}

/// The body.
#[derive(Clone, PartialEq, Eq)]
pub enum Screen {
    /// Before the store is open: what is being done.
    Starting(String),
    /// Staff card and PIN.
    SignIn(SignIn),
    /// Waiting for a patient's card.
    Standby(Standby),
    /// A card is being read: what is being done.
    Reading(String),
    /// Is this the person?
    Check(Box<Check>),
    /// The emergency summary.
    Summary(Box<SummaryView>),
    /// Every item of the same summary, by section.
    Details(Box<DetailsView>),
}

impl Screen {
    /// Its name in the log; says nothing of a patient.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Starting(_) => "starting",
            Self::SignIn(view) if view.digits.is_some() => "pin",
            Self::SignIn(_) => "sign-in",
            Self::Standby(_) => "standby",
            Self::Reading(_) => "reading",
            Self::Check(_) => "check",
            Self::Summary(_) => "summary",
            Self::Details(_) => "details",
        }
    }
}

/// What is wrong, in one sentence, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How bad.
    pub mark: Mark,
    /// 「リーダーがありません」
    pub sentence: String,
    /// 「USBケーブルを確かめてください」
    pub next_step: String,
}

/// Sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// 「職員カードを置いてください」, 「PINを入力してください」, 「確認しています」
    pub prompt: String,
    /// The card holder's name once the card is read.
    pub holder: Option<String>,
    /// How many digits stand in the PIN field (0–8); `None` while no PIN can be entered.
    pub digits: Option<u8>,
    /// 「残り2回」, shown beside the field.
    pub tries: Option<String>,
    /// True when the PIN can be submitted.
    pub can_submit: bool,
    /// What went wrong.
    pub notice: Option<Notice>,
}

/// Standby.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standby {
    /// 「カードをタッチ」
    pub prompt: String,
    /// The state of things: reader, residents, data, receipts, shift.
    pub lines: Vec<StateLine>,
    /// What is wrong, or what became of the last tap.
    pub notice: Option<Notice>,
}

/// One line of the state of things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateLine {
    /// 「リーダー」
    pub label: String,
    /// 「準備完了」
    pub value: String,
    /// Its mark.
    pub mark: Mark,
}

/// The patient banner: the same words on every screen about one patient.
#[derive(Clone, PartialEq, Eq)]
pub struct Banner {
    /// 「ヤマダ ハナコ」, empty when unknown.
    pub kana: String,
    /// 「山田 花子」
    pub name: String,
    /// 「女性 86歳」
    pub sex_age: String,
    /// 「昭和15年(1940) 3月5日」
    pub birth_date: String,
    /// 「4日前(11/16) さくら医院」
    pub information: String,
    /// Whether that age deserves a warning.
    pub information_mark: Mark,
    /// 「カード ✓ 真正・本人同意 02:13」, 「カードなし」
    pub card: String,
    /// True while the card is not on the reader any more.
    pub card_gone: bool,
}

/// The identity check.
#[derive(Clone, PartialEq, Eq)]
pub struct Check {
    /// Who the card says it is.
    pub banner: Banner,
    /// Address, empty when unknown.
    pub address: String,
    /// The 16-digit number in groups of four.
    pub number: String,
    /// The face; on no other screen.
    pub photo: CheckPhoto,
    /// For example that enrolment consent is not recorded.
    pub notice: Option<Notice>,
}

/// The photo on the identity check.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum CheckPhoto {
    /// There is none, and no mark of it.
    #[default]
    None,
    /// To be compared with the person.
    Shown(Face),
    /// 「開けません」: there is one that cannot be shown.
    Missing(String),
}

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

/// Patient words never reach a log through `Debug`.
macro_rules! redacted {
    ($($name:ty),+ $(,)?) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }
    )+};
}
redacted!(View, Screen, Banner, Check, CheckPhoto, SummaryView, DetailsView, OtherCard, AlertChip, Panel, Row);
