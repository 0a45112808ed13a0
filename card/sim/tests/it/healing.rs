//! Readers and services that fail, by the hundred: each time the tablet is told, heals by itself and reads the next card.
//!
//! `KAKARI_FAULTS=500` makes the long run; without it there are sixteen.

use std::sync::mpsc::Receiver;
use std::thread;
use std::time::{Duration, Instant};

use kakari_card::{CardError, CardHere, Presence, ReaderEvent, Talker};
use kakari_card_sim::{VirtualCard, in_own_process};
use pcsc::{Disposition, ShareMode};

use crate::held::{other_program, telling};
use crate::support::{ALICE, Bench, healed_within, is_given_up, report};

/// What a hung service takes to be noticed.
const NOTICED: Duration = Duration::from_millis(2_500);

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cause {
    Killed,
    Frozen,
    FrozenThenKilled,
    ReaderAsleep,
    Unplugged,
    HeldAlone,
    LongTransaction,
    CardMute,
}

const CAUSES: [Cause; 8] = [
    Cause::Killed,
    Cause::ReaderAsleep,
    Cause::HeldAlone,
    Cause::Unplugged,
    Cause::LongTransaction,
    Cause::CardMute,
    Cause::Frozen,
    Cause::FrozenThenKilled,
];

/// How one went: until it was told, where it has to be told, and until a card was read afterwards.
struct Healed {
    cause: Cause,
    told: Option<Duration>,
    healed: Duration,
}

fn faults() -> usize {
    std::env::var("KAKARI_FAULTS").ok().and_then(|count| count.parse().ok()).unwrap_or(16)
}

#[test]
fn every_fault_of_readers_and_services_is_told_in_time_and_heals_by_itself() {
    in_own_process("healing::every_fault_of_readers_and_services_is_told_in_time_and_heals_by_itself", |dir| {
        let mut bench = Bench::new(dir);
        let freed = telling(&mut bench);
        let (card, _) = bench.patient(ALICE);
        let mute = VirtualCard::answering(&[0x3B; 34], |_| vec![0x6D, 0]).unwrap();
        let before = left_behind();
        let mut all = Vec::new();
        for round in 0..faults() {
            let cause = CAUSES[round % CAUSES.len()];
            let healed = bench.heal(cause, &card, &mute, &freed);
            assert!(healed.healed < healed_within(), "round {round}, {cause:?}: healed after {:?}", healed.healed);
            let in_time = healed.told.is_none_or(|told| told < healed_within());
            assert!(in_time, "round {round}, {cause:?}: told after {:?}", healed.told);
            bench.take_away();
            all.push(healed);
        }
        let after = settle(before);
        assert!(after.0 <= before.0 && after.1 <= before.1, "(threads, descriptors): {before:?} -> {after:?}");
        say(&all, before, after);
    });
}

impl Bench {
    /// Brings one fault about while a card lies there, takes its cause away, and reads a card.
    fn heal(&mut self, cause: Cause, card: &VirtualCard, mute: &VirtualCard, freed: &Receiver<Presence>) -> Healed {
        let here = self.lay(card);
        let began = Instant::now();
        let mut told = None;
        let gone = match cause {
            Cause::Killed => {
                self.stack.kill();
                told = Some(self.until_stopped(began));
                self.stack.restart().unwrap();
                Instant::now()
            }
            Cause::Frozen => {
                self.stack.freeze();
                told = Some(self.until_stopped(began));
                self.stack.thaw();
                Instant::now()
            }
            Cause::FrozenThenKilled => {
                self.stack.freeze();
                told = Some(self.until_stopped(began));
                self.stack.kill();
                self.stack.restart().unwrap();
                Instant::now()
            }
            Cause::ReaderAsleep => {
                self.reader().fail();
                told = Some(self.until(began, |event| matches!(event, ReaderEvent::NoReader)));
                self.reader().recover();
                Instant::now()
            }
            Cause::Unplugged => {
                self.stack.restart_with(0).unwrap();
                told = Some(self.until(began, |event| matches!(event, ReaderEvent::NoReader)));
                self.stack.restart().unwrap();
                Instant::now()
            }
            Cause::HeldAlone => {
                let other = other_program(&here.reader, ShareMode::Exclusive);
                let refused = self.tap(&here);
                assert!(is_given_up(&refused), "{refused:?}");
                assert!(other.disconnect(Disposition::LeaveCard).is_ok());
                let gone = Instant::now();
                assert_eq!(freed.recv_timeout(healed_within()), Ok(here.presence));
                return self.read(cause, told, gone, &here);
            }
            Cause::LongTransaction => {
                let mut other = other_program(&here.reader, ShareMode::Shared);
                let transaction = other.transaction().unwrap();
                let refused = self.tap(&here);
                assert!(is_given_up(&refused), "{refused:?}");
                assert!(transaction.end(Disposition::LeaveCard).is_ok());
                let gone = Instant::now();
                assert_eq!(freed.recv_timeout(healed_within()), Ok(here.presence));
                assert!(other.disconnect(Disposition::LeaveCard).is_ok());
                return self.read(cause, told, gone, &here);
            }
            Cause::CardMute => {
                self.reader().insert(mute);
                told = Some(self.until(began, |event| matches!(event, ReaderEvent::Mute { .. })));
                self.reader().insert(card);
                Instant::now()
            }
        };
        let here = self.wait_for_card();
        self.read(cause, told, gone, &here)
    }

