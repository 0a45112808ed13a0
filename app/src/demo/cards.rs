//! Virtual cards, issued through PC/SC as real ones are.

use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant, SystemTime};

use kakari_card::issue::{Holder, IssueError, Order, issue};
use kakari_card::{CardError, CardHere, Conversation, Pin, ReaderEvent, ReaderPattern, Talker, Watcher};
use kakari_card_sim::{VirtualCard, VirtualReader};
use kakari_record::seal::Point;

use super::{DemoError, TrainingRegion};

/// Making a key takes a card longer than using it.
const DEADLINE: Duration = Duration::from_secs(20);
const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// An issued virtual card.
#[derive(Clone)]
pub struct TrainingCard {
    /// To be laid on a virtual reader.
    pub card: VirtualCard,
    /// Its public key.
    pub public_key: Point,
    /// What a revocation names.
    pub certificate_serial: Vec<u8>,
}

/// Issues cards on one virtual reader, one after the other.
pub struct CardDesk<'a> {
    region: &'a TrainingRegion,
    reader: &'a VirtualReader,
    talker: Talker,
    events: Receiver<ReaderEvent>,
    _watcher: Watcher,
}

/// From when to when a card is valid.
#[derive(Clone, Copy)]
pub struct Validity {
    /// First moment.
    pub from: SystemTime,
    /// Last moment.
    pub to: SystemTime,
}

impl Validity {
    /// From yesterday on for ten years.
    pub fn usual() -> Self {
        let now = SystemTime::now();
        Self { from: now - Duration::from_secs(24 * 3600), to: now + 10 * YEAR }
    }

    /// Ended yesterday.
    pub fn ended() -> Self {
        let now = SystemTime::now();
        Self { from: now - YEAR, to: now - Duration::from_secs(24 * 3600) }
    }
}

impl<'a> CardDesk<'a> {
    /// A desk of `region` at this reader. A card that lies there is taken away, and PC/SC given the time to learn of it: the first
    /// card that it sees is the first one to be issued.
    pub fn new(region: &'a TrainingRegion, reader: &'a VirtualReader) -> Result<Self, DemoError> {
        reader.remove();
        let empty = reader.wait_until_empty(DEADLINE);
        empty.map_err(|_| DemoError::Issue(IssueError::Card(CardError::NoAnswer)))?;
        let (seen, events) = mpsc::channel();
        let watcher = Watcher::start(ReaderPattern::new(reader.name()), move |event| {
            // The desk may be closed already.
            let _ = seen.send(event);
        })
        .map_err(|source| DemoError::System { what: "cannot watch the reader", source })?;
        Ok(Self { region, reader, talker: Talker::with_deadline(DEADLINE), events, _watcher: watcher })
    }

    /// Personalises a blank card: the key is made on it and never leaves it.
    pub fn issue(&self, holder: Holder, validity: Validity, pin: Option<Pin>) -> Result<TrainingCard, DemoError> {
        let card = VirtualCard::blank().map_err(|source| DemoError::System { what: "cannot make a card", source })?;
        let mut order = Order::new(holder, self.region.next_serial(), validity.from, validity.to);
        order.pin = pin;
        let issued = self.with_card(&card, |conversation| issue(conversation, self.region.authority(), &order))?;
        Ok(TrainingCard {
            card,
            public_key: issued.public_key,
            certificate_serial: issued.certificate_serial.as_bytes().to_vec(),
        })
    }

    /// Lays a card on the reader, speaks with it, and takes it away again.
    pub fn with_card<T>(
        &self,
        card: &VirtualCard,
        talk: impl FnOnce(&mut Conversation) -> Result<T, IssueError>,
    ) -> Result<T, DemoError> {
        self.reader.insert(card);
        let here = self.wait(|event| match event {
            ReaderEvent::CardArrived(here) => Some(here),
            _ => None,
        })?;
        let spoken = self.speak(&here, talk);
        self.reader.remove();
        self.wait(|event| matches!(event, ReaderEvent::CardLeft { .. }).then_some(()))?;
        spoken
    }

    fn speak<T>(
        &self,
        here: &CardHere,
        talk: impl FnOnce(&mut Conversation) -> Result<T, IssueError>,
    ) -> Result<T, DemoError> {
        let mut conversation = self.talker.connect(here).map_err(IssueError::Card)?;
        let spoken = talk(&mut conversation)?;
        conversation.finish().map_err(IssueError::Card)?;
        Ok(spoken)
    }

    fn wait<T>(&self, wanted: impl Fn(ReaderEvent) -> Option<T>) -> Result<T, DemoError> {
        let until = Instant::now() + DEADLINE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let event = self.events.recv_timeout(left).map_err(|_| IssueError::Card(CardError::NoAnswer))?;
            if let Some(found) = wanted(event) {
                return Ok(found);
            }
        }
    }
}
