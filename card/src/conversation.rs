//! One conversation with one card.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;

use crate::apdu::Status;
use crate::certificate::{
    CardAuthority, CardNumber, CertificateSerial, Checked, Holder, IssuedBy, Refusal, StaffId, StaffName,
};
use crate::error::CardError;
use crate::foreign::name_foreign;
use crate::kind::{ForeignKind, Medium, medium};
use crate::link::Link;
use crate::pin::{Pin, PinOutcome};
use crate::piv::{Application, Exchange, PinState, Piv, Slot};
use crate::plain::{CardProfile, LiteSId, LiteSKey, MacProof, Plain, PlainCard};
use crate::point::{KeyId, POINT_LEN, SharedX};

/// As much of a copy as says whose it is and when it was written.
const HEADER_OF_A_COPY: usize = 68;

/// What lies on the reader.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Laid {
    /// A patient's card of this region, in date.
    Patient(PatientCard),
    /// A staff card of this region, in date.
    Staff(StaffCard),
    /// A card that only says who it is.
    Plain(PlainCard),
    /// A card with our application but nothing issued on it.
    Blank,
    /// Somebody else's card. Nothing was read from it.
    Foreign(ForeignKind),
    /// A card with our application that is not accepted.
    Refused(Refusal),
}

/// What a patient's certificate says. The card has not yet proved that it holds the key: the agreement that opens
/// the record does, or [`Conversation::prove_key`].
#[derive(Clone, PartialEq, Eq)]
pub struct PatientCard {
    /// The 16-digit common number.
    pub number: CardNumber,
    /// What a revocation names.
    pub certificate_serial: CertificateSerial,
    /// Uncompressed point.
    pub public_key: [u8; POINT_LEN],
    /// What a sealed record names.
    pub key_id: KeyId,
    /// Whose card it is. The numbers of two regions have nothing to do with each other.
    pub issued_by: IssuedBy,
}

/// What a staff member's certificate says, and the PIN counter.
#[derive(Clone, PartialEq, Eq)]
pub struct StaffCard {
    /// As the screen shows it.
    pub name: StaffName,
    /// As the roster knows it.
    pub staff_id: StaffId,
    /// What a revocation names.
    pub certificate_serial: CertificateSerial,
    /// Uncompressed point.
    pub public_key: [u8; POINT_LEN],
    /// What the roster's wraps name.
    pub key_id: KeyId,
    /// PIN tries left, if the card says. Asking spends none.
    pub tries_left: Option<u8>,
}

impl fmt::Debug for PatientCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PatientCard[redacted]")
    }
}

impl fmt::Debug for StaffCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StaffCard[redacted]")
    }
}

/// One transaction with one card, from [`Talker::connect`](crate::Talker::connect) to [`finish`](Self::finish).
///
/// Every method blocks until the card answers or the talker's deadline passes; not for the screen's thread.
/// After any [`CardError`] all later calls fail the same way ([`CardError::InvalidPoint`] aside: the card has
/// not seen it). Dropping a conversation makes a staff card forget the PIN (one exchange, which may block, and a
/// reset) and lets go of the card without checking.
pub struct Conversation {
    pub(crate) piv: Piv,
    pin_shown: bool,
    pub(crate) profiles: Arc<[CardProfile]>,
    pub(crate) reader: String,
    /// The memory card that was identified.
    pub(crate) plain: Option<Plain>,
}

impl Drop for Conversation {
    fn drop(&mut self) {
        if self.pin_shown {
            // Where this does not reach the card, the reset at the end does; waited for, so that the next conversation
            // does not meet it.
            let _ = self.log_out();
            let _ = self.piv.leave();
        }
    }
}

impl Conversation {
    /// Speaks over any link; the tablet gets its conversations from a [`Talker`](crate::Talker).
    #[must_use]
    pub fn over(link: Box<dyn Link>) -> Self {
        Self { piv: Piv::new(link), pin_shown: false, profiles: Arc::default(), reader: String::new(), plain: None }
    }

    /// The same conversation, knowing where this region's number-only cards hold their number.
    #[must_use]
    pub fn knowing(mut self, profiles: Arc<[CardProfile]>) -> Self {
        self.profiles = profiles;
        self
    }

