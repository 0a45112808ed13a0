//! The page on which a tablet becomes one of a region. The program that enrols says what it shows; there is no patient,
//! no store and no session yet.

use std::fmt;

use zeroize::Zeroizing;

use crate::view::{Notice, StateLine};

/// The page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolmentView {
    /// 「端末の登録」
    pub title: String,
    /// 「招待コード(12文字)を入力してください」
    pub prompt: String,
    /// What has been done and verified, step by step: 「招待 ✓ …」, 「地域の鍵 ✓ …」. A step that is not done has
    /// [`crate::view::Mark::Unknown`].
    pub steps: Vec<StateLine>,
    /// What is to be done now.
    pub stage: EnrolmentStage,
    /// What went wrong.
    pub notice: Option<Notice>,
}

/// What is to be done now.
#[derive(Clone, PartialEq, Eq)]
pub enum EnrolmentStage {
    /// By which way: words and whether it can be gone.
    Choose(Vec<EnrolmentWay>),
    /// Twelve characters are typed: 「8K2M 4_ _ _  _ _ _ _」.
    Code {
        /// What stands in the field. Until it is used it makes a tablet of any machine, so it is wiped and never printed.
        typed: Zeroizing<String>,
        /// The characters that a code can have.
        keys: Vec<char>,
        /// True when it is whole.
        can_submit: bool,
    },
    /// Something is being fetched or made.
    Working(crate::station::ProgressView),
    /// It stopped before its end; what was done stays done.
    Stopped {
        /// True when going on can help.
        can_retry: bool,
    },
    /// The tablet is ready.
    Ready,
}

/// One way to enrol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolmentWay {
    /// 「ネットワークで登録」
    pub words: String,
    /// Under it: 「https://region.example」, 「USBの中に見つかりました」.
    pub detail: String,
    /// True when it can be gone.
    pub enabled: bool,
}

impl fmt::Debug for EnrolmentStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Choose(_) => "Choose",
            Self::Code { .. } => "Code([redacted])",
            Self::Working(_) => "Working",
            Self::Stopped { .. } => "Stopped",
            Self::Ready => "Ready",
        })
    }
}
