//! The data objects of a transparent session.

/// Tag (one byte, or two when it begins with 5F or FF), value, and what follows.
pub(super) fn take(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (tag, rest) = match bytes {
        [first @ (0x5F | 0xFF), second, rest @ ..] => (u16::from_be_bytes([*first, *second]), rest),
        [tag, rest @ ..] => (u16::from(*tag), rest),
        [] => return None,
    };
    let (length, rest) = match rest {
        [0x81, length, rest @ ..] => (usize::from(*length), rest),
        [0x82, high, low, rest @ ..] => (usize::from(u16::from_be_bytes([*high, *low])), rest),
        [length @ ..=0x7F, rest @ ..] => (usize::from(*length), rest),
        _ => return None,
    };
    let (value, rest) = rest.split_at_checked(length)?;
    Some((tag, value, rest))
}

pub(super) fn make(tag: u8, value: &[u8]) -> Vec<u8> {
    match u8::try_from(value.len()) {
        Ok(length @ ..=0x7F) => [&[tag, length], value].concat(),
        Ok(length) => [&[tag, 0x81, length], value].concat(),
        // Frames have at most 255 bytes.
        Err(_) => Vec::new(),
    }
}