    /// The same conversation over a reader of this name: how a FeliCa block is read is the reader's matter.
    #[must_use]
    pub fn on_reader(mut self, name: &str) -> Self {
        name.clone_into(&mut self.reader);
        self
    }

    /// Finds out what the card is. Two or three exchanges for a patient's card, two to nine for a memory card, two to eight
    /// for somebody else's. `now` is what the certificate's dates are held against.
    ///
    /// # Errors
    /// Only when something broke; an unwelcome card is a [`Laid`].
    pub fn identify(&mut self, authority: &CardAuthority, now: SystemTime) -> Result<Laid, CardError> {
        match medium(self.piv.atr()) {
            Some(Medium::Felica) => return self.identify_felica(),
            Some(Medium::TypeA { has_pages }) => return self.identify_type_a(has_pages),
            Some(Medium::TypeB) => return Ok(Laid::Foreign(ForeignKind::ChangingIdentifier)),
            Some(Medium::Other) => return Ok(Laid::Foreign(ForeignKind::Unknown)),
            None => {}
        }
        if !self.piv.select(Application::Piv)? {
            return name_foreign(&mut self.piv).map(Laid::Foreign);
        }
        if let Some(der) = self.piv.read_certificate(Slot::CardAuthentication)? {
            return Ok(patient(authority.check(&der, now)));
        }
        match self.piv.read_certificate(Slot::KeyManagement)? {
            Some(der) => self.staff(authority.check(&der, now)),
            None => Ok(Laid::Blank),
        }
    }

    /// ECDH of a patient's card (slot 9E, no PIN) with this point. One exchange.
    ///
    /// # Errors
    /// [`CardError::InvalidPoint`] if the point is not on P-256; the card has then not seen it.
    pub fn agree(&mut self, point: &[u8; POINT_LEN]) -> Result<SharedX, CardError> {
        self.piv.agree(Slot::CardAuthentication, point)
    }

    /// ECDH of a staff card (slot 9D) with this point, after [`verify_pin`](Self::verify_pin). One exchange.
    ///
    /// # Errors
    /// As [`agree`](Self::agree); [`CardError::Refused`] when no PIN was accepted before.
    pub fn agree_staff(&mut self, point: &[u8; POINT_LEN]) -> Result<SharedX, CardError> {
        self.piv.agree(Slot::KeyManagement, point)
    }

    /// Whether the card really holds the private key of its certificate: an agreement with a fresh point of ours.
    /// For a patient's card without a stored record. One exchange.
    ///
    /// # Errors
    /// When something broke, or no random numbers are to be had ([`CardError::Malformed`]).
    pub fn prove_key(&mut self, public_key: &[u8; POINT_LEN]) -> Result<bool, CardError> {
        self.prove(Slot::CardAuthentication, public_key)
    }

    /// The same of a staff card (slot 9D), after [`verify_pin`](Self::verify_pin).
    ///
    /// # Errors
    /// As [`prove_key`](Self::prove_key); [`CardError::Refused`] when no PIN was accepted before.
    pub fn prove_staff_key(&mut self, public_key: &[u8; POINT_LEN]) -> Result<bool, CardError> {
        self.prove(Slot::KeyManagement, public_key)
    }

    /// Whether a card that says it holds a key of the region's really does: internal authentication of FeliCa Lite-S, a MAC
    /// over a random challenge and the card's ID block, and over the block of its number. `key_of` derives the card's key;
    /// `None` when there is none of that version here, which proves nothing either way.
    ///
    /// # Errors
    /// When something broke.
    pub fn prove_mac(&mut self, key_of: impl FnOnce(&LiteSId) -> Option<LiteSKey>) -> Result<MacProof, CardError> {
        self.prove_plain(key_of)
    }

    /// The copy of its record that a patient's card carries (object 5F C1 20), or `None` when it carries none or `wanted`,
    /// which sees the beginning (at least 68 bytes, if there are that many), says no: then no more of it is fetched. Up to
    /// eleven exchanges; one for a card without a copy. What comes back is bytes, of which nothing is believed yet.
    ///
    /// # Errors
    /// When something broke.
    pub fn read_copy(&mut self, wanted: impl FnOnce(&[u8]) -> bool) -> Result<Option<Vec<u8>>, CardError> {
        self.piv.read_copy(HEADER_OF_A_COPY, wanted)
    }

