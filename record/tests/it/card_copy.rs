//! The copy of the summary that a card carries: what opens it, what must not, and what goes with it.

use chrono::DateTime;
use kakari_record::alerts::alerts;
use kakari_record::display;
use kakari_record::language::Language;
use kakari_record::model::{
    Allergy, AllergyCategory, Block, Coded, Condition, ConditionStatus, Contact, Disputed, Identity, Lab, LabKind,
    Medicine, MedicineStatus, Origin, Procedure, Sex, Stated, Subject, Summary, Unavailability, Unlisted, Verification,
};
use kakari_record::seal::{
    CardCopy, CopyKey, CopySealer, Dictionary, FeedId, Header, KeyId, Opener, Packer, Point, RecordId, SealError,
    SealedCopy, SharedX, VaultKey,
};
use ring::signature::{Ed25519KeyPair, KeyPair};

use crate::played_card::Card;

const DICTIONARY: &[u8] = include_bytes!("../../../assets/dictionary/1.zdict");
const FEED: FeedId = FeedId::from_bytes([7; 16]);
const FROZEN: &[u8] = include_bytes!("../copies/copy-v1.bin");

fn region() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[3; 32]).expect("seed")
}

fn region_key() -> [u8; 32] {
    region().public_key().as_ref().try_into().expect("32 bytes")
}

fn copy_key() -> CopyKey {
    VaultKey::from_bytes(5, [9; 32].into()).copy_key()
}

fn dictionary() -> Dictionary {
    Dictionary::new(1, DICTIONARY)
}

fn seal(summary: &Summary, card: &Card) -> Result<SealedCopy, SealError> {
    let header = Header {
        feed: FEED,
        record: RecordId::from_bytes([6; 16]),
        version: 3,
        epoch: 0,
        dictionary: 0,
        card_key: KeyId::NONE,
        sealed_at: 1_795_000_001,
    };
    let packer = Packer::new(1, DICTIONARY, 19);
    CopySealer { copy_key: &copy_key(), packer: &packer, region: &region() }.seal(header, summary, &card.point)
}

/// As a tablet does it: verified, then opened with the card.
fn open(bytes: &[u8], card: &Card) -> Result<Summary, SealError> {
    let copy = CardCopy::decode(bytes)?.verify(&region_key(), FEED, &card.point)?;
    copy.open(&card.point, &card.agree(copy.enc()), &copy_key(), &dictionary())
}

fn somebody() -> Summary {
    let identity = Identity {
        number: "1234567890123456".parse().ok(),
        name: "山田 花子".into(),
        kana: Some("ヤマダ ハナコ".into()),
        sex: Sex::Female,
        birth_date: "1940-03-05".parse().ok(),
        address: None,
        phones: Vec::new(),
        blood_type: None,
    };
    let mut summary = Summary::nothing_recorded(identity, DateTime::from_timestamp(1_795_000_000, 0).expect("time"));
    summary.allergies.block = Block::Known(vec![allergy("ペニシリン系抗菌薬")]);
    summary.conditions = Block::Known(vec![condition("胃癌", true), condition("高血圧症", false)]);
    summary
}

fn allergy(substance: &str) -> Allergy {
    Allergy {
        substance: Coded::from_text(substance),
        category: AllergyCategory::Medication,
        reactions: vec!["アナフィラキシー".into()],
        severity: None,
        criticality: None,
        verification: Verification::Confirmed,
        past: false,
        note: None,
        origin: Origin::default(),
    }
}

fn condition(name: &str, untold: bool) -> Condition {
    Condition {
        name: Coded::from_text(name),
        side: None,
        onset: None,
        status: ConditionStatus::Active,
        suspected: false,
        note: None,
        origin: Origin { untold, ..Origin::default() },
    }
}

fn medicine(name: &str) -> Medicine {
    Medicine {
        product: Coded::from_text(name),
        generic: None,
        strength: None,
        form: None,
        dose: None,
        usage: None,
        days: None,
        date: None,
        pharmacy: None,
        status: MedicineStatus::Current,
        origin: Origin::default(),
    }
}

/// So many letters that no dictionary knows: what they are is the same in every run.
fn noise(seed: u32, letters: usize) -> String {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12_345);
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from_u32(0x4E00 + (state >> 16) % 0x3000).expect("a kanji")
    };
    (0..letters).map(|_| next()).collect()
}

fn labs(letters: usize) -> Block<Lab> {
    let lab =
        Lab {
            kind: LabKind::Other("その他".into()), value: noise(1, letters), date: None, origin: Origin::default()
        };
    Block::Known(vec![lab])
}

fn contacts(letters: usize) -> Block<Contact> {
    let name = Some(noise(2, letters));
    Block::Known(vec![Contact { name, relation: None, phones: Vec::new(), origin: Origin::default() }])
}

