//! Whether something of a summary cannot be shown here, and why.

use super::{Block, Summary, Unavailability};

impl Summary {
    /// Whether a block is missing for this reason.
    pub fn lacks(&self, why: Unavailability) -> bool {
        fn is<T>(block: &Block<T>, why: Unavailability) -> bool {
            matches!(block, Block::Unavailable(reason) if *reason == why)
        }
        // Every field by name, so that a new block cannot be forgotten.
        let Self {
            identity: _,
            as_of: _,
            source: _,
            allergies,
            contraindications,
            medicines,
            conditions,
            procedures,
            devices,
            infections,
            labs,
            pregnancy,
            dialysis,
            baseline,
            communication,
            directives,
            doctors,
            contacts,
            consent: _,
            disputed: _,
            unlisted: _,
        } = self;
        is(&allergies.block, why)
            || is(contraindications, why)
            || is(medicines, why)
            || is(conditions, why)
            || is(procedures, why)
            || is(devices, why)
            || is(infections, why)
            || is(labs, why)
            || is(pregnancy, why)
            || is(dialysis, why)
            || is(baseline, why)
            || is(communication, why)
            || is(directives, why)
            || is(doctors, why)
            || is(contacts, why)
    }
}
