//! A link that replays recorded, torn or invented answers. For tests only.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use zeroize::Zeroizing;

use crate::CardError;
use crate::link::Link;

/// Answers commands from a list, whatever they are. When the list is used up, the card counts as removed.
pub struct ScriptedLink {
    answers: VecDeque<Result<Vec<u8>, CardError>>,
    atr: Vec<u8>,
    ending: Result<(), CardError>,
    seen: Seen,
}

/// The commands a [`ScriptedLink`] was sent.
#[derive(Clone, Default)]
pub struct Seen(Arc<Mutex<Vec<Vec<u8>>>>);

impl Seen {
    /// All commands so far, in order.
    #[must_use]
    pub fn commands(&self) -> Vec<Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ScriptedLink {
    /// Gives these answers in this order.
    #[must_use]
    pub fn new(answers: impl IntoIterator<Item = Result<Vec<u8>, CardError>>) -> Self {
        Self {
            answers: answers.into_iter().collect(),
            atr: vec![0x3B, 0x80, 0x80, 0x01, 0x01],
            ending: Ok(()),
            seen: Seen::default(),
        }
    }

    /// With another ATR.
    #[must_use]
    pub fn with_atr(mut self, atr: &[u8]) -> Self {
        self.atr = atr.to_vec();
        self
    }

    /// The card turns out to be another one at the end.
    #[must_use]
    pub fn swapped_at_the_end(mut self) -> Self {
        self.ending = Err(CardError::Changed);
        self
    }

    /// What the link was sent, to be read after the conversation.
    #[must_use]
    pub fn seen(&self) -> Seen {
        self.seen.clone()
    }
}

impl Link for ScriptedLink {
    fn transmit(&mut self, command: &[u8]) -> Result<Zeroizing<Vec<u8>>, CardError> {
        self.seen.0.lock().unwrap_or_else(PoisonError::into_inner).push(command.to_vec());
        self.answers.pop_front().unwrap_or(Err(CardError::Removed)).map(Zeroizing::new)
    }

    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn same_card(&mut self) -> Result<(), CardError> {
        self.ending
    }

    fn reset_at_end(&mut self) {}

    fn leave(&mut self) -> Result<(), CardError> {
        Ok(())
    }
}
