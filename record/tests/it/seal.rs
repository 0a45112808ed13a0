//! The sealed record: what opens, and everything that must not.

use chrono::DateTime;
use hpke::Serializable as _;
use kakari_record::model::{Allergy, AllergyCategory, Block, Coded, Identity, Origin, Sex, Summary, Verification};
use kakari_record::seal::{
    Dictionary, DirectoryEntry, FeedId, Header, KeyId, Keyring, Opener, Packer, Point, RecordId, Roster, RosterEntry,
    RosterError, SealError, Sealed, SealedRecord, Sealer, SignedRoster, Token, VaultKey, WrappedVault,
};
use ring::signature::{Ed25519KeyPair, KeyPair};

use crate::played_card::Card;

fn summary() -> Summary {
    let identity = Identity {
        number: "1234567890123456".parse().ok(),
        name: "山田 花子".into(),
        kana: Some("ヤマダ ハナコ".into()),
        sex: Sex::Female,
        birth_date: "1940-03-05".parse().ok(),
        address: Some("北町1丁目2番3号".into()),
        phones: vec!["048-000-1111".into()],
        blood_type: None,
    };
    let mut summary = Summary::nothing_recorded(identity, DateTime::from_timestamp(1_795_000_000, 0).expect("time"));
    summary.allergies.block = Block::Known(vec![Allergy {
        substance: Coded::from_text("ペニシリン系抗菌薬"),
        category: AllergyCategory::Other("魚介".into()),
        reactions: vec!["アナフィラキシー".into()],
        severity: None,
        criticality: None,
        verification: Verification::Confirmed,
        past: false,
        note: None,
        origin: Origin::default(),
    }]);
    summary
}

fn header(record: u8) -> Header {
    Header {
        feed: FeedId::from_bytes([7; 16]),
        record: RecordId::from_bytes([record; 16]),
        version: 3,
        epoch: 0,
        dictionary: 0,
        card_key: KeyId::NONE,
        sealed_at: 1_795_000_001,
    }
}

const DICTIONARY: &[u8] = include_bytes!("../../../assets/dictionary/1.zdict");

struct Region {
    vault: VaultKey,
    packer: Packer,
    dictionary: Dictionary,
}

impl Region {
    fn new() -> Self {
        Self {
            vault: VaultKey::from_bytes(5, [9; 32].into()),
            packer: Packer::new(1, DICTIONARY, 3),
            dictionary: Dictionary::new(1, DICTIONARY),
        }
    }

    fn seal(&self, record: u8, cards: &[&Card]) -> Sealed {
        let points: Vec<Point> = cards.iter().map(|card| card.point).collect();
        Sealer { vault: &self.vault, packer: &self.packer }
            .seal(header(record), &summary(), None, &points)
            .expect("sealed")
    }

    fn keys(&self) -> Keyring {
        Keyring::new(vec![self.vault.clone()])
    }

    fn open(&self, record: &SealedRecord, opener: &Opener, card: &Card) -> Result<Summary, SealError> {
        let answer = card.agree(opener.enc());
        record.open_with_card(opener, &card.point, &answer, &self.keys(), &self.dictionary)
    }
}

#[test]
fn a_record_opens_with_its_card_and_the_crew() {
    let (region, card) = (Region::new(), Card::new(1));
    let sealed = region.seal(1, &[&card]);
    assert!(region.open(&sealed.record, &sealed.openers[0], &card).expect("opens") == summary());
}

#[test]
fn the_stored_bytes_come_back_as_they_were() {
    let (region, card) = (Region::new(), Card::new(1));
    let sealed = region.seal(1, &[&card]);
    let record = SealedRecord::decode(&sealed.record.encode()).expect("decodes");
    let opener = Opener::decode(&sealed.openers[0].encode()).expect("decodes");
    assert!(region.open(&record, &opener, &card).expect("opens") == summary());
}

#[test]
fn the_vault_slot_opens_for_an_audited_search() {
    let region = Region::new();
    let record = region.seal(1, &[]).record;
    assert!(record.open_with_vault(&region.keys(), &region.dictionary).expect("opens") == summary());
}

