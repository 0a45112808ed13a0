//! Packs: many frames in one immutable object.

use kakari_record::seal::{Change, FeedId};

use crate::{BadFrame, Frame, WireError};

const MAGIC: &[u8; 4] = b"KKF1";
/// Sealed rows do not get smaller; what stands beside them does a little.
const LEVEL: i32 = 1;
/// Where a writer stops: what does not get smaller grows a little, and still is no longer than [`Pack::MAX_LEN`].
const FULL: usize = Pack::MAX_LEN - 64 * 1024;
/// First bytes of a zstd frame that holds something (RFC 8878, 3.1.1); a skippable frame begins with others.
const ZSTD_MAGIC: [u8; 4] = 0xFD2F_B528_u32.to_le_bytes();

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
    /// The newest change of each record whose newest change was in (`from`, `to`] when the pack was made; and, in a
    /// merged one, records that were sealed there and later were only given other cards.
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
    /// Most frames in one pack: what they unfold to in memory stays small whatever a pack says.
    pub const MAX_FRAMES: u32 = 65_536;
    /// Length of the header of an unpacked pack.
    pub const HEADER_LEN: usize = 57;

    /// Unpacks `packed`, never to more than `unpacked` bytes, and compares it with what was asked for. `packed` is one
    /// zstd frame that declares its length, without a dictionary and with nothing before or after it.
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
        check_zstd_frame(packed, unpacked)?;
        let mut bytes = vec![0; length];
        match zstd::bulk::decompress_to_buffer(packed, &mut bytes) {
            Ok(written) if written == length => {}
            _ => return Err(WireError::Malformed("zstd")),
        }
        let frames = read_header(&bytes, name)?;
        if frames > Self::MAX_FRAMES {
            return Err(WireError::TooLong);
        }
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

    /// Its frames in order, good and bad. A frame that may not be in this pack is a bad one: in a delta, a sequence
    /// outside of it or not after the one before; in a part, a sequence after the snapshot's or anything but a row.
    ///
    /// # Errors
    ///
    /// When the frames do not fill the pack exactly, or are not as many as it says.
    pub fn frames(&self) -> Result<Vec<Result<Frame, BadFrame>>, WireError> {
        let mut rest = self.unpacked.get(Self::HEADER_LEN..).unwrap_or_default();
        let mut frames = Vec::new();
        let mut last = None;
        while let Some(frame) = Frame::decode_next(&mut rest, self.name.feed)? {
            if u32::try_from(frames.len()).is_ok_and(|count| count >= self.frames) {
                return Err(WireError::Malformed("frame count"));
            }
            let frame = frame.and_then(|frame| self.name.kind.take_in(frame, last));
            last = frame.as_ref().map_or(last, |frame| Some(frame.sequence));
            frames.push(frame);
        }
        if u32::try_from(frames.len()) == Ok(self.frames) {
            Ok(frames)
        } else {
            Err(WireError::Malformed("frame count"))
        }
    }
}

impl PackKind {
    /// `frame`, when it may stand in such a pack after a frame of sequence `last`.
    fn take_in(self, frame: Frame, last: Option<u64>) -> Result<Frame, BadFrame> {
        let reason = match self {
            Self::Delta { from, to } if frame.sequence <= from || frame.sequence > to => {
                "a sequence outside of its pack"
            }
            Self::Delta { .. } if last.is_some_and(|last| frame.sequence <= last) => "a sequence out of order",
            Self::Part { sequence, .. } if frame.sequence > sequence => "a sequence after its snapshot",
            Self::Part { .. } if !matches!(frame.change, Change::Put(_)) => "no row, in a snapshot",
            _ => return Ok(frame),
        };
        Err(BadFrame { sequence: Some(frame.sequence), record: Some(frame.change.record()), reason })
    }
}

impl PackWriter {
    /// An empty pack.
    pub fn new() -> Self {
        Self { unpacked: vec![0; Pack::HEADER_LEN], frames: 0 }
    }

    /// Appends a frame.
    ///
    /// # Errors
    ///
    /// [`WireError::TooLong`] when the frame is longer than any, or the pack is full. The pack is as it was before.
    pub fn push(&mut self, frame: &Frame) -> Result<(), WireError> {
        let mut bytes = Vec::new();
        frame.encode(&mut bytes)?;
        self.push_encoded(&bytes)
    }

    /// Appends a frame that [`Frame::encode`] wrote.
    ///
    /// # Errors
    ///
    /// [`WireError::TooLong`] when the frame is longer than any, or the pack is full. The pack is as it was before.
    pub fn push_encoded(&mut self, frame: &[u8]) -> Result<(), WireError> {
        let full = self.unpacked.len() + frame.len() > FULL || self.frames == Pack::MAX_FRAMES;
        if full || frame.len() > Frame::MAX_LEN + 4 {
            return Err(WireError::TooLong);
        }
        self.unpacked.extend_from_slice(frame);
        self.frames += 1;
        Ok(())
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
        (packed, u64::try_from(self.unpacked.len()).unwrap_or(u64::MAX))
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

/// That `packed` is one zstd frame alone, of content, that declares to be `unpacked` bytes long.
fn check_zstd_frame(packed: &[u8], unpacked: u64) -> Result<(), WireError> {
    let alone = packed.starts_with(&ZSTD_MAGIC)
        && zstd::zstd_safe::find_frame_compressed_size(packed).is_ok_and(|length| length == packed.len());
    match zstd::zstd_safe::get_frame_content_size(packed) {
        Ok(Some(declared)) if declared > unpacked => Err(WireError::TooLong),
        Ok(Some(declared)) if alone && declared == unpacked => Ok(()),
        // A bomb does not say how large it is; it is one all the same.
        Ok(None) if grows_beyond(packed, unpacked) => Err(WireError::TooLong),
        _ => Err(WireError::Malformed("zstd")),
    }
}

/// Whether what does not declare its length does not fit into `unpacked` bytes; no more than these are written.
fn grows_beyond(packed: &[u8], unpacked: u64) -> bool {
    usize::try_from(unpacked)
        .map_or(true, |limit| zstd::bulk::decompress_to_buffer(packed, &mut vec![0; limit]).is_err())
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
