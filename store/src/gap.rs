//! A note that audit rows wait in memory, in a file whose bytes are only ever overwritten in place: it needs no room.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use kakari_record::audit::AuditKind;

use crate::{Store, StoreError};

/// Begins the note.
const MAGIC: &[u8; 4] = b"KKG1";
const LEN: usize = 4 + 8 + 8;

/// Rows that waited in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gap {
    /// How many; 0 when there is none.
    pub rows: u64,
    /// The last row that was written before them.
    pub after: u64,
}

impl Store {
    /// Notes how many rows wait, durably where the disk still takes it. Nothing is noted before [`Store::keep_reserve`]
    /// has made the file.
    pub fn note_gap(&self, rows: u64) -> Result<(), StoreError> {
        let path = self.files.gap();
        if !path.try_exists()? {
            return Ok(());
        }
        let before = read(&path)?;
        let after = if before.rows == 0 { self.audit_head()?.sequence } else { before.after };
        Ok(write(&path, Gap { rows, after })?)
    }

    /// The rows that a program that ended took with it: noted, and not among the rows written since.
    pub fn lost_rows(&self) -> Result<u64, StoreError> {
        let gap = match read(&self.files.gap()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            gap => gap?,
        };
        if gap.rows == 0 {
            return Ok(0);
        }
        let since = self.audit_head()?.sequence.saturating_sub(gap.after);
        let since = self.last_audit(u32::try_from(since).unwrap_or(u32::MAX))?;
        let told = since.iter().filter_map(|row| match &row.event.as_ref()?.kind {
            AuditKind::RowsLate { rows } | AuditKind::RowsLost { rows } => Some(*rows),
            _ => None,
        });
        Ok(told.fold(gap.rows, u64::saturating_sub))
    }

    pub(crate) fn make_gap_file(&self) -> io::Result<()> {
        let path = self.files.gap();
        if path.try_exists()? { Ok(()) } else { write(&path, Gap::default()) }
    }
}

fn read(path: &Path) -> io::Result<Gap> {
    let mut bytes = [0; LEN];
    match File::open(path)?.read_exact(&mut bytes) {
        // Made when the power went or the last block was taken: nothing was ever noted in it.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(Gap::default()),
        read => read?,
    }
    let number = |at: usize| bytes[at..at + 8].try_into().map(u64::from_be_bytes).unwrap_or_default();
    let known = bytes.starts_with(MAGIC);
    Ok(if known { Gap { rows: number(4), after: number(12) } } else { Gap::default() })
}

/// In place: neither a new block nor a new name.
fn write(path: &Path, gap: Gap) -> io::Result<()> {
    let bytes = [MAGIC.as_slice(), &gap.rows.to_be_bytes(), &gap.after.to_be_bytes()].concat();
    let mut file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&bytes)?;
    file.sync_data()?;
    fs::metadata(path).map(drop)
}
