//! A FeliCa card within reach: polled, read and written over whichever way its reader knows.

use super::frame::{self, Block, Idm, Polled, Said};
use super::storage;
use super::way::{Heard, Way, session_done};
use crate::CardError;
use crate::apdu::Status;
use crate::piv::Piv;

/// The readers' own words for a card that does not answer. 6300 is also said of a command that the reader does not know.
const FAILED: u16 = 0x6300;
const NO_ANSWER: u16 = 0x6400;
const NO_ANSWER_LAST: u16 = 0x64FF;

/// Why the way or the card is no use; the conversation goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mismatch {
    /// The reader does not know this way.
    Way,
    /// Several cards answered at once.
    TwoCards,
}

/// A step: the conversation may break, the way may be none, or it goes on.
pub(crate) type Step<T> = Result<Result<T, Mismatch>, CardError>;

/// One way to the card, its session open until it is closed.
pub(crate) struct Reach<'a> {
    piv: &'a mut Piv,
    way: Way,
    selected: Option<u16>,
}

impl<'a> Reach<'a> {
    /// Opens the session, where the way has one. Zero or two exchanges; two more where a session was left open.
    pub(crate) fn open(piv: &'a mut Piv, way: Way) -> Step<Self> {
        let mut reach = Self { piv, way, selected: None };
        if !reach.opened()? {
            return Ok(Err(Mismatch::Way));
        }
        Ok(Ok(reach))
    }

    fn opened(&mut self) -> Result<bool, CardError> {
        for command in self.way.opening() {
            let answer = self.piv.raw("SESSION", command)?;
            if answer.status() != Status::Done {
                return Ok(false);
            }
            if !session_done(&answer.data) && !self.begun_again(command)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A session that somebody left open is ended first.
    fn begun_again(&mut self, command: &[u8]) -> Result<bool, CardError> {
        self.close()?;
        let answer = self.piv.raw("SESSION", command)?;
        Ok(answer.status() == Status::Done && session_done(&answer.data))
    }

    /// Ends the session; the reader looks for cards by itself again.
    pub(crate) fn close(&mut self) -> Result<(), CardError> {
        match self.way.closing() {
            Some(command) => self.piv.raw("SESSION END", command).map(drop),
            None => Ok(()),
        }
    }

    /// The reader itself, between frames.
    pub(crate) fn reader(&mut self) -> &mut Piv {
        self.piv
    }

    /// Whoever answers for this system.
    pub(crate) fn poll(&mut self, system: u16) -> Step<Option<Polled>> {
        Ok(match self.say("POLLING", &frame::polling(system))? {
            Err(mismatch) => Err(mismatch),
            Ok(None) => Ok(None),
            Ok(Some(answer)) => match frame::parse_polled(&answer) {
                Some(polled) => Ok(Some(polled)),
                None => return self.piv.fail(CardError::Malformed { what: "polling" }),
            },
        })
    }

    /// These blocks, read at once. `None` when the card or the reader refuses.
    pub(crate) fn read(&mut self, idm: &Idm, service: u16, blocks: &[u8]) -> Step<Option<Vec<Block>>> {
        if self.way == Way::Storage {
            return self.read_stored(service, blocks);
        }
        let answer = match self.say("READ WITHOUT ENCRYPTION", &frame::read(idm, service, blocks))? {
            Ok(Some(answer)) => answer,
            Ok(None) => return self.gone(),
            Err(mismatch) => return Ok(Err(mismatch)),
        };
        match frame::parse_read(&answer, idm, blocks.len()) {
            Some(Said::Done(blocks)) => Ok(Ok(Some(blocks))),
            Some(Said::Refused(..)) => Ok(Ok(None)),
            None => self.wrong_answer(&answer, idm),
        }
    }

    /// Writes one block. `false` when the card or the reader refuses.
    pub(crate) fn write(&mut self, idm: &Idm, service: u16, block: u8, data: &Block) -> Step<bool> {
        if self.way == Way::Storage {
            return self.write_stored(service, block, data);
        }
        let answer = match self.say("WRITE WITHOUT ENCRYPTION", &frame::write(idm, service, block, data))? {
            Ok(Some(answer)) => answer,
            Ok(None) => return self.gone(),
            Err(mismatch) => return Ok(Err(mismatch)),
        };
        match frame::parse_written(&answer, idm) {
            Some(said) => Ok(Ok(said == Said::Done(()))),
            None => self.wrong_answer(&answer, idm),
        }
    }

    fn read_stored(&mut self, service: u16, blocks: &[u8]) -> Step<Option<Vec<Block>>> {
        if !self.select(service)? {
            return Ok(Err(Mismatch::Way));
        }
        let answer = match blocks {
            [block] => self.piv.raw("READ BINARY", &storage::read_one(*block))?,
            _ => self.piv.raw("READ BINARY", &storage::read_list(blocks))?,
        };
        match answer.word {
            0x9000 => {}
            NO_ANSWER..=NO_ANSWER_LAST => return self.gone(),
            _ => return Ok(Ok(None)),
        }
        match storage::parse_blocks(&answer.data, blocks.len()) {
            Some(blocks) => Ok(Ok(Some(blocks))),
            None if blocks.len() == 1 => self.piv.fail(CardError::Malformed { what: "block" }),
            // A reader that takes no list for one.
            None => Ok(Ok(None)),
        }
    }

    fn write_stored(&mut self, service: u16, block: u8, data: &Block) -> Step<bool> {
        if !self.select(service)? {
            return Ok(Err(Mismatch::Way));
        }
        let answer = self.piv.raw("UPDATE BINARY", &storage::write_one(block, data))?;
        match answer.word {
            NO_ANSWER..=NO_ANSWER_LAST => self.gone(),
            word => Ok(Ok(word == 0x9000)),
        }
    }

    fn select(&mut self, service: u16) -> Result<bool, CardError> {
        if self.selected != Some(service) {
            self.selected = None;
            if self.piv.raw("SELECT SERVICE", &storage::select(service))?.status() != Status::Done {
                return Ok(false);
            }
            self.selected = Some(service);
        }
        Ok(true)
    }

    /// One frame to the card. `None` when nobody answered.
    fn say(&mut self, name: &'static str, frame: &[u8]) -> Step<Option<Vec<u8>>> {
        let Some(command) = self.way.wrap(frame) else { return Ok(Err(Mismatch::Way)) };
        let answer = self.piv.raw(name, &command)?;
        let heard = match answer.word {
            0x9000 => self.way.unwrap(&answer.data),
            FAILED | NO_ANSWER..=NO_ANSWER_LAST => Heard::Silence,
            _ => Heard::Unknown,
        };
        Ok(match heard {
            Heard::Frame(frame) => Ok(Some(frame)),
            Heard::Silence => Ok(None),
            Heard::Collision => Err(Mismatch::TwoCards),
            Heard::Unknown => Err(Mismatch::Way),
        })
    }

    /// A card that has answered a polling says no in words; one that is silent is gone.
    fn gone<T>(&mut self) -> Result<T, CardError> {
        self.piv.fail(CardError::Torn)
    }

    /// An answer that was not asked for is another card's, or no answer.
    fn wrong_answer<T>(&mut self, answer: &[u8], idm: &Idm) -> Result<T, CardError> {
        let others = answer.get(2..10).is_some_and(|theirs| theirs != idm);
        self.piv.fail(if others { CardError::Changed } else { CardError::Malformed { what: "FeliCa answer" } })
    }
}
