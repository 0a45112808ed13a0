//! What somebody without the card key can make of a FeliCa Lite-S card that was in their hands.

use super::{LiteS, LiteSChip, POLLING, READ, WRITE, answer_write, open};
use crate::body::Air;

/// The same IDm and blocks, and a key that is a guess.
pub(crate) struct Copied(LiteSChip);

impl Copied {
    pub(crate) fn new(original: &LiteS) -> Self {
        Self(LiteSChip::new(&LiteS { key: [0x11; 16], ..original.clone() }))
    }
}

impl Air for Copied {
    fn id(&self) -> Vec<u8> {
        self.0.id()
    }

    fn make(&self) -> Option<Vec<u8>> {
        self.0.make()
    }

    fn power(&mut self) {
        self.0.power();
    }

    fn hear(&mut self, frame: &[u8]) -> Option<Vec<u8>> {
        self.0.hear(frame)
    }
}

/// Says again what the original once said, MAC and all, and takes every challenge.
pub(crate) struct Replayed {
    idm: Vec<u8>,
    make: Option<Vec<u8>>,
    recorded: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Replayed {
    /// From what was asked and answered on the air.
    pub(crate) fn new(idm: Vec<u8>, make: Option<Vec<u8>>, recorded: Vec<(Vec<u8>, Vec<u8>)>) -> Self {
        Self { idm, make, recorded }
    }
}

impl Air for Replayed {
    fn id(&self) -> Vec<u8> {
        self.idm.clone()
    }

    fn make(&self) -> Option<Vec<u8>> {
        self.make.clone()
    }

    fn hear(&mut self, frame: &[u8]) -> Option<Vec<u8>> {
        match open(frame)? {
            (WRITE, _) => Some(answer_write(self.idm.as_slice().try_into().ok()?, Ok(()))),
            (POLLING | READ, _) => self.recorded.iter().find(|(asked, _)| asked == frame).map(|(_, said)| said.clone()),
            _ => None,
        }
    }
}