#[test]
fn each_of_several_cards_opens_and_a_later_card_can_be_added() {
    let (region, first, second, third) = (Region::new(), Card::new(1), Card::new(2), Card::new(3));
    let sealed = region.seal(1, &[&first, &second]);
    assert!(region.open(&sealed.record, &sealed.openers[0], &first).is_ok());
    assert!(region.open(&sealed.record, &sealed.openers[1], &second).is_ok());
    let sealer = Sealer { vault: &region.vault, packer: &region.packer };
    let added = sealer.add_card(&sealed.record, &third.point).expect("added");
    assert!(region.open(&sealed.record, &added, &third).is_ok());
}

#[test]
fn another_card_does_not_open_it() {
    let (region, card, thief) = (Region::new(), Card::new(1), Card::new(2));
    let sealed = region.seal(1, &[&card]);
    let opener = &sealed.openers[0];
    let answer = thief.agree(opener.enc());
    for point in [&card.point, &thief.point] {
        let opened = sealed.record.open_with_card(opener, point, &answer, &region.keys(), &region.dictionary);
        assert_eq!(opened, Err(SealError::NotOpened));
    }
}

#[test]
fn the_card_alone_does_not_open_it() {
    let (region, card) = (Region::new(), Card::new(1));
    let sealed = region.seal(1, &[&card]);
    let (opener, answer) = (&sealed.openers[0], card.agree(sealed.openers[0].enc()));
    for (keys, expected) in [
        (Keyring::default(), SealError::NoKeyForEpoch(5)),
        (Keyring::new(vec![VaultKey::from_bytes(4, [9; 32].into())]), SealError::NoKeyForEpoch(5)),
        (Keyring::new(vec![VaultKey::from_bytes(5, [8; 32].into())]), SealError::NotOpened),
    ] {
        let opened = sealed.record.open_with_card(opener, &card.point, &answer, &keys, &region.dictionary);
        assert_eq!(opened, Err(expected));
    }
}

#[test]
fn the_body_of_another_record_does_not_pass_for_this_one() {
    let (region, card) = (Region::new(), Card::new(1));
    let (own, other) = (region.seal(1, &[&card]), region.seal(2, &[&card]));
    assert_eq!(region.open(&other.record, &own.openers[0], &card), Err(SealError::NotOpened));
    let (own, other) = (own.record.encode(), other.record.encode());
    let swapped = [&own[..Header::LEN], &other[Header::LEN..]].concat();
    let swapped = SealedRecord::decode(&swapped).expect("has the form");
    assert_eq!(swapped.open_with_vault(&region.keys(), &region.dictionary), Err(SealError::NotOpened));
}

#[test]
fn no_single_flipped_bit_goes_unseen() {
    let (region, card) = (Region::new(), Card::new(1));
    let sealed = region.seal(1, &[&card]);
    let bytes = sealed.record.encode();
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let opened = SealedRecord::decode(&flipped).and_then(|record| region.open(&record, &sealed.openers[0], &card));
        // The vault slot is not on the card's way; everything else is.
        let in_vault_slot = (Header::LEN..Header::LEN + 60).contains(&(bit / 8));
        assert_eq!(opened.is_ok(), in_vault_slot, "bit {bit}");
        let opened = SealedRecord::decode(&flipped)
            .and_then(|record| record.open_with_vault(&region.keys(), &region.dictionary));
        assert!(opened.is_err(), "bit {bit}");
    }
}

#[test]
fn sizes_move_in_steps_of_64_bytes() {
    let length = Region::new().seal(1, &[]).record.encode().len();
    assert_eq!((length - Header::LEN - 60 - 16) % 64, 0);
}

#[test]
fn an_unknown_dictionary_is_named() {
    let region = Region::new();
    let record = region.seal(1, &[]).record;
    let other = Dictionary::new(2, DICTIONARY);
    assert_eq!(record.open_with_vault(&region.keys(), &other), Err(SealError::UnknownDictionary(1)));
}

/// The crate `hpke` as an independent sealer and opener of the card slot.
mod independent {
    use hpke::aead::AesGcm256;
    use hpke::kdf::HkdfSha256;
    use hpke::kem::DhP256HkdfSha256;
    use hpke::{Deserializable, Kem, OpModeR, PskBundle};

    use super::*;

    type PublicKey = <DhP256HkdfSha256 as Kem>::PublicKey;
    type PrivateKey = <DhP256HkdfSha256 as Kem>::PrivateKey;
    type Encapped = <DhP256HkdfSha256 as Kem>::EncappedKey;

