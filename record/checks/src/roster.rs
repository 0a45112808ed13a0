//! A roster: believed only when the region signed it, and even then its content may be anything.

use kakari_record::seal::{
    FallbackCode, FallbackWrap, Neighbour, Roster, RosterEntry, RosterError, SealError, SharedX, SignedRoster,
    WrappedCopyKey, WrappedVault,
};
use ring::signature::{Ed25519KeyPair, KeyPair};

use crate::keys::{FEED, SIGNING, keyring};

/// Unsigned bytes are never believed; the same bytes with the region's signature are read, or refused whole.
pub fn roster(bytes: &[u8]) {
    code(bytes);
    let Ok(region) = Ed25519KeyPair::from_seed_unchecked(&SIGNING) else { unreachable!("32 bytes are a seed") };
    let Ok(public) = <&[u8; 32]>::try_from(region.public_key().as_ref()) else { unreachable!("Ed25519 has 32") };
    if let Ok(unsigned) = SignedRoster::decode(bytes) {
        assert!(unsigned.encode() == bytes, "written again, it is another");
        assert!(unsigned.verify(public, FEED) == Err(RosterError::NotSigned), "believed without a signature");
    }
    let Some(roster) = believed_roster(bytes) else { return };
    let again = roster.sign(&region).map(|signed| signed.verify(public, FEED));
    assert!(again == Ok(Ok(roster.clone())), "signed again, it is another");
    assert!(roster.epochs().is_empty() || !roster.staff.is_empty());
    assert!(roster.revoked.iter().all(|serial| roster.is_revoked(serial)));
    for entry in &roster.staff {
        assert!(roster.staff_with_key(entry.key_id()).is_some());
        let opened = roster.unwrap_all(entry, &[4; 65], |_| Ok::<_, SealError>(SharedX::new([7; 32])));
        assert!(opened.is_err(), "a vault key without its card");
    }
    for neighbour in &roster.neighbours {
        assert!(neighbour.copy_keys.iter().all(|wrap| neighbour.copy_key(FEED, wrap.epoch, &keyring()).is_err()));
        assert!(neighbour.card_authority().is_none_or(|point| point.as_slice() == neighbour.card_authority));
    }
    for wrap in &roster.fallback {
        assert!(roster.has_codes_for(&wrap.tablet));
    }
}

/// The roster in these bytes, once the region has signed them.
pub fn believed_roster(bytes: &[u8]) -> Option<Roster> {
    let region = Ed25519KeyPair::from_seed_unchecked(&SIGNING).ok()?;
    let signature = region.sign(&[b"kakari roster v1\0", bytes].concat());
    let signed = SignedRoster::decode(&[signature.as_ref(), bytes].concat()).ok()?;
    signed.verify(region.public_key().as_ref().try_into().ok()?, FEED).ok()
}

/// What is typed as a one-time code is one, or is refused with its reason.
fn code(bytes: &[u8]) {
    if let Ok(code) = FallbackCode::parse(bytes) {
        assert!(FallbackCode::parse(code.expose()).as_ref() == Ok(&code), "typed again, it is another");
        let mut wrong = *code.expose();
        wrong[0] = b'0' + (wrong[0] - b'0' + 1) % 10;
        assert!(FallbackCode::parse(&wrong).is_err(), "a wrong digit is a code");
    }
}

/// The CBOR of a small roster of this region, form 1.
pub fn seed() -> Vec<u8> {
    encode(Vec::new(), Vec::new())
}

/// The same with wraps under one-time codes, form 2. What they seal is nobody's: nothing opens them.
pub fn seed_with_codes() -> Vec<u8> {
    encode(codes(), Vec::new())
}

/// The same with a neighbour, form 3. Nothing opens its copy key.
pub fn seed_with_neighbours() -> Vec<u8> {
    let neighbour = Neighbour {
        feed: [0xEE; 16],
        name: "南町".to_owned(),
        region_key: [0x0E; 32],
        card_authority: vec![4; 65],
        copy_keys: vec![WrappedCopyKey { epoch: 1, under: 1, wrapped: vec![8; 60] }],
    };
    encode(codes(), vec![neighbour])
}

fn codes() -> Vec<FallbackWrap> {
    let wrap = |number: u8, epoch| FallbackWrap {
        tablet: "T1".to_owned(),
        id: [number; 8],
        salt: [number; 16],
        epoch,
        sealed: vec![number; 48],
    };
    vec![wrap(1, 1), wrap(1, 2), wrap(2, 2)]
}

fn encode(fallback: Vec<FallbackWrap>, neighbours: Vec<Neighbour>) -> Vec<u8> {
    let wrap = |epoch| WrappedVault { epoch, enc: vec![4; 65], wrapped: vec![9; 48] };
    let staff = |number: u8| RosterEntry {
        staff_id: format!("S000{number}"),
        name: "佐藤".to_owned(),
        card_key: [number; 8],
        wraps: vec![wrap(1), wrap(2)],
    };
    let roster = Roster {
        feed: *FEED.as_bytes(),
        version: 3,
        issued_at: chrono::DateTime::from_timestamp(1_775_955_600, 0).unwrap_or_default(),
        staff: vec![staff(1), staff(2)],
        revoked: vec![vec![0, 7], vec![1, 2, 3]],
        fallback,
        neighbours,
    };
    let signed = Ed25519KeyPair::from_seed_unchecked(&SIGNING).map(|region| roster.sign(&region));
    signed.map_or_else(
        |_| Vec::new(),
        |signed| signed.map_or_else(|_| Vec::new(), |signed| signed.encode()[64..].to_vec()),
    )
}
