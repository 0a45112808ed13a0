//! Everything that can be wrong, each with one sentence and one next step.

use kakari_record::audit::FallbackRefusal;

use crate::event::{CardTrouble, OpeningTrouble, ReaderState, SaveTrouble};
use crate::handover::not_saved;
use crate::store_facts::{RosterState, StoreTrouble, WipeStage};
use crate::view::{Mark, Notice};

/// What is wrong. Closed: a new one without words does not compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    Reader(ReaderState),
    Store(StoreTrouble),
    Roster(RosterState),
    Card(CardTrouble),
    Opening(OpeningTrouble),
    NothingStored { data_age: Option<String> },
    NotRegistered { data_age: Option<String> },
    WrongPin { tries_left: u8 },
    LastTry,
    PinBlocked,
    NotOnRoster,
    NoKeys,
    ConsentWithdrawn,
    ConsentNotRecorded,
    AuditNotWritten(StoreTrouble),
    AuditOwed,
    AuditFaulty(String),
    ClockDoubtful,
    CrewRemoved,
    LeaseNearlyOver { days_left: i64 },
    LeaseOver { wraps_erased: bool },
    Wiped(WipeStage),
    SameCrewMember,
    PatientCardLocked,
    WrongReopen { tries_left: u8, code: bool },
    ReopenSpent,
    ReopenGone,
    ShiftOver { by_code: bool },
    CodeMistyped,
    CodePaused { minutes: u64 },
    CodeRefused { reason: FallbackRefusal, tries_left: u8 },
    CodeNotMarked(StoreTrouble),
    NotSaved(SaveTrouble),
    BreakGlassEnding,
    BreakGlassOver,
    SearchUnusual,
    SearchStopped,
    WrongYear { tries_left: u8 },
    WrongYears,
    FoundGone,
}

impl Problem {
    /// The words the crew sees.
    pub(crate) fn notice(&self) -> Notice {
        let (mark, sentence, next_step) = self.words();
        Notice { mark, sentence, next_step }
    }

