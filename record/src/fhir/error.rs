//! Why a document was refused, and what of an accepted one was left out.

use std::fmt;

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
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
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
    /// Never shown: what an advance directive says.
    #[error("only the existence of an advance directive is kept")]
    DirectiveContent,
}
