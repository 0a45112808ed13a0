use std::thread;
use std::time::{Duration, Instant};

use kakari_card::{CardError, ReaderEvent, Talker};
use kakari_card_sim::{Fault, in_own_process};

use crate::support::{ALICE, Bench, healed_within, report};

fn is_stopped(event: ReaderEvent) -> Option<()> {
    matches!(event, ReaderEvent::ServiceStopped).then_some(())
}

#[test]
fn a_killed_pcscd_is_told_and_healed_from_without_restarting_anything() {
    in_own_process("service::a_killed_pcscd_is_told_and_healed_from_without_restarting_anything", |dir| {
        let mut bench = Bench::new(dir);
        let (card, _) = bench.patient(ALICE);
        let mut healing = Vec::new();
        let mut here = bench.lay(&card);
        for round in 0..50 {
            bench.stack.kill();
            bench.wait_for("the service's stopping", is_stopped);
            assert!(here.has_left());
            bench.stack.restart().unwrap();
            let started = Instant::now();
            here = bench.wait_for_card();
            assert_eq!(bench.tap(&here).as_deref(), Ok(ALICE), "round {round}");
            healing.push(started.elapsed());
            assert!(started.elapsed() < healed_within(), "round {round}: {:?}", started.elapsed());
        }
        report("pcscd back -> card tapped", healing);
    });
}

#[test]
fn a_pcscd_killed_during_an_exchange_ends_it_at_once() {
    in_own_process("service::a_pcscd_killed_during_an_exchange_ends_it_at_once", |dir| {
        let mut bench = Bench::new(dir);
        let (card, _) = bench.patient(ALICE);
        // At its deadline it would end anyway.
        bench.talker = Talker::with_deadline(Duration::from_secs(20));
        for n in 1..=4 {
            card.fail_at_exchange(n, Fault::Hang);
            let here = bench.lay(&card);
            let started = Instant::now();
            let result = thread::scope(|scope| {
                let (talker, authority) = (bench.talker.clone(), bench.signer_authority());
                let tap = scope.spawn(move || {
                    let mut conversation = talker.connect(&here)?;
                    conversation.identify(&authority, std::time::SystemTime::now())?;
                    conversation.prove_key(&crate::points::generator())
                });
                thread::sleep(Duration::from_millis(100));
                bench.stack.kill();
                tap.join().unwrap()
            });
            // A thread that begins late on a busy machine finds the card gone, and the fault is still to come.
            let ended = matches!(result, Err(CardError::Torn | CardError::Removed | CardError::ServiceStopped));
            assert!(ended, "exchange {n}: {result:?}");
            assert!(started.elapsed() < Duration::from_secs(5), "exchange {n}: {:?}", started.elapsed());
            card.forget_faults();
            bench.wait_for("the service's stopping", is_stopped);
            bench.stack.restart().unwrap();
            let here = bench.wait_for_card();
            assert_eq!(bench.tap(&here).as_deref(), Ok(ALICE));
            bench.take_away();
        }
    });
}

#[test]
fn no_service_at_all_is_an_error_and_not_a_wait() {
    in_own_process("service::no_service_at_all_is_an_error_and_not_a_wait", |dir| {
        let mut bench = Bench::new(dir);
        bench.stack.kill();
        bench.wait_for("the service's stopping", is_stopped);
        let here = kakari_card::CardHere::on("any reader");
        assert_eq!(bench.talker.connect(&here).err(), Some(CardError::ServiceStopped));
    });
}

#[test]
fn a_wedged_service_that_accepts_and_never_answers_is_given_up() {
    in_own_process("service::a_wedged_service_that_accepts_and_never_answers_is_given_up", |dir| {
        let _wedged = std::os::unix::net::UnixListener::bind(kakari_card_sim::Stack::socket_in(dir)).unwrap();
        let talker = Talker::with_deadline(Duration::from_millis(200));
        let (events, _watcher) = crate::support::watch("");
        let here = kakari_card::CardHere::on("any reader");
        assert_eq!(talker.connect(&here).err(), Some(CardError::NoAnswer));
        crate::support::wait_for(&events, "the news of it", is_stopped);
    });
}

/// Taps, crashes of pcscd, hanging cards: nothing of them stays behind in this process.
#[test]
fn neither_threads_nor_descriptors_pile_up() {
    in_own_process("service::neither_threads_nor_descriptors_pile_up", |dir| {
        let mut bench = Bench::new(dir);
        let (card, _) = bench.patient(ALICE);
        let count = |what: &str| std::fs::read_dir(format!("/proc/self/{what}")).unwrap().count();
        let mut after_first = None;
        for _ in 0..20 {
            for _ in 0..20 {
                bench.next_tap_works(&card, ALICE);
            }
            card.fail_at_exchange(2, Fault::Hang);
            let here = bench.lay(&card);
            // Only the card that hangs is given up soon: a busy machine takes longer for a sound one.
            let unhurried = std::mem::replace(&mut bench.talker, Talker::with_deadline(Duration::from_millis(50)));
            assert_eq!(bench.tap(&here), Err(CardError::NoAnswer));
            // Given up before it came to that exchange, the card would hang at a later tap.
            card.forget_faults();
            bench.talker = unhurried;
            bench.take_away();
            bench.stack.kill();
            bench.wait_for("the service's stopping", is_stopped);
            bench.stack.restart().unwrap();
            bench.wait_for("the reader", |event| matches!(event, ReaderEvent::Ready { .. }).then_some(()));
            thread::sleep(Duration::from_millis(20));
            let now = (count("task"), count("fd"));
            let first = *after_first.get_or_insert(now);
            assert!(now.0 <= first.0 + 1 && now.1 <= first.1 + 1, "(threads, descriptors): {first:?} -> {now:?}");
        }
    });
}

/// Waiting costs nothing: neither the watcher nor the virtual reader polls.
#[test]
fn waiting_for_a_card_uses_no_processor_time() {
    in_own_process("service::waiting_for_a_card_uses_no_processor_time", |dir| {
        let bench = Bench::new(dir);
        let (card, _) = bench.patient(ALICE);
        bench.next_tap_works(&card, ALICE);
        let ticks = |process: &str| {
            let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
            let fields: Vec<u64> = stat
                .rsplit(')')
                .next()
                .unwrap()
                .split_whitespace()
                .skip(11)
                .take(2)
                .map(|field| field.parse().unwrap())
                .collect();
            fields[0] + fields[1]
        };
        let pcscd = bench.stack.pcscd_id().unwrap().to_string();
        let before = (ticks("self"), ticks(&pcscd));
        thread::sleep(Duration::from_secs(3));
        let (ours, theirs) = (ticks("self") - before.0, ticks(&pcscd) - before.1);
        eprintln!("3 s of waiting: {ours} ticks of ours, {theirs} of pcscd's (100 a second)");
        assert!(ours <= 2 && theirs <= 2, "{ours}, {theirs}");
    });
}