    /// Shows the PIN, unless that could spend the last try ([`PinOutcome::LastTry`]). Two exchanges: the counter
    /// is asked first.
    ///
    /// # Errors
    /// Only when something broke; a wrong PIN is a [`PinOutcome`].
    pub fn verify_pin(&mut self, pin: &Pin) -> Result<PinOutcome, CardError> {
        match self.piv.pin_state()? {
            PinState::Tries(0) => Ok(PinOutcome::Blocked),
            PinState::Tries(1) | PinState::NotTold => Ok(PinOutcome::LastTry),
            PinState::Tries(_) | PinState::AlreadyVerified => self.show_pin(pin),
        }
    }

    /// Shows the PIN even if it is the last try. Call only after a person has been told so and agreed.
    ///
    /// # Errors
    /// As [`verify_pin`](Self::verify_pin).
    pub fn verify_pin_spending_last_try(&mut self, pin: &Pin) -> Result<PinOutcome, CardError> {
        self.show_pin(pin)
    }

    /// What the conversation has cost so far.
    #[must_use]
    pub fn exchanges(&self) -> &[Exchange] {
        self.piv.exchanges()
    }

    /// Makes a staff card forget the PIN, makes sure the same card is still there, and lets go of it. Only
    /// after this succeeded may anything learned in the conversation be shown.
    ///
    /// # Errors
    /// [`CardError::Changed`] or [`CardError::Removed`] when the card is another one or gone: discard everything.
    pub fn finish(mut self) -> Result<Vec<Exchange>, CardError> {
        self.log_out()?;
        self.same_plain()?;
        self.piv.same_card()?;
        self.piv.leave()?;
        Ok(self.piv.exchanges().to_vec())
    }

    fn prove(&mut self, slot: Slot, public_key: &[u8; POINT_LEN]) -> Result<bool, CardError> {
        let unavailable = |_| CardError::Malformed { what: "our own fresh key" };
        let ours = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).map_err(unavailable)?;
        let point = ours.compute_public_key().map_err(unavailable)?;
        let point = point.as_ref().try_into().map_err(|_| CardError::InvalidPoint)?;
        let theirs = self.piv.agree(slot, &point)?;
        let hash = |x: &[u8]| digest(&SHA256, x);
        let same = |expected: &[u8]| hash(expected).as_ref() == hash(theirs.expose()).as_ref();
        let known = UnparsedPublicKey::new(&ECDH_P256, public_key);
        agree_ephemeral(ours, &known, same).map_err(|_| CardError::InvalidPoint)
    }

    fn log_out(&mut self) -> Result<(), CardError> {
        if std::mem::take(&mut self.pin_shown) {
            self.piv.log_out()?;
        }
        Ok(())
    }

    fn show_pin(&mut self, pin: &Pin) -> Result<PinOutcome, CardError> {
        self.pin_shown = true;
        self.piv.reset_at_end();
        Ok(match self.piv.verify(pin)? {
            Status::Done => PinOutcome::Accepted,
            Status::TriesLeft(tries_left @ 1..) => PinOutcome::Wrong { tries_left },
            _ => PinOutcome::Blocked,
        })
    }

    fn staff(&mut self, checked: Result<Checked, Refusal>) -> Result<Laid, CardError> {
        Ok(match checked {
            Err(refusal) => Laid::Refused(refusal),
            Ok(Checked { holder: Holder::Patient(_), .. }) => Laid::Refused(Refusal::Malformed),
            Ok(Checked { holder: Holder::Staff { name, staff_id }, serial, public_key, key_id, .. }) => {
                let tries_left = match self.piv.pin_state()? {
                    PinState::Tries(tries) => Some(tries),
                    PinState::AlreadyVerified | PinState::NotTold => None,
                };
                Laid::Staff(StaffCard { name, staff_id, certificate_serial: serial, public_key, key_id, tries_left })
            }
        })
    }
}

fn patient(checked: Result<Checked, Refusal>) -> Laid {
    match checked {
        Err(refusal) => Laid::Refused(refusal),
        Ok(Checked { holder: Holder::Staff { .. }, .. }) => Laid::Refused(Refusal::Malformed),
        Ok(Checked { holder: Holder::Patient(number), serial, public_key, key_id, issued_by }) => {
            Laid::Patient(PatientCard { number, certificate_serial: serial, public_key, key_id, issued_by })
        }
    }
}