    fn words(&self) -> (Mark, String, String) {
        let fixed = |mark, (sentence, next): (&str, &str)| (mark, sentence.to_owned(), next.to_owned());
        match self {
            Self::Reader(state) => fixed(Mark::Bad, reader(*state)),
            Self::Store(trouble) => fixed(Mark::Bad, store(*trouble)),
            Self::Roster(state) => fixed(Mark::Bad, roster(state)),
            Self::Card(trouble) => fixed(Mark::Caution, card(*trouble)),
            Self::Opening(trouble) => fixed(Mark::Bad, opening(*trouble)),
            Self::NothingStored { data_age } => nothing_stored(data_age.as_deref()),
            Self::NotRegistered { data_age } => not_registered(data_age.as_deref()),
            Self::WrongPin { tries_left } => {
                (Mark::Caution, format!("PINが違います。残り{tries_left}回です"), "もう一度入力してください".to_owned())
            }
            Self::LastTry => fixed(
                Mark::Bad,
                ("最後の1回です。間違えるとカードが使えなくなります", "自信がなければ別の職員カードを使ってください"),
            ),
            Self::PinBlocked => fixed(
                Mark::Bad,
                ("職員カードがロックされています", "別の職員カードを使ってください。解除は地域事務局へ"),
            ),
            Self::NotOnRoster => fixed(
                Mark::Bad,
                ("この職員カードは名簿にありません", "別の職員カードを使い、地域事務局に連絡してください"),
            ),
            Self::NoKeys => {
                fixed(Mark::Bad, ("この職員カードでは鍵を開けません", "別の職員カードを使い、署で同期してください"))
            }
            Self::ConsentWithdrawn => fixed(
                Mark::Caution,
                (
                    "救急時の閲覧の同意が取り消されています",
                    "内容は表示しません。病歴・薬・アレルギーは本人・家族・お薬手帳で確かめてください",
                ),
            ),
            Self::ConsentNotRecorded => {
                fixed(Mark::Caution, ("救急時の閲覧の同意は未記録です", "本人または家族に口頭で確かめてください"))
            }
            Self::AuditNotWritten(trouble) => {
                let (why, _) = store(*trouble);
                (
                    Mark::Bad,
                    format!("閲覧の記録を残せないため表示しません({why})"),
                    "本人・家族・お薬手帳で確かめてください。続くなら端末を再起動してください".to_owned(),
                )
            }
            Self::AuditOwed => fixed(
                Mark::Bad,
                (
                    "端末の空き容量がなく、閲覧の記録をまだ保存できていません",
                    "情報はそのまま使えます。電源を切らず、署に戻ったら管理者に連絡してください",
                ),
            ),
            Self::AuditFaulty(words) => (
                Mark::Caution,
                format!("閲覧記録に異常があります({words})"),
                "使用は続けられます。署に戻ったら地域事務局に連絡してください".to_owned(),
            ),
            Self::ClockDoubtful => fixed(
                Mark::Caution,
                ("端末の時計が合っていません", "「◯日前」と年齢は誤りのことがあります。日付で判断してください"),
            ),
            Self::CrewRemoved => fixed(
                Mark::Bad,
                (
                    "サインイン中の職員カードが名簿から外れたため、ロックしました",
                    "別の職員カードを使い、地域事務局に連絡してください",
                ),
            ),
            Self::LeaseNearlyOver { days_left } => (
                Mark::Caution,
                format!("同期していません。あと{days_left}日で使えなくなります"),
                "署のWi-Fiにつなぐか、USBで同期してください".to_owned(),
            ),
            Self::LeaseOver { wraps_erased } => fixed(
                Mark::Bad,
                (
                    if *wraps_erased {
                        "同期の期限が過ぎたため、鍵を消しました。この端末では情報を開けません"
                    } else {
                        "同期の期限が過ぎたため、鍵を消しています。この端末では情報を開けません"
                    },
                    "署で同期してください。今は本人・家族・お薬手帳で確かめてください",
                ),
            ),
            Self::NotSaved(trouble) => fixed(Mark::Bad, not_saved(*trouble)),
            Self::Wiped(stage) => fixed(Mark::Bad, wiped(*stage)),
            Self::SameCrewMember => fixed(
                Mark::Caution,
                ("この職員カードの人はもうサインインしています", "患者のカードか、もう1人の職員カードを置いてください"),
            ),
            Self::PatientCardLocked => {
                fixed(Mark::Caution, ("患者のカードです", "先にPINを入力するか、職員カードを置いてください"))
            }
            Self::WrongReopen { tries_left, code } => {
                let what = if *code { "番号" } else { "PIN" };
                let next = "もう一度入力してください。職員カードでも始められます".to_owned();
                (Mark::Caution, format!("{what}が違います。残り{tries_left}回です"), next)
            }
            Self::ReopenSpent => {
                fixed(Mark::Bad, ("3回間違えたため、鍵を消しました", "職員カードを置いてサインインしてください"))
            }
            Self::ReopenGone => {
                fixed(Mark::Caution, ("PINだけでは再開できなくなりました", "職員カードを置いてサインインしてください"))
            }
            Self::ShiftOver { by_code: true } => fixed(
                Mark::Bad,
                (
                    "責任者の番号で始めた勤務の12時間が終わりました",
                    "職員カードでサインインしてください。なければ責任者に新しい番号を聞いてください",
                ),
            ),
            Self::ShiftOver { by_code: false } => fixed(
                Mark::Caution,
                (
                    "サインインから12時間たったため、PINだけでは再開できません",
                    "職員カードを置いてサインインしてください",
                ),
            ),
            Self::CodeMistyped => fixed(
                Mark::Caution,
                ("16桁のどこかに打ち間違いがあります", "責任者から聞いた番号と見比べて直してください"),
            ),
            Self::CodePaused { minutes } => (
                Mark::Bad,
                format!("番号を5回間違えたため、あと{minutes}分は入力できません"),
                "番号を責任者に確かめてください。職員カードがあればすぐ始められます".to_owned(),
            ),
            Self::CodeRefused { reason, tries_left } => code_refused(*reason, *tries_left),
            Self::CodeNotMarked(trouble) => {
                let (why, next) = store(*trouble);
                (Mark::Bad, format!("番号を使用済みにできないため始められません({why})"), next.to_owned())
            }
            Self::WrongYear { tries_left } => (
                Mark::Caution,
                format!("生まれた年が違います。残り{tries_left}回です"),
                "本人・家族・持ち物で確かめ、もう一度入力してください".to_owned(),
            ),
            Self::BreakGlassEnding
            | Self::BreakGlassOver
            | Self::SearchUnusual
            | Self::SearchStopped
            | Self::WrongYears
            | Self::FoundGone => fixed(Mark::Caution, self.search_words()),
        }
    }
}

