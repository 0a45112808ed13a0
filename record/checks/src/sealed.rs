//! A sealed record: what a tablet gets from a server, an update or a damaged disk.

use std::sync::LazyLock;

use kakari_record::cbor;
use kakari_record::fhir::read_document;
use kakari_record::seal::{Opener, SealedRecord, SharedX};

use crate::keys::{self, DICTIONARY};

/// What the first byte of the input says of the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Way {
    /// A whole record.
    Whole,
    /// Lies under the seal as it is.
    Padded,
    /// Is padded and sealed, so that zstd reads it.
    Packed,
    /// Is packed, padded and sealed, so that the CBOR reader reads it.
    Cbor,
    /// Changes a good record, three bytes a change: its place (u16), what is added to the byte there.
    Changed,
}

impl Way {
    const ALL: [Self; 5] = [Self::Whole, Self::Padded, Self::Packed, Self::Cbor, Self::Changed];
}

/// A record that opens.
static GOOD: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let document = br#"{"resourceType":"Bundle","type":"collection","timestamp":"2026-04-12T09:00:00+09:00","entry":[
        {"resource":{"resourceType":"Patient","id":"p","name":[{"text":"A"}],"birthDate":"1940-03-05"}}]}"#;
    let cbor = read_document(document).map(|reading| cbor::encode(&reading.summary).to_vec()).unwrap_or_default();
    keys::sealed(&keys::padded(&keys::packed(&cbor)))
});

/// Each layer is reached by seals that open: a fuzzer does not guess a key.
pub fn sealed_record(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    match Way::ALL[usize::from(*first) % Way::ALL.len()] {
        Way::Whole => {
            opens(rest);
        }
        Way::Padded => {
            opens(&keys::sealed(rest));
        }
        Way::Packed => {
            opens(&keys::sealed(&keys::padded(rest)));
        }
        Way::Cbor => {
            let opened = opens(&keys::sealed(&keys::padded(&keys::packed(rest))));
            assert_eq!(opened, cbor::decode(rest).is_ok(), "the seal changed what is under it");
        }
        Way::Changed => changed(rest),
    }
}

/// Opens a record in every way. True when the vault key opened it.
pub fn opens(bytes: &[u8]) -> bool {
    let Ok(record) = SealedRecord::decode(bytes) else { return false };
    assert!(record.encode() == bytes, "written again, it is another");
    let opened = record.open_with_vault(&keys::keyring(), &DICTIONARY);
    if let Ok(summary) = &opened {
        crate::summary::holds(summary);
    }
    if let Some(opener) = bytes.len().checked_sub(Opener::LEN).and_then(|at| Opener::decode(&bytes[at..]).ok()) {
        let answer = SharedX::new([bytes[0]; 32]);
        let with_card = record.open_with_card(&opener, opener.enc(), &answer, &keys::keyring(), &DICTIONARY);
        assert!(with_card.is_err(), "opened without its card");
    }
    opened.is_ok()
}

/// A good record with changed bytes does not open; one whose changes add up to nothing does.
fn changed(changes: &[u8]) {
    let mut bytes = GOOD.clone();
    for change in changes.chunks_exact(3) {
        let place = usize::from(u16::from_be_bytes([change[0], change[1]])) % bytes.len();
        bytes[place] = bytes[place].wrapping_add(change[2]);
    }
    assert_eq!(opens(&bytes), bytes == *GOOD);
}
