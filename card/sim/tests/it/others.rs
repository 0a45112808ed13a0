use std::time::{Duration, Instant};

use kakari_card_sim::{LinkModel, ReaderModel, VirtualCard, in_own_process};

use crate::raw::Raw;

#[test]
fn a_transit_card_says_who_it_is_freely_and_a_read_of_its_history_is_found_out() {
    in_own_process("others::a_transit_card_says_who_it_is_freely_and_a_read_of_its_history_is_found_out", |dir| {
        let raw = Raw::new(dir, ReaderModel::Everything);
        let card = VirtualCard::transit();
        raw.with(&card, |asking| {
            let polled = asking.felica("00 0003 01 00");
            assert_eq!(polled[polled.len() - 4..], *"0003");
            let idm = &polled[4..20];
            assert_eq!(asking.felica(&format!("0c {idm}"))[20..], *"020003fe00");
            assert_eq!(asking.felica("00 88b4 01 00"), "", "not its system");
            assert_eq!(asking.felica(&format!("06 {idm} 01 0b00 01 8000"))[20..], *"ffa6", "no such service");
            assert!(card.breaches().is_empty());
            assert!(asking.felica(&format!("06 {idm} 01 0f09 01 8000"))[20..].starts_with("000001"));
            assert_eq!(card.breaches().len(), 1);
        });
    });
}

#[test]
fn storage_commands_on_a_transit_card_are_found_out_too() {
    in_own_process("others::storage_commands_on_a_transit_card_are_found_out_too", |dir| {
        let raw = Raw::new(dir, ReaderModel::Storage);
        let card = VirtualCard::transit();
        raw.with(&card, |asking| {
            assert_eq!(asking.ask("FF A4 00 01 02 0B 00"), "9000");
            assert_eq!(asking.ask("FF B0 00 00 00"), "6a82");
            assert!(card.breaches().is_empty());
            assert_eq!(asking.ask("FF A4 00 01 02 0F 09"), "9000");
            assert!(asking.ask("FF B0 00 00 00").ends_with("9000"));
            assert_eq!(card.breaches().len(), 1);
        });
    });
}

#[test]
fn a_card_of_the_state_answers_to_its_name_and_everything_else_is_a_breach() {
    in_own_process("others::a_card_of_the_state_answers_to_its_name_and_everything_else_is_a_breach", |dir| {
        let raw = Raw::new(dir, ReaderModel::Everything);
        let cards = [
            (VirtualCard::my_number().unwrap(), "0a d392f000260100000001"),
            (VirtualCard::my_number().unwrap(), "0a d3921000310001010408"),
            (VirtualCard::driving_licence().unwrap(), "10 a0000002310100000000000000000000"),
            (VirtualCard::residence_card().unwrap(), "10 d392f0004f0200000000000000000000"),
            (VirtualCard::passport().unwrap(), "07 a0000002471001"),
            (VirtualCard::bank_card().unwrap(), "0e 325041592e5359532e4444463031"),
        ];
        for (card, name) in cards {
            raw.with(&card, |asking| {
                assert_eq!(asking.ask(&format!("00 A4 04 0C {name}")), "9000", "{name}");
                assert_eq!(asking.ask("00 A4 04 0C 05 a000000308"), "6a82");
                asking.ask("FF CA 00 00 00");
                assert!(card.breaches().is_empty(), "{name}");
                assert_eq!(asking.ask("00 B0 00 00 00"), "6982", "{name}");
                assert_eq!(card.breaches(), [[0x00, 0xB0, 0, 0, 0]], "{name}");
            });
        }
    });
}

#[test]
fn memory_cards_say_their_uid_and_only_an_open_one_its_pages() {
    in_own_process("others::memory_cards_say_their_uid_and_only_an_open_one_its_pages", |dir| {
        let raw = Raw::new(dir, ReaderModel::TypeAOnly);
        raw.with(&VirtualCard::mifare_classic([0xDE, 0xAD, 0xBE, 0xEF]), |asking| {
            assert_eq!(asking.atr(), "3B8F8001804F0CA000000306030001000000006A");
            assert_eq!(asking.ask("FF CA 00 00 00"), "deadbeef9000");
            assert_eq!(asking.ask("FF B0 00 04 10"), "6982");
            assert_eq!(asking.ask("FF 82 00 00 06 FFFFFFFFFFFF"), "9000");
            assert_eq!(asking.ask("FF 86 00 00 05 01 00 04 60 00"), "6300");
        });
        let number = b"2000000000000002";
        raw.with(&VirtualCard::ultralight([4, 1, 2, 3, 4, 5, 6], 4, number), |asking| {
            assert_eq!(asking.ask("FF CA 00 00 00"), "040102030405069000");
            assert_eq!(asking.ask("FF CA 00 00 04"), "6c07", "asked for too little");
            assert_eq!(asking.ask("FF B0 00 04 10"), format!("{}9000", hex::encode(number)));
            assert_eq!(asking.ask("FF B0 00 F0 10"), "6982", "behind its end");
        });
    });
}

#[test]
fn changing_identifiers_change_at_each_insertion_and_not_in_between() {
    in_own_process("others::changing_identifiers_change_at_each_insertion_and_not_in_between", |dir| {
        let raw = Raw::new(dir, ReaderModel::Everything);
        let cards = [
            (VirtualCard::type_b(), ""),
            (VirtualCard::phone().unwrap(), "08"),
            (VirtualCard::phone_felica(), "02fe"),
            (VirtualCard::my_number().unwrap(), ""),
        ];
        for (card, begins) in cards {
            let ask = || {
                raw.with(&card, |asking| {
                    let identifier = asking.ask("FF CA 00 00 00");
                    assert_eq!(asking.ask("FF CA 00 00 00"), identifier);
                    assert!(identifier.starts_with(begins) && identifier.ends_with("9000"), "{identifier}");
                    identifier
                })
            };
            assert_ne!(ask(), ask());
        }
    });
}

#[test]
fn an_exchange_over_a_slow_line_takes_its_time() {
    in_own_process("others::an_exchange_over_a_slow_line_takes_its_time", |dir| {
        let raw = Raw::new(dir, ReaderModel::Everything);
        let link = LinkModel::contactless_106().computing(Duration::from_millis(60), Duration::ZERO);
        raw.stack.reader(0).set_link(Some(link));
        let card = VirtualCard::answering(&[0x3B, 0x80, 0x80, 0x01, 0x01], |_| vec![0x90, 0x00]).unwrap();
        raw.with(&card, |asking| {
            for (command, work) in [("00 A4 04 00", 0), ("00 87 11 9E", 60)] {
                let started = Instant::now();
                asking.ask(command);
                let least = Duration::from_micros(link.micros(4, 2)) + Duration::from_millis(work);
                assert!(started.elapsed() >= least, "{command}: {:?}, not {least:?}", started.elapsed());
            }
        });
    });
}
