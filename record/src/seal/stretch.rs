//! A key out of what a person can type.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use ring::hkdf;
use zeroize::Zeroizing;

use super::SealError;

/// Memory in KiB. What makes a guess dear is memory: a card of 24 GB has room for fewer than 400 guesses at a time, and a
/// tablet of 4 GB spares 64 MiB for a quarter of a second.
const MEMORY_KIB: u32 = 64 * 1024;
/// Passes over it, as RFC 9106, section 4 has it for 64 MiB.
const PASSES: u32 = 3;
/// One lane: more of them would only help whoever has more processors than a tablet.
const LANES: u32 = 1;

/// Length of a salt in bytes.
pub(super) const SALT: usize = 16;

/// The output of Argon2id. Wiped on drop, never printed.
pub(super) struct Stretched(Zeroizing<[u8; 32]>);

impl Stretched {
    /// Stretches `secret`: a quarter of a second of one processor, and 64 MiB that are wiped.
    pub(super) fn derive(secret: &[u8], salt: &[u8; SALT]) -> Result<Self, SealError> {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(32)).map_err(|_| SealError::NoMemory)?;
        let mut blocks = Zeroizing::new(Vec::new());
        blocks.try_reserve_exact(params.block_count()).map_err(|_| SealError::NoMemory)?;
        blocks.resize(params.block_count(), Block::default());
        let mut out = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(secret, salt, &mut *out, blocks.as_mut_slice())
            .map_err(|_| SealError::NoMemory)?;
        Ok(Self(out))
    }

    /// A key for one thing: HKDF-SHA256 (RFC 5869) with `info` naming the thing.
    pub(super) fn key(&self, context: &[u8], info: &[u8]) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        let filled = hkdf::Salt::new(hkdf::HKDF_SHA256, context)
            .extract(&*self.0)
            .expand(&[info], hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(&mut *key));
        match filled {
            Ok(()) => key,
            Err(_) => unreachable!("32 bytes are within HKDF-SHA256's limit"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by the reference implementation in C (argon2-cffi):
    /// `hash_secret_raw(b"1234567890123452", b"sixteen bytes ok", 3, 65536, 1, 32, Type.ID)`; OpenSSL's says the same.
    const REFERENCE: &str = "729f635f51c72d39030d084d13a84892f5a59b227389bfbd7741faeef035110f";

    #[test]
    fn a_code_is_stretched_as_the_reference_implementation_does_it() {
        let stretched = Stretched::derive(b"1234567890123452", b"sixteen bytes ok").expect("memory");
        assert_eq!(hex::encode(*stretched.0), REFERENCE);
    }
}
