//! What the hospital gets.

use kakari_record::model::Subject;

use super::{Banner, Notice};

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