    /// `card psk` of the vault key, by HKDF written out with HMAC (RFC 5869).
    fn card_psk() -> [u8; 32] {
        use ring::hmac::{HMAC_SHA256, Key, sign};
        let prk = sign(&Key::new(HMAC_SHA256, b"kakari vault v1"), &[9; 32]);
        let okm = sign(&Key::new(HMAC_SHA256, prk.as_ref()), b"card psk\x01");
        okm.as_ref().try_into().expect("32 bytes")
    }

    #[test]
    fn opens_what_was_sealed_here() {
        let (region, card) = (Region::new(), Card::new(1));
        let sealed = region.seal(1, &[&card]);
        let bytes = sealed.openers[0].encode();
        let psk = card_psk();
        let mode = OpModeR::Psk(PskBundle::new(&psk, &[0, 0, 0, 5]).expect("psk"));
        let secret = PrivateKey::from_bytes(&[1; 32]).expect("scalar");
        let enc = Encapped::from_bytes(&bytes[8..73]).expect("point");
        let info = sealed.record.header().for_card(KeyId::derive(&card.point)).encode();
        let content_key = hpke::single_shot_open::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
            &mode,
            &secret,
            &enc,
            &info,
            &bytes[73..],
            b"",
        );
        assert_eq!(content_key.expect("opens").len(), 32);
    }

    #[test]
    fn seals_what_opens_here() {
        let (region, card) = (Region::new(), Card::new(1));
        let sealed = region.seal(1, &[&card]);
        // The content key, had by the independent way above, sealed anew by the other crate.
        let psk = card_psk();
        let open = OpModeR::Psk(PskBundle::new(&psk, &[0, 0, 0, 5]).expect("psk"));
        let info = sealed.record.header().for_card(KeyId::derive(&card.point)).encode();
        let bytes = sealed.openers[0].encode();
        let content_key = hpke::single_shot_open::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
            &open,
            &PrivateKey::from_bytes(&[1; 32]).expect("scalar"),
            &Encapped::from_bytes(&bytes[8..73]).expect("point"),
            &info,
            &bytes[73..],
            b"",
        )
        .expect("opens");
        let send = hpke::OpModeS::Psk(PskBundle::new(&psk, &[0, 0, 0, 5]).expect("psk"));
        let recipient = PublicKey::from_bytes(&card.point).expect("point");
        let (enc, wrapped) = hpke::single_shot_seal::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
            &send,
            &recipient,
            &info,
            &content_key,
            b"",
        )
        .expect("seals");
        let foreign = [&bytes[..8], enc.to_bytes().as_slice(), &wrapped].concat();
        let opener = Opener::decode(&foreign).expect("has the form");
        assert!(region.open(&sealed.record, &opener, &card).expect("opens") == summary());
    }
}

#[test]
fn a_directory_entry_opens_for_its_own_record_only() {
    let (vault, feed, record) =
        (VaultKey::from_bytes(5, [9; 32].into()), FeedId::from_bytes([7; 16]), RecordId::from_bytes([1; 16]));
    let entry = DirectoryEntry::of(&summary());
    assert_eq!(entry.town, "北町");
    let sealed = entry.seal(&vault, feed, record).expect("sealed");
    assert_eq!(sealed.birth_year, 1940);
    assert!(sealed.open(&vault, feed, record).expect("opens") == entry);
    assert_eq!(sealed.open(&vault, feed, RecordId::from_bytes([2; 16])), Err(SealError::NotOpened));
}

#[test]
fn tokens_differ_by_kind_key_and_value_and_forgive_spelling() {
    let (vault, other) = (VaultKey::from_bytes(5, [9; 32].into()), VaultKey::from_bytes(5, [8; 32].into()));
    let number = "1234567890123456".parse().expect("number");
    assert_eq!(Token::of_card(&vault, &number), Token::of_card(&vault, &number));
    assert_ne!(Token::of_card(&vault, &number), Token::of_card(&other, &number));
    assert_ne!(Token::of_card(&vault, &number), Token::of_phone(&vault, "1234567890123456"));
    assert_eq!(Token::of_phone(&vault, "０４８－０００－１１１１"), Token::of_phone(&vault, "048-000-1111"));
    assert_eq!(Token::of_house(&vault, "北町1丁目2番3号"), Token::of_house(&vault, "北町１−２−３"));
}