impl Problem {
    /// What goes wrong without a card.
    fn search_words(&self) -> (&'static str, &'static str) {
        match self {
            Self::BreakGlassEnding => {
                ("緊急閲覧があと5分以内に終わり、この情報も閉じます", "まだ必要なら「30分延長」を押してください")
            }
            Self::SearchUnusual => {
                ("カードなしの検索がいつもより多いため、事務局に知らせます", "この患者に必要な検索だけにしてください")
            }
            Self::SearchStopped => (
                "カードなしの検索が上限に達しました",
                "カードを置くか、本人・家族・お薬手帳で確かめ、地域事務局に連絡してください",
            ),
            Self::WrongYears => (
                "生まれた年が3回違ったため、緊急閲覧を終えました",
                "別の人かもしれません。探すなら理由を選び直してください",
            ),
            Self::FoundGone => (
                "選んだ人の情報が端末からなくなりました",
                "「病気・アレルギーなし」ではありません。もう一度探してください",
            ),
            _ => ("緊急閲覧の時間が終わりました", "まだ必要なら、カードなしの理由を選び直してください"),
        }
    }
}

fn code_refused(reason: FallbackRefusal, tries_left: u8) -> (Mark, String, String) {
    let (sentence, next) = match reason {
        FallbackRefusal::WrongCode => {
            let sentence = format!("この端末の番号ではありません。残り{tries_left}回です");
            return (Mark::Caution, sentence, "どの端末の番号かを責任者に確かめてください".to_owned());
        }
        FallbackRefusal::Used => ("この番号はもう使われています", "責任者に新しい番号を聞いてください"),
        FallbackRefusal::TooManyTries => ("番号を続けて間違えたため、今は入力できません", "15分待ってください"),
        FallbackRefusal::NoCodes => ("この端末に使える番号がありません", "署で同期するか、職員カードを使ってください"),
        FallbackRefusal::NotOnRoster => ("選んだ人が名簿にありません", "名前を選び直してください"),
    };
    (Mark::Bad, sentence.to_owned(), next.to_owned())
}

fn nothing_stored(data_age: Option<&str>) -> (Mark, String, String) {
    let sentence = match data_age {
        Some(age) => format!("このカードの情報はこの端末にありません(同期 {age})"),
        None => "このカードの情報はこの端末にありません(未同期)".to_owned(),
    };
    (
        Mark::Caution,
        sentence,
        "「病気・アレルギーなし」ではありません。本人・家族・お薬手帳で確かめてください".to_owned(),
    )
}

/// The registered card may be newer or older than this one: nobody here knows which.
fn not_registered(data_age: Option<&str>) -> (Mark, String, String) {
    let age = data_age.map(|age| format!("(同期 {age})")).unwrap_or_default();
    let sentence = format!("この端末に登録されているカードと違います{age}");
    (Mark::Caution, sentence, "再発行の前か後のカードです。本人・家族・お薬手帳で確かめてください".to_owned())
}

fn reader(state: ReaderState) -> (&'static str, &'static str) {
    match state {
        ReaderState::Ready | ReaderState::Unknown => ("リーダーを確かめています", "そのままお待ちください"),
        ReaderState::Missing => ("カードリーダーがつながっていません", "USBケーブルを挿し直してください"),
        ReaderState::ServiceStopped => (
            "カードの読取サービスが止まっています",
            "自動で再開します。10秒待っても直らなければ端末を再起動してください",
        ),
        ReaderState::Asleep => ("カードリーダーが応答しません", "USBケーブルを一度抜いて挿し直してください"),
    }
}

