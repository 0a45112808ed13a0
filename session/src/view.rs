//! What is to be seen: finished words, in the order of their weight. Nothing is formatted after this.
//!
//! A screen that shows a patient owns everything it shows about that patient, banner and body built from one value.

use std::fmt;

use zeroize::Zeroizing;

pub use kakari_record::audit::BreakGlassReason;
pub use kakari_record::language::Language;
pub use kakari_record::model::Subject;
pub use kakari_record::photo::Face;

pub use crate::enrolment::*;
pub use crate::look::{Dark, Look, TextSize, Theme};
pub use crate::station::{
    BarView, CaseRow, CasesView, ChartView, CheckLine, ChecksView, ProgressView, ReviewRow, ReviewView, SettingOption,
    SettingView, SettingsView, StationBody, StationPage, StationView, SyncView, UsageView,
};
use crate::touch::Field;

/// Everything on the glass at one moment.
#[derive(Clone, PartialEq, Eq)]
pub struct View {
    /// The bar on top.
    pub bar: Bar,
    /// The body under it.
    pub screen: Screen,
    /// True for a training store: the 訓練 watermark lies over everything.
    pub training: bool,
    /// The colours, the language that the words are in, the size of letters.
    pub look: Look,
    /// Nobody has touched the glass for a while: it is dark, and the first touch only lights it up.
    pub dim: bool,
    /// A card has just been seen: the green edge.
    pub card_seen: bool,
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
    /// 「緊急閲覧 29:40 — 意識障害」, while records may be searched for without a card.
    pub break_glass: Option<String>,
    /// 「電池78%」, with its mark.
    pub battery: Option<(String, Mark)>,
    /// 「通信あり」, with its mark.
    pub link: Option<(String, Mark)>,
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
    /// Locked within a shift: a PIN alone opens it again.
    Locked(Locked),
    /// Nobody has a staff card that works: two names and a one-time code.
    Fallback(Fallback),
    /// The one modal: why a record is searched for without a card.
    Reason(Reasons),
    /// The search.
    Search(Box<Search>),
    /// Who was chosen, and the birth year typed again.
    BirthYear(Box<BirthYear>),
    /// What the hospital gets.
    Handover(Box<Handover>),
    /// A page round the work: sync, check, cases, review, usage, settings.
    Station(Box<StationView>),
    /// A tablet becomes one of a region: a program of its own drives this page.
    Enrolment(Box<EnrolmentView>),
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
            Self::Locked(_) => "locked",
            Self::Fallback(_) => "fallback",
            Self::Reason(_) => "reason",
            Self::Search(_) => "search",
            Self::BirthYear(_) => "birth-year",
            Self::Handover(_) => "hand-over",
            Self::Station(view) => view.page.name(),
            Self::Enrolment(_) => "enrolment",
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
    /// True when somebody is signed in already: 「やめる」 goes back to them.
    pub can_cancel: bool,
    /// True when two crew members could start by a one-time code.
    pub can_fallback: bool,
}

/// A tablet that is locked within a shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    /// 「PINで再開します」
    pub prompt: String,
    /// 「佐藤・田中」
    pub crew: String,
    /// How many digits stand in the field (0–8).
    pub digits: u8,
    /// 「残り2回」
    pub tries: Option<String>,
    /// True when the PIN can be submitted.
    pub can_submit: bool,
    /// What went wrong.
    pub notice: Option<Notice>,
}

/// A start by two names and a one-time code.
#[derive(Clone, PartialEq, Eq)]
pub struct Fallback {
    /// 「2人の名前を選び、責任者から聞いた16桁を入力してください」
    pub prompt: String,
    /// The roster's names, a page of them.
    pub staff: Vec<StaffChoice>,
    /// 「1/3」, empty when there is one page.
    pub page: String,
    /// 「1234 5678 9___ ____」: within its shift it opens the tablet again, so it is wiped.
    pub code: Zeroizing<String>,
    /// True when two are chosen and the code is whole.
    pub can_submit: bool,
    /// What went wrong.
    pub notice: Option<Notice>,
}

/// A name of the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffChoice {
    /// Its place in the whole list.
    pub index: usize,
    /// 「佐藤 S0001」
    pub name: String,
    /// True when it is chosen.
    pub chosen: bool,
}

/// The reasons for a search without a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reasons {
    /// 「カードなしで探す理由」
    pub prompt: String,
    /// Each with its words.
    pub reasons: Vec<(BreakGlassReason, String)>,
    /// 「30分・記録され、事務局が確認します」
    pub duration: String,
    /// What stands in the way, or that more was searched than usual.
    pub notice: Option<Notice>,
}