#[test]
fn a_roster_gives_the_vault_key_to_its_staff_card_only() {
    let region = Ed25519KeyPair::from_seed_unchecked(&[3; 32]).expect("seed");
    let public: [u8; 32] = region.public_key().as_ref().try_into().expect("32 bytes");
    let (vault, feed) = (VaultKey::from_bytes(5, [9; 32].into()), FeedId::from_bytes([7; 16]));
    let (staff, other) = (Card::new(4), Card::new(5));
    let wrap = WrappedVault::wrap(&vault, feed, &staff.point).expect("wrapped");
    let roster = Roster {
        feed: *feed.as_bytes(),
        version: 1,
        issued_at: DateTime::from_timestamp(1_795_000_000, 0).expect("time"),
        staff: vec![RosterEntry {
            staff_id: "0001".into(),
            name: "佐藤".into(),
            card_key: *KeyId::derive(&staff.point).as_bytes(),
            wraps: vec![wrap],
        }],
        revoked: vec![vec![1, 2]],
        fallback: Vec::new(),
        neighbours: Vec::new(),
    };
    let signed = SignedRoster::decode(&roster.sign(&region).expect("signed").encode()).expect("has the form");
    let roster = signed.verify(&public, feed).expect("believed");
    assert!(roster.is_revoked(&[1, 2]) && !roster.is_revoked(&[1]));
    assert!(roster.staff_with_key(KeyId::derive(&other.point)).is_none());
    let entry = roster.staff_with_key(KeyId::derive(&staff.point)).expect("on the roster");
    let keys = roster.unwrap_all(entry, &staff.point, |point| Ok::<_, SealError>(staff.agree(point)));
    assert_eq!(keys.expect("unwraps").of_epoch(5).expect("epoch").epoch(), 5);
    let keys = roster.unwrap_all(entry, &other.point, |point| Ok::<_, SealError>(other.agree(point)));
    assert!(matches!(keys, Err(SealError::NotOpened)));

    assert_eq!(signed.verify(&[0; 32], feed), Err(RosterError::NotSigned));
    assert_eq!(signed.verify(&public, FeedId::from_bytes([8; 16])), Err(RosterError::OtherRegion));
    let mut bytes = signed.encode();
    *bytes.last_mut().expect("bytes") ^= 1;
    assert_eq!(SignedRoster::decode(&bytes).expect("form").verify(&public, feed), Err(RosterError::NotSigned));
}

#[test]
fn a_serial_is_revoked_however_many_zeros_stand_before_it() {
    let roster = Roster {
        feed: [7; 16],
        version: 1,
        issued_at: DateTime::from_timestamp(1_795_000_000, 0).expect("time"),
        staff: Vec::new(),
        revoked: vec![vec![0, 0x9A, 1]],
        fallback: Vec::new(),
        neighbours: Vec::new(),
    };
    assert!(roster.is_revoked(&[0x9A, 1]) && roster.is_revoked(&[0, 0, 0x9A, 1]));
    assert!(!roster.is_revoked(&[0x9A]) && !roster.is_revoked(&[]));
}

#[test]
fn a_roster_entry_without_a_key_that_opens_signs_nobody_in_and_one_bad_wrap_spoils_no_other() {
    let (vault, feed) = (VaultKey::from_bytes(5, [9; 32].into()), FeedId::from_bytes([7; 16]));
    let staff = Card::new(4);
    let good = WrappedVault::wrap(&vault, feed, &staff.point).expect("wrapped");
    let bad = WrappedVault { epoch: 4, wrapped: vec![0; 48], ..good.clone() };
    let roster = |wraps: Vec<WrappedVault>| Roster {
        feed: *feed.as_bytes(),
        version: 1,
        issued_at: DateTime::from_timestamp(1_795_000_000, 0).expect("time"),
        staff: vec![RosterEntry {
            staff_id: "0001".into(),
            name: "佐藤".into(),
            card_key: *KeyId::derive(&staff.point).as_bytes(),
            wraps,
        }],
        revoked: Vec::new(),
        fallback: Vec::new(),
        neighbours: Vec::new(),
    };
    let sign_in = |roster: &Roster| {
        roster.unwrap_all(&roster.staff[0], &staff.point, |point| Ok::<_, SealError>(staff.agree(point)))
    };
    assert!(matches!(sign_in(&roster(Vec::new())), Err(SealError::NotOpened)));
    assert!(matches!(sign_in(&roster(vec![bad.clone()])), Err(SealError::NotOpened)));
    let both = roster(vec![bad, good]);
    let keys = sign_in(&both).expect("one opens");
    assert!(keys.of_epoch(5).is_ok() && !keys.covers(&both.epochs()), "and what it lacks is known");
}
