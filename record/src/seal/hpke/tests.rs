//! RFC 9180, appendix A.5.2: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305, mode PSK.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};

use super::*;

const CHACHA20_POLY1305_ID: [u8; 2] = 0x0003_u16.to_be_bytes();

const INFO: &str = "4f6465206f6e2061204772656369616e2055726e";
const PK_RM: &str = "041eb8f4f20ab72661af369ff3231a733672fa26f385ffb959fd1bae46bfda43ad55e2d573b880831381d9367417f554ce5b2134fbba5235b44db465feffc6189e";
const PSK: &str = "0247fd33b913760fa1fa51e1892d9f307fbe65eb171e8132c2af18555a738b82";
const PSK_ID: &str = "456e6e796e20447572696e206172616e204d6f726961";
const ENC: &str = "04f336578b72ad7932fe867cc4d2d44a718a318037a0ec271163699cee653fa805c1fec955e562663e0c2061bb96a87d78892bff0cc0bad7906c2d998ebe1a7246";
/// x coordinate of skEm × pkRm; the RFC prints the secret derived from it, which the test checks.
const SK_EM: &str = "7d6e4e006cee68af9b3fdd583a0ee8962df9d59fab029997ee3f456cbc857904";
const SHARED_SECRET: &str = "ac4f260dce4db6bf45435d9c92c0e11cfdd93743bd3075949975974cc2b3d79e";
const KEY: &str = "6d61cb330b7771168c8619498e753f16198aad9566d1f1c6c70e2bc1a1a8b142";
const BASE_NONCE: &str = "0de7655fb65e1cd51a38864e";
const AAD_0: &str = "436f756e742d30";
const PLAINTEXT_0: &str = "4265617574792069732074727574682c20747275746820626561757479";
const CIPHERTEXT_0: &str = "21433eaff24d7706f3ed5b9b2e709b07230e2b11df1f2b1fe07b3c70d5948a53d6fa5c8bed194020bd9df0877b";

fn bytes<const N: usize>(hex_text: &str) -> [u8; N] {
    hex::decode(hex_text).expect("hex").try_into().expect("length")
}

/// The ECDH a card would do, by an implementation that is not `ring`.
fn ecdh(secret: &[u8; 32], point: &Point) -> [u8; 32] {
    use p256::elliptic_curve::sec1::FromSec1Point;
    let secret = p256::SecretKey::from_slice(secret).expect("scalar");
    let encoded = p256::Sec1Point::from_bytes(point).expect("encoding");
    let public = p256::PublicKey::from_sec1_point(&encoded).expect("point");
    let shared = p256::ecdh::diffie_hellman(secret.to_nonzero_scalar(), public.as_affine());
    (*shared.raw_secret_bytes()).into()
}

#[test]
fn the_kem_meets_the_rfc_vector() {
    let dh = ecdh(&bytes(SK_EM), &bytes(PK_RM));
    assert_eq!(*shared_secret(&dh, &bytes(ENC), &bytes(PK_RM)), bytes(SHARED_SECRET));
}

#[test]
fn the_psk_key_schedule_meets_the_rfc_vector() {
    let mode = Mode::Psk { psk: &bytes(PSK), psk_id: &hex::decode(PSK_ID).expect("hex") };
    let info = hex::decode(INFO).expect("hex");
    let schedule = Schedule::derive(CHACHA20_POLY1305_ID, &bytes(SHARED_SECRET), mode, &info);
    assert_eq!(*schedule.key, bytes(KEY));
    assert_eq!(schedule.base_nonce, bytes(BASE_NONCE));

    let key = LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &*schedule.key).expect("key"));
    let mut text = hex::decode(PLAINTEXT_0).expect("hex");
    let aad = Aad::from(hex::decode(AAD_0).expect("hex"));
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(schedule.base_nonce), aad, &mut text).expect("seal");
    assert_eq!(hex::encode(text), CIPHERTEXT_0);
}
