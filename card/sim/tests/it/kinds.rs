//! The tablet's own reading of every kind of card through every make of reader. The cards were written from the public
//! specifications without looking at what reads them.

use std::path::Path;
use std::time::{Duration, SystemTime};

use kakari_card::{
    CardAuthority, CardError, CardProfile, Conversation, ForeignKind, Laid, LiteSKey, MacProof, PlainCard, PlainKind,
    ProfileWords, ReaderEvent, Talker,
};
use kakari_card_sim::{Fault, LiteS, ReaderModel, Together, VirtualCard, in_own_process};

use crate::support::Bench;

const NUMBER: [u8; 16] = *b"1000000000000001";
const OTHER_NUMBER: [u8; 16] = *b"2000000000000002";
const KEY: [u8; 16] = *b"a key of a card.";

/// Each make of reader, under a name by which the tablet's table knows it.
const READERS: [(&str, ReaderModel); 6] = [
    ("SONY FeliCa RC-S300/P (0236798)", ReaderModel::RcS300),
    ("SONY FeliCa Port/PaSoRi 4.0", ReaderModel::Storage),
    ("ACS ACR1552 1S CL Reader PICC", ReaderModel::Transparent),
    ("ACS ACR1252 1S CL Reader PICC", ReaderModel::Acr1252u),
    ("ACS ACR122U PICC Interface", ReaderModel::Acr122u),
    ("Nobody Has Described This One", ReaderModel::Everything),
];

fn lite_s() -> LiteS {
    let idm = [0x01, 0x2E, 0x41, 0x29, 0x35, 0x8B, 0xA7, 0x53];
    LiteS { idm, key: KEY, key_version: 3, blocks: vec![(2, NUMBER)], locked: true, ..LiteS::default() }
}

struct Kinds {
    bench: Bench,
    talker: Talker,
}

impl Kinds {
    fn new(dir: &Path) -> Self {
        let bench = Bench::with_readers(dir, &READERS.map(|(name, _)| name));
        for (reader, (_, model)) in bench.stack.readers().iter().zip(READERS) {
            reader.set_model(model);
        }
        let lite_s = ProfileWords {
            name: "見守りカード",
            kind: "felica",
            system_code: Some("88B4"),
            service: Some("000B"),
            block: Some(2),
            form: "ascii",
            has_key: true,
            ..ProfileWords::default()
        };
        let ntag = ProfileWords {
            name: "キーホルダー",
            kind: "type-a",
            page: Some(4),
            form: "ascii",
            ..ProfileWords::default()
        };
        let profiles = [lite_s, ntag].map(|words| CardProfile::new(&words).unwrap());
        let talker = Talker::with_deadline(Duration::from_secs(1)).with_profiles(profiles.to_vec());
        Self { bench, talker }
    }

    /// One tap on this reader, from laying the card on to taking it away.
    fn tap<T>(
        &self,
        reader: usize,
        lay: impl FnOnce(&kakari_card_sim::VirtualReader),
        speak: impl FnOnce(Conversation) -> T,
    ) -> T {
        let reader = self.bench.stack.reader(reader);
        lay(reader);
        let here = self.bench.wait_for_card();
        let said = speak(self.talker.connect(&here).unwrap());
        reader.remove();
        self.bench.wait_until_left();
        said
    }

    fn identify(&self, reader: usize, card: &VirtualCard) -> Laid {
        self.tap(
            reader,
            |reader| reader.insert(card),
            |mut conversation| {
                let laid = identify(&mut conversation).unwrap();
                conversation.finish().unwrap();
                laid
            },
        )
    }

    /// Whether a card proves that it holds [`KEY`].
    fn prove(&self, reader: usize, card: &VirtualCard) -> Result<MacProof, CardError> {
        self.tap(
            reader,
            |reader| reader.insert(card),
            |mut conversation| {
                let Laid::Plain(PlainCard { number, has_key: true, .. }) = identify(&mut conversation)? else {
                    panic!("not a card with a key")
                };
                assert_eq!(number.unwrap().expose().as_bytes(), NUMBER);
                let proved = conversation.prove_mac(|id| (id.key_version == 3).then(|| LiteSKey::new(KEY)))?;
                conversation.finish()?;
                Ok(proved)
            },
        )
    }

