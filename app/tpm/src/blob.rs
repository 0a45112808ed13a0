//! A key of the TPM as a file: its public part, and its private part as only the TPM that made it opens it.
//!
//! Version 1: `KKT1`, then twice a length (u16, big-endian) and as many bytes: a `TPMT_PUBLIC` and the contents of a
//! `TPM2B_PRIVATE` (TPM 2.0 Library, part 2, 12.2.4 and 12.3.7).

use tss_esapi::structures::{Private, Public};
use tss_esapi::traits::{Marshall, UnMarshall};

use crate::TpmError;

const MAGIC: &[u8; 4] = b"KKT1";

/// Both parts of a key.
#[derive(Clone)]
pub(crate) struct Blob {
    pub(crate) public: Public,
    pub(crate) private: Private,
}

impl Blob {
    pub(crate) fn encode(&self) -> Result<Vec<u8>, TpmError> {
        let public = self.public.marshall().map_err(|_| TpmError::Blob)?;
        let mut bytes = MAGIC.to_vec();
        for part in [public.as_slice(), self.private.value()] {
            let length = u16::try_from(part.len()).map_err(|_| TpmError::Blob)?;
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(part);
        }
        Ok(bytes)
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, TpmError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(TpmError::Blob)?;
        let (public, rest) = part(rest)?;
        let (private, rest) = part(rest)?;
        if !rest.is_empty() {
            return Err(TpmError::Blob);
        }
        Ok(Self {
            public: Public::unmarshall(public).map_err(|_| TpmError::Blob)?,
            private: Private::try_from(private).map_err(|_| TpmError::Blob)?,
        })
    }
}

fn part(bytes: &[u8]) -> Result<(&[u8], &[u8]), TpmError> {
    let (length, rest) = bytes.split_first_chunk::<2>().ok_or(TpmError::Blob)?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or(TpmError::Blob)
}
