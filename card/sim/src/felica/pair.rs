//! Two FeliCa cards in one field.

use super::{POLLING, open};
use crate::VirtualCard;
use crate::body::Air;

/// A polling is heard by both, and each answers in a time slot that it draws; everything else names the card it is for.
pub(crate) struct Pair {
    pub(crate) first: VirtualCard,
    pub(crate) quicker: VirtualCard,
}

impl Air for Pair {
    fn id(&self) -> Vec<u8> {
        self.first.id()
    }

    fn make(&self) -> Option<Vec<u8>> {
        self.first.body().make()
    }

    fn insert(&mut self) {
        self.first.insert();
        self.quicker.insert();
    }

    fn power(&mut self) {
        self.first.power();
        self.quicker.power();
    }

    fn hear(&mut self, frame: &[u8]) -> Option<Vec<u8>> {
        let (code, _) = open(frame)?;
        let order = if code == POLLING { [&self.quicker, &self.first] } else { [&self.first, &self.quicker] };
        order.into_iter().find_map(|card| card.hear(frame))
    }
}
