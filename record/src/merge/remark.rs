//! Why documents were not merged, and what of a merged one is not in the summary. No word of a patient in either.

use std::fmt;

use crate::language::Language;
use crate::model::Subject;

/// Documents that do not become one summary. Documents are named by their place in what was given, from 0; the message
/// counts from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    /// Nothing was given.
    #[error("no documents")]
    NoDocuments,
    /// Two documents are not about the same person, or nothing shows that they are.
    #[error("documents {} and {} are not shown to be about the same person: {difference}", .first + 1, .second + 1)]
    TwoPeople {
        /// The one.
        first: usize,
        /// The other.
        second: usize,
        /// In what they differ.
        difference: Difference,
    },
}

/// In what two documents differ about whose they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Difference {
    /// Two common numbers.
    #[error("their common numbers differ")]
    Number,
    /// Two sexes.
    #[error("their sexes differ")]
    Sex,
    /// Two birth dates.
    #[error("their birth dates differ")]
    BirthDate,
    /// No common number in both, and not the same whole birth date with the same name or kana.
    #[error("no common number in both, and birth date and name do not agree")]
    NothingInCommon,
}

/// Something of a document that is not in the summary, or not as it stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MergeRemark {
    /// The document's place in what was given, from 0; the message counts from 1.
    pub document: usize,
    /// The block, for what belongs to one.
    pub subject: Option<Subject>,
    /// Why.
    pub reason: MergeReason,
}

impl fmt::Display for MergeRemark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "document {}: ", self.document + 1)?;
        if let Some(subject) = self.subject {
            write!(f, "{}: ", subject.title(Language::Japanese))?;
        }
        write!(f, "{}", self.reason)
    }
}

/// Why something is not in the summary, or not as it stands in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum MergeReason {
    /// Given more than once.
    #[error("says the same as another one, taken once")]
    SameDocument,
    /// Another name than in the newest document.
    #[error("has another name than the newest document")]
    OtherName,
    /// Another address than in the newest document that has one.
    #[error("has another address than a newer document")]
    OtherAddress,
    /// "None", said before anything that is known.
    #[error("says none, older than what is known since; left out")]
    OlderNone,
    /// "None", where another document withholds.
    #[error("says none, but another document withholds this; not taken as none")]
    NoneAgainstWithheld,
    /// Items of other documents are shown, and this one withholds its own.
    #[error("withholds this; what is shown comes from other documents and says that it is not all")]
    WithheldBesideItems,
    /// The facility that stated the item says in a later document that it was a mistake.
    #[error("an item that the same facility later took back as a mistake, left out")]
    TakenBack,
    /// Two newer results of the same test are shown.
    #[error("an older result of a test with two newer ones, left out")]
    OlderResult,
    /// A newer consent or withdrawal counts.
    #[error("consent replaced by another statement")]
    ConsentReplaced,
}
