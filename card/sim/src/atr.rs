//! The answers to reset that contactless readers invent (PC/SC part 3, 3.1.3.2.3).

/// A memory card: PC/SC's own identifier, the standard (SS), and the name (NN).
pub(crate) fn of_memory_card(standard: u8, name: u16) -> Vec<u8> {
    let [high, low] = name.to_be_bytes();
    with_check(&[0x8F, 0x80, 0x01, 0x80, 0x4F, 0x0C, 0xA0, 0x00, 0x00, 0x03, 0x06, standard, high, low, 0, 0, 0, 0])
}

/// A card of ISO/IEC 14443-4: its historical bytes (Type A), or what it said of itself (Type B).
pub(crate) fn of_processor_card(historical: &[u8]) -> Vec<u8> {
    let count = u8::try_from(historical.len()).unwrap_or(0) & 0x0F;
    with_check(&[&[0x80 | count, 0x80, 0x01], historical].concat())
}

fn with_check(bytes: &[u8]) -> Vec<u8> {
    let check = bytes.iter().fold(0, |check, byte| check ^ byte);
    [&[0x3B], bytes, &[check]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As listed in Ludovic Rousseau's ATR list (pcsc-tools, smartcard_list.txt).
    #[test]
    fn the_atrs_are_those_of_real_readers() {
        let real = |text: &str| hex::decode(text).unwrap();
        assert_eq!(of_memory_card(0x11, 0x003B), real("3B8F8001804F0CA00000030611003B0000000042"));
        assert_eq!(of_memory_card(0x03, 0x0001), real("3B8F8001804F0CA000000306030001000000006A"));
        assert_eq!(of_memory_card(0x03, 0x0003), real("3B8F8001804F0CA0000003060300030000000068"));
        assert_eq!(of_processor_card(&[]), real("3B80800101"));
    }
}