#[test]
fn a_copy_opens_with_its_card_and_a_crew_and_what_was_not_told_stays_marked() {
    let card = Card::new(1);
    let sealed = seal(&somebody(), &card).expect("sealed");
    let bytes = sealed.copy.encode();
    assert!(bytes.len() <= CardCopy::LONGEST && sealed.left_out.is_empty());
    let opened = open(&bytes, &card).expect("opens");
    assert!(opened == somebody());
    assert_eq!(opened.untold_items(), 1);
    let header = CardCopy::peek(&bytes[..68]).expect("a copy");
    assert_eq!((header.feed, header.version, header.epoch, header.sealed_at), (FEED, 3, 5, 1_795_000_001));
    assert_eq!(header.card_key, KeyId::derive(&card.point));
}

#[test]
fn a_copy_that_other_hands_made_from_the_description_opens() {
    let opened = open(FROZEN, &Card::new(1)).expect("opens");
    assert_eq!((opened.identity.name.as_str(), opened.untold_items()), ("山田 花子", 1));
    assert!(opened.labs == Block::Unavailable(Unavailability::NotOnCard));
    assert!(opened.lacks(Unavailability::NotOnCard) && !opened.lacks(Unavailability::NotOpened));
    assert_eq!(CardCopy::decode(FROZEN).expect("has the form").encode(), FROZEN);
}

#[test]
fn no_changed_bit_and_no_cut_is_believed_so_nothing_of_it_is_opened() {
    let card = Card::new(1);
    let bytes = seal(&somebody(), &card).expect("sealed").copy.encode();
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let read = CardCopy::decode(&changed).and_then(|copy| copy.verify(&region_key(), FEED, &card.point));
        assert!(matches!(read, Err(SealError::NotSigned | SealError::Malformed(_))), "bit {bit}");
    }
    for kept in 0..bytes.len() {
        let read = CardCopy::decode(&bytes[..kept]).and_then(|copy| copy.verify(&region_key(), FEED, &card.point));
        assert!(matches!(read, Err(SealError::NotSigned | SealError::Malformed(_))), "{kept} bytes");
    }
    let long = [bytes.as_slice(), &vec![0; CardCopy::LONGEST]].concat();
    assert!(matches!(CardCopy::decode(&long), Err(SealError::Malformed(_))));
}

#[test]
fn another_card_another_region_and_another_crew_open_nothing() {
    let (card, thief) = (Card::new(1), Card::new(2));
    let copy = seal(&somebody(), &card).expect("sealed").copy;
    assert_eq!(
        copy.verify(&region_key(), FEED, &thief.point).err(),
        Some(SealError::NotOpened),
        "copied to another card"
    );
    let elsewhere = FeedId::from_bytes([8; 16]);
    assert_eq!(copy.verify(&region_key(), elsewhere, &card.point).err(), Some(SealError::NotOpened));
    assert_eq!(copy.verify(&[5; 32], FEED, &card.point).err(), Some(SealError::NotSigned));

    let copy = copy.verify(&region_key(), FEED, &card.point).expect("ours");
    let opened = |point: &Point, answer: &SharedX, key: &CopyKey| copy.open(point, answer, key, &dictionary()).err();
    assert_eq!(opened(&card.point, &thief.agree(copy.enc()), &copy_key()), Some(SealError::NotOpened));
    let other = VaultKey::from_bytes(5, [8; 32].into()).copy_key();
    assert_eq!(opened(&card.point, &card.agree(copy.enc()), &other), Some(SealError::NotOpened));
    let later = VaultKey::from_bytes(6, [9; 32].into()).copy_key();
    assert_eq!(opened(&card.point, &card.agree(copy.enc()), &later), Some(SealError::NoKeyForEpoch(5)));
    let unknown = copy.open(&card.point, &card.agree(copy.enc()), &copy_key(), &Dictionary::new(2, DICTIONARY));
    assert_eq!(unknown.err(), Some(SealError::UnknownDictionary(1)));
}

#[test]
fn a_copy_is_no_opener_and_a_records_header_is_no_copys() {
    let card = Card::new(1);
    let bytes = seal(&somebody(), &card).expect("sealed").copy.encode();
    let mut record = bytes.clone();
    record[..4].copy_from_slice(b"KKR1");
    assert_eq!(CardCopy::peek(&record), None);
    assert!(CardCopy::decode(&record).is_err());
    assert_eq!(CardCopy::peek(&bytes[..67]), None);
    // The wrapped key of a copy, dressed as an opener of a record of the same header, is bound to another context.
    let opener = Opener::decode(&[&bytes[52..60], &bytes[68..68 + 113]].concat()).expect("has the form");
    assert_eq!(opener.card_key(), KeyId::derive(&card.point));
    assert!(!format!("{:?} {:?}", CardCopy::decode(&bytes), copy_key()).contains("09, 09"));
}