/// The search without a card.
#[derive(Clone, PartialEq, Eq)]
pub struct Search {
    /// What can be said of somebody, in the order of the screen.
    pub fields: Vec<SearchFieldView>,
    /// Which keys are up.
    pub pad: Pad,
    /// What became of it.
    pub answer: Answer,
    /// 「候補 2人」, 「6人以上」, 「見つかりません」, 「条件を入れてください」
    pub heading: String,
    /// What to do next, and what an empty answer does not mean.
    pub hint: String,
    /// At most five, each one person or one household.
    pub households: Vec<HouseholdView>,
    /// What went wrong.
    pub notice: Option<Notice>,
    /// True in the last minutes: the time can be asked for once more.
    pub can_extend: bool,
}

/// What became of a search. Each looks unlike the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Answer {
    /// Not enough was said yet.
    #[default]
    Asking,
    /// Something that was typed cannot be: nothing is looked for.
    Mistyped,
    /// It is being looked for.
    Searching,
    /// Some fit, and are named.
    Found,
    /// Too many fit: nobody is named.
    TooMany,
    /// Nobody fits.
    Nobody,
}

/// One field of the search.
#[derive(Clone, PartialEq, Eq)]
pub struct SearchFieldView {
    /// Which; `None` for the sex, which has keys of its own.
    pub field: Option<Field>,
    /// 「氏名(行だけで探せます)」
    pub label: String,
    /// 「ヤ マ タ ハ ナ」, 「85 ±5」, 「1940年 3月 5日」, empty
    pub value: String,
    /// True when the keys type into it.
    pub chosen: bool,
}

/// Which keys are up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pad {
    /// Ten keys, one for each row.
    Rows,
    /// Every kana.
    Kana,
    /// Digits.
    Digits,
    /// Kana and digits, for an address.
    Address,
}

/// People at one address or phone.
#[derive(Clone, PartialEq, Eq)]
pub struct HouseholdView {
    /// 「同じ世帯 3人」, empty for one person.
    pub title: String,
    /// Who.
    pub people: Vec<CandidateView>,
}

/// Somebody who fits.
#[derive(Clone, PartialEq, Eq)]
pub struct CandidateView {
    /// Counted over all that are named: what [`crate::touch::Touch::Choose`] says.
    pub index: usize,
    /// 「ヤマダ ハナコ」
    pub kana: String,
    /// 「山田 花子」
    pub name: String,
    /// 「女性 86歳」
    pub sex_age: String,
    /// 「昭和15年(1940) 3月5日」: not on the screen that asks for the year.
    pub birth_date: String,
    /// 「北町」
    pub town: String,
    /// 「かかりつけ さくら医院」
    pub clinic: String,
}

/// Who was chosen, and the birth year typed again.
#[derive(Clone, PartialEq, Eq)]
pub struct BirthYear {
    /// Who, without the birth date.
    pub candidate: CandidateView,
    /// 「生まれた年を西暦で入力してください」
    pub prompt: String,
    /// 「19__」
    pub digits: String,
    /// True when four digits stand there.
    pub can_submit: bool,
    /// True while the record is being opened.
    pub opening: bool,
    /// What went wrong.
    pub notice: Option<Notice>,
}

/// What the hospital gets.
#[derive(Clone, PartialEq, Eq)]
pub struct Handover {
    /// Who it is.
    pub banner: Banner,
    /// Each section, and whether it goes.
    pub sections: Vec<SectionTick>,
    /// What the patient has not been told, and whether it goes; `None` when there is nothing of it.
    pub untold: Option<UntoldTick>,
    /// What is read aloud, part by part.
    pub script: Vec<String>,
    /// What the hospital is asked to repeat.
    pub read_back: Option<String>,
    /// 「約30秒」
    pub duration: String,
    /// The code on the glass.
    pub code: Option<CodeView>,
    /// To whom, one touch each.
    pub receivers: Vec<String>,
    /// 「02:31 北町総合病院へ QRで引継ぎ済み」, the newest first.
    pub done: Vec<String>,
    /// True when there is a folder or stick to write to.
    pub can_save: bool,
    /// What went wrong, or which file was written.
    pub notice: Option<Notice>,
    /// True in the last minutes of the emergency search that led here: the time can be asked for once more.
    pub can_extend: bool,
}

/// A section and whether it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionTick {
    /// Which.
    pub subject: Subject,
    /// 「アレルギー」
    pub title: String,
    /// True when it goes.
    pub chosen: bool,
}

/// What the patient has not been told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UntoldTick {
    /// 「未告知 1件」; once touched: 「もう一度押すと含めます」
    pub words: String,
    /// True after the first touch.
    pub asked: bool,
    /// True when it goes.
    pub chosen: bool,
}

/// A QR code on the glass.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeView {
    /// What the code holds, UTF-8.
    pub text: String,
    /// 「1/2」, empty when there is one.
    pub place: String,
    /// 「あと14:20」
    pub left: String,
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
    /// True when records can be searched for without a card.
    pub can_search: bool,
    /// True when a second crew member can sign in.
    pub can_add_crew: bool,
    /// 「搬送先は変わりましたか?」 after a case, until it is answered or something else is done; empty otherwise.
    pub question: String,
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
redacted!(Fallback, Search, SearchFieldView, HouseholdView, CandidateView, BirthYear, Handover, CodeView);
