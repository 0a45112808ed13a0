use std::time::Instant;

use kakari_card::issue::{CardAuthoritySigner, issue};
use kakari_card::{CardHere, Laid, ReaderEvent, Talker};
use kakari_card_sim::{Stack, VirtualCard, VpcdCard, in_own_process};

use crate::support::{ALICE, Sealed, patient_order, wait_for, watch};

fn wait_for_card(events: &std::sync::mpsc::Receiver<ReaderEvent>) -> CardHere {
    wait_for(events, "a card", |event| if let ReaderEvent::CardArrived(card) = event { Some(card) } else { None })
}

/// The same tap on a reader driver nobody here wrote.
#[test]
fn the_stock_virtual_reader_of_debian_gives_the_same_tap() {
    in_own_process("vpcd::the_stock_virtual_reader_of_debian_gives_the_same_tap", |dir| {
        let (_stack, port) = Stack::start_with_vpcd(dir, "Stock Virtual PCD").unwrap_or_else(|error| panic!("{error}"));
        let (events, _watcher) = watch("stock virtual pcd");
        let signer = CardAuthoritySigner::make("Kakari Test Card CA").unwrap();
        let talker = Talker::default();
        let card = VirtualCard::blank().unwrap();
        let laid = VpcdCard::insert(&card, port).unwrap();
        let here = wait_for_card(&events);
        let mut conversation = talker.connect(&here).unwrap();
        let issued = issue(&mut conversation, &signer, &patient_order(ALICE, 7)).unwrap();
        conversation.finish().unwrap();
        drop(laid);
        wait_for(&events, "the card's leaving", |event| matches!(event, ReaderEvent::CardLeft { .. }).then_some(()));

        let _laid = VpcdCard::insert(&card, port).unwrap();
        let here = wait_for_card(&events);
        let started = Instant::now();
        let mut conversation = talker.connect(&here).unwrap();
        let Ok(Laid::Patient(patient)) = conversation.identify(&signer.authority(), std::time::SystemTime::now())
        else {
            panic!("not a patient")
        };
        assert_eq!(patient.number.expose(), ALICE);
        let sealed = Sealed::to(&issued.public_key);
        assert_eq!(conversation.agree(&sealed.point).unwrap().expose(), &sealed.x);
        assert_eq!(conversation.finish().unwrap().len(), 4);
        eprintln!("tap over vpcd: {:?}", started.elapsed());
    });
}
