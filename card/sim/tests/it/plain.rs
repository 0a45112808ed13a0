use kakari_card_sim::{LiteS, ReaderModel, VirtualCard, in_own_process};
use pcsc::State;

use crate::raw::{Asking, Raw};

const IDM: &str = "0102030405060708";

/// Key, challenge and codes as in nfcpy's tests (tests/test_tag_tt3_sony.py, TestFelicaLiteS).
fn lite_s() -> LiteS {
    LiteS {
        idm: [1, 2, 3, 4, 5, 6, 7, 8],
        key: *b"76543210fedcba98",
        key_version: 1,
        blocks: vec![(0, *b"1000000000000001")],
        ..LiteS::default()
    }
}

fn write(asking: &Asking, lists: &str, data: &str) -> String {
    asking.felica(&format!("08 {IDM} 01 0900 {lists} {data}"))[20..].to_owned()
}

fn read(asking: &Asking, lists: &str) -> String {
    asking.felica(&format!("06 {IDM} 01 0b00 {lists}"))[20..].to_owned()
}

const CHALLENGE: &str = "07060504 03020100 0f0e0d0c 0b0a0908";

#[test]
fn a_lite_s_card_proves_its_key_with_the_published_codes_through_pcsc() {
    in_own_process("plain::a_lite_s_card_proves_its_key_with_the_published_codes_through_pcsc", |dir| {
        let raw = Raw::new(dir, ReaderModel::Everything);
        raw.with(&VirtualCard::felica_lite_s(&lite_s()), |card| {
            assert_eq!(card.atr(), "3B8F8001804F0CA00000030611003B0000000042");
            assert_eq!(card.ask("FF CA 00 00 00"), format!("{IDM}9000"));
            assert_eq!(read(card, "02 8082 8081"), "02b2", "a code before a challenge");
            assert_eq!(write(card, "01 8080", CHALLENGE), "0000");
            let id = "000002 0102030405060708 0000000000000000".replace(' ', "");
            assert_eq!(read(card, "02 8082 8081"), format!("{id}91aec5b6d9b3b12d0000000000000000"));
            assert_eq!(read(card, "01 8090")[..12], *"00000100feff", "the factory's write counter");
            let state = "01000000 00000000 00000000 00000000";
            let wrong = "17c19e3b bdc3e8be 00feff00 00000000";
            assert_eq!(write(card, "02 8092 8091", &format!("{state}{wrong}")), "02b2");
            let right = "17c19e3b bdc3e8bd 00feff00 00000000";
            assert_eq!(write(card, "02 8092 8091", &format!("{state}{right}")), "0000");
            assert_eq!(read(card, "02 8092 8081")[38..54], *"bd73eb7294a00279");
        });
    });
}

#[test]
fn a_lite_s_card_keeps_its_key_to_itself_and_forgets_the_challenge_without_power() {
    in_own_process("plain::a_lite_s_card_keeps_its_key_to_itself_and_forgets_the_challenge_without_power", |dir| {
        let raw = Raw::new(dir, ReaderModel::Everything);
        let card = VirtualCard::felica_lite_s(&lite_s());
        raw.with(&card, |card| {
            assert_eq!(read(card, "01 8087"), "01a8");
            assert_eq!(read(card, "02 8082 8087"), "02a8");
            assert_eq!(read(card, "05 8000 8001 8002 8003 8004"), "ffa2", "four blocks are the most");
            assert_eq!(read(card, "01 8000"), format!("000001{}", hex::encode("1000000000000001")));
            write(card, "01 8080", CHALLENGE);
            assert!(read(card, "02 8000 8091").starts_with("000002"));
        });
        raw.with(&card, |card| assert_eq!(read(card, "02 8000 8091"), "02b2"));
    });
}

#[test]
fn an_issued_lite_s_card_cannot_be_written_any_more() {
    in_own_process("plain::an_issued_lite_s_card_cannot_be_written_any_more", |dir| {
        let raw = Raw::new(dir, ReaderModel::Everything);
        let card = VirtualCard::felica_lite_s(&lite_s());
        let block = "aa".repeat(16);
        raw.with(&card, |card| {
            for number in ["8000", "8082", "8086", "8087"] {
                assert_eq!(write(card, &format!("01 {number}"), &block), "0000", "before the issue: {number}");
            }
            // User block 0 and these bytes closed, system blocks closed.
            assert_eq!(write(card, "01 8088", "fe7f0000 07000000 00000000 00000000"), "0000");
            assert_eq!(read(card, "01 8090")[..12], *"000001000000", "the write counter begins");
        });
        raw.with(&card, |card| {
            for number in ["8000", "8082", "8086", "8087", "8088", "8083", "8085"] {
                assert_eq!(write(card, &format!("01 {number}"), &"bb".repeat(16)), "01a8", "after the issue: {number}");
            }
            assert_eq!(write(card, "01 8001", &block), "0000", "block 1 was left open");
            assert_eq!(
                read(card, "01 8082")[6..],
                format!("{IDM}{}", "aa".repeat(8)),
                "an ID block begins with the IDm"
            );
        });
        let issued = VirtualCard::felica_lite_s(&LiteS { locked: true, ..lite_s() });
        raw.with(&issued, |card| assert_eq!(write(card, "01 8000", &block), "01a8"));
    });
}

