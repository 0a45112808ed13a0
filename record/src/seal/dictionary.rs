//! Compression with a dictionary trained on invented text only (assets/dictionary).

use std::fmt;

use zeroize::Zeroizing;
use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};

use super::SealError;

/// No summary is longer; a sealed bomb ends here.
const LONGEST: usize = 1 << 20;

/// A dictionary made ready for unpacking; about 0.1 ms to make, so it is kept.
pub struct Dictionary {
    id: u32,
    decoder: DecoderDictionary<'static>,
}

impl Dictionary {
    /// Prepares the dictionary `id`.
    pub fn new(id: u32, bytes: &[u8]) -> Self {
        Self { id, decoder: DecoderDictionary::copy(bytes) }
    }

    /// Its number in headers.
    pub const fn id(&self) -> u32 {
        self.id
    }

    pub(super) fn unpack(&self, packed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let unpacked = Decompressor::with_prepared_dictionary(&self.decoder)
            .and_then(|mut decompressor| decompressor.decompress(packed, LONGEST))
            .map_err(|_| SealError::Malformed("compression"))?;
        Ok(Zeroizing::new(unpacked))
    }
}

/// A dictionary made ready for packing.
pub struct Packer {
    id: u32,
    encoder: EncoderDictionary<'static>,
}

impl Packer {
    /// Prepares the dictionary `id`; `level` is zstd's, 3 fast to 19 small.
    pub fn new(id: u32, bytes: &[u8], level: i32) -> Self {
        Self { id, encoder: EncoderDictionary::copy(bytes, level) }
    }

    /// Its number in headers.
    pub const fn id(&self) -> u32 {
        self.id
    }

    pub(super) fn pack(&self, bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let packed = Compressor::with_prepared_dictionary(&self.encoder)
            .and_then(|mut compressor| compressor.compress(bytes))
            .map_err(|_| SealError::Malformed("compression"))?;
        Ok(Zeroizing::new(packed))
    }
}

impl fmt::Debug for Dictionary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dictionary({})", self.id)
    }
}

impl fmt::Debug for Packer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Packer({})", self.id)
    }
}
