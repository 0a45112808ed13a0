//! The steps of an issue. Each leaves the card so that the whole order can be begun again: what is done already is found
//! to be done.
//!
//! The certificate goes on before PUK, PIN and management key, so that a card which is anything else than blank says by its
//! serial whose it is becoming; the management key last. A key is made only while the order's certificate is not there, so a
//! certificate on the card is always that of the key in it.

use std::time::SystemTime;

use super::references;
use super::{CardAuthoritySigner, Holder, IssueError, Issued, ManagementKey, Order, object};
use crate::apdu::{Command, Instruction, Status, take_tlv};
use crate::certificate::{self, LARGEST_CERTIFICATE};
use crate::piv::{Application, Piv, Slot};
use crate::point::{POINT_LEN, check_point, key_id};
use crate::{CardError, Conversation};

const P256: u8 = 0x11;

/// What is done next to the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It makes its key; some cards take seconds.
    Key,
    /// Its certificate is signed and written.
    Certificate,
    /// The factory PUK goes.
    Puk,
    /// The factory PIN goes.
    Pin,
    /// The factory management key goes.
    ManagementKey,
}

/// Is told of each step before the card is: for the screen, and to be kept. An error ends the attempt there.
pub(super) type Begins<'a> = dyn FnMut(Step) -> Result<(), IssueError> + 'a;

/// Personalises the card of this conversation; overwrites what was in the slot, unless it is this order's own certificate
/// from an attempt that broke off. Making a key takes some cards seconds: use a [`Talker`](crate::Talker) with a longer
/// deadline than for taps.
///
/// # Errors
/// See [`IssueError`]. Finish the conversation also on success.
pub fn personalise(
    conversation: &mut Conversation,
    signer: &CardAuthoritySigner,
    order: &Order,
    begins: &mut Begins<'_>,
) -> Result<Issued, IssueError> {
    let piv = &mut conversation.piv;
    if !piv.select(Application::Piv)? {
        return Err(IssueError::NotPiv);
    }
    let held = ManagementKey::authenticate_any(&order.management_keys, piv)?;
    let issued = match written_before(piv, signer, order)? {
        Some(issued) => issued,
        None => certify(piv, signer, order, begins)?,
    };
    references::replace(piv, order, begins)?;
    if !order.new_management_keys.is_empty() && !order.new_management_keys.contains(held) {
        begins(Step::ManagementKey)?;
        ManagementKey::store_any(&order.new_management_keys, piv)?;
    }
    Ok(issued)
}

/// What an earlier attempt at this very order left on the card.
fn written_before(piv: &mut Piv, signer: &CardAuthoritySigner, order: &Order) -> Result<Option<Issued>, CardError> {
    let Some(certificate) = piv.read_certificate(order.holder.slot())? else { return Ok(None) };
    let Ok(checked) = signer.authority().check(&certificate, SystemTime::now()) else { return Ok(None) };
    let ours = checked.serial == order.serial() && is_of(&checked.holder, &order.holder);
    Ok(ours.then_some(Issued {
        public_key: checked.public_key,
        key_id: checked.key_id,
        certificate_serial: checked.serial,
        certificate,
    }))
}

fn is_of(named: &certificate::Holder, wanted: &Holder) -> bool {
    match (named, wanted) {
        (certificate::Holder::Patient(named), Holder::Patient(wanted)) => named == wanted,
        (certificate::Holder::Staff { name, staff_id }, Holder::Staff { name: wanted, staff_id: id }) => {
            name == wanted && staff_id == id
        }
        _ => false,
    }
}

fn certify(
    piv: &mut Piv,
    signer: &CardAuthoritySigner,
    order: &Order,
    begins: &mut Begins<'_>,
) -> Result<Issued, IssueError> {
    let slot = order.holder.slot();
    begins(Step::Key)?;
    let public_key = make_key(piv, slot)?;
    begins(Step::Certificate)?;
    let certificate = signer.sign(order, &public_key)?;
    if certificate.len() >= LARGEST_CERTIFICATE {
        return Err(IssueError::TooLong(certificate.len()));
    }
    let mut value = piv.tlv(0x70, &certificate)?;
    value.extend_from_slice(&[0x71, 0x01, 0x00, 0xFE, 0x00]);
    object::put(piv, &slot.certificate_object(), &value)?;
    Ok(Issued { public_key, key_id: key_id(&public_key), certificate_serial: order.serial(), certificate })
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
