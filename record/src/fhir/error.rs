//! Why a document was refused, and what of an accepted one was left out.

use std::fmt;

use crate::photo::PhotoError;

/// A document that is not taken in. Nothing of it is kept.
///
/// Every message is one line with the JSON path and what was expected there; it never quotes a value of the document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FhirError {
    /// The bytes are not JSON (or nested deeper than any document).
    #[error("not JSON: line {line}, column {column}")]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1.
        column: usize,
    },
    /// An object has the same key twice: one of the two would be lost.
    #[error("the same key twice in one object: line {line}, column {column}")]
    KeyTwice {
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1.
        column: usize,
    },
    /// More bytes than any patient document has.
    #[error("document too large: {bytes} bytes (at most {limit})")]
    TooLarge {
        /// What came.
        bytes: usize,
        /// What is accepted.
        limit: usize,
    },
    /// More than any patient document holds: taking it in could exhaust the tablet's memory.
    #[error("document too large: {what}, line {line}, column {column}")]
    TooMuch {
        /// Which limit, with its figure.
        what: &'static str,
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1.
        column: usize,
    },
    /// A value is missing or of the wrong shape.
    #[error("{path}: {problem}")]
    Unexpected {
        /// Where: `entry[3].resource.birthDate`.
        path: String,
        /// What is wrong and what was expected.
        problem: &'static str,
    },
    /// A reference that nothing in the Bundle answers to.
    #[error("{path}: nothing in this Bundle has this {target} reference")]
    Dangling {
        /// Where the reference stands.
        path: String,
        /// The kind of resource that it asks for, or `resource`.
        target: &'static str,
    },
}

impl FhirError {
    /// A wrong or missing value at `path`.
    pub(super) fn at(path: &str, problem: &'static str) -> Self {
        Self::Unexpected { path: path.to_owned(), problem }
    }
}

/// Something in an accepted document that is not in the summary, or not as it stands there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Remark {
    /// Where: `entry[12].resource`.
    pub path: String,
    /// Why.
    pub reason: Reason,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.reason)
    }
}

/// Why something was left out or taken differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// The emergency summary has no place for this kind of resource.
    #[error("not part of the emergency summary")]
    NotInSummary,
    /// `entered-in-error`.
    #[error("entered in error, left out")]
    EnteredInError,
    /// `refuted`.
    #[error("refuted, left out")]
    Refuted,
    /// Ended, cancelled, planned or replaced.
    #[error("not in force by its status, left out")]
    NotInForce,
    /// Items stand beside a statement that there is none; the items are kept.
    #[error("says none, but the document has items or says unknown; not taken as none")]
    Contradiction,
    /// A statement that there is none, too weak to be taken as one.
    #[error("says none without confirming it; not taken as none")]
    WeakAbsence,
    /// Nothing names the item.
    #[error("has no name; kept without one")]
    NoName,
    /// A status that this version does not know.
    #[error("unknown status; kept as not said")]
    UnknownStatus,
    /// The same prescription is there as dispensed.
    #[error("shown as dispensed instead")]
    ShownAsDispensed,
    /// Text that no program can read; the block says that it is not understood.
    #[error("has only text, which is not taken in")]
    TextOnly,
    /// A reference to somebody or something that is not there; who it was stays unknown.
    #[error("leads to nothing in this document; left as not known")]
    LeadsNowhere,
    /// No date of writing; the newest date among the resources stands in for it.
    #[error("does not say when it was written; the newest date in it is taken")]
    DateGuessed,
    /// What a server says about its own answer (`OperationOutcome`).
    #[error("a note of the server about its answer, left out")]
    ServerNote,
    /// The summary shows the newest result of each kind.
    #[error("a newer result is shown instead")]
    OlderResult,
    /// Said to be active, with a period that was over before the document was written.
    #[error("active by its status, over by its period; kept as not said")]
    Ended,
    /// An observation without a value.
    #[error("has no value, left out")]
    NoValue,
    /// An observation with a `focus`: a fetus, a donor, a relative.
    #[error("is about somebody or something else than the patient, left out")]
    AboutAnother,
    /// The very same resource was there before.
    #[error("is there twice; taken once")]
    Twice,
    /// Never shown: what an advance directive says.
    #[error("only the existence of an advance directive is kept")]
    DirectiveContent,
    /// The patient's photo is an address; nothing is fetched.
    #[error("the photo is elsewhere; not fetched")]
    PhotoElsewhere,
    /// The patient's photo is no picture that can be shown.
    #[error("the photo cannot be used ({0}); left out")]
    PhotoNotUsable(PhotoError),
    /// Another photo of the patient is used.
    #[error("another photo is newer or stands before it; left out")]
    AnotherPhoto,
}
