use std::thread;
use std::time::{Duration, Instant};

use kakari_card::{CardError, ReaderEvent};
use kakari_card_sim::{Fault, in_own_process};

use crate::support::{ALICE, Bench, report};

const HEALED_WITHIN: Duration = Duration::from_secs(3);

fn is_stopped(event: ReaderEvent) -> Option<()> {
    matches!(event, ReaderEvent::ServiceStopped).then_some(())
}

#[test]
fn a_killed_pcscd_is_told_and_healed_from_without_restarting_anything() {
    in_own_process(
        "service::a_killed_pcscd_is_told_and_healed_from_without_restarting_anything",
        |dir| {
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
                assert!(
                    started.elapsed() < HEALED_WITHIN,
                    "round {round}: {:?}",
                    started.elapsed()
                );
            }
            report("pcscd back -> card tapped", healing);
        },
    );
}

#[test]
fn a_pcscd_killed_during_an_exchange_ends_it_at_once() {
    in_own_process(
        "service::a_pcscd_killed_during_an_exchange_ends_it_at_once",
        |dir| {
            let mut bench = Bench::new(dir);
            let (card, _) = bench.patient(ALICE);
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
                assert!(
                    matches!(result, Err(CardError::Torn | CardError::ServiceStopped)),
                    "exchange {n}: {result:?}"
                );
                assert!(
                    started.elapsed() < Duration::from_millis(600),
                    "exchange {n}: {:?}",
                    started.elapsed()
                );
                bench.wait_for("the service's stopping", is_stopped);
                bench.stack.restart().unwrap();
                let here = bench.wait_for_card();
                assert_eq!(bench.tap(&here).as_deref(), Ok(ALICE));
                bench.take_away();
            }
        },
    );
}

#[test]
fn no_service_at_all_is_an_error_and_not_a_wait() {
    in_own_process(
        "service::no_service_at_all_is_an_error_and_not_a_wait",
        |dir| {
            let mut bench = Bench::new(dir);
            bench.stack.kill();
            bench.wait_for("the service's stopping", is_stopped);
            let here = kakari_card::CardHere::on("any reader");
            assert_eq!(
                bench.talker.connect(&here).err(),
                Some(CardError::ServiceStopped)
            );
        },
    );
}

#[test]
fn a_wedged_service_that_accepts_and_never_answers_is_given_up() {
    in_own_process(
        "service::a_wedged_service_that_accepts_and_never_answers_is_given_up",
        |dir| {
            let _wedged =
                std::os::unix::net::UnixListener::bind(kakari_card_sim::Stack::socket_in(dir))
                    .unwrap();
            let talker = kakari_card::Talker::with_deadline(Duration::from_millis(200));
            let (events, _watcher) = crate::support::watch("");
            let here = kakari_card::CardHere::on("any reader");
            assert_eq!(talker.connect(&here).err(), Some(CardError::NoAnswer));
            crate::support::wait_for(&events, "the news of it", is_stopped);
        },
    );
}
