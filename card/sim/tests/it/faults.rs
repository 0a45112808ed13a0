use std::time::{Duration, Instant};

use kakari_card::{CardError, Laid, Talker};
use kakari_card_sim::{Fault, in_own_process};

use crate::support::{ALICE, BOB, Bench, is_given_up};

const EXCHANGES: usize = 4;

#[test]
fn a_card_torn_at_any_exchange_gives_one_error_and_the_next_tap_works() {
    in_own_process("faults::a_card_torn_at_any_exchange_gives_one_error_and_the_next_tap_works", |dir| {
        let bench = Bench::new(dir);
        let (card, _) = bench.patient(ALICE);
        let mut tears = 0;
        for round in 0..50 {
            for n in 1..=EXCHANGES {
                card.tear_at_exchange(n);
                let here = bench.lay(&card);
                let result = bench.tap(&here);
                assert!(
                    matches!(result, Err(CardError::Torn | CardError::Removed)),
                    "round {round}, exchange {n}: {result:?}"
                );
                bench.wait_until_left();
                tears += 1;
            }
            bench.next_tap_works(&card, ALICE);
        }
        eprintln!("torn {tears} times: 0 partial results, 50 of 50 next taps work");
    });
}

#[test]
fn a_card_torn_or_swapped_at_any_moment_shows_one_whole_card_or_none() {
    in_own_process("faults::a_card_torn_or_swapped_at_any_moment_shows_one_whole_card_or_none", |dir| {
        let bench = Bench::new(dir);
        let (alice, _) = bench.patient(ALICE);
        let (bob, _) = bench.patient(BOB);
        let mut whole = 0;
        for round in 0..200_u64 {
            let here = bench.lay(&alice);
            let delay = Duration::from_micros(round * 7919 % 4000);
            let (reader, other) = (bench.reader(), &bob);
            let result = std::thread::scope(|scope| {
                scope.spawn(move || {
                    std::thread::sleep(delay);
                    if round % 2 == 0 { reader.remove() } else { reader.insert(other) }
                });
                bench.tap(&here)
            });
            match result {
                Ok(number) => {
                    assert_eq!(number, ALICE, "round {round}");
                    whole += 1;
                }
                Err(error) => assert_ne!(error, CardError::NoAnswer, "round {round}"),
            }
            bench.reader().remove();
            bench.wait_until_quiet();
        }
        bench.wait_until_empty();
        bench.next_tap_works(&alice, ALICE);
        eprintln!("200 moments: {whole} whole, {} none, 0 mixed", 200 - whole);
    });
}

#[test]
fn a_truncated_answer_is_never_taken_for_a_whole_one() {
    in_own_process("faults::a_truncated_answer_is_never_taken_for_a_whole_one", |dir| {
        let bench = Bench::new(dir);
        let (card, _) = bench.patient(ALICE);
        for n in 1..=EXCHANGES {
            for keep in [0, 1, 2, 20, 35] {
                card.fail_at_exchange(n, Fault::Truncate(keep));
                let here = bench.lay(&card);
                let mut conversation = bench.talker.connect(&here).unwrap();
                let laid = conversation.identify(&bench.signer_authority(), std::time::SystemTime::now());
                let result = match laid {
                    Ok(Laid::Patient(patient)) => conversation.prove_key(&patient.public_key).map(|_| "agreed"),
                    Ok(Laid::Foreign(_) | Laid::Refused(_)) => Ok("refused"),
                    Ok(_) => panic!("exchange {n} cut to {keep}: believed"),
                    Err(error) => Err(error),
                };
                assert_ne!(result, Ok("agreed"), "exchange {n} cut to {keep}");
                drop(conversation);
                bench.take_away();
            }
        }
        bench.next_tap_works(&card, ALICE);
    });
}

#[test]
fn a_swap_between_exchanges_never_gives_one_cards_data_under_the_others_name() {
    in_own_process("faults::a_swap_between_exchanges_never_gives_one_cards_data_under_the_others_name", |dir| {
        let bench = Bench::new(dir);
        let (alice, _) = bench.patient(ALICE);
        let (bob, _) = bench.patient(BOB);
        let faults = [Fault::SwapBefore(bob.clone()), Fault::SwapAfter(bob.clone())];
        for round in 0..25 {
            for n in 1..=EXCHANGES {
                alice.fail_at_exchange(n, faults[round % 2].clone());
                let here = bench.lay(&alice);
                let result = bench.tap(&here);
                // Exchanged after the last answer, it may be seen only after the end: then all of it is Alice's.
                let too_late = n == EXCHANGES && round % 2 == 1 && result.as_deref() == Ok(ALICE);
                let discarded = matches!(result, Err(CardError::Torn | CardError::Removed | CardError::Changed));
                assert!(discarded || too_late, "round {round}, exchange {n}: {result:?}");
                bench.wait_until_left();
                let second = bench.wait_for_card();
                assert!(second.presence > here.presence);
                assert_eq!(bench.talker.connect(&here).err(), Some(CardError::Removed), "the old presence is over");
                assert_eq!(bench.tap(&second).as_deref(), Ok(BOB));
                bench.take_away();
            }
        }
        eprintln!("swapped 100 times: 0 mixed");
    });
}

