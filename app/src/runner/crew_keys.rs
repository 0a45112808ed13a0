//! The vault keys of the signed-in crew, and what only its PINs bring back.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kakari_record::seal::{Keyring, PinWrap};

use crate::clock;

/// Wrong PINs on a locked tablet before a staff card is needed.
const TRIES: u8 = 3;
/// How long a PIN brings the keys back after the last sign-in, in milliseconds of a clock that never jumps.
const SHIFT_MS: u64 = 12 * 60 * 60 * 1000;

/// Held while a crew is signed in; wiped from any thread at once.
#[derive(Clone, Debug, Default)]
pub(crate) struct CrewKeys(Arc<Mutex<Held>>);

/// Taken when keys are asked for. Whoever brings them holds nothing once they were wiped in between.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket {
    crew: u64,
    wakes: u64,
}

/// What a PIN did on a locked tablet.
pub(crate) enum Reopening {
    /// The keys are held again.
    Reopened { staff_id: String },
    /// Nobody's PIN; at 0 nothing is left to be opened.
    Wrong { tries_left: u8 },
    /// There is nothing to be opened.
    Gone,
}

#[derive(Debug, Default)]
struct Held {
    keys: Keyring,
    wraps: Vec<Arc<Wrap>>,
    until_ms: u64,
    wrong: u8,
    /// Grows when everything is forgotten and when another crew begins.
    crew: u64,
    /// Grows when the keys are wiped.
    wakes: u64,
}

#[derive(Debug)]
struct Wrap {
    staff_id: String,
    wrap: PinWrap,
}

impl CrewKeys {
    /// For a sign-in, a PIN or a code that is about to be tried.
    pub(crate) fn ticket(&self) -> Ticket {
        let held = self.held();
        Ticket { crew: held.crew, wakes: held.wakes }
    }

    /// Takes the keys of a crew that has signed in; the ticket for its PINs' wraps. Without `joins` it is another crew:
    /// what the one before left goes. `None`, and the keys are wiped, when they come too late.
    pub(crate) fn hold(&self, ticket: Ticket, keys: Keyring, joins: bool) -> Option<Ticket> {
        let mut held = self.held();
        if (held.crew, held.wakes) != (ticket.crew, ticket.wakes) {
            return None;
        }
        if !joins {
            (held.crew, held.wraps, held.wrong) = (held.crew + 1, Vec::new(), 0);
        }
        (held.keys, held.until_ms) = (keys, clock::now().monotonic_ms + SHIFT_MS);
        Some(Ticket { crew: held.crew, wakes: held.wakes })
    }

    /// Keeps what a PIN of this crew opens, also when it was locked meanwhile; not when the crew is gone.
    pub(crate) fn keep(&self, ticket: Ticket, staff_id: String, wrap: PinWrap) {
        let mut held = self.held();
        if held.crew == ticket.crew {
            held.wraps.retain(|kept| kept.staff_id != staff_id);
            held.wraps.push(Arc::new(Wrap { staff_id, wrap }));
        }
    }

    /// Brings the keys back by a PIN; a quarter of a second for each of the crew. They can be wiped meanwhile, and then
    /// they stay wiped.
    pub(crate) fn reopen(&self, ticket: Ticket, pin: &[u8]) -> Reopening {
        let wraps = {
            let mut held = self.held();
            if held.until_ms <= clock::now().monotonic_ms {
                held.wraps.clear();
            }
            if held.crew == ticket.crew { held.wraps.clone() } else { Vec::new() }
        };
        if wraps.is_empty() {
            return Reopening::Gone;
        }
        let opened = wraps.iter().find_map(|kept| Some((kept.staff_id.clone(), kept.wrap.open(pin).ok()?)));
        drop(wraps);
        let mut held = self.held();
        if (held.crew, held.wakes) != (ticket.crew, ticket.wakes) {
            return Reopening::Gone;
        }
        match opened {
            Some((staff_id, keys)) => {
                (held.keys, held.wrong) = (keys, 0);
                Reopening::Reopened { staff_id }
            }
            None => {
                held.wrong += 1;
                let tries_left = TRIES.saturating_sub(held.wrong);
                if tries_left == 0 {
                    held.forget();
                }
                Reopening::Wrong { tries_left }
            }
        }
    }

    /// Wipes them, and what a PIN could bring back.
    pub(crate) fn forget(&self) {
        self.held().forget();
    }

    /// Wipes them; a PIN brings them back.
    pub(crate) fn sleep(&self) {
        self.held().sleep();
    }

