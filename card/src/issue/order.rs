//! What is asked for, and what comes of it.

use std::fmt;
use std::time::SystemTime;

use super::ManagementKey;
use crate::certificate::{CardNumber, CertificateSerial, StaffId, StaffName};
use crate::pin::Pin;
use crate::piv::Slot;
use crate::point::{KeyId, POINT_LEN};

/// Whose card it becomes.
#[derive(Debug, Clone)]
pub enum Holder {
    /// A patient's card: key in slot 9E, used without PIN.
    Patient(CardNumber),
    /// A staff card: key in slot 9D, used after the PIN.
    Staff {
        /// As screens show it; about 40 kanji fit.
        name: StaffName,
        /// As the roster knows it: letters, digits and `-` (a PrintableString).
        staff_id: StaffId,
    },
}

impl Holder {
    pub(super) fn slot(&self) -> Slot {
        match self {
            Self::Patient(_) => Slot::CardAuthentication,
            Self::Staff { .. } => Slot::KeyManagement,
        }
    }
}

/// One card to issue.
#[derive(Debug)]
pub struct Order {
    /// Whose card.
    pub holder: Holder,
    /// The certificate's number, unique under the card CA. Zero is not one.
    pub certificate_serial: u64,
    /// First moment of validity, to the second.
    pub not_before: SystemTime,
    /// Last moment of validity, to the second.
    pub not_after: SystemTime,
    /// Replaces the factory PIN.
    pub pin: Option<Pin>,
    /// Replaces the factory PUK: eight digits.
    pub new_puk: Option<Pin>,
    /// How often earlier attempts at this order came as far as the PUK. More than none: it may be the new one already.
    pub puk_tries: u8,
    /// The keys that the card may have now, tried in this order.
    pub management_keys: Vec<ManagementKey>,
    /// The key that it shall have: the first of these that it takes. It keeps the one it has when there are none.
    pub new_management_keys: Vec<ManagementKey>,
}

impl Order {
    /// An order for a factory-fresh card that keeps its factory PIN, PUK and management key.
    #[must_use]
    pub fn new(holder: Holder, certificate_serial: u64, not_before: SystemTime, not_after: SystemTime) -> Self {
        Self {
            holder,
            certificate_serial,
            not_before,
            not_after,
            pin: None,
            new_puk: None,
            puk_tries: 0,
            management_keys: vec![ManagementKey::factory()],
            new_management_keys: Vec::new(),
        }
    }

    /// The certificate's number as certificates and revocations carry it.
    #[must_use]
    pub fn serial(&self) -> CertificateSerial {
        CertificateSerial::new(&self.certificate_serial.to_be_bytes())
    }
}

/// What the office keeps of an issued card.
#[derive(Clone, PartialEq, Eq)]
pub struct Issued {
    /// Uncompressed point; the private half was made on the card and stays there.
    pub public_key: [u8; POINT_LEN],
    /// Its name.
    pub key_id: KeyId,
    /// What a revocation names.
    pub certificate_serial: CertificateSerial,
    /// DER, as stored on the card.
    pub certificate: Vec<u8>,
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Issued[redacted]")
    }
}
