//! Cards torn away and exchanged again and again, before one running tablet: whole shows or none, and the next tap works.
//!
//! `make chaos-cards` does this 2,000 and 1,000 times; `make test` a few dozen.

use std::time::{Duration, Instant};

use kakari_card_sim::{Fault, VirtualCard, in_own_process};
use kakari_record::audit::AuditKind;
use kakari_store::{Store, StoreKey};
use kakari_tests::many_taps::{Came, Holds, ManyTaps, holds};
use kakari_tests::place::Place;

/// Exchanges of a patient's card: SELECT, GET DATA, GET RESPONSE, GENERAL AUTHENTICATE.
const EXCHANGES: usize = 4;
/// A card that came and went before anybody saw it leaves no word; whoever was seen is answered within this time.
const UNSEEN: Duration = Duration::from_secs(10);
/// A card that is offered beside an open case is closed with it; one that came after it is shown within this time.
const OFFERED: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest a tap takes here, and a little more: moments are chosen up to it, in microseconds.
const MOMENTS: u64 = 40_000;
/// Rounds before the tablet is weighed for the first time.
const WARM: usize = 16;
/// What a tablet may gain in memory over the whole test; its pages come and go.
const MOST_GAINED_KB: u64 = 16 * 1024;

fn rounds(variable: &str, usual: usize) -> usize {
    std::env::var(variable).ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(usual)
}

/// A tablet before which things happen, and what came of them.
struct Trial {
    place: Place,
    taps: ManyTaps,
    whole: usize,
    refused: usize,
    unseen: usize,
    healed: Vec<Duration>,
    /// Shown altogether, with the next taps.
    shows: usize,
    weighed: Option<[Holds; 2]>,
}

impl Trial {
    fn new(dir: &std::path::Path) -> Self {
        let place = Place::with_residents(dir, &[1, 2]);
        let taps = ManyTaps::start(&place);
        Self { place, taps, whole: 0, refused: 0, unseen: 0, healed: Vec::new(), shows: 0, weighed: None }
    }

    fn card(&self, who: usize) -> VirtualCard {
        self.place.cards[who].card.clone()
    }

    /// What came of the card that was torn away, if anybody saw it.
    fn after_a_tear(&mut self, may_show: Option<usize>) {
        match self.taps.came(&self.place.residents, UNSEEN) {
            Came::Shown(who) => {
                assert_eq!(Some(who), may_show, "somebody who was not whole on the reader");
                self.whole += 1;
                self.shows += 1;
            }
            Came::Refused => self.refused += 1,
            Came::Nothing => self.unseen += 1,
        }
    }

    /// What came of a card that another took the place of. The second lies there whole: unless it came while the first
    /// one's case was open, which offers it and is closed, it is shown by itself.
    fn after_a_swap(&mut self, first: usize) {
        let second = 1 - first;
        match self.taps.came(&self.place.residents, PATIENCE) {
            Came::Shown(who) => {
                self.shows += 1;
                self.whole += 1;
                if who == second {
                    return;
                }
                self.taps.ready();
                match self.taps.came(&self.place.residents, OFFERED) {
                    Came::Shown(who) => {
                        assert_eq!(who, second);
                        self.shows += 1;
                    }
                    came => assert_eq!(came, Came::Nothing, "a whole card on a whole stack"),
                }
            }
            Came::Refused => {
                self.refused += 1;
                self.taps.ready();
                assert_eq!(self.taps.shows(&self.place.residents), second, "the first card is no longer there");
                self.shows += 1;
            }
            Came::Nothing => panic!("a card lies there and nothing is said of it"),
        }
    }

    /// The next tap, laid on once: it must show this resident, whatever is still said of the card before.
    fn next_tap(&mut self, next: usize) {
        let began = Instant::now();
        self.place.reader().remove();
        self.taps.ready();
        self.place.reader().insert(&self.card(next));
        let mut came = self.taps.came(&self.place.residents, PATIENCE);
        if came == Came::Refused {
            self.taps.ready();
            came = self.taps.came(&self.place.residents, PATIENCE);
        }
        assert_eq!(came, Came::Shown(next));
        self.healed.push(began.elapsed());
        self.shows += 1;
        self.place.reader().remove();
        self.taps.ready();
        if self.healed.len() == WARM {
            self.weighed = Some(self.weigh());
        }
    }

