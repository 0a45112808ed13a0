//! Packs: many frames in one immutable object.

use kakari_record::seal::FeedId;

use crate::{BadFrame, Frame, WireError};

const MAGIC: &[u8; 4] = b"KKF1";
/// Sealed rows do not get smaller; what stands beside them does a little.
const LEVEL: i32 = 1;

/// What a pack is, as its header says and as whoever named it expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackName {
    /// The region's feed.
    pub feed: FeedId,
    /// The feed's generation.
    pub generation: u64,
    /// Delta or part of a snapshot.
    pub kind: PackKind,
}

/// Delta or part of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackKind {
    /// The newest change of each record whose newest change was in (`from`, `to`] when the pack was made.
    Delta {
        /// Before the first sequence.
        from: u64,
        /// The last sequence.
        to: u64,
    },
    /// One part of everything up to `sequence`.
    Part {
        /// The snapshot's sequence.
        sequence: u64,
        /// Which part, from 0.
        part: u32,
        /// Of how many.
        parts: u32,
    },
}

/// A pack that was unpacked, and is what it was named as.
#[derive(Clone, Debug)]
pub struct Pack {
    name: PackName,
    frames: u32,
    unpacked: Vec<u8>,
}

/// Collects frames.
#[derive(Clone, Debug)]
pub struct PackWriter {
    unpacked: Vec<u8>,
    frames: u32,
}

impl Pack {
    /// Longest pack that anybody reads, packed or unpacked, in bytes.
    pub const MAX_LEN: usize = 8 * 1024 * 1024;
    /// A new delta pack is closed before it grows beyond this, unpacked.
    pub const DELTA_LEN: usize = 256 * 1024;
    /// A part of a snapshot is closed before it grows beyond this, unpacked.
    pub const PART_LEN: usize = 4 * 1024 * 1024;
    /// Length of the header of an unpacked pack.
    pub const HEADER_LEN: usize = 57;

    /// Unpacks `packed`, never to more than `unpacked` bytes, and compares it with what was asked for.
    ///
    /// # Errors
    ///
    /// [`WireError::TooLong`] for what grows beyond `unpacked` or [`Pack::MAX_LEN`]; [`WireError::Malformed`] for what
    /// is no pack, or another than `name`.
    pub fn open(packed: &[u8], name: PackName, unpacked: u64) -> Result<Self, WireError> {
        let length = usize::try_from(unpacked).map_err(|_| WireError::TooLong)?;
        if length > Self::MAX_LEN || packed.len() > Self::MAX_LEN {
            return Err(WireError::TooLong);
        }
        let mut bytes = vec![0; length];
        let written = zstd::bulk::decompress_to_buffer(packed, &mut bytes).map_err(|error| {
            // The library tells the two apart by words alone; the sizes that the frames declare tell as well.
            let declared = zstd::zstd_safe::get_frame_content_size(packed).ok().flatten();
            let too_small = error.to_string().contains("Destination buffer is too small");
            if too_small || declared.is_some_and(|size| size > unpacked) {
                WireError::TooLong
            } else {
                WireError::Malformed("zstd")
            }
        })?;
        if written != length {
            return Err(WireError::Malformed("another length than it was named with"));
        }
        let frames = read_header(&bytes, name)?;
        Ok(Self { name, frames, unpacked: bytes })
    }

    /// What it is.
    pub const fn name(&self) -> &PackName {
        &self.name
    }

    /// How many frames it says that it holds.
    pub const fn len(&self) -> u32 {
        self.frames
    }

    /// Whether it holds none.
    pub const fn is_empty(&self) -> bool {
        self.frames == 0
    }

    /// Its frames in order, good and bad.
    ///
    /// # Errors
    ///
    /// When the frames do not fill the pack exactly, or are not as many as it says.
    pub fn frames(&self) -> Result<Vec<Result<Frame, BadFrame>>, WireError> {
        let mut rest = &self.unpacked[Self::HEADER_LEN..];
        let mut frames = Vec::new();
        while let Some(frame) = Frame::decode_next(&mut rest, self.name.feed)? {
            frames.push(frame);
        }
        if u32::try_from(frames.len()) == Ok(self.frames) {
            Ok(frames)
        } else {
            Err(WireError::Malformed("frame count"))
        }
    }
}

impl PackWriter {
    /// An empty pack.
    pub fn new() -> Self {
        Self { unpacked: vec![0; Pack::HEADER_LEN], frames: 0 }
    }

    /// Appends a frame.
    pub fn push(&mut self, frame: &Frame) {
        frame.encode(&mut self.unpacked);
        self.frames += 1;
    }

    /// Appends a frame that [`Frame::encode`] wrote.
    pub fn push_encoded(&mut self, frame: &[u8]) {
        self.unpacked.extend_from_slice(frame);
        self.frames += 1;
    }

    /// Its length so far, unpacked, in bytes.
    pub fn len(&self) -> usize {
        self.unpacked.len()
    }

    /// How many frames it holds.
    pub const fn frames(&self) -> u32 {
        self.frames
    }

    /// Whether it holds none.
    pub const fn is_empty(&self) -> bool {
        self.frames == 0
    }

    /// The packed bytes and the length of the unpacked ones.
    pub fn finish(mut self, name: PackName) -> (Vec<u8>, u64) {
        let header = header(name, self.frames);
        self.unpacked[..Pack::HEADER_LEN].copy_from_slice(&header);
        let Ok(packed) = zstd::bulk::compress(&self.unpacked, LEVEL) else {
            unreachable!("zstd packs any bytes in memory")
        };
        (packed, self.unpacked.len() as u64)
    }
}

impl Default for PackWriter {
    fn default() -> Self {
        Self::new()
    }
}

/// Magic, feed, generation, kind, two numbers of the kind, part, parts, count of frames; numbers big-endian.
fn header(name: PackName, frames: u32) -> [u8; Pack::HEADER_LEN] {
    let (kind, from, to, part, parts) = match name.kind {
        PackKind::Delta { from, to } => (1_u8, from, to, 0, 1),
        PackKind::Part { sequence, part, parts } => (2, 0, sequence, part, parts),
    };
    let mut bytes = [0; Pack::HEADER_LEN];
    let mut at = 0;
    let mut put = |field: &[u8]| {
        bytes[at..at + field.len()].copy_from_slice(field);
        at += field.len();
    };
    put(MAGIC);
    put(name.feed.as_bytes());
    put(&name.generation.to_be_bytes());
    put(&[kind]);
    put(&from.to_be_bytes());
    put(&to.to_be_bytes());
    put(&part.to_be_bytes());
    put(&parts.to_be_bytes());
    put(&frames.to_be_bytes());
    bytes
}

/// The count of frames, when everything else is as expected.
fn read_header(unpacked: &[u8], name: PackName) -> Result<u32, WireError> {
    let (found, _) = unpacked.split_first_chunk::<{ Pack::HEADER_LEN }>().ok_or(WireError::Malformed("pack header"))?;
    let (rest, frames) = found.split_last_chunk::<4>().ok_or(WireError::Malformed("pack header"))?;
    let frames = u32::from_be_bytes(*frames);
    if rest == &header(name, frames)[..Pack::HEADER_LEN - 4] {
        Ok(frames)
    } else {
        Err(WireError::Malformed("another pack than was asked for"))
    }
}
