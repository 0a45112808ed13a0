//! Digests of what a region holds, to find rows that are too many, missing or of another version.
//!
//! Records fall into 4,096 buckets by the first twelve bits of their id. A bucket's digest is SHA-256 over id and version
//! (u64, big-endian) of each of its records, in the order of the ids. Deletion is not trusted to the deltas alone.

use kakari_record::seal::RecordId;
use ring::digest::{Context, SHA256};

use crate::WireError;

/// How many buckets there are.
pub const BUCKETS: usize = 4_096;
/// Length of all digests, in bytes.
pub const LEN: usize = BUCKETS * 32;

/// The bucket of a record.
pub const fn bucket(record: RecordId) -> usize {
    let id = record.as_bytes();
    ((id[0] as usize) << 4) | ((id[1] as usize) >> 4)
}

/// The digests of these records, each with its version, in whatever order they come. 24 bytes of memory for each.
pub fn of(records: impl IntoIterator<Item = (RecordId, u64)>) -> Vec<u8> {
    let mut digests = vec![Context::new(&SHA256); BUCKETS];
    let mut records: Vec<_> = records.into_iter().collect();
    records.sort_unstable();
    for (record, version) in records {
        let context = &mut digests[bucket(record)];
        context.update(record.as_bytes());
        context.update(&version.to_be_bytes());
    }
    digests.into_iter().flat_map(|context| context.finish().as_ref().to_vec()).collect()
}

/// The buckets in which two lists of digests differ.
pub fn differing(ours: &[u8], theirs: &[u8]) -> Result<Vec<usize>, WireError> {
    if ours.len() != LEN || theirs.len() != LEN {
        return Err(WireError::Malformed("digests"));
    }
    let pairs = ours.chunks(32).zip(theirs.chunks(32)).enumerate();
    Ok(pairs.filter(|(_, (ours, theirs))| ours != theirs).map(|(bucket, _)| bucket).collect())
}
