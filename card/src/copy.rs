//! The object in which a patient's card carries a copy of its record: 5F C1 20, the last of the twenty containers for
//! retired certificates (NIST SP 800-73-4 part 1, table 3), readable without PIN.
//!
//! `53 { C1 copy }`. A retired certificate would stand in tag 70; C1 is of the private class (ISO/IEC 7816-4, 5.4.2: the
//! issuer's own), so what another issuer put here is never taken for ours.

use crate::apdu::{find_head, make_tlv, take_tlv};

/// The object's name.
pub const COPY_OBJECT: [u8; 3] = [0x5F, 0xC1, 0x20];
/// No copy is longer, in bytes.
pub const LONGEST_COPY: usize = 2_500;

const OBJECT: u16 = 0x53;
const COPY: u16 = 0xC1;

/// What stands inside of tag 53 for this copy; `None` when it is longer than any copy.
#[must_use]
pub fn copy_object(copy: &[u8]) -> Option<Vec<u8>> {
    let fits = copy.len() <= LONGEST_COPY;
    fits.then(|| make_tlv(0xC1, copy)).flatten()
}

/// What the first bytes of the object say.
pub(crate) enum Beginning<'a> {
    /// Not yet whether it is ours.
    TooFew,
    /// Nothing, or another issuer's.
    NotOurs,
    /// A copy, of which so much is here.
    Copy(&'a [u8]),
}

/// Looks at an object that is not all here.
pub(crate) fn beginning(bytes: &[u8]) -> Beginning<'_> {
    match find_head(bytes) {
        None => Beginning::TooFew,
        Some((OBJECT, 0, _)) => Beginning::NotOurs,
        Some((OBJECT, outer, inside)) => match find_head(inside) {
            None => Beginning::TooFew,
            Some((COPY, length, copy)) if length <= LONGEST_COPY && length < outer => Beginning::Copy(copy),
            Some(_) => Beginning::NotOurs,
        },
        Some(_) => Beginning::NotOurs,
    }
}

/// The copy in a whole object, to the last byte.
pub(crate) fn whole(bytes: &[u8]) -> Option<&[u8]> {
    let (OBJECT, inside, []) = take_tlv(bytes)? else {
        return None;
    };
    let (COPY, copy, []) = take_tlv(inside)? else {
        return None;
    };
    (!copy.is_empty() && copy.len() <= LONGEST_COPY).then_some(copy)
}
