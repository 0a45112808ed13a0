use std::time::Duration;

use kakari_card::{CardError, ReaderEvent};
use kakari_card_sim::{VirtualCard, in_own_process};

use crate::support::{ALICE, BOB, Bench, patient_order, wait_for, watch};

#[test]
fn a_reader_that_fails_is_told_gone_and_told_ready_when_it_is_back() {
    in_own_process("readers::a_reader_that_fails_is_told_gone_and_told_ready_when_it_is_back", |dir| {
        let bench = Bench::new(dir);
        let (card, _) = bench.patient(ALICE);
        for _ in 0..10 {
            let here = bench.lay(&card);
            bench.reader().fail();
            bench.wait_until_left();
            bench.wait_for("the loss", |event| matches!(event, ReaderEvent::Gone { .. }).then_some(()));
            bench.wait_for("no reader", |event| matches!(event, ReaderEvent::NoReader).then_some(()));
            let gone = bench.talker.connect(&kakari_card::CardHere::on(&here.reader)).err();
            assert!(matches!(gone, Some(CardError::ReaderGone | CardError::Removed)), "{gone:?}");
            bench.reader().recover();
            bench.wait_for("the reader", |event| matches!(event, ReaderEvent::Ready { .. }).then_some(()));
            let here = bench.wait_for_card();
            assert_eq!(bench.tap(&here).as_deref(), Ok(ALICE));
            bench.take_away();
        }
    });
}

/// Plugging is emulated: pcscd is restarted with and without the reader. (True USB plugging needs umockdev.)
#[test]
fn a_reader_missing_after_a_restart_is_told_and_found_again() {
    in_own_process("readers::a_reader_missing_after_a_restart_is_told_and_found_again", |dir| {
        let mut bench = Bench::new(dir);
        let (card, _) = bench.patient(ALICE);
        bench.stack.restart_with(0).unwrap();
        bench.wait_for("no reader", |event| matches!(event, ReaderEvent::NoReader).then_some(()));
        bench.stack.restart().unwrap();
        bench.wait_for("the reader", |event| matches!(event, ReaderEvent::Ready { .. }).then_some(()));
        bench.next_tap_works(&card, ALICE);
    });
}

#[test]
fn cards_on_two_readers_are_kept_apart() {
    in_own_process("readers::cards_on_two_readers_are_kept_apart", |dir| {
        let bench = Bench::with_readers(dir, &["Sony RC-S300", "ACS ACR1252 PICC"]);
        let (alice, _) = bench.patient(ALICE);
        let (bob, _) = bench.issue(&patient_order(BOB, 9));
        let on_first = bench.lay(&alice);
        bench.stack.reader(1).insert(&bob);
        let on_second = bench.wait_for_card();
        assert_eq!(on_second.reader, bench.stack.reader(1).name());
        assert_eq!(bench.tap(&on_first).as_deref(), Ok(ALICE));
        assert_eq!(bench.tap(&on_second).as_deref(), Ok(BOB));
        bench.stack.reader(1).remove();
        bench.wait_until_left();
        assert!(on_second.has_left() && !on_first.has_left());
        assert_eq!(bench.tap(&on_first).as_deref(), Ok(ALICE));
    });
}

#[test]
fn only_the_readers_of_the_pattern_are_watched() {
    in_own_process("readers::only_the_readers_of_the_pattern_are_watched", |dir| {
        let bench = Bench::with_readers(dir, &["Sony RC-S300", "ACS ACR1252 PICC"]);
        let (events, _watcher) = watch("acs*picc");
        let ready = wait_for(&events, "the wanted reader", |event| match event {
            ReaderEvent::Ready { reader } => Some(reader),
            _ => None,
        });
        assert_eq!(ready, bench.stack.reader(1).name());
        bench.stack.reader(0).insert(&VirtualCard::blank().unwrap());
        assert!(events.recv_timeout(Duration::from_millis(300)).is_err(), "the other reader's card is none of ours");
    });
}

/// An ACR1252 shows itself as two readers; in the inner one a chip lies for ever.
#[test]
fn without_a_pattern_neither_the_slot_inside_a_reader_nor_a_contact_slot_is_watched() {
    in_own_process(
        "readers::without_a_pattern_neither_the_slot_inside_a_reader_nor_a_contact_slot_is_watched",
        |dir| {
            let names = ["ACS ACR1252 Dual Reader SAM", "Alcor Micro AU9540", "ACS ACR1252 Dual Reader PICC"];
            let stack = kakari_card_sim::Stack::start(dir, &names).unwrap();
            let chip = VirtualCard::blank().unwrap();
            stack.reader(0).insert(&chip);
            stack.reader(1).insert(&VirtualCard::blank().unwrap());
            let (events, _watcher) = watch("");
            let ready = wait_for(&events, "the contactless reader", |event| match event {
                ReaderEvent::Ready { reader } => Some(reader),
                _ => None,
            });
            assert_eq!(ready, stack.reader(2).name());
            assert!(
                events.recv_timeout(Duration::from_millis(300)).is_err(),
                "the other slots' cards are none of ours"
            );
            stack.reader(2).insert(&chip);
            let here = wait_for(&events, "a card", |event| match event {
                ReaderEvent::CardArrived(card) => Some(card),
                _ => None,
            });
            assert_eq!(here.reader, ready);
        },
    );
}

#[test]
fn a_mute_card_is_told_as_mute_and_not_as_a_card() {
    in_own_process("readers::a_mute_card_is_told_as_mute_and_not_as_a_card", |dir| {
        let bench = Bench::new(dir);
        let mute = VirtualCard::answering(&[0x3B; 34], |_| vec![0x6D, 0]).unwrap();
        bench.reader().insert(&mute);
        bench.wait_for("mute", |event| match event {
            ReaderEvent::Mute { .. } => Some(()),
            ReaderEvent::CardArrived(_) => panic!("a mute card arrived as one that speaks"),
            _ => None,
        });
        let here = kakari_card::CardHere::on(bench.reader().name());
        assert_eq!(bench.talker.connect(&here).err(), Some(CardError::Mute));
    });
}

#[test]
fn a_dropped_watcher_tells_nothing_more() {
    in_own_process("readers::a_dropped_watcher_tells_nothing_more", |dir| {
        let bench = Bench::new(dir);
        let (events, watcher) = watch("");
        wait_for(&events, "the reader", |event| matches!(event, ReaderEvent::Ready { .. }).then_some(()));
        drop(watcher);
        bench.reader().insert(&VirtualCard::blank().unwrap());
        bench.wait_for_card();
        assert!(events.recv_timeout(Duration::from_millis(300)).is_err());
    });
}