    /// One card has been told to lie there; a second may be.
    fn wait_until_all_left(&self) {
        let mut lying = 1;
        self.bench.wait_for("the reader empty", |event| {
            match event {
                ReaderEvent::CardArrived(_) => lying += 1,
                ReaderEvent::CardLeft { .. } => lying -= 1,
                _ => {}
            }
            (lying == 0).then_some(())
        });
        self.bench.wait_until_quiet();
    }

    /// The same with a fault ordered: the card may be another one, or gone, when it is taken away.
    fn prove_broken(&self, reader: usize, card: &VirtualCard) -> Result<MacProof, CardError> {
        let reader = self.bench.stack.reader(reader);
        reader.insert(card);
        let here = self.bench.wait_for_card();
        let proved = self.talker.connect(&here).and_then(|mut conversation| {
            identify(&mut conversation)?;
            let proved = conversation.prove_mac(|_| Some(LiteSKey::new(KEY)))?;
            conversation.finish()?;
            Ok(proved)
        });
        reader.remove();
        self.wait_until_all_left();
        proved
    }
}

fn identify(conversation: &mut Conversation) -> Result<Laid, CardError> {
    conversation.identify(&CardAuthority::new([]), SystemTime::now())
}

fn each_reader(mut test: impl FnMut(usize, &str, ReaderModel)) {
    for (at, (name, model)) in READERS.into_iter().enumerate() {
        test(at, name, model);
    }
}

#[test]
fn a_lite_s_card_proves_its_key_through_every_reader_and_a_copy_and_a_replay_through_none() {
    in_own_process(
        "kinds::a_lite_s_card_proves_its_key_through_every_reader_and_a_copy_and_a_replay_through_none",
        |dir| {
            let kinds = Kinds::new(dir);
            let card = VirtualCard::felica_lite_s(&lite_s());
            each_reader(|at, name, _| {
                assert_eq!(kinds.prove(at, &card), Ok(MacProof::Proved), "{name}");
                let replay = card.replay();
                assert_eq!(
                    kinds.prove(at, &VirtualCard::copy_of_lite_s(&lite_s())),
                    Ok(MacProof::Failed),
                    "{name}: a copy"
                );
                assert_eq!(kinds.prove(at, &replay), Ok(MacProof::Failed), "{name}: a replay");
                let other_key = VirtualCard::felica_lite_s(&LiteS { key: [7; 16], ..lite_s() });
                assert_eq!(kinds.prove(at, &other_key), Ok(MacProof::Failed), "{name}: another region's");
                let other_version = VirtualCard::felica_lite_s(&LiteS { key_version: 4, ..lite_s() });
                assert_eq!(kinds.prove(at, &other_version), Ok(MacProof::NoKeyHere), "{name}: a version nobody holds");
            });
        },
    );
}

#[test]
fn a_number_is_read_from_a_residents_card_through_every_reader() {
    in_own_process("kinds::a_number_is_read_from_a_residents_card_through_every_reader", |dir| {
        let kinds = Kinds::new(dir);
        each_reader(|at, name, _| {
            let uid = [0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0xF6];
            let number = |card: &VirtualCard| match kinds.identify(at, card) {
                Laid::Plain(card) => (card.kind, card.id, card.number.map(|number| number.expose().to_owned())),
                other => panic!("{name}: {other:?}"),
            };
            let digits = |number: [u8; 16]| Some(String::from_utf8(number.to_vec()).unwrap());
            let felica = number(&VirtualCard::felica_lite_s(&lite_s()));
            assert_eq!(felica, (PlainKind::Felica, lite_s().idm.to_vec(), digits(NUMBER)), "{name}");
            let empty = number(&VirtualCard::felica_lite_s(&LiteS { blocks: Vec::new(), ..lite_s() }));
            assert_eq!(empty, (PlainKind::Felica, lite_s().idm.to_vec(), None), "{name}");
            let tag = number(&VirtualCard::ultralight(uid, 4, &OTHER_NUMBER));
            assert_eq!(tag, (PlainKind::TypeA, uid.to_vec(), digits(OTHER_NUMBER)), "{name}");
            let classic = number(&VirtualCard::mifare_classic([4, 5, 6, 7]));
            assert_eq!(classic, (PlainKind::TypeA, vec![4, 5, 6, 7], None), "{name}");
        });
    });
}

