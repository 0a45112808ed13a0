//! An issue that broke off, at each exchange there is.

use kakari_card::issue::{
    Holder, IssueError, Issued, IssuingSecret, ManagementKey, Order, Step, personalise, put_object,
};
use kakari_card::{CardNumber, Laid, Pin, PinOutcome, StaffId, StaffName};
use kakari_card_sim::{VirtualCard, in_own_process};
use zeroize::Zeroizing;

use crate::support::{ALICE, Bench, order};

const SERIAL: u64 = 0x4000_0000_0000_0007;

fn patient() -> Holder {
    Holder::Patient(CardNumber::new(ALICE).unwrap())
}

fn staff() -> Holder {
    Holder::Staff { name: StaffName("高橋 美咲".to_owned()), staff_id: StaffId("S-0001".to_owned()) }
}

fn secret() -> IssuingSecret {
    IssuingSecret::from_bytes(Zeroizing::new([0x5A; 32]))
}

/// The whole order, as the office gives it again and again.
fn whole(holder: Holder, puk_tries: u8) -> Order {
    let mut order = order(holder, SERIAL);
    let serial = order.serial();
    order.pin = secret().first_pin(&serial);
    order.new_puk = secret().puk(&serial);
    order.puk_tries = puk_tries;
    order.new_management_keys = secret().management_keys(&serial);
    order.management_keys = [order.new_management_keys.clone(), ManagementKey::factory_keys()].concat();
    order
}

/// Lays the card on for one attempt, and takes it away unless it was torn.
fn attempt(bench: &Bench, card: &VirtualCard, order: &Order, puk_tries: &mut u8) -> Result<Issued, IssueError> {
    let here = bench.lay(card);
    let mut begins = |step| {
        *puk_tries += u8::from(step == Step::Puk);
        Ok(())
    };
    let made = bench.talker.connect(&here).map_err(IssueError::Card).and_then(|mut conversation| {
        let issued = personalise(&mut conversation, &bench.signer, order, &mut begins)?;
        conversation.finish()?;
        Ok(issued)
    });
    if made.is_ok() {
        bench.take_away()
    } else {
        bench.wait_until_left()
    }
    made
}

/// The card answers a tablet, and nobody who knows only the factory's secrets.
fn works(bench: &Bench, card: &VirtualCard, issued: &Issued) {
    let here = bench.lay(card);
    let mut conversation = bench.talker.connect(&here).unwrap();
    let (serial, holds) = match bench.identify(&mut conversation) {
        Laid::Patient(patient) => (patient.certificate_serial, conversation.prove_key(&issued.public_key).unwrap()),
        Laid::Staff(staff) => {
            assert_eq!(staff.tries_left, Some(3), "no try of the PIN was spent");
            assert_eq!(
                conversation.verify_pin(&Pin::new("123456").unwrap()).unwrap(),
                PinOutcome::Wrong { tries_left: 2 }
            );
            let pin = secret().first_pin(&issued.certificate_serial).unwrap();
            assert_eq!(conversation.verify_pin(&pin).unwrap(), PinOutcome::Accepted);
            (staff.certificate_serial, conversation.prove_staff_key(&issued.public_key).unwrap())
        }
        _ => panic!("not an issued card"),
    };
    assert!(holds && serial == issued.certificate_serial);
    conversation.finish().unwrap();
    let mut conversation = bench.talker.connect(&here).unwrap();
    let erased = put_object(&mut conversation, &ManagementKey::factory_keys(), [0x5F, 0xC1, 0x01], &[]);
    assert!(matches!(erased, Err(IssueError::WrongManagementKey)), "{erased:?}");
    drop(conversation);
    // The factory's PUK sets no PIN any more; ours is the one that counts.
    let mut conversation = bench.talker.connect(&here).unwrap();
    let mut by_factory = whole(patient(), 0);
    by_factory.new_management_keys = Vec::new();
    by_factory.management_keys = secret().management_keys(&issued.certificate_serial);
    let refused = personalise(&mut conversation, &bench.signer, &by_factory, &mut |_| Ok(()));
    assert!(matches!(refused, Err(IssueError::NotFactoryPin)), "{refused:?}");
    drop(conversation);
    bench.take_away();
}

/// How many exchanges there were to be torn at.
fn sweep(bench: &Bench, holder: &Holder, tears: usize) -> usize {
    for n in 1.. {
        let card = VirtualCard::blank().unwrap();
        let mut puk_tries = 0;
        let mut torn = 0;
        let issued = loop {
            if torn < tears {
                card.tear_at_exchange(n);
            }
            let order = whole(holder.clone(), puk_tries);
            match attempt(bench, &card, &order, &mut puk_tries) {
                Ok(issued) => break issued,
                Err(error) if torn == tears => panic!("exchange {n}: {error}"),
                Err(_) => torn += 1,
            }
        };
        card.forget_faults();
        works(bench, &card, &issued);
        if torn == 0 {
            return n - 1;
        }
    }
    unreachable!()
}

#[test]
fn an_issue_torn_at_any_exchange_is_finished_by_the_same_order() {
    in_own_process("resume::an_issue_torn_at_any_exchange_is_finished_by_the_same_order", |dir| {
        let bench = Bench::new(dir);
        let exchanges = [sweep(&bench, &patient(), 1), sweep(&bench, &staff(), 1), sweep(&bench, &patient(), 2)];
        eprintln!("torn at each of {exchanges:?} exchanges: all finished by the same order");
        assert!(exchanges.iter().all(|count| *count >= 10), "{exchanges:?}");
    });
}

#[test]
fn a_puk_that_may_have_one_try_left_is_not_guessed() {
    in_own_process("resume::a_puk_that_may_have_one_try_left_is_not_guessed", |dir| {
        let bench = Bench::new(dir);
        let card = VirtualCard::blank().unwrap();
        let here = bench.lay(&card);
        let mut conversation = bench.talker.connect(&here).unwrap();
        let refused = personalise(&mut conversation, &bench.signer, &whole(patient(), 3), &mut |_| Ok(()));
        assert!(matches!(refused, Err(ref error @ IssueError::PukInDoubt) if error.is_final()), "{refused:?}");
        drop(conversation);
        let seen = card.seen();
        assert!(!seen.iter().any(|command| matches!(command[1], 0x24 | 0x2C)), "no PIN or PUK was shown to it");
        bench.take_away();
    });
}
