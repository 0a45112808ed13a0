//! Everything that a machine wrote to its disk, in order, and the disks that a power cut leaves.
//!
//! The log is QEMU's `blklogwrites`, in the form of Linux's dm-log-writes: little-endian, in sectors of 512 bytes; the first is about the
//! log, then each write is a sector that describes it and the sectors of its data.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::Disk;

const SECTOR: u64 = 512;
const MAGIC: u64 = 0x006a_7366_7773_6872;
const FLUSH: u64 = 1;
const AT_ONCE: u64 = 2;
const DISCARD: u64 = 4;

/// The log of one machine's disk.
#[derive(Clone, Debug)]
pub struct WriteLog {
    pub(crate) path: PathBuf,
}

/// One thing that the machine asked of its disk.
struct Asked {
    /// Where on the disk, and how long.
    sectors: Range<u64>,
    flags: u64,
    /// Where its data is in the log, in bytes.
    data: u64,
}

/// What was left of the writes that came after the last flush.
#[derive(Debug)]
pub struct Left {
    /// Writes that reached the disk before the last flush.
    pub flushed: usize,
    /// Later ones that reached it by chance.
    pub kept: usize,
    /// Later ones that were lost.
    pub lost: usize,
}

impl WriteLog {
    /// A log with nothing in it.
    #[must_use]
    pub fn begin(path: &Path) -> Self {
        fs::write(path, []).unwrap();
        Self { path: path.to_owned() }
    }

    /// How long it is now: a moment of the machine's life. Meaningless to everybody but [`WriteLog::between`].
    #[must_use]
    pub fn now(&self) -> u64 {
        fs::metadata(&self.path).unwrap().len()
    }

    /// The numbers of what was asked between two moments; the machine must be off.
    #[must_use]
    pub fn between(&self, from: u64, to: u64) -> Range<usize> {
        let asked = self.read();
        let number = |moment: u64| asked.partition_point(|one| one.data <= moment);
        number(from)..number(to)
    }

    /// The disk as it is when the power goes just before `number`: what was flushed is there; of what came after the last flush, each write
    /// is there or not, as `chance` says.
    #[must_use]
    pub fn cut(&self, before: &Disk, number: usize, mut chance: impl FnMut() -> bool, dir: &Path) -> (Disk, Left) {
        let (asked, disk) = (self.read(), before.copy(dir));
        let flushed = asked[..number].iter().rposition(|one| one.flags & FLUSH != 0).unwrap_or(0);
        let mut left = Left { flushed, kept: 0, lost: 0 };
        let mut log = File::open(&self.path).unwrap();
        let mut on_disk = OpenOptions::new().write(true).open(&disk.path).unwrap();
        for (at, one) in asked[..number].iter().enumerate().filter(|(_, one)| one.writes()) {
            let safe = at < flushed || one.flags & AT_ONCE != 0;
            if safe || chance() {
                left.kept += usize::from(!safe);
                one.put(&mut log, &mut on_disk);
            } else {
                left.lost += 1;
            }
        }
        (disk, left)
    }

    fn read(&self) -> Vec<Asked> {
        let mut log = File::open(&self.path).unwrap();
        let length = log.metadata().unwrap().len();
        let [magic, version, ..] = numbers(&mut log, 0);
        assert_eq!((magic, version), (MAGIC, 1), "{}: no log of writes", self.path.display());
        let (mut asked, mut at) = (Vec::new(), SECTOR);
        while at + SECTOR <= length {
            let [sector, count, flags, _] = numbers(&mut log, at);
            let one = Asked { sectors: sector..sector + count, flags, data: at + SECTOR };
            at = one.data + if one.writes() { count * SECTOR } else { 0 };
            if at > length {
                break;
            }
            asked.push(one);
        }
        asked
    }
}

impl Asked {
    fn writes(&self) -> bool {
        self.flags & DISCARD == 0 && !self.sectors.is_empty()
    }

    fn put(&self, log: &mut File, disk: &mut File) {
        let mut data = vec![0; usize::try_from((self.sectors.end - self.sectors.start) * SECTOR).unwrap()];
        log.seek(SeekFrom::Start(self.data)).unwrap();
        log.read_exact(&mut data).unwrap();
        disk.seek(SeekFrom::Start(self.sectors.start * SECTOR)).unwrap();
        disk.write_all(&data).unwrap();
    }
}

fn numbers(log: &mut File, at: u64) -> [u64; 4] {
    let mut bytes = [0; 32];
    log.seek(SeekFrom::Start(at)).unwrap();
    log.read_exact(&mut bytes).unwrap();
    let (numbers, _) = bytes.as_chunks::<8>();
    [0, 1, 2, 3].map(|place| u64::from_le_bytes(numbers[place]))
}
