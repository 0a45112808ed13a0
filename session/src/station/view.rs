//! What the pages round the work show, in finished words.

use crate::touch::Touch;
use crate::view::{Mark, Notice, StateLine};

use super::StationPage;

/// One of these pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StationView {
    /// Which.
    pub page: StationPage,
    /// The pages that can be gone to from here, with their titles: 「同期・状態」, 「点検」, 「直近の事案」, …
    pub tabs: Vec<(StationPage, String)>,
    /// What it shows.
    pub body: StationBody,
    /// True when the crew can end its shift here.
    pub can_end_shift: bool,
    /// What is wrong, or what became of the last touch.
    pub notice: Option<Notice>,
}

/// What a page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StationBody {
    /// It is being put together: what is being done.
    Working(String),
    /// How fresh the data is.
    Sync(SyncView),
    /// The pre-shift check.
    Checks(ChecksView),
    /// This shift's cases.
    Cases(CasesView),
    /// Uses of break-glass.
    Review(ReviewView),
    /// Figures.
    Usage(UsageView),
    /// Choices.
    Settings(SettingsView),
}

/// How fresh the data is, and what sync does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncView {
    /// 「最終同期 12分前」, 「端末の時計との差 0秒」, 「登録者 33,513人」, 「閲覧記録 受領 1,204 未送信 3」, …
    pub lines: Vec<StateLine>,
    /// While something is fetched or sent.
    pub progress: Option<ProgressView>,
    /// 「閲覧時の情報の古さ」
    pub ages: Option<ChartView>,
    /// True when a sync can be asked for.
    pub can_sync: bool,
    /// True when a stick can be read.
    pub can_import: bool,
}

/// How far something is. Never without words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgressView {
    /// 「全件データを受け取っています」
    pub words: String,
    /// 「12.3 / 41.9 MB」, empty when it cannot be known.
    pub figures: String,
    /// Of a thousand; none when it cannot be known.
    pub permille: Option<u16>,
}

/// Horizontal bars with their figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartView {
    /// 「試行から閲覧まで」
    pub title: String,
    /// The bars from top to bottom.
    pub bars: Vec<BarView>,
    /// What has to be known to read it; may be empty.
    pub note: String,
}

/// One bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BarView {
    /// 「閲覧」
    pub label: String,
    /// 「1,264 (81%)」
    pub value: String,
    /// Its length, of a thousand.
    pub permille: u16,
}

/// The pre-shift check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChecksView {
    /// 「出動できます」, 「3件を確かめてください」
    pub verdict: String,
    /// Its mark.
    pub mark: Mark,
    /// 「点検 07:58」
    pub checked_at: String,
    /// Twelve lines.
    pub lines: Vec<CheckLine>,
}

/// One line of the check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckLine {
    /// 「リーダー」
    pub label: String,
    /// 「ACS ACR1252 準備完了」
    pub value: String,
    /// Its mark.
    pub mark: Mark,
    /// 「USBケーブルを挿し直してください」; empty for a good line.
    pub next_step: String,
}

/// This shift's cases, the newest first. Times and ways, nobody's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CasesView {
    /// The rows.
    pub rows: Vec<CaseRow>,
    /// 「この勤務ではまだありません」; empty when there are rows.
    pub empty: String,
}

/// One case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    /// 「02:13〜02:41」
    pub time: String,
    /// 「カード・本人同意」
    pub way: String,
    /// 「北町総合病院へ引継ぎ(QR)」, 「引継ぎの記録なし」
    pub outcome: String,
}

/// Uses of break-glass, those that nobody has looked at first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewView {
    /// 「未確認 2件・全 14件」
    pub heading: String,
    /// The rows.
    pub rows: Vec<ReviewRow>,
    /// 「緊急閲覧はありません」; empty when there are rows.
    pub empty: String,
}

/// One use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewRow {
    /// The row of its beginning: what [`Touch::Review`] says.
    pub sequence: u64,
    /// 「11/20(金) 02:14 意識障害」
    pub heading: String,
    /// 「検索 3回・表示 2人・開いた記録 1件・12分・事案の終了」
    pub figures: String,
    /// 「S0001・S0002」
    pub crew: String,
    /// 「未確認」, 「✓ 妥当(S0100 11/20)」
    pub state: String,
    /// Its mark.
    pub mark: Mark,
    /// True when whoever is signed in may judge it: nobody judges his own.
    pub can_judge: bool,
}

/// Figures of this tablet's use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageView {
    /// 「2026/11/01〜2026/11/20」
    pub period: String,
    /// From the try to the summary, and others.
    pub charts: Vec<ChartView>,
    /// 「要約まで 中央値 6.2秒 95% 14.0秒」, …
    pub lines: Vec<StateLine>,
}

/// Choices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsView {
    /// Each with its options.
    pub choices: Vec<SettingView>,
    /// 「かかり 0.1.0」, licences: lines to read.
    pub about: Vec<String>,
}

/// One choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingView {
    /// 「言語 Language」
    pub title: String,
    /// 「日本語」, 「English」: words, chosen or not, and what choosing it says.
    pub options: Vec<SettingOption>,
}

/// One way of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingOption {
    /// 「日本語」
    pub words: String,
    /// True for the one that holds.
    pub chosen: bool,
    /// What choosing it says.
    pub touch: Touch,
}
