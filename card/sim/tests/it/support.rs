//! What the tests share: a region's card authority, cards issued by it, and patience.

use std::path::Path;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant, SystemTime};

use kakari_card::issue::{CardAuthoritySigner, Holder, Issued, Order, issue};
use kakari_card::{
    CardError, CardHere, CardNumber, Conversation, Laid, Pin, ReaderEvent, ReaderPattern, StaffId, StaffName, Talker,
    Watcher,
};
use kakari_card_sim::{Stack, VirtualCard, VirtualReader};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::rand::SystemRandom;

pub(crate) const READER: &str = "Kakari Virtual Reader";
pub(crate) const ALICE: &str = "1000000000000001";
pub(crate) const BOB: &str = "2000000000000002";
pub(crate) const PIN: &str = "86420975";
const DAY: Duration = Duration::from_secs(86_400);
/// How long a busy machine may take for what comes at once on one that is not.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A stack with one reader, its watcher, and a region that issues cards.
pub(crate) struct Bench {
    pub(crate) stack: Stack,
    pub(crate) signer: CardAuthoritySigner,
    pub(crate) talker: Talker,
    pub(crate) events: Receiver<ReaderEvent>,
    _watcher: Watcher,
}

impl Bench {
    pub(crate) fn new(dir: &Path) -> Self {
        Self::with_readers(dir, &[READER])
    }

    pub(crate) fn with_readers(dir: &Path, names: &[&str]) -> Self {
        let stack = Stack::start(dir, names).unwrap_or_else(|error| panic!("{error}"));
        // Every reader by its number in the list: without a pattern some of them would not be chosen.
        let (events, watcher) = watch(" 00");
        let signer = CardAuthoritySigner::make("Kakari Test Card CA").unwrap();
        let bench =
            Self { stack, signer, talker: Talker::with_deadline(Duration::from_secs(1)), events, _watcher: watcher };
        for _ in names {
            bench.wait_for("a reader", |event| matches!(event, ReaderEvent::Ready { .. }).then_some(()));
        }
        bench
    }

    pub(crate) fn reader(&self) -> &VirtualReader {
        self.stack.reader(0)
    }

    /// Issues a card through PC/SC and takes it off the reader again.
    pub(crate) fn issue(&self, order: &Order) -> (VirtualCard, Issued) {
        let card = VirtualCard::blank().unwrap();
        let here = self.lay(&card);
        let mut conversation = self.talker.connect(&here).unwrap();
        let issued = issue(&mut conversation, &self.signer, order).unwrap_or_else(|error| panic!("{error}"));
        conversation.finish().unwrap();
        self.take_away();
        (card, issued)
    }

    pub(crate) fn patient(&self, number: &str) -> (VirtualCard, Issued) {
        self.issue(&patient_order(number, 7))
    }

    pub(crate) fn staff(&self) -> (VirtualCard, Issued) {
        let name = StaffName("高橋 美咲".to_owned());
        let holder = Holder::Staff { name, staff_id: StaffId("S-0001".to_owned()) };
        let mut order = order(holder, 8);
        order.pin = Pin::new(PIN);
        self.issue(&order)
    }

    /// Lays a card on the first reader and waits until the watcher has seen it.
    pub(crate) fn lay(&self, card: &VirtualCard) -> CardHere {
        self.reader().insert(card);
        self.wait_for_card()
    }

    pub(crate) fn take_away(&self) {
        self.reader().remove();
        self.wait_until_left();
    }

    pub(crate) fn wait_for_card(&self) -> CardHere {
        self.wait_for("a card", |event| if let ReaderEvent::CardArrived(card) = event { Some(card) } else { None })
    }

    pub(crate) fn wait_until_left(&self) {
        self.wait_for("the card's leaving", |event| matches!(event, ReaderEvent::CardLeft { .. }).then_some(()));
    }

    /// Drops events until none has come for a while.
    pub(crate) fn wait_until_quiet(&self) {
        while self.events.recv_timeout(Duration::from_millis(15)).is_ok() {}
    }

    /// The same before a tap that counts: a busy machine tells late of a card that came and went.
    pub(crate) fn wait_until_empty(&self) {
        self.reader().wait_until_empty(PATIENCE).unwrap();
        while self.events.recv_timeout(Duration::from_millis(200)).is_ok() {}
    }