#[test]
fn a_copy_and_a_replay_look_like_the_card_and_do_not_have_its_key() {
    in_own_process("plain::a_copy_and_a_replay_look_like_the_card_and_do_not_have_its_key", |dir| {
        let raw = Raw::new(dir, ReaderModel::Everything);
        let original = VirtualCard::felica_lite_s(&lite_s());
        let tap = |card: &Asking, challenge: &str| {
            card.ask("FF CA 00 00 00");
            write(card, "01 8080", challenge);
            read(card, "02 8000 8091")
        };
        let recorded = raw.with(&original, |card| tap(card, CHALLENGE));
        let replay = original.replay();
        let other = "11111111 22222222 33333333 44444444";
        let real = raw.with(&original, |card| tap(card, other));
        let copied = raw.with(&VirtualCard::copy_of_lite_s(&lite_s()), |card| tap(card, other));
        let replayed = raw.with(&replay, |card| tap(card, other));
        assert_eq!(real[..38], copied[..38], "the same number");
        assert_eq!(replayed, recorded, "what it once said");
        assert!(real != copied && real != replayed, "and not the code for this challenge");
    });
}

/// Each make of reader is asked for the number's block in every way there is.
#[test]
fn a_reader_answers_what_its_make_answers_and_nothing_else() {
    in_own_process("plain::a_reader_answers_what_its_make_answers_and_nothing_else", |dir| {
        let raw = Raw::new(dir, ReaderModel::Everything);
        let card = VirtualCard::felica_lite_s(&lite_s());
        let frame = format!("10 06 {IDM} 01 0b00 01 8000");
        let number = hex::encode("1000000000000001");
        let ways: [(&str, Vec<String>); 5] = [
            ("identifier", vec!["FF CA 00 00 00".into()]),
            ("storage", vec!["FF A4 00 01 02 0B 00".into(), "FF B0 00 00 00".into()]),
            ("standard", vec!["FF C2 00 00 02 81 00 00".into(), format!("FF C2 00 01 12 95 10 {frame} 00")]),
            (
                "sony",
                vec![
                    "FF 50 00 00 02 81 00 00".into(),
                    "FF 50 00 02 04 8F 02 03 00 00".into(),
                    format!("FF 50 00 01 00 0000 1b 5F46 04 A0860100 95 82 0010 {frame} 00 00 00")
                        .replace("0000 1b", "00 1b"),
                ],
            ),
            ("acr122u", vec![format!("FF 00 00 00 12 D4 42 {frame}")]),
        ];
        for (model, answering) in [
            (ReaderModel::Everything, &["identifier", "storage", "standard", "sony", "acr122u"][..]),
            (ReaderModel::RcS300, &["identifier", "sony"]),
            (ReaderModel::Storage, &["identifier", "storage"]),
            (ReaderModel::Transparent, &["identifier", "standard"]),
            (ReaderModel::Acr122u, &["identifier", "acr122u"]),
            (ReaderModel::TypeAOnly, &["identifier"]),
            (ReaderModel::Contact, &[]),
        ] {
            raw.stack.reader(0).set_model(model);
            for (way, commands) in &ways {
                let last = raw.with(&card, |card| commands.iter().fold(String::new(), |_, command| card.ask(command)));
                let answers = answering.contains(way);
                let wanted = if *way == "identifier" { IDM } else { &number };
                assert_eq!(last.contains(wanted), answers, "{model:?} {way}: {last}");
                assert_eq!(last.ends_with("9000"), answers, "{model:?} {way}: {last}");
            }
        }
    });
}

#[test]
fn the_sony_reader_answers_polling_byte_for_byte_as_its_programs_expect() {
    in_own_process("plain::the_sony_reader_answers_polling_byte_for_byte_as_its_programs_expect", |dir| {
        let raw = Raw::new(dir, ReaderModel::RcS300);
        let polling = "FF 50 00 01 00 00 11 5F46 04 A0860100 95 82 0006 06 00 FFFF 01 00 00 00 00";
        raw.with(&VirtualCard::felica_lite_s(&lite_s()), |card| {
            assert_eq!(card.ask(polling), "6985", "no session");
            card.ask("FF 50 00 00 02 81 00 00");
            card.ask("FF 50 00 02 04 8F 02 03 00 00");
            let expected = format!("c003009000 920100 96020000 9714 1401{IDM}00f1000000014300 88b4 9000");
            assert_eq!(card.ask(polling), expected.replace(' ', ""));
            card.ask("FF 50 00 02 04 8F 02 00 03 00");
            assert_eq!(card.ask(polling), "c0030164019000", "switched to Type A, a FeliCa card is silent");
        });
    });
}

#[test]
fn two_cards_at_once_are_one_card_or_a_mute_one() {
    use kakari_card_sim::Together;
    in_own_process("plain::two_cards_at_once_are_one_card_or_a_mute_one", |dir| {
        let raw = Raw::new(dir, ReaderModel::Everything);
        let (felica, memory) = (VirtualCard::felica_lite_s(&lite_s()), VirtualCard::mifare_classic([4, 5, 6, 7]));
        raw.stack.reader(0).insert_two(&felica, &memory, Together::OneAnswers);
        raw.wait_for(State::PRESENT);
        let card = raw.context.connect(&raw.name(), pcsc::ShareMode::Shared, pcsc::Protocols::ANY).unwrap();
        let mut room = [0; 32];
        assert_eq!(card.transmit(&[0xFF, 0xCA, 0, 0, 0], &mut room).unwrap(), [4, 5, 6, 7, 0x90, 0]);
        card.disconnect(pcsc::Disposition::LeaveCard).map_err(|(_, error)| error).unwrap();
        raw.stack.reader(0).remove();
        raw.wait_for(State::EMPTY);
        raw.stack.reader(0).insert_two(&felica, &memory, Together::NobodyAnswers);
        assert!(raw.wait_for(State::PRESENT).contains(State::MUTE));
        raw.stack.reader(0).remove();
        raw.with(&felica, |card| assert_eq!(card.ask("FF CA 00 00 00"), format!("{IDM}9000")));
    });
}
