//! Frames on the socket.

use std::io::{self, Read, Write};

/// The largest APDU of ISO 7816-4 with room for our own header.
const LARGEST: usize = 70_000;

pub(crate) fn read_frame(stream: &mut impl Read) -> io::Result<(u8, Vec<u8>)> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length == 0 || length > LARGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut frame = vec![0; length];
    stream.read_exact(&mut frame)?;
    let body = frame.split_off(1);
    Ok((frame[0], body))
}

pub(crate) fn write_frame(stream: &mut impl Write, kind: u8, body: &[&[u8]]) -> io::Result<()> {
    let length = 1 + body.iter().map(|part| part.len()).sum::<usize>();
    let length = u32::try_from(length).map_err(|_| io::ErrorKind::InvalidInput)?;
    let mut frame = length.to_be_bytes().to_vec();
    frame.push(kind);
    for part in body {
        frame.extend_from_slice(part);
    }
    stream.write_all(&frame)
}