    fn read(&mut self, cause: Cause, told: Option<Duration>, gone: Instant, here: &CardHere) -> Healed {
        assert_eq!(self.tap_unhurried(here).as_deref(), Ok(ALICE), "{cause:?}");
        Healed { cause, told, healed: gone.elapsed() }
    }

    fn until_stopped(&self, began: Instant) -> Duration {
        self.until(began, |event| matches!(event, ReaderEvent::ServiceStopped))
    }

    fn until(&self, began: Instant, is_it: impl Fn(&ReaderEvent) -> bool) -> Duration {
        self.wait_for("the news", |event| is_it(&event).then_some(()));
        began.elapsed()
    }
}

/// Threads and descriptors of this process.
fn left_behind() -> (usize, usize) {
    let count = |what: &str| std::fs::read_dir(format!("/proc/self/{what}")).unwrap().count();
    (count("task"), count("fd"))
}

/// What ends by itself has a moment to do so.
fn settle(before: (usize, usize)) -> (usize, usize) {
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        let now = left_behind();
        if now.0 <= before.0 && now.1 <= before.1 || Instant::now() > deadline {
            return now;
        }
        thread::sleep(Duration::from_millis(20));
    }
}

fn say(all: &[Healed], before: (usize, usize), after: (usize, usize)) {
    for cause in CAUSES {
        let of = |time: fn(&Healed) -> Option<Duration>| -> Vec<Duration> {
            all.iter().filter(|healed| healed.cause == cause).filter_map(time).collect()
        };
        let (told, healed) = (of(|healed| healed.told), of(|healed| Some(healed.healed)));
        if !told.is_empty() {
            report(&format!("{cause:?}, until told"), told);
        }
        if !healed.is_empty() {
            report(&format!("{cause:?}, cause gone -> card read"), healed);
        }
    }
    report("all, cause gone -> card read", all.iter().map(|healed| healed.healed).collect());
    eprintln!("{} faults: all healed; (threads, descriptors) {before:?} -> {after:?}", all.len());
}

#[test]
fn a_service_that_hangs_is_told_within_three_seconds_and_costs_a_bounded_number_of_threads() {
    in_own_process(
        "healing::a_service_that_hangs_is_told_within_three_seconds_and_costs_a_bounded_number_of_threads",
        |dir| {
            let mut bench = Bench::new(dir);
            let (card, _) = bench.patient(ALICE);
            let before = left_behind();
            let here = bench.lay(&card);
            bench.stack.freeze();
            let frozen = Instant::now();
            bench.talker = Talker::with_deadline(NOTICED);
            assert_eq!(bench.tap(&here), Err(CardError::NoAnswer), "a tap in that moment");
            bench.until_stopped(frozen);
            assert!(frozen.elapsed() < healed_within(), "{:?}", frozen.elapsed());
            assert!(here.has_left());
            assert!(bench.events.recv_timeout(2 * NOTICED).is_err(), "it is told once");
            let (threads, _) = left_behind();
            assert!(threads <= before.0 + 4, "{} threads, then {threads}", before.0);
            bench.stack.thaw();
            let thawed = Instant::now();
            let here = bench.wait_for_card();
            bench.talker = Talker::with_deadline(NOTICED);
            assert_eq!(bench.tap(&here).as_deref(), Ok(ALICE));
            assert!(thawed.elapsed() < healed_within(), "{:?}", thawed.elapsed());
            bench.take_away();
            let after = settle(before);
            assert!(after.0 <= before.0 && after.1 <= before.1, "(threads, descriptors): {before:?} -> {after:?}");
        },
    );
}