#[test]
fn what_does_not_fit_is_left_out_by_whole_blocks_and_says_so() {
    let card = Card::new(1);
    let mut summary = somebody();
    summary.labs = labs(600);
    summary.contacts = contacts(600);
    summary.unlisted = vec![Unlisted { subject: Subject::Labs, why: Unavailability::NotPermitted }];
    let sealed = seal(&summary, &card).expect("sealed");
    assert_eq!(sealed.left_out, [Subject::Labs], "the less important of the two");
    let opened = open(&sealed.copy.encode(), &card).expect("opens");
    assert!(opened.labs == Block::Unavailable(Unavailability::NotOnCard) && opened.unlisted.is_empty());
    assert!(opened.contacts == summary.contacts && opened.conditions == summary.conditions);
    let words = display::standing(Subject::Labs, &opened.labs, Language::Japanese);
    assert_eq!(words.as_deref(), Some("取得不可 カードの写しにはありません"));
}

#[test]
fn a_small_block_comes_back_once_a_large_one_is_gone() {
    let card = Card::new(1);
    let mut summary = somebody();
    summary.labs = labs(40);
    summary.contacts = contacts(1_500);
    let sealed = seal(&summary, &card).expect("sealed");
    assert_eq!(sealed.left_out, [Subject::Contacts]);
    assert!(open(&sealed.copy.encode(), &card).expect("opens").labs == summary.labs);
}

#[test]
fn allergies_and_what_an_alert_comes_from_are_never_left_out() {
    let card = Card::new(1);
    let mut summary = somebody();
    let mut medicines = vec![medicine("ワルファリンカリウム錠1mg")];
    medicines.push(medicine(&noise(3, 300)));
    summary.medicines = Block::Known(medicines);
    summary.conditions = Block::Known(vec![condition(&noise(4, 700), false)]);
    summary.contacts = contacts(200);
    let sealed = seal(&summary, &card).expect("sealed");
    let opened = open(&sealed.copy.encode(), &card).expect("opens");
    assert!(!sealed.left_out.is_empty() && !sealed.left_out.contains(&Subject::Medicines));
    assert!(opened.medicines == summary.medicines && opened.allergies == summary.allergies);
    for language in [Language::Japanese, Language::English] {
        assert!(alerts(&opened, language) == alerts(&summary, language));
    }
    assert!(opened.medicines.items().iter().all(|item| item.origin().facility.is_none()));
}

#[test]
fn of_two_blocks_that_give_the_same_alert_one_stays() {
    let card = Card::new(1);
    let mut summary = somebody();
    let pacemaker = "ペースメーカー植込み術";
    let operation = Procedure {
        name: Coded::from_text(pacemaker),
        date: None,
        note: Some(noise(6, 600)),
        origin: Origin::default(),
    };
    summary.procedures = Block::Known(vec![operation]);
    summary.conditions = Block::Known(vec![Condition { note: Some(noise(7, 600)), ..condition(pacemaker, false) }]);
    summary.medicines = Block::Known(vec![medicine(&noise(8, 600))]);
    let warned = alerts(&summary, Language::Japanese);
    for subject in [Subject::Procedures, Subject::Conditions] {
        let mut cut = summary.clone();
        match subject {
            Subject::Procedures => cut.procedures = Block::NotRecorded,
            _ => cut.conditions = Block::NotRecorded,
        }
        assert!(alerts(&cut, Language::Japanese) == warned, "either block alone gives it");
    }
    let sealed = seal(&summary, &card).expect("sealed");
    let opened = open(&sealed.copy.encode(), &card).expect("opens");
    assert!(alerts(&opened, Language::Japanese) == warned, "left out: {:?}", sealed.left_out);
    assert_eq!(sealed.left_out, [Subject::Medicines, Subject::Procedures]);
    // With nothing else to leave out, no copy is better than one without the alert.
    summary.medicines = Block::NotRecorded;
    summary.allergies.block = Block::Known(vec![allergy(&noise(9, 600))]);
    assert_eq!(seal(&summary, &card).err(), Some(SealError::TooLong));
}

#[test]
fn what_may_not_be_left_out_and_does_not_fit_makes_no_copy_at_all() {
    let card = Card::new(1);
    let mut summary = somebody();
    summary.allergies.block = Block::Known(vec![allergy(&noise(5, 1_500))]);
    assert_eq!(seal(&summary, &card).err(), Some(SealError::TooLong));
}

#[test]
fn a_block_that_was_not_known_stays_what_it_was_and_a_statement_against_it_with_it() {
    let card = Card::new(1);
    let mut summary = somebody();
    summary.labs = labs(1_500);
    let said = kakari_record::model::Absence { origin: Origin::default() };
    summary.procedures = Block::NoneConfirmed(said.clone());
    summary.disputed = vec![Disputed { subject: Subject::Allergies, category: None, absence: said }];
    let sealed = seal(&summary, &card).expect("sealed");
    let opened = open(&sealed.copy.encode(), &card).expect("opens");
    assert_eq!(sealed.left_out, [Subject::Labs]);
    assert!(opened.procedures == summary.procedures && opened.disputed == summary.disputed);
    assert!(opened.devices == Block::NotRecorded);
}
