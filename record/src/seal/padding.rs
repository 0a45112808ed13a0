//! Hides how much is known about a patient: lengths move in 64-byte steps.

use zeroize::Zeroizing;

use super::SealError;

const STEP: usize = 64;
const LENGTH: usize = size_of::<u32>();

/// Length as u32 big-endian, the bytes, zeros up to a multiple of 64.
pub(super) fn pad(bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let length = u32::try_from(bytes.len()).map_err(|_| SealError::Malformed("too long"))?;
    let mut padded = Zeroizing::new(Vec::with_capacity((LENGTH + bytes.len()).next_multiple_of(STEP) + 16));
    padded.extend_from_slice(&length.to_be_bytes());
    padded.extend_from_slice(bytes);
    let whole = padded.len().next_multiple_of(STEP);
    padded.resize(whole, 0);
    Ok(padded)
}

/// What [`pad`] was given.
pub(super) fn unpad(padded: &[u8]) -> Result<&[u8], SealError> {
    let (length, rest) = padded.split_first_chunk::<LENGTH>().ok_or(SealError::Malformed("padding"))?;
    let length = u32::from_be_bytes(*length) as usize;
    let (bytes, zeros) = rest.split_at_checked(length).ok_or(SealError::Malformed("padding"))?;
    let whole = padded.len().is_multiple_of(STEP) && zeros.len() < STEP && zeros.iter().all(|&zero| zero == 0);
    if whole { Ok(bytes) } else { Err(SealError::Malformed("padding")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_comes_back_and_moves_in_steps() {
        for length in 0..300 {
            let bytes = vec![0xA5; length];
            let padded = pad(&bytes).expect("short");
            assert_eq!(padded.len() % STEP, 0);
            assert_eq!(unpad(&padded).expect("padded"), bytes);
        }
    }

    #[test]
    fn a_length_beyond_the_padding_is_refused() {
        let mut padded = pad(b"x").expect("short").to_vec();
        padded[0] = 0xFF;
        assert_eq!(unpad(&padded), Err(SealError::Malformed("padding")));
        assert_eq!(unpad(&[0; 3]), Err(SealError::Malformed("padding")));
    }
}
