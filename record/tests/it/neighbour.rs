//! Regions that trust each other: the roster that names them, the keys in it, and the offer from office to office.

use chrono::DateTime;
use kakari_record::seal::{
    FallbackCode, FallbackWrap, FeedId, Keyring, Neighbour, Roster, RosterError, SealError, SignedRoster, TrustOffer,
    VaultKey, WrappedCopyKey,
};
use ring::signature::{Ed25519KeyPair, KeyPair};

const OWN: FeedId = FeedId::from_bytes([1; 16]);
const THEIRS: FeedId = FeedId::from_bytes([2; 16]);

fn vault(epoch: u32, byte: u8) -> VaultKey {
    VaultKey::from_bytes(epoch, [byte; 32].into())
}

fn signer(byte: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[byte; 32]).expect("seed")
}

fn public(signer: &Ed25519KeyPair) -> [u8; 32] {
    signer.public_key().as_ref().try_into().expect("32 bytes")
}

/// A neighbour with the copy keys of its epochs 3 and 4, for crews that hold our epochs 1 and 2.
fn neighbour() -> Neighbour {
    let theirs = [vault(3, 0x33).copy_key(), vault(4, 0x44).copy_key()];
    let ours = [vault(1, 0x11), vault(2, 0x22)];
    let wraps = theirs.iter().flat_map(|key| ours.iter().map(|under| WrappedCopyKey::wrap(key, THEIRS, OWN, under)));
    Neighbour {
        feed: *THEIRS.as_bytes(),
        name: "南町".to_owned(),
        region_key: public(&signer(9)),
        card_authority: vec![4; 65],
        copy_keys: wraps.collect::<Result<_, _>>().expect("wrapped"),
    }
}

fn roster(fallback: Vec<FallbackWrap>, neighbours: Vec<Neighbour>) -> Roster {
    Roster {
        feed: *OWN.as_bytes(),
        version: 1,
        issued_at: DateTime::from_timestamp(1_795_000_000, 0).expect("time"),
        staff: Vec::new(),
        revoked: Vec::new(),
        fallback,
        neighbours,
    }
}

fn code() -> FallbackCode {
    FallbackCode::parse(b"0000079927398713").expect("a code")
}

#[test]
fn a_crew_has_a_neighbours_copy_key_by_any_vault_key_that_it_holds() {
    let neighbour = neighbour();
    for (ours, byte) in [(1, 0x11), (2, 0x22)] {
        let keys = Keyring::new(vec![vault(ours, byte)]);
        assert!(neighbour.copy_key(OWN, 3, &keys).expect("opens") == vault(3, 0x33).copy_key());
        assert!(neighbour.copy_key(OWN, 4, &keys).expect("opens") == vault(4, 0x44).copy_key());
        assert_eq!(neighbour.copy_key(OWN, 5, &keys).err(), Some(SealError::NoKeyForEpoch(5)));
    }
    let nobody = Keyring::new(vec![vault(7, 0x77)]);
    assert_eq!(neighbour.copy_key(OWN, 3, &nobody).err(), Some(SealError::NoKeyForEpoch(3)));
    let stranger = Keyring::new(vec![vault(1, 0x77)]);
    assert_eq!(neighbour.copy_key(OWN, 3, &stranger).err(), Some(SealError::NotOpened));
}

#[test]
fn a_wrapped_copy_key_that_was_moved_or_changed_does_not_open() {
    let keys = Keyring::new(vec![vault(1, 0x11), vault(2, 0x22)]);
    let elsewhere = Neighbour { feed: [3; 16], ..neighbour() };
    assert_eq!(elsewhere.copy_key(OWN, 3, &keys).err(), Some(SealError::NotOpened), "another neighbour's");
    assert_eq!(neighbour().copy_key(THEIRS, 3, &keys).err(), Some(SealError::NotOpened), "another region's");
    let mut renamed = neighbour();
    renamed.copy_keys.retain(|wrap| wrap.epoch == 3);
    renamed.copy_keys.iter_mut().for_each(|wrap| wrap.epoch = 4);
    assert_eq!(renamed.copy_key(OWN, 4, &keys).err(), Some(SealError::NotOpened), "another epoch's");
    let mut changed = neighbour();
    changed.copy_keys.iter_mut().for_each(|wrap| wrap.wrapped[30] ^= 1);
    assert_eq!(changed.copy_key(OWN, 3, &keys).err(), Some(SealError::NotOpened));
    for length in [0, 11, 59, 61] {
        changed.copy_keys.iter_mut().for_each(|wrap| wrap.wrapped.resize(length, 0));
        assert!(matches!(changed.copy_key(OWN, 3, &keys).err(), Some(SealError::Malformed(_))), "{length} bytes");
    }
    assert_eq!(format!("{:?}", neighbour().copy_keys[0]), "WrappedCopyKey(epoch 3, [redacted])");
}

#[test]
fn one_wrap_that_does_not_open_spoils_no_other() {
    let mut neighbour = neighbour();
    neighbour.copy_keys[0].wrapped[20] ^= 1;
    let keys = Keyring::new(vec![vault(1, 0x11), vault(2, 0x22)]);
    assert!(neighbour.copy_key(OWN, 3, &keys).is_ok());
}

