//! The exchange: PIV card application, NIST SP 800-73-4 part 2.

use std::time::Instant;

use zeroize::Zeroizing;

use crate::CardError;
use crate::apdu::{Answer, Command, Instruction, Status, find_tlv, make_tlv, take_tlv};
pub(crate) use crate::application::Application;
use crate::copy::{self, Beginning, COPY_OBJECT};
use crate::link::Link;
use crate::pin::Pin;
use crate::point::{POINT_LEN, SharedX, check_point};

const P256: u8 = 0x11;
const CARD_PIN: u8 = 0x80;
const LOG_OUT: u8 = 0xFF;

/// What a card may make us collect, and in how many pieces, before we stop listening.
const LARGEST_ANSWER: usize = 4096;
const MOST_PIECES: usize = 24;

/// A PIV key slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Slot {
    /// 9D, key management: needs the PIN.
    KeyManagement = 0x9D,
    /// 9E, card authentication: needs none.
    CardAuthentication = 0x9E,
}

impl Slot {
    /// The object that holds the slot's certificate.
    pub(crate) fn certificate_object(self) -> [u8; 3] {
        match self {
            Self::KeyManagement => [0x5F, 0xC1, 0x0B],
            Self::CardAuthentication => [0x5F, 0xC1, 0x01],
        }
    }
}

/// One command and its answer, for the record of what a tap cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exchange {
    /// Which command; no data.
    pub name: &'static str,
    /// From handing the command over to having the answer.
    pub micros: u64,
    /// Bytes of the command.
    pub sent: usize,
    /// Bytes of the answer, status word included.
    pub received: usize,
}

/// What the PIN counter said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PinState {
    Tries(u8),
    AlreadyVerified,
    NotTold,
}

/// The PIV language over one link. The first failure ends it: every later call returns the same error.
pub(crate) struct Piv {
    link: Box<dyn Link>,
    exchanges: Vec<Exchange>,
    broken: Option<CardError>,
}

impl Piv {
    pub(crate) fn new(link: Box<dyn Link>) -> Self {
        Self { link, exchanges: Vec::new(), broken: None }
    }

    pub(crate) fn atr(&self) -> &[u8] {
        self.link.atr()
    }

    pub(crate) fn exchanges(&self) -> &[Exchange] {
        &self.exchanges
    }

    /// Whether the card knows this application. Afterwards it is the selected one.
    pub(crate) fn select(&mut self, application: Application) -> Result<bool, CardError> {
        Ok(self.exchange("SELECT", &application.select())?.status() == Status::Done)
    }

