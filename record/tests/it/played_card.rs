//! A patient's card that the tests play.

use kakari_record::seal::{Point, SharedX};
use p256::elliptic_curve::sec1::{FromSec1Point, ToSec1Point};

/// A card's half, done by an implementation that is not `ring`.
pub(crate) struct Card {
    secret: p256::SecretKey,
    pub(crate) point: Point,
}

impl Card {
    pub(crate) fn new(seed: u8) -> Self {
        let secret = p256::SecretKey::from_slice(&[seed; 32]).expect("scalar");
        let encoded = secret.public_key().to_sec1_point(false);
        Self { secret, point: encoded.as_bytes().try_into().expect("65 bytes") }
    }

    pub(crate) fn agree(&self, point: &Point) -> SharedX {
        let encoded = p256::Sec1Point::from_bytes(point).expect("encoding");
        let public = p256::PublicKey::from_sec1_point(&encoded).expect("point");
        let shared = p256::ecdh::diffie_hellman(self.secret.to_nonzero_scalar(), public.as_affine());
        SharedX::new((*shared.raw_secret_bytes()).into())
    }
}
