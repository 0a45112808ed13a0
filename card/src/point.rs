//! Points of P-256: checked before a card sees them, named by their hash.

use std::fmt;

use ring::digest;
use zeroize::ZeroizeOnDrop;

use crate::CardError;

/// Bytes of an uncompressed point: 04, x, y.
pub const POINT_LEN: usize = 65;
const UNCOMPRESSED: u8 = 0x04;

/// Names a card's key: the first eight bytes of SHA-256 over its uncompressed point.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId(pub [u8; 8]);

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyId[redacted]")
    }
}

/// Derives the name of a public key.
#[must_use]
pub fn key_id(point: &[u8; POINT_LEN]) -> KeyId {
    let hash = digest::digest(&digest::SHA256, point);
    let mut id = [0; 8];
    id.copy_from_slice(&hash.as_ref()[..8]);
    KeyId(id)
}

/// The x coordinate both sides of an ECDH arrive at (RFC 9180's `dh`). Wiped on drop.
#[derive(ZeroizeOnDrop)]
pub struct SharedX([u8; 32]);

impl SharedX {
    pub(crate) fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The raw value, for the key schedule that follows and nothing else.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SharedX {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedX[redacted]")
    }
}

/// Refuses everything that is not an uncompressed point on P-256: an invalid point sent to a card's key could
/// make the card give its key away bit by bit.
pub(crate) fn check_point(point: &[u8; POINT_LEN]) -> Result<(), CardError> {
    if point[0] != UNCOMPRESSED {
        return Err(CardError::InvalidPoint);
    }
    p256::PublicKey::from_sec1_bytes(point).map(|_| ()).map_err(|_| CardError::InvalidPoint)
}
