//! The summary as it may leave the crew's own hands: without what the patient has not been told (未告知).

use super::{Block, Stated, Summary, Unavailability};

impl Summary {
    /// The summary without its 未告知 items. A block that has no other item says that it may not be seen: it is neither
    /// empty nor "not recorded".
    pub fn told(&self) -> Self {
        let mut told = self.clone();
        keep_told(&mut told.allergies.block);
        keep_told(&mut told.contraindications);
        keep_told(&mut told.medicines);
        keep_told(&mut told.conditions);
        keep_told(&mut told.procedures);
        keep_told(&mut told.devices);
        keep_told(&mut told.infections);
        keep_told(&mut told.labs);
        keep_told(&mut told.pregnancy);
        keep_told(&mut told.dialysis);
        keep_told(&mut told.baseline);
        keep_told(&mut told.communication);
        keep_told(&mut told.directives);
        keep_told(&mut told.doctors);
        keep_told(&mut told.contacts);
        told
    }
}

fn keep_told<T: Stated>(block: &mut Block<T>) {
    if let Block::Known(items) = block {
        items.retain(|item| !item.origin().untold);
        if items.is_empty() {
            *block = Block::Unavailable(Unavailability::NotPermitted);
        }
    }
}
