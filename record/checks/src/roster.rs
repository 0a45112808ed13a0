//! A roster: believed only when the region signed it, and even then its content may be anything.

use kakari_record::seal::{Roster, RosterEntry, RosterError, SealError, SharedX, SignedRoster, WrappedVault};
use ring::signature::{Ed25519KeyPair, KeyPair};

use crate::keys::{FEED, SIGNING};

/// Unsigned bytes are never believed; the same bytes with the region's signature are read, or refused whole.
pub fn roster(bytes: &[u8]) {
    let Ok(region) = Ed25519KeyPair::from_seed_unchecked(&SIGNING) else { unreachable!("32 bytes are a seed") };
    let Ok(public) = <&[u8; 32]>::try_from(region.public_key().as_ref()) else { unreachable!("Ed25519 has 32") };
    if let Ok(unsigned) = SignedRoster::decode(bytes) {
        assert!(unsigned.encode() == bytes, "written again, it is another");
        assert!(unsigned.verify(public, FEED) == Err(RosterError::NotSigned), "believed without a signature");
    }
    let signature = region.sign(&[b"kakari roster v1\0", bytes].concat());
    let Ok(signed) = SignedRoster::decode(&[signature.as_ref(), bytes].concat()) else { return };
    let Ok(roster) = signed.verify(public, FEED) else { return };
    let again = roster.sign(&region).map(|signed| signed.verify(public, FEED));
    assert!(again == Ok(Ok(roster.clone())), "signed again, it is another");
    assert!(roster.epochs().is_empty() || !roster.staff.is_empty());
    assert!(roster.revoked.iter().all(|serial| roster.is_revoked(serial)));
    for entry in &roster.staff {
        assert!(roster.staff_with_key(entry.key_id()).is_some());
        let opened = roster.unwrap_all(entry, &[4; 65], |_| Ok::<_, SealError>(SharedX::new([7; 32])));
        assert!(opened.is_err(), "a vault key without its card");
    }
}

/// The CBOR of a small roster of this region.
pub fn seed() -> Vec<u8> {
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
    };
    let signed = Ed25519KeyPair::from_seed_unchecked(&SIGNING).map(|region| roster.sign(&region));
    signed.map_or_else(
        |_| Vec::new(),
        |signed| signed.map_or_else(|_| Vec::new(), |signed| signed.encode()[64..].to_vec()),
    )
}
