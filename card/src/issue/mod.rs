//! Personalising blank PIV cards, through PC/SC like everything else. For the office, the demo and tests.
//!
//! A blank card is one with the PIV application, the factory management key and the factory PIN. [`issue`] makes
//! the key pair **on the card** (it never leaves it), has the region's card CA sign a certificate for it, stores
//! that, and replaces the factory PIN where a new one is given. The management key is replaced only when
//! [`Order::new_management_key`] is given, by an extension of the standard that most, not all, cards know; while it
//! is the factory one, anybody who holds the card can erase it (never read it). The PUK stays the factory one
//! unless [`Order::new_puk`] is given; until then it can reset a staff card's PIN.

mod management;
mod signer;

use std::fmt;
use std::time::SystemTime;

use crate::apdu::{Command, Instruction, Status, take_tlv};
use crate::certificate::{CardNumber, CertificateSerial, LARGEST_CERTIFICATE, StaffId, StaffName};
use crate::pin::Pin;
use crate::piv::{Application, Piv, Slot};
use crate::point::{KeyId, POINT_LEN, check_point, key_id};
use crate::{CardError, Conversation};

pub use management::ManagementKey;
pub use signer::CardAuthoritySigner;

const P256: u8 = 0x11;
const FACTORY_PIN: &str = "123456";
const FACTORY_PUK: &str = "12345678";
const PIN_REFERENCE: u8 = 0x80;
const PUK_REFERENCE: u8 = 0x81;

/// Why a card was not issued. The card may be half personalised; issuing it again is safe.
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
    /// The card's PIN or PUK is not the factory one.
    #[error("the card's PIN or PUK is not the factory one")]
    NotFactoryPin,
    /// The certificate would not fit into one GET RESPONSE: a name too long.
    #[error("the certificate would be {0} bytes, {LARGEST_CERTIFICATE} or more")]
    TooLong(usize),
    /// The card CA's key, or the certificate to be signed by it, is not usable.
    #[error("the card authority cannot sign")]
    Signer(#[source] rcgen::Error),
    /// A date before 1970 or after 9999.
    #[error("the validity is not a period of time")]
    Validity,
}

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
    /// The key the card has now.
    pub management_key: ManagementKey,
    /// The key it shall have.
    pub new_management_key: Option<ManagementKey>,
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
            management_key: ManagementKey::factory(),
            new_management_key: None,
        }
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

/// Personalises the card of this conversation; overwrites what was in the slot. Making a key takes some cards
/// seconds: use a [`Talker`](crate::Talker) with a longer deadline than for taps.
///
/// # Errors
/// See [`IssueError`]. Finish the conversation also on success.
pub fn issue(
    conversation: &mut Conversation,
    signer: &CardAuthoritySigner,
    order: &Order,
) -> Result<Issued, IssueError> {
    let piv = &mut conversation.piv;
    if !piv.select(Application::Piv)? {
        return Err(IssueError::NotPiv);
    }
    order.management_key.authenticate(piv)?;
    let slot = match order.holder {
        Holder::Patient(_) => Slot::CardAuthentication,
        Holder::Staff { .. } => Slot::KeyManagement,
    };
    let public_key = make_key(piv, slot)?;
    let certificate = signer.sign(order, &public_key)?;
    if certificate.len() >= LARGEST_CERTIFICATE {
        return Err(IssueError::TooLong(certificate.len()));
    }
    put_certificate(piv, slot, &certificate)?;
    replace_factory_secrets(piv, order)?;
    let certificate_serial = CertificateSerial::new(&order.certificate_serial.to_be_bytes());
    Ok(Issued { public_key, key_id: key_id(&public_key), certificate_serial, certificate })
}

/// The management key last: it is what allows a second attempt.
fn replace_factory_secrets(piv: &mut Piv, order: &Order) -> Result<(), IssueError> {
    if let Some(pin) = &order.pin {
        change_reference(piv, PIN_REFERENCE, FACTORY_PIN, pin)?;
    }
    if let Some(puk) = &order.new_puk {
        change_reference(piv, PUK_REFERENCE, FACTORY_PUK, puk)?;
    }
    if let Some(key) = &order.new_management_key {
        key.store(piv)?;
    }
    Ok(())
}

fn make_key(piv: &mut Piv, slot: Slot) -> Result<[u8; POINT_LEN], CardError> {
    let request = [0xAC, 0x03, 0x80, 0x01, P256];
    let command = Command::new(Instruction::GenerateAsymmetric, 0, slot as u8, &request).asking();
    let answer = piv.exchange("GENERATE ASYMMETRIC", &command)?;
    if answer.status() != Status::Done {
        return piv.refused("GENERATE ASYMMETRIC", &answer);
    }
    match unwrap_key(&answer.data) {
        Some(point) => check_point(&point).map(|()| point),
        None => piv.fail(CardError::Malformed { what: "public key" }),
    }
}

/// 7F49 { 86 point }.
fn unwrap_key(data: &[u8]) -> Option<[u8; POINT_LEN]> {
    let (0x7F49, template, _) = take_tlv(data)? else {
        return None;
    };
    let (0x86, point, _) = take_tlv(template)? else {
        return None;
    };
    point.try_into().ok()
}

fn put_certificate(piv: &mut Piv, slot: Slot, certificate: &[u8]) -> Result<(), CardError> {
    let mut object = piv.tlv(0x70, certificate)?;
    object.extend_from_slice(&[0x71, 0x01, 0x00, 0xFE, 0x00]);
    let mut data = piv.object_name(&slot.certificate_object())?;
    data.extend_from_slice(&piv.tlv(0x53, &object)?);
    let answer = piv.exchange("PUT DATA", &Command::new(Instruction::PutData, 0x3F, 0xFF, &data))?;
    if answer.status() == Status::Done { Ok(()) } else { piv.refused("PUT DATA", &answer) }
}

fn change_reference(piv: &mut Piv, reference: u8, factory: &str, new: &Pin) -> Result<(), IssueError> {
    let old = Pin::new(factory).ok_or(IssueError::NotFactoryPin)?;
    let data = zeroize::Zeroizing::new([*old.padded(), *new.padded()].concat());
    let answer =
        piv.exchange("CHANGE REFERENCE DATA", &Command::new(Instruction::ChangeReference, 0, reference, &data))?;
    if answer.status() == Status::Done { Ok(()) } else { Err(IssueError::NotFactoryPin) }
}