#[test]
fn a_swap_nobody_was_talking_during_is_told_as_two_presences() {
    in_own_process("faults::a_swap_nobody_was_talking_during_is_told_as_two_presences", |dir| {
        let bench = Bench::new(dir);
        let (alice, _) = bench.patient(ALICE);
        let (bob, _) = bench.patient(BOB);
        let first = bench.lay(&alice);
        bench.reader().insert(&bob);
        bench.wait_until_left();
        let second = bench.wait_for_card();
        assert!(second.presence > first.presence && first.has_left() && !second.has_left());
        assert_eq!(bench.tap(&second).as_deref(), Ok(BOB));
    });
}

#[test]
fn a_card_swapped_at_the_very_end_spoils_the_whole_conversation() {
    in_own_process("faults::a_card_swapped_at_the_very_end_spoils_the_whole_conversation", |dir| {
        let bench = Bench::new(dir);
        let (alice, _) = bench.patient(ALICE);
        let (bob, _) = bench.patient(BOB);
        let here = bench.lay(&alice);
        let mut conversation = bench.talker.connect(&here).unwrap();
        assert!(matches!(bench.identify(&mut conversation), Laid::Patient(_)));
        bench.reader().insert(&bob);
        bench.wait_for_card();
        assert!(matches!(conversation.finish(), Err(CardError::Changed | CardError::Removed)));
    });
}

#[test]
fn a_hanging_card_is_given_up_at_the_deadline_and_the_next_tap_works() {
    in_own_process("faults::a_hanging_card_is_given_up_at_the_deadline_and_the_next_tap_works", |dir| {
        let mut bench = Bench::new(dir);
        let (card, _) = bench.patient(ALICE);
        for n in 1..=EXCHANGES {
            card.fail_at_exchange(n, Fault::Hang);
            let here = bench.lay(&card);
            // Only the card that hangs is given up soon: a busy machine takes longer for a sound one.
            bench.talker = Talker::with_deadline(Duration::from_millis(300));
            let started = Instant::now();
            let given_up = bench.tap(&here);
            assert!(is_given_up(&given_up), "exchange {n}: {given_up:?}");
            assert!(started.elapsed() < Duration::from_secs(5), "exchange {n}: {:?}", started.elapsed());
            let given_up = bench.tap(&here);
            assert!(is_given_up(&given_up), "it still hangs: {given_up:?}");
            bench.take_away();
            // Given up before it came to that exchange, the card would hang now.
            card.forget_faults();
            bench.talker = Talker::default();
            bench.next_tap_works(&card, ALICE);
        }
    });
}

#[test]
fn a_card_that_hangs_under_every_tap_costs_a_bounded_number_of_threads() {
    in_own_process("faults::a_card_that_hangs_under_every_tap_costs_a_bounded_number_of_threads", |dir| {
        let mut bench = Bench::new(dir);
        let (card, _) = bench.patient(ALICE);
        bench.talker = Talker::with_deadline(Duration::from_millis(30));
        card.fail_at_exchange(1, Fault::Hang);
        let here = bench.lay(&card);
        for _ in 0..30 {
            let given_up = bench.tap(&here);
            assert!(is_given_up(&given_up), "{given_up:?}");
        }
        let threads = std::fs::read_dir("/proc/self/task").unwrap().count();
        assert!(threads < 25, "{threads} threads");
        bench.take_away();
        std::thread::sleep(Duration::from_millis(200));
        card.forget_faults();
        bench.talker = Talker::default();
        bench.next_tap_works(&card, ALICE);
    });
}

#[test]
fn another_program_holding_the_card_alone_is_named() {
    in_own_process("faults::another_program_holding_the_card_alone_is_named", |dir| {
        let bench = Bench::new(dir);
        let (card, _) = bench.patient(ALICE);
        let here = bench.lay(&card);
        let context = pcsc::Context::establish(pcsc::Scope::User).unwrap();
        let name = std::ffi::CString::new(here.reader.as_str()).unwrap();
        let other = context.connect(&name, pcsc::ShareMode::Exclusive, pcsc::Protocols::ANY).unwrap();
        assert_eq!(bench.tap(&here), Err(CardError::Busy));
        assert!(other.disconnect(pcsc::Disposition::LeaveCard).is_ok());
        assert_eq!(bench.tap(&here).as_deref(), Ok(ALICE));
    });
}
