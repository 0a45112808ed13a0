//! Why a tablet was not enrolled; its words are in `refused_words`.

use std::io;
use std::path::PathBuf;

use kakari_sync::client::enrol::EnrolError;
use kakari_sync::client::{LinkError, Outcome, Problem, TlsFault, Waits, Words};
use kakari_sync::enrol::EnrolRefusal;

use super::super::sync_words::outcome_words;
use super::refused_words::in_english;

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
    /// The store of the tablet that the configuration names is still here. Nothing was asked of the region.
    OldStore(String),
    /// An ordered erasure is not over, or the region does not know of it yet.
    BeingErased,
    /// The enrolment that was to be gone on with is not there any more.
    Uninvited,
    /// Enrolled, and not everything is here yet.
    NotFilled(NotFilled),
}

/// What came of the last round.
#[derive(Debug)]
pub(super) struct NotFilled {
    /// Something of the feed was refused.
    refused: bool,
    /// So many bytes wait for a link that costs nothing, or for a person's word.
    pub(super) waits: Option<u64>,
    pub(super) words: Words,
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

impl NotFilled {
    pub(super) fn of(outcome: &Outcome) -> Self {
        let waits = match outcome.waits {
            Some(Waits::ForWifi { bytes }) => Some(bytes),
            Some(Waits::ForTomorrow | Waits::ProgramForWifi { .. }) | None => None,
        };
        let words = Words { ja: outcome_words(outcome), en: in_english(outcome) };
        Self { refused: outcome.refusal().is_some(), waits, words }
    }
}

impl NotEnrolled {
    /// Somebody said no: running the same command again changes nothing.
    pub(super) fn is_refused(&self) -> bool {
        match self {
            Self::Enrol(EnrolError::Problem(problem)) | Self::Problem(problem) => problem.refusal().is_some(),
            Self::Enrol(_) | Self::OtherTablet(_) | Self::OldStore(_) | Self::Uninvited => true,
            Self::NotFilled(not) => not.refused,
            Self::File(_) | Self::Store(_) | Self::BeingErased => false,
        }
    }

    /// Whether the same once more can help. A server that is not the invitation's stays another's.
    pub(super) fn can_retry(&self) -> bool {
        !self.is_refused() && !self.is_not_as_invited()
    }

    pub(super) fn is_not_as_invited(&self) -> bool {
        let not_as_invited = LinkError::NotTheServer(TlsFault::NotAsInvited);
        matches!(self, Self::Enrol(EnrolError::Problem(Problem::Link(link))) if *link == not_as_invited)
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
            Self::OldStore(_) => "old_store",
            Self::BeingErased => "being_erased",
            Self::Uninvited => "uninvited",
            Self::NotFilled(_) => "not_filled",
        }
    }
}