fn store(trouble: StoreTrouble) -> (&'static str, &'static str) {
    match trouble {
        StoreTrouble::Missing => ("この端末はまだ登録されていません", "署の職員に登録を頼んでください"),
        StoreTrouble::NoKey => ("保存データの鍵が読めません", "署で端末を点検してください"),
        StoreTrouble::WrongKey => ("保存データの鍵が合いません", "署で端末を登録し直してください"),
        StoreTrouble::Damaged => ("保存データが壊れています", "署で取り込み直してください。読める人の情報は使えます"),
        StoreTrouble::WrongKeyOrDamaged => {
            ("保存データが開きません(鍵違いまたは破損)", "署で端末を登録し直してください")
        }
        StoreTrouble::Newer => ("保存データが新しい版のものです", "署でアプリを更新してください"),
        StoreTrouble::Full => ("端末の空き容量がありません", "署の管理者に連絡してください"),
        StoreTrouble::Refused => {
            ("保存データが応答しません", "もう一度試してください。続くなら端末を再起動してください")
        }
    }
}

fn wiped(stage: WipeStage) -> (&'static str, &'static str) {
    match stage {
        WipeStage::Pending => {
            ("地域事務局の指示で、この端末を消去しています", "電源を切らずに署に戻し、別の端末を使ってください")
        }
        WipeStage::Done => {
            ("地域事務局の指示で、この端末を消去しました", "別の端末を使い、この端末は署に返してください")
        }
    }
}

fn roster(state: &RosterState) -> (&'static str, &'static str) {
    match state {
        RosterState::Believed(_) => ("名簿を確かめました", "職員カードを置いてください"),
        RosterState::Missing => ("職員の名簿がまだ届いていません", "署で同期してください"),
        RosterState::NotBelieved => ("職員の名簿の署名が正しくありません", "使わずに、地域事務局に連絡してください"),
    }
}

fn card(trouble: CardTrouble) -> (&'static str, &'static str) {
    match trouble {
        CardTrouble::TornAway => ("カードが早く離れました", "もう一度、音がするまで置いてください"),
        CardTrouble::NoAnswer => ("カードが応答しません", "カードを置き直してください。続くならカードの故障です"),
        CardTrouble::Busy => ("リーダーが使用中です", "数秒待って、もう一度置いてください"),
        CardTrouble::Reader => ("読み取りに失敗しました", "もう一度カードを置いてください"),
        CardTrouble::Malformed => {
            ("カードの内容が正しくありません", "このカードは使えません。本人・家族に確かめてください")
        }
        CardTrouble::Expired => ("有効期限が切れたカードです", "本人・家族に新しいカードがないか確かめてください"),
        CardTrouble::NotYetValid => {
            ("有効期間がまだ始まっていないカードです", "端末の時計を確かめてください。合っていれば地域事務局へ")
        }
        CardTrouble::OtherRegion => {
            ("この地域のカードではありません", "この端末では開けません。本人・家族に確かめてください")
        }
        CardTrouble::Revoked => ("使用停止のカードです", "本人・家族に新しいカードがないか確かめてください"),
        CardTrouble::MyNumberCard => ("マイナンバーカードです", "かかりつけ医カードを置いてください"),
        CardTrouble::DrivingLicence => ("運転免許証です", "かかりつけ医カードを置いてください"),
        CardTrouble::NotOurs => ("かかりつけ医カードではありません", "かかりつけ医カードを置いてください"),
        CardTrouble::StaffCard => ("職員カードです", "患者のかかりつけ医カードを置いてください"),
        CardTrouble::PatientCard => ("患者のカードです", "先に職員カードでサインインしてください"),
    }
}

fn opening(trouble: OpeningTrouble) -> (&'static str, &'static str) {
    match trouble {
        OpeningTrouble::NotOpened => {
            ("情報はありますが読み出せません", "本人・家族に確かめ、地域事務局に連絡してください")
        }
        OpeningTrouble::Newer => {
            ("情報が新しい版の形式です", "署でアプリを更新してください。今は本人・家族に確かめてください")
        }
        OpeningTrouble::NoKey => (
            "この職員カードでは開けない情報です",
            "ロックして入り直してください。続くなら署で同期し、今は本人・家族に確かめてください",
        ),
    }
}
