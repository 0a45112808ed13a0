//! Personalising blank PIV cards, through PC/SC like everything else. For the office, the demo and tests.
//!
//! A blank card is one with the PIV application, the factory management key, the factory PUK and PIN. [`personalise`] makes
//! the key pair **on the card** (it never leaves it), has the region's card CA sign a certificate for it, stores
//! that, and replaces PUK, PIN and management key where new ones are given. The order begun again goes on where it broke off, at
//! whichever exchange that was. [`IssuingSecret`] gives each card secrets of its own that the office can always have again.
//!
//! The management key is replaced by an extension of the standard that most, not all, cards know; while it
//! is the factory one, anybody who holds the card can erase it (never read it). While the PUK is the factory one, it can reset
//! a staff card's PIN.

mod management;
mod object;
mod order;
mod references;
mod secret;
mod signer;
mod steps;

use crate::certificate::LARGEST_CERTIFICATE;
use crate::{CardError, Conversation};

pub use management::ManagementKey;
pub use object::{COPY_OBJECT, put_object};
pub use order::{Holder, Issued, Order};
pub use secret::IssuingSecret;
pub use signer::CardAuthoritySigner;
pub use steps::{Step, personalise};

/// Why a card was not issued. The card may be half personalised; beginning the same order again is safe.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// The conversation broke.
    #[error(transparent)]
    Card(#[from] CardError),
    /// The card has no PIV application.
    #[error("the card has no PIV application")]
    NotPiv,
    /// The card does not know this management key.
    #[error("the card does not accept the management key")]
    WrongManagementKey,
    /// The card takes none of the new management keys: the factory one would stay.
    #[error("the card keeps its factory management key")]
    ManagementKeyStays,
    /// The card's PIN or PUK is not the factory one.
    #[error("the card's PIN or PUK is not the factory one")]
    NotFactoryPin,
    /// Another guess could be the PUK's last try.
    #[error("the card's PUK is unknown and may have only one try left")]
    PukInDoubt,
    /// The certificate would not fit into one GET RESPONSE: a name too long.
    #[error("the certificate would be {0} bytes, {LARGEST_CERTIFICATE} or more")]
    TooLong(usize),
    /// The card CA's key, or the certificate to be signed by it, is not usable.
    #[error("the card authority cannot sign")]
    Signer(#[source] rcgen::Error),
    /// A date before 1970 or after 9999.
    #[error("the validity is not a period of time")]
    Validity,
    /// Whoever was told of a step said stop.
    #[error("stopped before the next step")]
    Stopped,
}

impl IssueError {
    /// Whether the same order can never be finished on this card.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(
            self,
            Self::ManagementKeyStays
                | Self::NotFactoryPin
                | Self::PukInDoubt
                | Self::Card(CardError::Refused { .. } | CardError::InvalidPoint)
        )
    }
}

/// [`personalise`] without anybody to tell.
///
/// # Errors
/// See [`IssueError`]. Finish the conversation also on success.
pub fn issue(
    conversation: &mut Conversation,
    signer: &CardAuthoritySigner,
    order: &Order,
) -> Result<Issued, IssueError> {
    personalise(conversation, signer, order, &mut |_| Ok(()))
}
