//! Packs opened: rows that can be taken, and rows to set aside with their reasons.

use std::collections::BTreeSet;

use kakari_record::seal::{Change, FeedId, Row};
use kakari_store::{Cursor, Delta, SetAside};

use super::Refusal;
use crate::{BadFrame, DeltaRef, Head, Manifest, Pack, PackKind, PackName, PartRef, SnapshotRef, WireError};

/// A delta pack's rows.
pub(super) struct DeltaRows {
    pub(super) delta: Delta,
    pub(super) set_aside: Vec<SetAside>,
}

impl DeltaRows {
    /// Whether every sequence after `at` has its row, so that nothing was left out when deltas were merged.
    pub(super) fn are_all_after(&self, at: u64) -> bool {
        let aside = self.set_aside.iter().filter_map(|row| row.sequence);
        let sequences = self.delta.changes.iter().map(|(sequence, _)| *sequence).chain(aside);
        let rows: BTreeSet<u64> = sequences.filter(|sequence| (at + 1..=self.delta.to).contains(sequence)).collect();
        rows.len() as u64 == self.delta.to.saturating_sub(at)
    }
}

/// A part's rows.
pub(super) struct PartRows {
    pub(super) rows: Vec<Row>,
    pub(super) set_aside: Vec<SetAside>,
}

/// Opens a delta pack that `head` names.
pub(super) fn open_delta(head: &Head, named: &DeltaRef, packed: &[u8]) -> Result<DeltaRows, Refusal> {
    let kind = PackKind::Delta { from: named.from, to: named.to };
    let pack = open(packed, PackName { feed: head.feed(), generation: head.generation, kind }, named.unpacked)?;
    let (mut changes, mut set_aside) = (Vec::new(), Vec::new());
    for frame in pack.frames().map_err(refused)? {
        match frame {
            Ok(frame) if named.from < frame.sequence && frame.sequence <= named.to => {
                changes.push((frame.sequence, frame.change));
            }
            Ok(frame) => set_aside.push(SetAside {
                sequence: Some(frame.sequence),
                record: Some(frame.change.record()),
                reason: "of another sequence than its pack".to_owned(),
            }),
            Err(bad) => set_aside.push(aside(bad)),
        }
    }
    changes.sort_by_key(|(sequence, _)| *sequence);
    let from = Cursor { generation: head.generation, sequence: named.from };
    Ok(DeltaRows { delta: Delta { from, to: named.to, changes, records_after: None }, set_aside })
}

/// Opens part `part` of a snapshot.
pub(super) fn open_part(manifest: &Manifest, part: u32, named: &PartRef, packed: &[u8]) -> Result<PartRows, Refusal> {
    let parts = u32::try_from(manifest.parts.len()).map_err(|_| Refusal::Endless)?;
    let kind = PackKind::Part { sequence: manifest.sequence, part, parts };
    let name = PackName { feed: FeedId::from_bytes(manifest.feed), generation: manifest.generation, kind };
    let pack = open(packed, name, named.unpacked)?;
    if u64::from(pack.len()) != named.rows {
        return Err(Refusal::MixAndMatch);
    }
    let (mut rows, mut set_aside) = (Vec::new(), Vec::new());
    for frame in pack.frames().map_err(refused)? {
        match frame.map(|frame| (frame.sequence, frame.change)) {
            Ok((_, Change::Put(row))) => rows.push(row),
            Ok((sequence, other)) => set_aside.push(SetAside {
                sequence: Some(sequence),
                record: Some(other.record()),
                reason: "no record, and a snapshot holds only records".to_owned(),
            }),
            Err(bad) => set_aside.push(aside(bad)),
        }
    }
    Ok(PartRows { rows, set_aside })
}

/// The manifest, when it is the one that `head` means and names nothing longer than anybody reads.
pub(super) fn open_manifest(head: &Head, named: &SnapshotRef, bytes: &[u8]) -> Result<Manifest, Refusal> {
    let manifest = Manifest::decode(bytes).map_err(refused)?;
    let limit = Pack::MAX_LEN as u64;
    if manifest.parts.iter().any(|part| part.object.size > limit || part.unpacked > limit) {
        return Err(Refusal::Endless);
    }
    let same = manifest.feed == head.feed
        && manifest.generation == head.generation
        && manifest.sequence == named.sequence
        && manifest.records == named.records
        && manifest.parts.iter().map(|part| part.object.size).sum::<u64>() == named.size;
    if same { Ok(manifest) } else { Err(Refusal::MixAndMatch) }
}

fn open(packed: &[u8], name: PackName, unpacked: u64) -> Result<Pack, Refusal> {
    Pack::open(packed, name, unpacked).map_err(|error| match error {
        WireError::TooLong => Refusal::ZipBomb,
        other => refused(other),
    })
}

fn refused(error: WireError) -> Refusal {
    match error {
        WireError::UnknownForm => Refusal::UnknownForm,
        WireError::TooLong => Refusal::Endless,
        WireError::NotSigned | WireError::Malformed(_) => Refusal::MixAndMatch,
    }
}

fn aside(bad: BadFrame) -> SetAside {
    SetAside { sequence: bad.sequence, record: bad.record, reason: bad.reason.to_owned() }
}
