//! Virtual cards, issued through PC/SC as real ones are.

use std::time::{Duration, SystemTime};

use kakari_card::issue::{Holder, Issued, Order, issue};
use kakari_card::{CardHere, Pin, Talker};
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
    /// A desk of `region` at this reader; no card may lie on it.
    pub fn new(region: &'a TrainingRegion, reader: &'a VirtualReader) -> Self {
        Self { region, reader, talker: Talker::with_deadline(DEADLINE) }
    }

    /// Personalises a blank card: the key is made on it and never leaves it.
    pub fn issue(&self, holder: Holder, validity: Validity, pin: Option<Pin>) -> Result<TrainingCard, DemoError> {
        let card = VirtualCard::blank().map_err(|source| DemoError::System { what: "cannot make a card", source })?;
        let mut order = Order::new(holder, self.region.next_serial(), validity.from, validity.to);
        order.pin = pin;
        self.reader.insert(&card);
        let issued = self.converse(&order);
        self.reader.remove();
        let issued = issued?;
        Ok(TrainingCard {
            card,
            public_key: issued.public_key,
            certificate_serial: issued.certificate_serial.as_bytes().to_vec(),
        })
    }

    /// The reader tells of the card a moment after it was laid on.
    fn converse(&self, order: &Order) -> Result<Issued, DemoError> {
        let here = CardHere::on(self.reader.name());
        let mut tries = 0;
        let mut conversation = loop {
            match self.talker.connect(&here) {
                Ok(conversation) => break conversation,
                Err(_) if tries < 200 => std::thread::sleep(Duration::from_millis(5)),
                Err(error) => return Err(DemoError::Issue(error.into())),
            }
            tries += 1;
        };
        let issued = issue(&mut conversation, self.region.authority(), order)?;
        conversation.finish().map_err(|error| DemoError::Issue(error.into()))?;
        Ok(issued)
    }
}