    pub(crate) fn wait_for<T>(&self, what: &str, pick: impl FnMut(ReaderEvent) -> Option<T>) -> T {
        wait_for(&self.events, what, pick)
    }

    pub(crate) fn identify(&self, conversation: &mut Conversation) -> Laid {
        conversation.identify(&self.signer_authority(), SystemTime::now()).unwrap()
    }

    pub(crate) fn signer_authority(&self) -> kakari_card::CardAuthority {
        self.signer.authority()
    }

    /// A whole tap of a patient's card, as the tablet does it; the number and the checked agreement.
    pub(crate) fn tap(&self, here: &CardHere) -> Result<String, CardError> {
        let mut conversation = self.talker.connect(here)?;
        let Laid::Patient(patient) = conversation.identify(&self.signer_authority(), SystemTime::now())? else {
            panic!("not a patient's card")
        };
        let sealed = Sealed::to(&patient.public_key);
        let shared = conversation.agree(&sealed.point)?;
        conversation.finish()?;
        assert_eq!(shared.expose(), &sealed.x, "the agreement is the certificate's key's");
        Ok(patient.number.expose().to_owned())
    }

    /// The same as the tablet's own talker does it, also on a bench whose talker gives up soon: a busy machine takes longer
    /// for a sound card, too.
    pub(crate) fn tap_unhurried(&mut self, here: &CardHere) -> Result<String, CardError> {
        let impatient = std::mem::take(&mut self.talker);
        let result = self.tap(here);
        self.talker = impatient;
        result
    }

    /// Shows that the stack is sound again after a fault: a fresh tap goes through.
    pub(crate) fn next_tap_works(&self, card: &VirtualCard, number: &str) {
        let here = self.lay(card);
        assert_eq!(self.tap(&here).as_deref(), Ok(number));
        self.take_away();
    }
}

pub(crate) fn order(holder: Holder, serial: u64) -> Order {
    let now = SystemTime::now();
    Order::new(holder, serial, now - DAY, now + 365 * DAY)
}

pub(crate) fn patient_order(number: &str, serial: u64) -> Order {
    order(Holder::Patient(CardNumber::new(number).unwrap()), serial)
}

pub(crate) fn watch(pattern: &str) -> (Receiver<ReaderEvent>, Watcher) {
    let (sender, events) = mpsc::channel();
    let watcher = Watcher::start(ReaderPattern::new(pattern), move |event| drop(sender.send(event))).unwrap();
    (events, watcher)
}

/// No card was read, and which of the two it was may not be known: on a machine that is busy itself, the deadline may come
/// before the card was even asked for.
pub(crate) fn is_given_up(tap: &Result<String, CardError>) -> bool {
    matches!(tap, Err(CardError::Busy | CardError::NoAnswer))
}

/// From the cause's going away to the card's being read, and from the cause to its being told: three seconds, of which a
/// hung service takes 2.5 to be noticed. Held to where it is measured, in the long run (`KAKARI_FAULTS`): beside other
/// tests the machine is busy.
pub(crate) fn healed_within() -> Duration {
    Duration::from_secs(if std::env::var_os("KAKARI_FAULTS").is_some() { 3 } else { 10 })
}

/// Waits patiently for an event that `pick` takes; the others are dropped.
pub(crate) fn wait_for<T>(
    events: &Receiver<ReaderEvent>,
    what: &str,
    mut pick: impl FnMut(ReaderEvent) -> Option<T>,
) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let event = events.recv_timeout(left).unwrap_or_else(|_| panic!("{what} did not come"));
        if let Some(picked) = pick(event) {
            return picked;
        }
    }
}

/// A point as a sealed record carries it, and the x that only the card's key arrives at.
pub(crate) struct Sealed {
    pub(crate) point: [u8; 65],
    pub(crate) x: [u8; 32],
}

impl Sealed {
    pub(crate) fn to(public_key: &[u8; 65]) -> Self {
        let ours = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).unwrap();
        let point = ours.compute_public_key().unwrap().as_ref().try_into().unwrap();
        let x =
            agree_ephemeral(ours, &UnparsedPublicKey::new(&ECDH_P256, public_key), |x| x.try_into().unwrap()).unwrap();
        Self { point, x }
    }
}

/// Prints median, 95th percentile and maximum.
pub(crate) fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    eprintln!("{what}: median {:?}, p95 {:?}, max {:?} (n = {})", at(50), at(95), at(100), times.len());
}
