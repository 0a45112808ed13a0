use std::time::{Duration, Instant, SystemTime};

use kakari_card::issue::CardAuthoritySigner;
use kakari_card::{CardAuthority, CertificateSerial, ForeignKind, LARGEST_CERTIFICATE, Laid, Refusal};
use kakari_card_sim::{VirtualCard, in_own_process};

use crate::support::{ALICE, BOB, Bench, Sealed, patient_order, report};

#[test]
fn a_patients_card_costs_four_exchanges_and_agrees_with_its_certificate() {
    in_own_process("patient::a_patients_card_costs_four_exchanges_and_agrees_with_its_certificate", |dir| {
        let bench = Bench::new(dir);
        let (card, issued) = bench.patient(ALICE);
        assert!(issued.certificate.len() < LARGEST_CERTIFICATE, "{} bytes", issued.certificate.len());
        eprintln!("certificate: {} bytes", issued.certificate.len());
        let here = bench.lay(&card);
        let mut conversation = bench.talker.connect(&here).unwrap();
        let Laid::Patient(patient) = bench.identify(&mut conversation) else { panic!("not a patient") };
        assert_eq!(patient.number.expose(), ALICE);
        assert_eq!(patient.certificate_serial, CertificateSerial::new(&[7]));
        assert_eq!((patient.public_key, patient.key_id), (issued.public_key, issued.key_id));
        let sealed = Sealed::to(&patient.public_key);
        assert_eq!(conversation.agree(&sealed.point).unwrap().expose(), &sealed.x);
        let exchanges = conversation.finish().unwrap();
        let names: Vec<_> = exchanges.iter().map(|exchange| exchange.name).collect();
        assert_eq!(names, ["SELECT", "GET DATA", "GET RESPONSE", "GENERAL AUTHENTICATE"]);
        assert_eq!(card.seen().len(), 4);
    });
}

#[test]
fn a_card_proves_that_it_holds_its_own_key_and_no_other() {
    in_own_process("patient::a_card_proves_that_it_holds_its_own_key_and_no_other", |dir| {
        let bench = Bench::new(dir);
        let (card, alice) = bench.patient(ALICE);
        let (_, bob) = bench.patient(BOB);
        assert_ne!(alice.public_key, bob.public_key);
        let here = bench.lay(&card);
        let mut conversation = bench.talker.connect(&here).unwrap();
        bench.identify(&mut conversation);
        assert!(conversation.prove_key(&alice.public_key).unwrap());
        assert!(!conversation.prove_key(&bob.public_key).unwrap());
    });
}

#[test]
fn cards_out_of_date_or_of_another_region_are_refused_by_reason() {
    in_own_process("patient::cards_out_of_date_or_of_another_region_are_refused_by_reason", |dir| {
        let bench = Bench::new(dir);
        let (card, _) = bench.patient(ALICE);
        let ours = bench.signer_authority();
        let theirs = CardAuthoritySigner::make("Another Region").unwrap().authority();
        let year = Duration::from_secs(400 * 86_400);
        let now = SystemTime::now();
        let here = bench.lay(&card);
        let mut conversation = bench.talker.connect(&here).unwrap();
        let mut ask = |authority: &CardAuthority, now| conversation.identify(authority, now).unwrap();
        assert_eq!(ask(&theirs, now), Laid::Refused(Refusal::OtherRegion));
        assert_eq!(ask(&CardAuthority::new([]), now), Laid::Refused(Refusal::OtherRegion));
        assert_eq!(ask(&ours, now + year), Laid::Refused(Refusal::Expired));
        assert_eq!(ask(&ours, now - year), Laid::Refused(Refusal::NotYetValid));
        assert_eq!(ask(&ours, SystemTime::UNIX_EPOCH), Laid::Refused(Refusal::NotYetValid));
        let both = CardAuthority::new(theirs.keys().iter().chain(ours.keys()).copied());
        assert!(matches!(ask(&both, now), Laid::Patient(_)));
    });
}

#[test]
fn blank_cards_and_cards_of_others_are_named_and_not_read() {
    in_own_process("patient::blank_cards_and_cards_of_others_are_named_and_not_read", |dir| {
        let bench = Bench::new(dir);
        let blank = VirtualCard::blank().unwrap();
        let felica = hex::decode("3B8F8001804F0CA00000030611003B0000000042").unwrap();
        let knows = |aid: &'static [u8]| {
            move |command: &[u8]| {
                if command[1] == 0xA4 && command[5..].starts_with(aid) { vec![0x90, 0] } else { vec![0x6A, 0x82] }
            }
        };
        let iso = [0x3B, 0x80, 0x80, 0x01, 0x01];
        let cards = [
            (blank, Laid::Blank),
            (VirtualCard::answering(&felica, knows(&[])).unwrap(), Laid::Foreign(ForeignKind::Felica)),
            (VirtualCard::answering(&iso, knows(&[0xD3, 0x92, 0xF0])).unwrap(), Laid::Foreign(ForeignKind::MyNumber)),
            (
                VirtualCard::answering(&iso, knows(&[0xA0, 0, 0, 2, 0x31])).unwrap(),
                Laid::Foreign(ForeignKind::DrivingLicence),
            ),
            (VirtualCard::answering(&iso, knows(&[0xFF])).unwrap(), Laid::Foreign(ForeignKind::Unknown)),
        ];
        for (card, expected) in cards {
            let here = bench.lay(&card);
            let mut conversation = bench.talker.connect(&here).unwrap();
            assert_eq!(bench.identify(&mut conversation), expected);
            // Names and the identifier alone are asked for.
            let asks = |command: &Vec<u8>| command[1] == 0xA4 || command.starts_with(&[0xFF, 0xCA]);
            let reads_nothing = |command: &Vec<u8>| expected == Laid::Blank || asks(command);
            assert!(card.seen().iter().all(reads_nothing), "{expected:?}");
            conversation.finish().unwrap();
            bench.take_away();
        }
    });
}

#[test]
fn issuing_and_tapping_take_milliseconds() {
    in_own_process("patient::issuing_and_tapping_take_milliseconds", |dir| {
        let bench = Bench::new(dir);
        let mut issuing = Vec::new();
        let mut cards = Vec::new();
        for serial in 1..=60_u64 {
            let started = Instant::now();
            let number = format!("{serial:016}");
            cards.push((bench.issue(&patient_order(&number, serial)).0, number));
            issuing.push(started.elapsed());
        }
        let (mut seeing, mut tapping) = (Vec::new(), Vec::new());
        for (card, number) in &cards {
            let started = Instant::now();
            let here = bench.lay(card);
            seeing.push(started.elapsed());
            let started = Instant::now();
            assert_eq!(bench.tap(&here).as_ref(), Ok(number));
            tapping.push(started.elapsed());
            bench.take_away();
        }
        report("issue a card", issuing);
        report("laid on -> seen by the watcher", seeing);
        report("connect + 4 exchanges + finish", tapping);
    });
}
