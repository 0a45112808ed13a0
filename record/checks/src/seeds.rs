//! What the targets begin with.

use kakari_record::cbor;
use kakari_record::model::Summary;

use crate::Way;
use crate::keys;

pub use crate::roster::{
    seed as roster, seed_with_codes as roster_with_codes, seed_with_neighbours as roster_with_neighbours,
};

/// Inputs of `sealed_record` that reach each layer under the seal of a record with this summary.
pub fn sealed_record(summary: &Summary) -> Vec<Vec<u8>> {
    let cbor = cbor::encode(summary);
    let packed = keys::packed(&cbor);
    let padded = keys::padded(&packed);
    let whole = keys::sealed(&padded);
    let layers: [(Way, &[u8]); 4] =
        [(Way::Whole, &whole), (Way::Padded, &padded), (Way::Packed, &packed), (Way::Cbor, &cbor)];
    layers.iter().map(|(way, bytes)| [&[*way as u8], *bytes].concat()).collect()
}

/// A whole record, sealed by the checks' own hand.
pub fn record(summary: &Summary) -> Vec<u8> {
    keys::sealed(&keys::padded(&keys::packed(&cbor::encode(summary))))
}