    /// Uses them for the length of one look-up or opening; they cannot be wiped meanwhile.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&Keyring) -> T) -> T {
        work(&self.held().keys)
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn sleep(&mut self) {
        self.keys = Keyring::default();
        self.wakes += 1;
    }

    fn forget(&mut self) {
        self.sleep();
        self.wraps.clear();
        (self.crew, self.wrong) = (self.crew + 1, 0);
    }
}

#[cfg(test)]
mod tests {
    use kakari_record::seal::VaultKey;

    use super::*;

    fn keyring() -> Keyring {
        Keyring::new(vec![VaultKey::from_bytes(1, [9; 32].into())])
    }

    fn holds(keys: &CrewKeys) -> bool {
        keys.with(|keys| keys.iter().next().is_some())
    }

    fn signed_in(members: &[(&str, &str)]) -> CrewKeys {
        let keys = CrewKeys::default();
        for (place, (staff_id, pin)) in members.iter().enumerate() {
            let ticket = keys.hold(keys.ticket(), keyring(), place > 0).expect("in time");
            keys.keep(ticket, (*staff_id).to_owned(), PinWrap::seal(&keyring(), pin.as_bytes()).expect("memory"));
        }
        keys
    }

    #[test]
    fn a_pin_of_either_crew_member_brings_the_keys_back_and_a_good_one_gives_every_try_back() {
        let keys = signed_in(&[("S0001", "123456"), ("S0002", "654321")]);
        for (pin, whose) in [("123456", "S0001"), ("654321", "S0002")] {
            keys.sleep();
            assert!(!holds(&keys));
            assert!(matches!(keys.reopen(keys.ticket(), b"000000"), Reopening::Wrong { tries_left: 2 }));
            let reopened = keys.reopen(keys.ticket(), pin.as_bytes());
            assert!(matches!(reopened, Reopening::Reopened { staff_id } if staff_id == whose) && holds(&keys));
        }
    }

    #[test]
    fn after_three_wrong_pins_the_right_one_opens_nothing_either() {
        let keys = signed_in(&[("S0001", "123456")]);
        keys.sleep();
        for left in [2, 1, 0] {
            let wrong = keys.reopen(keys.ticket(), b"000000");
            assert!(matches!(wrong, Reopening::Wrong { tries_left } if tries_left == left));
        }
        assert!(matches!(keys.reopen(keys.ticket(), b"123456"), Reopening::Gone) && !holds(&keys));
    }

    #[test]
    fn what_comes_after_the_keys_were_wiped_revives_none() {
        let keys = signed_in(&[("S0001", "123456")]);
        for wipe in [CrewKeys::sleep, CrewKeys::forget] {
            let asked = keys.ticket();
            wipe(&keys);
            assert!(keys.hold(asked, keyring(), true).is_none() && keys.hold(asked, keyring(), false).is_none());
            assert!(matches!(keys.reopen(asked, b"123456"), Reopening::Gone) && !holds(&keys));
        }
        let before = keys.ticket();
        keys.forget();
        keys.keep(before, "S0001".to_owned(), PinWrap::seal(&keyring(), b"123456").expect("memory"));
        assert!(matches!(keys.reopen(keys.ticket(), b"123456"), Reopening::Gone), "a late wrap");
    }

    #[test]
    fn a_wrap_that_is_made_while_the_tablet_is_locked_already_is_kept() {
        let keys = CrewKeys::default();
        let ticket = keys.hold(keys.ticket(), keyring(), false).expect("in time");
        keys.sleep();
        keys.keep(ticket, "S0001".to_owned(), PinWrap::seal(&keyring(), b"123456").expect("memory"));
        assert!(matches!(keys.reopen(keys.ticket(), b"123456"), Reopening::Reopened { .. }));
    }

    #[test]
    fn another_crew_takes_away_what_the_one_before_could_open() {
        let keys = signed_in(&[("S0001", "123456")]);
        keys.sleep();
        let ticket = keys.hold(keys.ticket(), keyring(), false).expect("in time");
        keys.keep(ticket, "S0002".to_owned(), PinWrap::seal(&keyring(), b"654321").expect("memory"));
        keys.sleep();
        assert!(matches!(keys.reopen(keys.ticket(), b"123456"), Reopening::Wrong { .. }));
        assert!(matches!(keys.reopen(keys.ticket(), b"654321"), Reopening::Reopened { .. }));
    }
}