    /// The same of another's application. 61xx: it has it, and what it would say of it is left unheard.
    pub(crate) fn has(&mut self, application: Application) -> Result<bool, CardError> {
        for frame in application.select().frames() {
            if !matches!(self.send("SELECT", &frame)?.status(), Status::Done | Status::More(_)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The certificate of a slot, or `None` if the object is empty.
    pub(crate) fn read_certificate(&mut self, slot: Slot) -> Result<Option<Vec<u8>>, CardError> {
        let object = self.object_name(&slot.certificate_object())?;
        let answer = self.exchange("GET DATA", &Command::new(Instruction::GetData, 0x3F, 0xFF, &object).asking())?;
        match answer.status() {
            Status::Done => match unwrap_certificate(&answer.data) {
                Some([]) => Ok(None),
                Some(certificate) => Ok(Some(certificate.to_vec())),
                None => self.fail(CardError::Malformed { what: "certificate object" }),
            },
            Status::NotFound => Ok(None),
            _ => self.refused("GET DATA", &answer),
        }
    }

    /// The copy in the object for it, or `None` if there is none, or `wanted` says no to its beginning: at least `enough`
    /// bytes, where there are that many. A card that does not know the object has none.
    pub(crate) fn read_copy(
        &mut self,
        enough: usize,
        wanted: impl FnOnce(&[u8]) -> bool,
    ) -> Result<Option<Vec<u8>>, CardError> {
        let object = self.object_name(&COPY_OBJECT)?;
        let first = self.first("GET DATA", &Command::new(Instruction::GetData, 0x3F, 0xFF, &object).asking())?;
        let mut wanted = Some(wanted);
        let mut is_wanted = |copy: &[u8]| wanted.take().is_none_or(|wanted| wanted(copy));
        let answer = self.collect(first, |so_far| match copy::beginning(so_far) {
            Beginning::TooFew => true,
            Beginning::NotOurs => false,
            Beginning::Copy(copy) => copy.len() < enough || is_wanted(copy),
        })?;
        let answer = answer.filter(|answer| answer.status() == Status::Done);
        let copy = answer.as_ref().and_then(|answer| copy::whole(&answer.data));
        Ok(copy.filter(|copy| is_wanted(copy)).map(<[u8]>::to_vec))
    }

    /// ECDH with the key of a slot. The point is checked here, before the card sees it.
    pub(crate) fn agree(&mut self, slot: Slot, point: &[u8; POINT_LEN]) -> Result<SharedX, CardError> {
        check_point(point)?;
        let mut request = vec![0x82, 0x00];
        request.extend_from_slice(&self.tlv(0x85, point)?);
        let request = self.tlv(0x7C, &request)?;
        let command = Command::new(Instruction::GeneralAuthenticate, P256, slot as u8, &request).asking();
        let answer = self.exchange("GENERAL AUTHENTICATE", &command)?;
        match answer.status() {
            Status::Done => match unwrap_agreement(&answer.data) {
                Some(x) => Ok(x),
                None => self.fail(CardError::Malformed { what: "key agreement" }),
            },
            _ => self.refused("GENERAL AUTHENTICATE", &answer),
        }
    }

    /// Asks the PIN counter without spending a try.
    pub(crate) fn pin_state(&mut self) -> Result<PinState, CardError> {
        let answer = self.exchange("VERIFY (counter)", &Command::new(Instruction::Verify, 0, CARD_PIN, &[]))?;
        Ok(match answer.status() {
            Status::TriesLeft(tries) => PinState::Tries(tries),
            Status::Blocked => PinState::Tries(0),
            Status::Done => PinState::AlreadyVerified,
            _ => PinState::NotTold,
        })
    }

    /// Shows the PIN. `Done`, `TriesLeft` and `Blocked` come back; anything else is an error.
    pub(crate) fn verify(&mut self, pin: &Pin) -> Result<Status, CardError> {
        let answer = self.exchange("VERIFY", &Command::new(Instruction::Verify, 0, CARD_PIN, pin.padded()))?;
        match answer.status() {
            status @ (Status::Done | Status::TriesLeft(_) | Status::Blocked) => Ok(status),
            _ => self.refused("VERIFY", &answer),
        }
    }

    /// Makes the card forget that it has seen the PIN. A card that does not know how is left as it is.
    pub(crate) fn log_out(&mut self) -> Result<(), CardError> {
        self.exchange("VERIFY (log out)", &Command::new(Instruction::Verify, LOG_OUT, CARD_PIN, &[])).map(drop)
    }

    /// The card is reset at the end of the conversation, also when log-out is unknown to it or never reaches it.
    pub(crate) fn reset_at_end(&mut self) {
        self.link.reset_at_end();
    }

    pub(crate) fn same_card(&mut self) -> Result<(), CardError> {
        self.broken.map_or(Ok(()), Err)?;
        self.link.same_card().or_else(|error| self.fail(error))
    }

    pub(crate) fn leave(&mut self) -> Result<(), CardError> {
        self.link.leave()
    }

    /// One command, all its frames, and all of its answer (61xx collected, 6Cxx asked again).
    pub(crate) fn exchange(&mut self, name: &'static str, command: &Command) -> Result<Answer, CardError> {
        let first = self.first(name, command)?;
        match self.collect(first, |_| true)? {
            Some(answer) => Ok(answer),
            None => self.fail(CardError::Malformed { what: "endless answer" }),
        }
    }

    /// One command, all its frames, and the first piece of its answer.
    fn first(&mut self, name: &'static str, command: &Command) -> Result<Answer, CardError> {
        let mut frames = command.frames();
        let last = frames.pop().unwrap_or_default();
        for frame in frames {
            let answer = self.send(name, &frame)?;
            if answer.status() != Status::Done {
                return Ok(answer);
            }
        }
        let mut answer = self.send(name, &last)?;
        if let Status::AskAgain(le) = answer.status() {
            answer = self.send(name, &command.frame_with_le(le))?;
        }
        Ok(answer)
    }

    /// One APDU as it is, for the reader rather than the card.
    pub(crate) fn raw(&mut self, name: &'static str, apdu: &[u8]) -> Result<Answer, CardError> {
        self.send(name, apdu)
    }

    /// The rest of an answer, as long as `go_on` wants it, which sees what is here before each further piece; `None` once it
    /// says no. The card forgets the rest with the next command (ISO/IEC 7816-4, 5.1.1).
    fn collect(&mut self, first: Answer, mut go_on: impl FnMut(&[u8]) -> bool) -> Result<Option<Answer>, CardError> {
        let Status::More(mut waiting) = first.status() else {
            return Ok(Some(first));
        };
        let mut data = Zeroizing::new(Vec::with_capacity(LARGEST_ANSWER));
        data.extend_from_slice(&first.data);
        for _ in 0..MOST_PIECES {
            if !go_on(&data) {
                return Ok(None);
            }
            let piece = self.send("GET RESPONSE", &[0x00, Instruction::GetResponse as u8, 0, 0, waiting])?;
            if data.len() + piece.data.len() > LARGEST_ANSWER {
                break;
            }
            data.extend_from_slice(&piece.data);
            match piece.status() {
                Status::More(_) if piece.data.is_empty() => break,
                Status::More(more) => waiting = more,
                _ => {
                    return Ok(Some(Answer { data, word: piece.word }));
                }
            }
        }
        self.fail(CardError::Malformed { what: "endless answer" })
    }

    fn send(&mut self, name: &'static str, frame: &[u8]) -> Result<Answer, CardError> {
        self.broken.map_or(Ok(()), Err)?;
        let started = Instant::now();
        let raw = match self.link.transmit(frame) {
            Ok(raw) => raw,
            Err(error) => return self.fail(error),
        };
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.exchanges.push(Exchange { name, micros, sent: frame.len(), received: raw.len() });
        match Answer::parse(raw) {
            Some(answer) => Ok(answer),
            None => self.fail(CardError::Torn),
        }
    }

    pub(crate) fn refused<T>(&mut self, step: &'static str, answer: &Answer) -> Result<T, CardError> {
        self.fail(CardError::Refused { step, status: answer.word })
    }

    pub(crate) fn fail<T>(&mut self, error: CardError) -> Result<T, CardError> {
        self.broken = Some(error);
        Err(error)
    }

    pub(crate) fn object_name(&mut self, object: &[u8]) -> Result<Vec<u8>, CardError> {
        self.tlv(0x5C, object)
    }

    pub(crate) fn tlv(&mut self, tag: u8, value: &[u8]) -> Result<Vec<u8>, CardError> {
        make_tlv(tag, value).ok_or(CardError::Malformed { what: "our own command" })
    }
}

/// 53 { 70 certificate, 71 compression (must be 00), FE }. An empty 53 is an empty object.
fn unwrap_certificate(data: &[u8]) -> Option<&[u8]> {
    let (0x53, object, []) = take_tlv(data)? else {
        return None;
    };
    if object.is_empty() {
        return Some(object);
    }
    match find_tlv(object, 0x71) {
        None | Some([0]) => find_tlv(object, 0x70),
        Some(_) => None,
    }
}

/// 7C { 82 x }, x of exactly 32 bytes and nothing else.
fn unwrap_agreement(data: &[u8]) -> Option<SharedX> {
    let (0x7C, template, []) = take_tlv(data)? else {
        return None;
    };
    let (0x82, x, []) = take_tlv(template)? else {
        return None;
    };
    x.try_into().ok().map(SharedX::new)
}