#[test]
fn other_peoples_cards_are_named_through_every_reader_and_nothing_is_read_from_them() {
    in_own_process("kinds::other_peoples_cards_are_named_through_every_reader_and_nothing_is_read_from_them", |dir| {
        let kinds = Kinds::new(dir);
        let cards = [
            (VirtualCard::my_number().unwrap(), ForeignKind::MyNumber),
            (VirtualCard::driving_licence().unwrap(), ForeignKind::DrivingLicence),
            (VirtualCard::residence_card().unwrap(), ForeignKind::ResidenceCard),
            (VirtualCard::passport().unwrap(), ForeignKind::Passport),
            (VirtualCard::bank_card().unwrap(), ForeignKind::Bank),
            (VirtualCard::phone().unwrap(), ForeignKind::Unknown),
            (VirtualCard::phone_felica(), ForeignKind::ChangingIdentifier),
            (VirtualCard::type_b(), ForeignKind::ChangingIdentifier),
            (VirtualCard::transit(), ForeignKind::Transit),
            (VirtualCard::shop_felica(), ForeignKind::Felica),
        ];
        each_reader(|at, name, model| {
            for (card, kind) in &cards {
                // Storage commands cannot ask a FeliCa card for its systems.
                let expected = match kind {
                    ForeignKind::Transit if model == ReaderModel::Storage => ForeignKind::Felica,
                    kind => *kind,
                };
                let named = match kinds.identify(at, card) {
                    Laid::Foreign(kind) => kind,
                    Laid::Plain(PlainCard { number: None, has_key: false, looks_like, .. }) => looks_like,
                    other => panic!("{name}, {kind:?}: {other:?}"),
                };
                assert_eq!(named, expected, "{name}");
                assert_eq!(card.breaches(), Vec::<Vec<u8>>::new(), "{name}: {kind:?} was read");
            }
        });
    });
}

#[test]
fn of_two_felica_cards_none_is_taken_where_the_reader_lets_it_be_seen() {
    in_own_process("kinds::of_two_felica_cards_none_is_taken_where_the_reader_lets_it_be_seen", |dir| {
        let kinds = Kinds::new(dir);
        let ours = VirtualCard::felica_lite_s(&lite_s());
        let idm = [0x01, 0x2E, 0x41, 0x29, 0x35, 0x8B, 0xA7, 0x54];
        let theirs = VirtualCard::felica_lite_s(&LiteS { idm, blocks: vec![(2, OTHER_NUMBER)], ..lite_s() });
        each_reader(|at, name, model| {
            let laid = kinds.tap(
                at,
                |reader| reader.insert_two(&ours, &theirs, Together::BothAnswer),
                |mut conversation| identify(&mut conversation).unwrap(),
            );
            match (model, laid) {
                (_, Laid::Foreign(ForeignKind::TwoCards)) => {}
                // Storage commands name the card that the reader has named: one of the two, and never a mixture.
                (ReaderModel::Storage | ReaderModel::Everything, Laid::Plain(card)) => {
                    assert_eq!(card.id, lite_s().idm, "{name}");
                    assert_eq!(card.number.unwrap().expose().as_bytes(), NUMBER, "{name}");
                }
                (_, other) => panic!("{name}: {other:?}"),
            }
        });
    });
}

/// At each exchange of identify, proof and end: torn away, or exchanged for a copy that takes over.
#[test]
fn a_lite_s_card_torn_or_exchanged_at_any_exchange_proves_nothing_and_the_next_tap_works() {
    in_own_process(
        "kinds::a_lite_s_card_torn_or_exchanged_at_any_exchange_proves_nothing_and_the_next_tap_works",
        |dir| {
            let kinds = Kinds::new(dir);
            let card = VirtualCard::felica_lite_s(&lite_s());
            let copy = VirtualCard::copy_of_lite_s(&lite_s());
            each_reader(|at, name, _| {
                assert_eq!(kinds.prove(at, &card), Ok(MacProof::Proved), "{name}");
                let exchanges = card.seen().len();
                for exchange in 1..=exchanges {
                    for fault in [Fault::Tear, Fault::SwapBefore(copy.clone())] {
                        card.fail_at_exchange(exchange, fault);
                        let proved = kinds.prove_broken(at, &card);
                        assert!(proved.is_err(), "{name}, exchange {exchange} of {exchanges}: {proved:?}");
                    }
                }
                assert_eq!(kinds.prove(at, &card), Ok(MacProof::Proved), "{name}: the next tap");
            });
        },
    );
}
