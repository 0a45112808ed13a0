//! Writing objects.

use super::{IssueError, ManagementKey};
use crate::apdu::{Command, Instruction, Status};
use crate::piv::{Application, Piv};
use crate::{CardError, Conversation};

pub use crate::copy::COPY_OBJECT;

/// Writes an object whole, after the first of these management keys that the card takes. A long one goes in several
/// chained commands; torn between them, the card keeps what it had. `value` is what stands inside of tag 53; nothing in
/// it empties the object.
///
/// # Errors
/// [`IssueError::WrongManagementKey`] when the card takes none of the keys.
pub fn put_object(
    conversation: &mut Conversation,
    management_keys: &[ManagementKey],
    object: [u8; 3],
    value: &[u8],
) -> Result<(), IssueError> {
    let piv = &mut conversation.piv;
    if !piv.select(Application::Piv)? {
        return Err(IssueError::NotPiv);
    }
    ManagementKey::authenticate_any(management_keys, piv)?;
    Ok(put(piv, &object, value)?)
}

pub(super) fn put(piv: &mut Piv, object: &[u8], value: &[u8]) -> Result<(), CardError> {
    let mut data = piv.object_name(object)?;
    data.extend_from_slice(&piv.tlv(0x53, value)?);
    let answer = piv.exchange("PUT DATA", &Command::new(Instruction::PutData, 0x3F, 0xFF, &data))?;
    if answer.status() == Status::Done { Ok(()) } else { piv.refused("PUT DATA", &answer) }
}
