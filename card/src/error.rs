//! What can break between the tablet and a card.

/// Something broke. Whatever the conversation had learned is void; the next tap starts afresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CardError {
    /// The card is no longer on the reader.
    #[error("the card was removed")]
    Removed,
    /// The card, or the service, went away in the middle of an exchange.
    #[error("the card was torn away during an exchange")]
    Torn,
    /// No answer within the deadline. The waiting thread has been abandoned.
    #[error("the card or the card service does not answer")]
    NoAnswer,
    /// Another card may lie there now, or somebody else reset this one.
    #[error("the card changed during the conversation")]
    Changed,
    /// The card is there but does not speak.
    #[error("the card is mute")]
    Mute,
    /// An answer of the wrong shape.
    #[error("the card's answer is malformed: {what}")]
    Malformed {
        /// Which part of which answer; never its bytes.
        what: &'static str,
    },
    /// The card refused a step that a card of its kind must allow.
    #[error("the card refused {step} ({status:04X})")]
    Refused {
        /// Name of the exchange.
        step: &'static str,
        /// Status word of ISO 7816-4.
        status: u16,
    },
    /// The point offered for key agreement is not on P-256. The card has not seen it.
    #[error("the point is not on the curve")]
    InvalidPoint,
    /// The PC/SC service is not running, or stopped.
    #[error("the card service is not running")]
    ServiceStopped,
    /// Another program holds the card for itself alone, or does not end its transaction with it.
    #[error("another program holds the card")]
    Busy,
    /// The reader is gone or does not work.
    #[error("the reader is gone")]
    ReaderGone,
    /// Any other failure of PC/SC.
    #[error("the reader reports a failure")]
    Reader(#[source] pcsc::Error),
}

impl From<pcsc::Error> for CardError {
    fn from(error: pcsc::Error) -> Self {
        use pcsc::Error as E;
        match error {
            E::RemovedCard | E::NoSmartcard => Self::Removed,
            E::NotTransacted => Self::Torn,
            E::ResetCard => Self::Changed,
            E::Timeout => Self::NoAnswer,
            E::UnresponsiveCard | E::UnpoweredCard | E::UnsupportedCard | E::ProtoMismatch => Self::Mute,
            E::SharingViolation => Self::Busy,
            E::NoService | E::CommError | E::ServiceStopped | E::InvalidHandle | E::SystemCancelled => {
                Self::ServiceStopped
            }
            E::UnknownReader | E::ReaderUnavailable | E::NoReadersAvailable | E::InvalidValue => Self::ReaderGone,
            other => Self::Reader(other),
        }
    }
}