#[test]
fn a_roster_with_neighbours_is_of_form_3_and_no_other_form_has_any() {
    let region = signer(3);
    let wrap = FallbackWrap { tablet: "t1".into(), id: [1; 8], salt: [1; 16], epoch: 1, sealed: vec![1; 48] };
    let forms = [
        (roster(Vec::new(), Vec::new()), 1),
        (roster(vec![wrap.clone()], Vec::new()), 2),
        (roster(Vec::new(), vec![neighbour()]), 3),
        (roster(vec![wrap], vec![neighbour()]), 3),
    ];
    for (roster, form) in forms {
        let signed = roster.sign(&region).expect("signed");
        assert_eq!(signed.encode()[64..66], [0x82, form], "an array of form and roster");
        assert!(signed.verify(&public(&region), OWN) == Ok(roster.clone()));
        for other in (1..=4).filter(|other| *other != form) {
            let mut bytes = signed.encode()[64..].to_vec();
            bytes[1] = other;
            let signature = region.sign(&[b"kakari roster v1\0".as_slice(), &bytes].concat());
            let resigned = SignedRoster::decode(&[signature.as_ref(), &bytes].concat()).expect("form");
            let read = resigned.verify(&public(&region), OWN);
            // Form 2 without codes means what form 1 means, and was always read.
            let harmless = (form, other) == (1, 2);
            assert!(if harmless { read == Ok(roster.clone()) } else { read == Err(RosterError::UnknownForm) });
        }
    }
}

fn offer(region: &Ed25519KeyPair) -> TrustOffer {
    TrustOffer {
        feed: THEIRS,
        name: "南町".to_owned(),
        to: "北町".to_owned(),
        region_key: public(region),
        card_authority: [4; 65],
        offered_at: DateTime::from_timestamp(1_795_000_000, 0).expect("time"),
        copy_keys: vec![vault(4, 0x44).copy_key(), vault(3, 0x33).copy_key()],
    }
}

#[test]
fn an_offer_opens_with_its_code_and_with_no_other() {
    let region = signer(9);
    let sealed = offer(&region).seal(&region, &code()).expect("sealed");
    let opened = TrustOffer::open(&sealed, &code()).expect("opens");
    assert_eq!((opened.name.as_str(), opened.to.as_str(), opened.feed), ("南町", "北町", THEIRS));
    assert!(opened.copy_keys == offer(&region).copy_keys && opened.offered_at == offer(&region).offered_at);
    assert_eq!(opened.fingerprint(), offer(&region).fingerprint());
    assert_ne!(opened.fingerprint(), offer(&signer(8)).fingerprint());
    assert_eq!(opened.fingerprint().len(), 24);

    let other = FallbackCode::make().expect("random");
    assert_eq!(TrustOffer::open(&sealed, &other).err(), Some(SealError::NotOpened));
    for place in [4, 19, 20, 100, sealed.len() - 1] {
        let mut changed = sealed.clone();
        changed[place] ^= 1;
        assert_eq!(TrustOffer::open(&changed, &code()).err(), Some(SealError::NotOpened), "byte {place}");
    }
    assert!(matches!(TrustOffer::open(b"KKR1", &code()), Err(SealError::Malformed(_))));
    assert!(!format!("{opened:?}").contains("68, 68"), "no key in it");
}

#[test]
fn an_offer_of_keys_that_its_maker_does_not_hold_is_refused() {
    let sealed = offer(&signer(9)).seal(&signer(8), &code()).expect("sealed");
    assert_eq!(TrustOffer::open(&sealed, &code()).err(), Some(SealError::NotSigned));
}

#[test]
fn an_offer_with_a_name_that_hides_or_is_endless_or_with_keys_that_are_no_list_is_not_read() {
    let hiding = [
        "南町\u{1b}[2K",
        "南町\n北町",
        "\u{202e}町南",
        "南\u{200b}町",
        "南町\u{ad}",
        "\u{2066}南町",
        " 南町",
        "\u{3000}",
        "",
    ];
    for name in hiding {
        assert!(!TrustOffer::is_name(name), "{name:?}");
    }
    assert!(TrustOffer::is_name(&"南".repeat(64)) && !TrustOffer::is_name(&"南".repeat(65)));
    let (region, keys) =
        (signer(9), |epochs: &[u32]| epochs.iter().map(|n| vault(*n, 7).copy_key()).collect::<Vec<_>>());
    let read = |offer: &TrustOffer| {
        TrustOffer::open(&offer.seal(&region, &code()).expect("sealed"), &code()).map(|offer| offer.name)
    };
    let (sound, sixteen) = (offer(&region), keys(&(1..=16).collect::<Vec<_>>()));
    assert!(read(&TrustOffer { copy_keys: sixteen, ..sound.clone() }).is_ok());
    for bent in [
        TrustOffer { name: hiding[0].to_owned(), ..sound.clone() },
        TrustOffer { to: hiding[2].to_owned(), ..sound.clone() },
        TrustOffer { copy_keys: keys(&(1..=17).collect::<Vec<_>>()), ..sound.clone() },
        TrustOffer { copy_keys: keys(&[3, 4, 3]), ..sound },
    ] {
        assert_eq!(read(&bent), Err(SealError::Malformed("offer")));
    }
    let long = [b"KKT1".as_slice(), &[0; 8 * 1024]].concat();
    assert_eq!(TrustOffer::open(&long, &code()).err(), Some(SealError::Malformed("offer")));
}
