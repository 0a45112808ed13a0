//! One-time codes, the vault keys under them in the roster, and the keys under a PIN.

use chrono::DateTime;
use kakari_record::seal::{
    FallbackCode, FallbackCodeError, FallbackWrap, FeedId, Keyring, PinWrap, Roster, RosterError, SealError,
    SignedRoster, Token, VaultKey,
};
use ring::signature::{Ed25519KeyPair, KeyPair};

const FEED: FeedId = FeedId::from_bytes([7; 16]);

fn vault(epoch: u32) -> VaultKey {
    VaultKey::from_bytes(epoch, [u8::try_from(epoch).expect("small"); 32].into())
}

/// What a vault key does, in place of the key itself, which nobody outside can see.
fn trace(keys: &Keyring) -> Vec<(u32, Token)> {
    keys.iter().map(|key| (key.epoch(), Token::of_phone(key, "048"))).collect()
}

fn code(digits: &[u8]) -> FallbackCode {
    FallbackCode::parse(digits).expect("a code")
}

fn roster(fallback: Vec<FallbackWrap>) -> Roster {
    let issued_at = DateTime::from_timestamp(1_795_000_000, 0).expect("time");
    Roster {
        feed: *FEED.as_bytes(),
        version: 1,
        issued_at,
        staff: Vec::new(),
        revoked: Vec::new(),
        fallback,
        neighbours: Vec::new(),
    }
}

#[test]
fn every_wrong_digit_of_a_code_and_nearly_every_swap_of_neighbours_is_found() {
    let (mut swaps, mut found) = (0, 0);
    for _ in 0..200 {
        let good = FallbackCode::make().expect("random");
        let digits = *good.expose();
        assert_eq!(FallbackCode::parse(&digits), Ok(good));
        for place in 0..16 {
            for wrong in (b'0'..=b'9').filter(|digit| *digit != digits[place]) {
                let mut mistyped = digits;
                mistyped[place] = wrong;
                assert_eq!(FallbackCode::parse(&mistyped), Err(FallbackCodeError::CheckDigit));
            }
        }
        for place in (0..15).filter(|place| digits[*place] != digits[*place + 1]) {
            let mut swapped = digits;
            swapped.swap(place, place + 1);
            swaps += 1;
            found += u32::from(FallbackCode::parse(&swapped).is_err());
        }
    }
    assert!(found * 100 >= swaps * 95, "{found} of {swaps} swaps: only 09 and 90 pass for one another");
}

#[test]
fn a_code_is_read_as_it_is_written_and_is_never_printed() {
    // 7992739871 3 is the example of Luhn's that everybody knows; zeros before it change nothing.
    assert!(FallbackCode::parse(b"0000 0799-2739 8713").is_ok());
    for wrong in [b"".as_slice(), b"000007992739871", b"00000079927398713", b"000007992739871x"] {
        assert_eq!(FallbackCode::parse(wrong), Err(FallbackCodeError::NotSixteenDigits));
    }
    assert_eq!(format!("{:?}", code(b"0000079927398713")), "FallbackCode([redacted])");
}

#[test]
fn a_code_opens_every_epoch_for_its_tablet_and_nothing_for_another() {
    let keys = Keyring::new(vec![vault(1), vault(2)]);
    let (mine, other) = (FallbackCode::make().expect("random"), FallbackCode::make().expect("random"));
    let mut wraps = FallbackWrap::wrap_all(&keys, FEED, "kita-1", &mine).expect("wrapped");
    wraps.push(FallbackWrap::wrap(&vault(2), FEED, "kita-2", &other).expect("wrapped"));
    let roster = roster(wraps);
    let (id, opened) = roster.unwrap_fallback("kita-1", &mine).expect("memory").expect("opens");
    assert_eq!(trace(&opened), trace(&keys));
    assert!(roster.fallback.iter().all(|wrap| (wrap.id == id) == (wrap.tablet == "kita-1")));
    assert!(roster.has_codes_for("kita-1") && !roster.has_codes_for("kita-3"));
    for (tablet, code) in [("kita-1", &other), ("kita-2", &mine), ("kita-3", &mine)] {
        assert!(roster.unwrap_fallback(tablet, code).expect("memory").is_none());
    }
    assert!(roster.fallback[0].unwrap(FeedId::from_bytes([8; 16]), &mine).is_err(), "another region's");
}

