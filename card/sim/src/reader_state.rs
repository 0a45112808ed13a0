//! What lies on a virtual reader, and the line to its driver.

use std::io::Write;
use std::os::unix::net::UnixStream;

use crate::{LinkModel, ReaderFacts, ReaderModel, VirtualCard};

#[derive(Default)]
pub(crate) struct State {
    pub(crate) driver: Option<UnixStream>,
    pub(crate) card: Option<VirtualCard>,
    pub(crate) facts: ReaderFacts,
    pub(crate) link: Option<LinkModel>,
    pub(crate) model: ReaderModel,
    /// Attributes that the driver has not acknowledged yet.
    pub(crate) untold: usize,
    pub(crate) is_gone: bool,
    pub(crate) is_over: bool,
}

impl State {
    pub(crate) fn lay(&mut self, card: VirtualCard) {
        card.insert();
        let atr = self.model.atr(&card);
        self.send(b'I', &[&atr]);
        self.card = Some(card);
    }

    pub(crate) fn take_away(&mut self) {
        self.card = None;
        self.send(b'R', &[]);
    }

    pub(crate) fn tell_facts(&mut self) {
        if self.driver.is_some() {
            let attributes = self.facts.attributes();
            self.untold += attributes.len();
            for (number, value) in attributes {
                self.send(b'M', &[&number.to_be_bytes(), &value]);
            }
        }
    }

    pub(crate) fn set_gone(&mut self, is_gone: bool) {
        self.is_gone = is_gone;
        self.send(if is_gone { b'G' } else { b'B' }, &[]);
    }

    /// A driver that is gone is noticed by the reading thread.
    pub(crate) fn send(&mut self, kind: u8, body: &[&[u8]]) {
        let Some(driver) = self.driver.as_mut() else {
            return;
        };
        let length = 1 + body.iter().map(|part| part.len()).sum::<usize>();
        let Ok(length) = u32::try_from(length) else {
            return;
        };
        let mut frame = length.to_be_bytes().to_vec();
        frame.push(kind);
        body.iter().for_each(|part| frame.extend_from_slice(part));
        let _ = driver.write_all(&frame);
    }

    /// Something that cannot be powered: longer than any answer to reset, so PC/SC tells of a mute card.
    pub(crate) fn lay_mute(&mut self) {
        self.send(b'I', &[&[0x3B; 34]]);
        self.card = None;
    }
}
