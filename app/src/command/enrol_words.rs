//! Why a tablet was not enrolled, each with one sentence and one next step.

use std::io;
use std::path::PathBuf;

use kakari_record::display;
use kakari_sync::client::Problem;
use kakari_sync::client::enrol::EnrolError;
use kakari_sync::enrol::EnrolRefusal;

/// What was given on the command line is no invitation. Nothing was tried.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error("招待のファイル {0} が読めません({1}): ファイルの場所を確かめてください")]
    Unreadable(PathBuf, #[source] io::Error),
    #[error("{0} は招待ではありません: 事務局のQRの文字列をそのまま入れてください")]
    NoInvitation(PathBuf),
    #[error("招待コードの形が違います: 12文字を XXXX-XXXX-XXXX のように入力してください")]
    NoCode,
    #[error("登録先がありません: --server https://… か --from フォルダ を付けてください")]
    NoServer,
}

/// Why a tablet is not ready.
#[derive(Debug)]
pub(super) enum NotEnrolled {
    /// The region, or what came of it, says no.
    Enrol(EnrolError),
    /// The tablet's own keys and files.
    Problem(Problem),
    /// A file of the tablet.
    File(io::Error),
    /// The store does not open.
    Store(String),
    /// The configuration that is there names another tablet than the region.
    OtherTablet(String),
    /// An ordered erasure is not over, or the region does not know of it yet.
    BeingErased,
    /// Enrolled, and not everything is here yet.
    NotFilled {
        /// Something of the feed was refused.
        refused: bool,
        words: String,
    },
}

impl From<EnrolError> for NotEnrolled {
    fn from(error: EnrolError) -> Self {
        Self::Enrol(error)
    }
}

impl From<Problem> for NotEnrolled {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl NotEnrolled {
    /// Somebody said no: running the same command again changes nothing.
    pub(super) fn is_refused(&self) -> bool {
        match self {
            Self::Enrol(EnrolError::Problem(problem)) | Self::Problem(problem) => problem.refusal().is_some(),
            Self::Enrol(_) | Self::OtherTablet(_) => true,
            Self::NotFilled { refused, .. } => *refused,
            Self::File(_) | Self::Store(_) | Self::BeingErased => false,
        }
    }

    /// The reason's name, for programs.
    pub(super) fn reason(&self) -> &'static str {
        match self {
            Self::Enrol(EnrolError::Refused(refusal)) => match refusal {
                EnrolRefusal::Unknown => "unknown",
                EnrolRefusal::Used => "used",
                EnrolRefusal::Expired => "expired",
                EnrolRefusal::Forged => "forged",
                EnrolRefusal::BadRequest => "bad_request",
                EnrolRefusal::Revoked => "revoked",
                _ => "refused",
            },
            Self::Enrol(EnrolError::OtherKeys) => "other_keys",
            Self::Enrol(EnrolError::NoEnrolment) => "no_enrolment",
            Self::Enrol(EnrolError::Already(_)) => "already",
            Self::Enrol(_) | Self::Problem(_) => "problem",
            Self::File(_) => "file",
            Self::Store(_) => "store",
            Self::OtherTablet(_) => "other_tablet",
            Self::BeingErased => "being_erased",
            Self::NotFilled { .. } => "not_filled",
        }
    }

    pub(super) fn sentence(&self) -> String {
        match self {
            Self::Enrol(EnrolError::Refused(refusal)) => refusal_words(*refusal).0.to_owned(),
            Self::Enrol(EnrolError::OtherKeys) => "地域の鍵が招待に書かれたものと違います".to_owned(),
            Self::Enrol(EnrolError::NoEnrolment) => "このフォルダには端末の登録がありません".to_owned(),
            Self::Enrol(error) => trimmed(&error.words().ja),
            Self::Problem(problem) => trimmed(&problem.words().ja),
            Self::File(error) => format!("端末のファイルを書けません({error})"),
            Self::Store(words) => format!("端末の保存データを開けません({words})"),
            Self::OtherTablet(tablet) => format!("設定の tablet が登録された端末 {tablet} と違います"),
            Self::BeingErased => "この端末は消去の途中か、消去の報告がまだ届いていません".to_owned(),
            Self::NotFilled { words, .. } => trimmed(words),
        }
    }

    pub(super) fn next_step(&self) -> &'static str {
        match self {
            Self::Enrol(EnrolError::Refused(refusal)) => refusal_words(*refusal).1,
            Self::Enrol(EnrolError::OtherKeys) => "登録せずに、地域事務局に連絡してください",
            Self::Enrol(EnrolError::NoEnrolment) => "USBの中のフォルダを確かめるか、事務局に作り直しを頼んでください",
            Self::OtherTablet(_) => "設定の tablet を直して、もう一度同じコマンドを実行してください",
            Self::BeingErased => "ネットワークにつなぎ、kakari sync --once のあとで登録してください",
            _ if self.is_refused() => "使わずに、地域事務局に連絡してください",
            _ => "もう一度同じコマンドを実行してください。続きから始めます",
        }
    }
}

fn refusal_words(refusal: EnrolRefusal) -> (&'static str, &'static str) {
    match refusal {
        EnrolRefusal::Unknown => {
            ("この招待コードはありません", "コードを確かめ、違わなければ事務局に新しい招待を頼んでください")
        }
        EnrolRefusal::Used => {
            ("この招待は別の端末で使われました", "覚えがなければ事務局に知らせ、新しい招待を頼んでください")
        }
        EnrolRefusal::Expired => ("この招待は期限が切れています", "事務局に新しい招待を頼んでください"),
        EnrolRefusal::Forged => (
            "相手がこの招待を知りません(偽の登録先かもしれません)",
            "登録先を確かめ、正しければ地域事務局に連絡してください",
        ),
        EnrolRefusal::BadRequest => {
            ("証明書の申請が受け付けられませんでした", "端末の時計とアプリの版を確かめ、事務局に連絡してください")
        }
        EnrolRefusal::Revoked => ("この端末は事務局が停止しています", "地域事務局に連絡してください"),
        _ => ("登録が断られました", "アプリを更新し、事務局に連絡してください"),
    }
}

/// A sentence without its full stop: a next step follows.
fn trimmed(sentence: &str) -> String {
    sentence.trim_end_matches('。').to_owned()
}

pub(super) fn number(count: u64) -> String {
    display::amount(&count.to_string())
}
