//! Another program holds the card, and lets go of it.

use std::ffi::CString;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use kakari_card::{CardError, Presence, ReaderEvent, Talker};
use kakari_card_sim::in_own_process;
use pcsc::{Card, Context, Disposition, Protocols, Scope, ShareMode};

use crate::support::{ALICE, Bench, PATIENCE, is_given_up};

/// Another program's handle on the card.
pub(crate) fn other_program(reader: &str, share: ShareMode) -> Card {
    let context = Context::establish(Scope::User).unwrap();
    let name = CString::new(reader).unwrap();
    context.connect(&name, share, Protocols::ANY).unwrap()
}

/// A talker that tells of cards that became free, and gives up soon.
pub(crate) fn telling(bench: &mut Bench) -> Receiver<Presence> {
    let (free, told) = mpsc::channel();
    bench.talker = Talker::with_deadline(Duration::from_millis(500)).telling_when_free(move |presence| {
        let _ = free.send(presence);
    });
    told
}

#[test]
fn a_card_held_by_another_program_is_named_and_told_free_when_it_is_let_go() {
    in_own_process("held::a_card_held_by_another_program_is_named_and_told_free_when_it_is_let_go", |dir| {
        let mut bench = Bench::new(dir);
        let told = telling(&mut bench);
        let (card, _) = bench.patient(ALICE);
        let mut named = 0;
        for round in 0..5 {
            let here = bench.lay(&card);
            let other = other_program(&here.reader, ShareMode::Exclusive);
            let refused = bench.tap(&here);
            assert!(is_given_up(&refused), "{refused:?}");
            named += usize::from(refused == Err(CardError::Busy));
            thread::sleep(Duration::from_millis(round * 300));
            assert!(!here.has_left() && told.try_recv().is_err(), "it lies there, and is not free yet");
            assert!(other.disconnect(Disposition::LeaveCard).is_ok());
            assert_eq!(told.recv_timeout(PATIENCE), Ok(here.presence));
            assert_eq!(bench.tap_unhurried(&here).as_deref(), Ok(ALICE), "without laying it again");
            bench.take_away();
        }
        assert!(named > 0, "nobody was told that another program holds it");
    });
}

#[test]
fn a_held_card_that_is_taken_away_is_waited_for_by_nobody() {
    in_own_process("held::a_held_card_that_is_taken_away_is_waited_for_by_nobody", |dir| {
        let mut bench = Bench::new(dir);
        let told = telling(&mut bench);
        let (card, _) = bench.patient(ALICE);
        let threads = || std::fs::read_dir("/proc/self/task").unwrap().count();
        let before = threads();
        let here = bench.lay(&card);
        let other = other_program(&here.reader, ShareMode::Exclusive);
        let refused = bench.tap(&here);
        assert!(is_given_up(&refused), "{refused:?}");
        bench.take_away();
        drop(other);
        assert!(told.recv_timeout(Duration::from_secs(1)).is_err(), "there is nothing to read");
        assert!(threads() <= before, "{before} threads, then {}", threads());
        bench.talker = Talker::default();
        bench.next_tap_works(&card, ALICE);
    });
}

/// Two watchers: a program that starts while another holds the card.
#[test]
fn a_watcher_that_starts_while_the_card_is_held_says_so_and_reads_it_afterwards() {
    in_own_process("held::a_watcher_that_starts_while_the_card_is_held_says_so_and_reads_it_afterwards", |dir| {
        let bench = Bench::new(dir);
        let (card, _) = bench.patient(ALICE);
        let here = bench.lay(&card);
        let other = other_program(&here.reader, ShareMode::Exclusive);
        let (events, _watcher) = crate::support::watch("");
        crate::support::wait_for(&events, "the news of it", |event| match event {
            ReaderEvent::InUse { .. } => Some(()),
            ReaderEvent::CardArrived(_) => panic!("it cannot be read yet"),
            _ => None,
        });
        assert!(other.disconnect(Disposition::LeaveCard).is_ok());
        let arrived = crate::support::wait_for(&events, "the card", |event| match event {
            ReaderEvent::CardArrived(card) => Some(card),
            _ => None,
        });
        assert_eq!(bench.tap(&arrived).as_deref(), Ok(ALICE));
    });
}

#[test]
fn another_programs_long_transaction_is_named_and_its_end_is_told() {
    in_own_process("held::another_programs_long_transaction_is_named_and_its_end_is_told", |dir| {
        let mut bench = Bench::new(dir);
        let told = telling(&mut bench);
        let (card, _) = bench.patient(ALICE);
        let mut named = 0;
        for _ in 0..5 {
            let here = bench.lay(&card);
            let mut other = other_program(&here.reader, ShareMode::Shared);
            let transaction = other.transaction().unwrap();
            let asked = Instant::now();
            let refused = bench.tap(&here);
            assert!(is_given_up(&refused), "{refused:?}");
            named += usize::from(refused == Err(CardError::Busy));
            assert!(asked.elapsed() < PATIENCE, "{:?}", asked.elapsed());
            assert!(told.recv_timeout(Duration::from_millis(100)).is_err(), "it is not free yet");
            assert!(transaction.end(Disposition::LeaveCard).is_ok());
            assert_eq!(told.recv_timeout(PATIENCE), Ok(here.presence));
            assert_eq!(bench.tap_unhurried(&here).as_deref(), Ok(ALICE), "without laying it again");
            assert!(other.disconnect(Disposition::LeaveCard).is_ok());
            bench.take_away();
        }
        assert!(named > 0, "nobody was told that another program uses it");
    });
}
