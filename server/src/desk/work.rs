//! The conversations with one card: look, personalise, try. Each blocks; the card must be the same insertion throughout.

use std::time::{Duration, SystemTime};

use kakari_card::issue::{IssueError, Issued, Order, Step, personalise};
use kakari_card::{CardHere, CertificateSerial, Laid, PinOutcome, Talker};

use super::Keys;
use super::words::{broken, not_issued, unfit};

/// Some cards make a key for ten seconds and more.
const DEADLINE: Duration = Duration::from_secs(60);

/// Work on the card at the desk.
pub(crate) struct Work<'a> {
    talker: Talker,
    card: &'a CardHere,
    keys: &'a Keys,
}

/// Why a card was not made.
pub(crate) struct NotMade {
    /// What happened and what to do.
    pub(crate) words: String,
    /// The order can never be finished on this card.
    pub(crate) is_final: bool,
    /// Nothing of the order is on the card.
    pub(crate) untouched: bool,
}

impl<'a> Work<'a> {
    pub(crate) fn new(card: &'a CardHere, keys: &'a Keys) -> Self {
        Self { talker: Talker::with_deadline(DEADLINE), card, keys }
    }

    /// The serial of the region's certificate on the card; `None` when it is blank.
    pub(crate) fn look(&self) -> Result<Option<CertificateSerial>, String> {
        let mut conversation = self.talker.connect(self.card).map_err(broken)?;
        let laid = conversation.identify(&self.keys.signer.authority(), SystemTime::now()).map_err(broken)?;
        conversation.finish().map_err(broken)?;
        match laid {
            Laid::Patient(card) => Ok(Some(card.certificate_serial)),
            Laid::Staff(card) => Ok(Some(card.certificate_serial)),
            other => unfit(&other).map_or(Ok(None), Err),
        }
    }

    /// Personalises it; `begins` is told of each step and keeps it.
    pub(crate) fn make(
        &self,
        order: &Order,
        begins: &mut dyn FnMut(Step) -> Result<(), String>,
    ) -> Result<Issued, NotMade> {
        let mut kept = None;
        let mut tell = |step| {
            begins(step).map_err(|why| {
                kept = Some(why);
                IssueError::Stopped
            })
        };
        let made = self.talker.connect(self.card).map_err(IssueError::Card).and_then(|mut conversation| {
            let issued = personalise(&mut conversation, &self.keys.signer, order, &mut tell)?;
            conversation.finish()?;
            Ok(issued)
        });
        made.map_err(|error| NotMade {
            words: kept.unwrap_or_else(|| not_issued(&error)),
            is_final: error.is_final(),
            untouched: matches!(error, IssueError::WrongManagementKey),
        })
    }

    /// Tries the card as a tablet would: certificate, PIN of a staff card, key.
    pub(crate) fn try_out(&self, order: &Order, issued: &Issued) -> Result<(), String> {
        let mut conversation = self.talker.connect(self.card).map_err(broken)?;
        let laid = conversation.identify(&self.keys.signer.authority(), SystemTime::now()).map_err(broken)?;
        let holds = match laid {
            Laid::Patient(card) if is_it(issued, &card.certificate_serial, &card.public_key) => {
                conversation.prove_key(&issued.public_key).map_err(broken)?
            }
            Laid::Staff(card) if is_it(issued, &card.certificate_serial, &card.public_key) => {
                let pin = order.pin.as_ref().ok_or("this staff card has no first PIN")?;
                let outcome = conversation.verify_pin(pin).map_err(broken)?;
                outcome == PinOutcome::Accepted && conversation.prove_staff_key(&issued.public_key).map_err(broken)?
            }
            _ => return Err(broken(kakari_card::CardError::Changed)),
        };
        conversation.finish().map_err(broken)?;
        if holds {
            Ok(())
        } else {
            Err("the card does not answer as a tablet wants it: nothing was registered".to_owned())
        }
    }
}

fn is_it(issued: &Issued, serial: &CertificateSerial, public_key: &[u8; 65]) -> bool {
    issued.certificate_serial == *serial && issued.public_key == *public_key
}
