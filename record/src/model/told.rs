//! The summary as it may leave the crew's own hands: without what the patient has not been told (未告知).

use super::{Block, Stated, Summary, Unavailability};

impl Summary {
    /// The summary without its 未告知 items and statements. A block that has no other item says that it may not be seen: it
    /// is neither empty nor "not recorded". A block that has others does not hint at them: where the patient may hear or
    /// read it, only the number of all of them ([`Summary::untold_items`]) may be said.
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
        told.identity.blood_type = told.identity.blood_type.take().filter(|blood| !blood.origin.untold);
        told.allergies.none_for.retain(|none| !none.origin.untold);
        told.disputed.retain(|dispute| !dispute.absence.origin.untold);
        told
    }

    /// Whether the crew left a section out: true only of what was handed over.
    pub fn leaves_out(&self) -> bool {
        fn gone<T>(block: &Block<T>) -> bool {
            matches!(block, Block::Unavailable(Unavailability::LeftOut))
        }
        gone(&self.allergies.block)
            || gone(&self.contraindications)
            || gone(&self.medicines)
            || gone(&self.conditions)
            || gone(&self.procedures)
            || gone(&self.devices)
            || gone(&self.infections)
            || gone(&self.labs)
            || gone(&self.pregnancy)
            || gone(&self.dialysis)
            || gone(&self.baseline)
            || gone(&self.communication)
            || gone(&self.directives)
            || gone(&self.doctors)
            || gone(&self.contacts)
    }

    /// How many items the patient has not been told of.
    pub fn untold_items(&self) -> usize {
        fn untold<T: Stated>(block: &Block<T>) -> usize {
            block.items().iter().filter(|item| item.origin().untold).count()
        }
        untold(&self.allergies.block)
            + untold(&self.contraindications)
            + untold(&self.medicines)
            + untold(&self.conditions)
            + untold(&self.procedures)
            + untold(&self.devices)
            + untold(&self.infections)
            + untold(&self.labs)
            + untold(&self.pregnancy)
            + untold(&self.dialysis)
            + untold(&self.baseline)
            + untold(&self.communication)
            + untold(&self.directives)
            + untold(&self.doctors)
            + untold(&self.contacts)
    }
}

fn keep_told<T: Stated>(block: &mut Block<T>) {
    if let Block::Known(items) = block {
        items.retain(|item| !item.origin().untold);
        if items.is_empty() {
            *block = Block::Unavailable(Unavailability::NotPermitted);
        }
    } else if matches!(block, Block::NoneConfirmed(absence) if absence.origin.untold) {
        *block = Block::Unavailable(Unavailability::NotPermitted);
    }
}
