//! What a TPM refused, in words with the next step.

use tss_esapi::constants::Tss2ResponseCodeKind;

/// A TPM did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TpmError {
    /// The words that say where the TPM is cannot be understood.
    #[error("\"{0}\" names no TPM; write tpm = \"device:/dev/tpmrm0\", or tpm = \"\" to do without one")]
    Name(String),
    /// Nobody answers there.
    #[error(
        "the TPM at {place} does not answer ({reason}); switch it on in the machine's set-up, see that this user may open the device (group tss), or write tpm = \"\" to do without one"
    )]
    Away {
        /// As the configuration names it.
        place: String,
        /// The driver's words.
        reason: String,
    },
    /// The key was made in another TPM, or this one was cleared since.
    #[error("this key was made in another TPM, or the TPM was cleared since; enrol the tablet anew at the station")]
    OtherTpm,
    /// The bytes are no key of this program's making.
    #[error("the file of the key is damaged or of a later version; enrol the tablet anew at the station")]
    Blob,
    /// The counter's place in the TPM is taken by something else.
    #[error(
        "the TPM's index {index:#010x} holds something else than this tablet's counter; remove it (tpm2_nvundefine {index:#010x}) if nothing else on this machine needs it"
    )]
    CounterTaken {
        /// The index.
        index: u32,
    },
    /// There is no counter in this TPM.
    #[error("this TPM holds no counter of this tablet: it was cleared or replaced")]
    NoCounter,
    /// Others have all its places for objects: passes by itself.
    #[error("the TPM is busy with others; try again")]
    Busy,
    /// The TPM refused for another reason.
    #[error("the TPM refused to {what}: {reason}; if it stays so, restart the tablet")]
    Refused {
        /// What it was asked.
        what: &'static str,
        /// Its own words.
        reason: String,
    },
}

/// Says what the TPM was asked when it refused.
pub(crate) fn refused(what: &'static str) -> impl Fn(tss_esapi::Error) -> TpmError {
    move |error| match kind(error) {
        Some(Tss2ResponseCodeKind::ObjectMemory) => TpmError::Busy,
        _ => TpmError::Refused { what, reason: error.to_string() },
    }
}

/// Whether the TPM found that something was not made by itself.
pub(crate) fn is_foreign(error: tss_esapi::Error) -> bool {
    kind(error) == Some(Tss2ResponseCodeKind::Integrity)
}

fn kind(error: tss_esapi::Error) -> Option<Tss2ResponseCodeKind> {
    match error {
        tss_esapi::Error::Tss2Error(code) => code.kind(),
        tss_esapi::Error::WrapperError(_) => None,
    }
}