#[test]
fn a_wrap_that_was_changed_in_any_of_its_parts_opens_nothing() {
    let code = FallbackCode::make().expect("random");
    let good = FallbackWrap::wrap(&vault(2), FEED, "kita-1", &code).expect("wrapped");
    assert!(good.unwrap(FEED, &code).is_ok());
    let mut sealed = good.sealed.clone();
    sealed[0] ^= 1;
    let changed = [
        FallbackWrap { tablet: "kita-2".to_owned(), ..good.clone() },
        FallbackWrap { id: [0; 8], ..good.clone() },
        FallbackWrap { salt: [0; 16], ..good.clone() },
        FallbackWrap { epoch: 1, ..good.clone() },
        FallbackWrap { sealed, ..good.clone() },
    ];
    for wrap in changed {
        assert!(matches!(wrap.unwrap(FEED, &code), Err(SealError::NotOpened)));
    }
    let short = FallbackWrap { sealed: good.sealed[1..].to_vec(), ..good };
    assert!(matches!(short.unwrap(FEED, &code), Err(SealError::Malformed(_))));
}

#[test]
fn a_roster_with_codes_is_of_form_2_and_one_without_is_read_by_older_programs() {
    let region = Ed25519KeyPair::from_seed_unchecked(&[3; 32]).expect("seed");
    let public: [u8; 32] = region.public_key().as_ref().try_into().expect("32 bytes");
    let wrap = FallbackWrap::wrap(&vault(2), FEED, "kita-1", &code(b"0000079927398713")).expect("wrapped");
    for (roster, form) in [(roster(Vec::new()), 1), (roster(vec![wrap]), 2)] {
        let signed = roster.sign(&region).expect("signed");
        assert_eq!(signed.encode()[64..66], [0x82, form], "an array of form and roster");
        assert!(signed.verify(&public, FEED) == Ok(roster.clone()));
        let mut bytes = signed.encode()[64..].to_vec();
        bytes[1] = 3 - form;
        let resigned = region.sign(&[b"kakari roster v1\0".as_slice(), &bytes].concat());
        let resigned = SignedRoster::decode(&[resigned.as_ref(), &bytes].concat()).expect("form");
        let read = resigned.verify(&public, FEED);
        assert!(if form == 2 { read == Err(RosterError::UnknownForm) } else { read == Ok(roster) });
    }
}

#[test]
fn a_pin_brings_the_keys_of_every_epoch_back_and_another_pin_none() {
    let keys = Keyring::new(vec![vault(1), vault(2)]);
    let wrap = PinWrap::seal(&keys, b"123456").expect("memory");
    assert_eq!(trace(&wrap.open(b"123456").expect("opens")), trace(&keys));
    assert!(matches!(wrap.open(b"123457"), Err(SealError::NotOpened)));
    assert_eq!(format!("{wrap:?}"), "PinWrap([redacted])");
}

/// What docs/adr/0012 says of a thief: a code is worth the vault key to whoever has a roster with it, on a stick or a disk,
/// used or not, until the vault key is another.
#[test]
fn a_code_and_a_roster_that_was_kept_give_the_vault_keys_of_their_day_and_no_later_ones() {
    let told = FallbackCode::make().expect("random");
    let wraps = FallbackWrap::wrap_all(&Keyring::new(vec![vault(1)]), FEED, "K-01", &told).expect("wraps");
    let region = Ed25519KeyPair::from_seed_unchecked(&[5; 32]).expect("a key");
    let stick = roster(wraps).sign(&region).expect("signed").encode();
    let public = region.public_key().as_ref().try_into().expect("32 bytes");
    let kept = SignedRoster::decode(&stick).expect("read").verify(&public, FEED).expect("believed");
    let (_, keys) = kept.unwrap_fallback("K-01", &told).expect("memory").expect("its own code");
    assert_eq!(trace(&keys), trace(&Keyring::new(vec![vault(1)])));
    assert!(matches!(keys.of_epoch(2), Err(SealError::NoKeyForEpoch(2))), "what is sealed after a rotation stays shut");
}

#[test]
fn a_roster_with_any_number_of_codes_keeps_the_reader_busy_for_eight_of_them_at_most() {
    let told = FallbackCode::make().expect("random");
    let own = FallbackWrap::wrap(&vault(1), FEED, "K-01", &told).expect("wraps");
    let other = |n: u16| {
        let [high, low] = n.to_be_bytes();
        FallbackWrap { id: [high, low, 0, 0, 0, 0, 0, 0], salt: [low; 16], ..own.clone() }
    };
    let mut wraps: Vec<_> = (0..10_000).map(other).collect();
    wraps.push(own.clone());
    assert!(roster(wraps).unwrap_fallback("K-01", &told).expect("memory").is_none());
    assert!(roster(vec![own]).unwrap_fallback("K-01", &told).expect("memory").is_some());
}
