//! Numbered changes into delta packs.

use kakari_record::seal::{Change, FeedId, RecordId};
use kakari_sync::{DeltaRef, Frame, PackKind, PackName, PackWriter};

use super::PublishError;
use super::objects::{Objects, ObjectsError};
use super::resident::Resident;
use super::workshop::Outcome;

/// A change that has its number: what goes into the feed, and what is kept of it.
pub(super) struct Numbered {
    pub(super) resident: i64,
    pub(super) record: RecordId,
    pub(super) sequence: u64,
    pub(super) version: u64,
    pub(super) epoch: u32,
    pub(super) removed: bool,
    /// Whether tablets had a record before.
    pub(super) was_there: bool,
    /// As this round's delta has it.
    pub(super) frame: Vec<u8>,
    /// As later deltas and snapshots have it, where that differs.
    pub(super) whole: Option<Vec<u8>>,
}

impl Numbered {
    /// `None` for an outcome that changes nothing.
    pub(super) fn new(resident: &Resident, outcome: Outcome, sequence: u64) -> Result<Option<Self>, PublishError> {
        let epoch = resident.published.as_ref().and_then(|published| u32::try_from(published.epoch).ok());
        let encode = |change| {
            let mut bytes = Vec::new();
            // The workshop made it fit.
            Frame { sequence, change }.encode(&mut bytes).map_err(|_| PublishError::Fault)?;
            Ok::<_, PublishError>(bytes)
        };
        let (version, epoch, removed, frame, whole) = match outcome {
            Outcome::Put(row) => {
                let header = *row.record.header();
                (header.version, header.epoch, false, encode(Change::Put(row))?, None)
            }
            Outcome::Cards(change, row) => {
                let header = *row.record.header();
                let whole = encode(Change::Put(row))?;
                (header.version, header.epoch, false, encode(Change::Cards(change))?, Some(whole))
            }
            Outcome::Remove(reason) => {
                let change = Change::Remove { record: resident.record, reason };
                (resident.version, epoch.unwrap_or(0), true, encode(change)?, None)
            }
            Outcome::Nothing | Outcome::Failed(_) => return Ok(None),
        };
        let (was_there, record) = (resident.is_published(), resident.record);
        Ok(Some(Self { resident: resident.id, record, sequence, version, epoch, removed, was_there, frame, whole }))
    }
}

/// A pack, not written yet.
pub(super) struct Made {
    from: u64,
    to: u64,
    bytes: Vec<u8>,
    unpacked: u64,
}

/// Packs frames of one run of sequence numbers.
pub(super) struct DeltaMaker {
    feed: FeedId,
    generation: u64,
    limit: usize,
    from: u64,
    last: u64,
    writer: PackWriter,
    made: Vec<Made>,
}

impl DeltaMaker {
    /// Packs of at most `limit` bytes (one frame may be longer), for frames after `from`.
    pub(super) fn new(feed: FeedId, generation: u64, from: u64, limit: usize) -> Self {
        Self { feed, generation, limit, from, last: from, writer: PackWriter::new(), made: Vec::new() }
    }

    pub(super) fn push(&mut self, sequence: u64, frame: &[u8]) -> Result<(), PublishError> {
        if !self.writer.is_empty() && self.writer.len() + frame.len() > self.limit {
            self.close(self.last);
        }
        self.writer.push_encoded(frame).map_err(|_| PublishError::Fault)?;
        self.last = sequence;
        Ok(())
    }

    /// All packs; the last ends at `to`.
    pub(super) fn finish(mut self, to: u64) -> Vec<Made> {
        self.close(to);
        self.made
    }

    fn close(&mut self, to: u64) {
        let kind = PackKind::Delta { from: self.from, to };
        let name = PackName { feed: self.feed, generation: self.generation, kind };
        let (bytes, unpacked) = std::mem::take(&mut self.writer).finish(name);
        self.made.push(Made { from: self.from, to, bytes, unpacked });
        self.from = to;
    }
}

/// Writes packs into the feed's store.
pub(super) async fn put(objects: &Objects, made: Vec<Made>) -> Result<Vec<DeltaRef>, ObjectsError> {
    let mut deltas = Vec::with_capacity(made.len());
    for Made { from, to, bytes, unpacked } in made {
        deltas.push(DeltaRef { from, to, object: objects.put(bytes).await?, unpacked });
    }
    Ok(deltas)
}
