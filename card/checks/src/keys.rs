//! A region's card authority that is no secret, and two certificates under it. `keys/*.tbs` are the signed parts of a
//! patient's and a staff certificate as the issuing code wrote them once, valid through 2026 to 2035.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kakari_card::CardAuthority;
use kakari_card::apdu::make_tlv;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};

/// The number in the patient's certificate.
pub(crate) const NUMBER: &str = "1000000000000001";
/// The identifier in the staff certificate.
pub(crate) const STAFF: &str = "S-0001";
/// What a staff certificate of the same authority looks like to a neighbour.
pub(crate) const FEED: [u8; 16] = [0x0F; 16];
pub(crate) const PATIENT_SIGNED: &[u8] = include_bytes!("../keys/patient.tbs");
pub(crate) const STAFF_SIGNED: &[u8] = include_bytes!("../keys/staff.tbs");

const REGION: &[u8] = include_bytes!("../keys/region.pk8");
const ECDSA_WITH_SHA256: [u8; 12] = [0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02];

/// 2026-07-01: both certificates are in date.
pub(crate) fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_782_864_000)
}

static KEY: LazyLock<EcdsaKeyPair> = LazyLock::new(|| {
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, REGION, &SystemRandom::new());
    let Ok(pair) = pair else { unreachable!("a key of ours") };
    pair
});

/// The whole certificates.
pub(crate) static PATIENT: LazyLock<Vec<u8>> = LazyLock::new(|| certificate(PATIENT_SIGNED));
pub(crate) static STAFF_CARD: LazyLock<Vec<u8>> = LazyLock::new(|| certificate(STAFF_SIGNED));

fn public_key() -> [u8; 65] {
    let Ok(point) = KEY.public_key().as_ref().try_into() else { unreachable!("P-256 has 65 bytes") };
    point
}

/// Trusts the key.
pub(crate) fn authority() -> CardAuthority {
    CardAuthority::new([public_key()])
}

/// Trusts it as a neighbour's.
pub(crate) fn neighbours_authority() -> CardAuthority {
    CardAuthority::new([]).with_neighbours([(FEED, public_key())])
}

/// A certificate with exactly this signed part.
pub(crate) fn certificate(signed: &[u8]) -> Vec<u8> {
    let Ok(signature) = KEY.sign(&SystemRandom::new(), signed) else { unreachable!("there are random numbers") };
    let bits = tlv(0x03, &[&[0], signature.as_ref()].concat());
    tlv(0x30, &[signed, &ECDSA_WITH_SHA256, &bits].concat())
}

/// Inputs are shorter than 65,536 bytes.
pub(crate) fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    make_tlv(tag, value).unwrap_or_default()
}