    /// The tablet and pcscd.
    fn weigh(&self) -> [Holds; 2] {
        std::thread::sleep(Duration::from_millis(500));
        [self.taps.holds(), holds(self.place.stack.pcscd_id().unwrap())]
    }

    /// Says the figures, and fails if anything was left behind.
    fn end(mut self, what: &str) {
        self.healed.sort_unstable();
        let at = |share: usize| self.healed[(self.healed.len() - 1) * share / 100];
        let (before, after) = (self.weighed.expect("enough rounds"), self.weigh());
        println!(
            "{what} {}: {} shown whole, {} refused in words, {} gone unseen, 0 partial, 0 mixed; {} of {} next taps work; \
             until the next one is shown median {:?}, p95 {:?}, max {:?}",
            self.healed.len(),
            self.whole,
            self.refused,
            self.unseen,
            self.healed.len(),
            self.healed.len(),
            at(50),
            at(95),
            at(100),
        );
        println!("tablet, pcscd: {before:?} after {WARM} rounds, {after:?} at the end");
        assert!(at(95) < Duration::from_secs(3), "healing within three seconds");
        for (before, after) in before.iter().zip(&after) {
            assert!(after.threads <= before.threads && after.descriptors <= before.descriptors, "left behind");
            assert!(after.resident_kb <= before.resident_kb + MOST_GAINED_KB, "memory grows");
        }
        self.has_a_row_for_each_show();
    }

    fn has_a_row_for_each_show(self) {
        let Self { place, taps, shows, .. } = self;
        drop(taps);
        let key = StoreKey::load(&place.tablet.config.store_key).unwrap();
        let store = Store::open(&place.tablet.config.store, key).unwrap();
        store.verify_audit().unwrap().unwrap();
        let rows = store.last_audit(1_000_000).unwrap();
        let shown = rows
            .iter()
            .filter(|row| row.event.as_ref().is_some_and(|event| matches!(event.kind, AuditKind::RecordShown { .. })));
        let shown = shown.count();
        println!("{shows} shows, {shown} rows");
        // A row is durable before its summary is on the glass; a card that comes between the two keeps it off.
        assert!(shown >= shows, "a view without its row");
    }
}

/// Moments that look like chance and are the same every time.
fn moment(round: usize) -> Duration {
    Duration::from_micros((round as u64).wrapping_mul(2_654_435_761) % MOMENTS)
}

#[test]
fn a_card_torn_away_at_any_exchange_or_moment_shows_all_or_nothing_and_the_next_tap_works() {
    let name = "torn::a_card_torn_away_at_any_exchange_or_moment_shows_all_or_nothing_and_the_next_tap_works";
    in_own_process(name, |dir| {
        let mut trial = Trial::new(dir);
        for round in 0..rounds("KAKARI_TORN", 32) {
            let (who, next) = (round % 2, round / 2 % 2);
            let card = trial.card(who);
            if round % 3 == 0 {
                // Torn instead of an answer: nothing may be shown.
                card.tear_at_exchange(1 + round / 3 % EXCHANGES);
                trial.place.reader().insert(&card);
                trial.after_a_tear(None);
            } else {
                trial.place.reader().insert(&card);
                std::thread::sleep(moment(round));
                trial.place.reader().remove();
                trial.after_a_tear(Some(who));
            }
            trial.next_tap(next);
        }
        trial.end("torn");
    });
}

#[test]
fn a_card_exchanged_for_another_at_any_exchange_or_moment_is_never_mixed_with_it() {
    let name = "torn::a_card_exchanged_for_another_at_any_exchange_or_moment_is_never_mixed_with_it";
    in_own_process(name, |dir| {
        let mut trial = Trial::new(dir);
        for round in 0..rounds("KAKARI_SWAPS", 32) {
            let (who, next) = (round % 2, round / 2 % 2);
            let (card, other) = (trial.card(who), trial.card(1 - who));
            let exchange = 1 + round / 8 % EXCHANGES;
            match round % 4 {
                0 => card.fail_at_exchange(exchange, Fault::SwapBefore(other)),
                1 => card.fail_at_exchange(exchange, Fault::SwapAfter(other)),
                _ => {}
            }
            trial.place.reader().insert(&card);
            if round % 4 > 1 {
                std::thread::sleep(moment(round));
                trial.place.reader().insert(&trial.card(1 - who));
            }
            trial.after_a_swap(who);
            trial.next_tap(next);
        }
        trial.end("exchanged");
    });
}
