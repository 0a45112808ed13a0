//! The copy of a record, onto the card at the desk. Blocks.

use std::time::{Duration, SystemTime};

use kakari_card::issue::{IssueError, ManagementKey, put_object};
use kakari_card::{COPY_OBJECT, CardAuthority, CardHere, Laid, PatientCard, Talker, copy_object};

use super::words::broken;

/// Two and a half kilobytes there and back, on a slow reader.
const DEADLINE: Duration = Duration::from_secs(20);

/// Which resident's card lies there.
pub(crate) fn patient_card(card: &CardHere, authority: &CardAuthority) -> Result<PatientCard, String> {
    let mut conversation = Talker::with_deadline(DEADLINE).connect(card).map_err(broken)?;
    let laid = conversation.identify(authority, SystemTime::now()).map_err(broken)?;
    conversation.finish().map_err(broken)?;
    match laid {
        Laid::Patient(card) => Ok(card),
        _ => Err("this is no card of a resident of this region that is in date: nothing was written".to_owned()),
    }
}

/// Writes the copy, and reads it back as a tablet would. A card torn away meanwhile has the copy from before, or none.
pub(crate) fn write_copy(card: &CardHere, keys: &[ManagementKey], copy: &[u8]) -> Result<(), String> {
    let object = copy_object(copy).ok_or("the copy is longer than a card's object")?;
    let mut conversation = Talker::with_deadline(DEADLINE).connect(card).map_err(broken)?;
    put_object(&mut conversation, keys, COPY_OBJECT, &object).map_err(|error| refused(&error))?;
    let back = conversation.read_copy(|_| true).map_err(broken)?;
    conversation.finish().map_err(broken)?;
    if back.as_deref() == Some(copy) {
        Ok(())
    } else {
        Err("the card did not keep the copy: its application has no room for it, or not this object".to_owned())
    }
}

fn refused(error: &IssueError) -> String {
    match error {
        IssueError::Card(error) => broken(*error),
        IssueError::WrongManagementKey => {
            "the card takes none of this desk's management keys: it was issued elsewhere, and keeps what it has"
                .to_owned()
        }
        error => error.to_string(),
    }
}
