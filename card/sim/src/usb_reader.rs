//! A virtual machine's USB reader: cards laid on it reach the guest through its own USB bus, driver and pcscd.
//!
//! QEMU's `usb-ccid` with `ccid-card-passthru` is the reader; the card lives here, at the other end of a Unix socket. Its
//! protocol is libcacard's (`vscard_common.h`): kind, reader and length as u32, big-endian, then the body.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::VirtualCard;
use crate::front::Front;

const DEADLINE: Duration = Duration::from_secs(5);
const RETRY: Duration = Duration::from_millis(20);
const HAND: Duration = Duration::from_secs(2);
const MAGIC: &[u8] = b"VSCD";
/// 0.0.2.
const VERSION: u32 = 2;
const READER: u32 = 0;
/// Nothing that is larger is ever sent.
const LARGEST: u32 = 70_000;

#[derive(Clone, Copy)]
enum Kind {
    Init = 1,
    ReaderAdd = 3,
    Atr = 5,
    CardRemove = 6,
    Apdu = 7,
}

/// The hand that lays cards on a virtual machine's reader. Cards are as contactless as on
/// [`VirtualReader`](crate::VirtualReader), but the machine does not tell when it switches their power: laying one on is
/// what resets it.
pub struct UsbReader(Arc<Mutex<Wire>>);

struct Wire {
    stream: UnixStream,
    front: Front,
    card: Option<VirtualCard>,
}

impl UsbReader {
    /// Connects to the socket that the machine's reader listens on, waiting up to 5 s for it.
    ///
    /// # Errors
    /// When nobody listens there, or no thread can be started.
    pub fn connect(socket: &Path) -> io::Result<Self> {
        let stream = connect(socket)?;
        let mut reading = stream.try_clone()?;
        let mut wire = Wire { stream, front: Front::default(), card: None };
        wire.send(Kind::Init, &[MAGIC, &VERSION.to_be_bytes(), &[0; 4]].concat())?;
        wire.send(Kind::ReaderAdd, b"Kakari\0")?;
        let wire = Arc::new(Mutex::new(wire));
        let served = Arc::clone(&wire);
        let serve = move || while answer_next(&mut reading, &served).is_ok() {};
        thread::Builder::new().name("usb-reader".to_owned()).spawn(serve)?;
        Ok(Self(wire))
    }

    /// Lays a card on the reader; one that lies there is taken away two seconds before, as a hand does: a machine that was told of
    /// both at once would take them for the same card.
    ///
    /// # Errors
    /// When the machine is gone; so with [`remove`](Self::remove).
    pub fn insert(&self, card: &VirtualCard) -> io::Result<()> {
        if lock(&self.0).card.is_some() {
            self.remove()?;
            thread::sleep(HAND);
        }
        let mut wire = lock(&self.0);
        card.insert();
        wire.front.reset();
        wire.card = Some(card.clone());
        wire.send(Kind::Atr, card.atr())
    }

    /// Takes the card away, if one is there.
    pub fn remove(&self) -> io::Result<()> {
        let mut wire = lock(&self.0);
        match wire.card.take() {
            Some(_) => wire.send(Kind::CardRemove, &[]),
            None => Ok(()),
        }
    }
}

impl Drop for UsbReader {
    fn drop(&mut self) {
        let _ = lock(&self.0).stream.shutdown(std::net::Shutdown::Both);
    }
}

impl Wire {
    fn send(&mut self, kind: Kind, body: &[u8]) -> io::Result<()> {
        let length = u32::try_from(body.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
        let header = [kind as u32, READER, length].map(u32::to_be_bytes).concat();
        self.stream.write_all(&[header.as_slice(), body].concat())
    }
}

fn lock(wire: &Mutex<Wire>) -> MutexGuard<'_, Wire> {
    wire.lock().unwrap_or_else(PoisonError::into_inner)
}

fn connect(socket: &Path) -> io::Result<UnixStream> {
    let deadline = Instant::now() + DEADLINE;
    loop {
        match UnixStream::connect(socket) {
            Err(_) if Instant::now() < deadline => thread::sleep(RETRY),
            done => return done,
        }
    }
}

fn answer_next(reading: &mut UnixStream, wire: &Mutex<Wire>) -> io::Result<()> {
    let [kind, _, length] = [read_u32(reading)?, read_u32(reading)?, read_u32(reading)?];
    if length > LARGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut body = vec![0; usize::try_from(length).unwrap_or(0)];
    reading.read_exact(&mut body)?;
    if kind != Kind::Apdu as u32 {
        return Ok(());
    }
    let mut wire = lock(wire);
    let Some(card) = wire.card.clone() else { return Ok(()) };
    let answer = wire.front.answer(&card, &body);
    wire.send(Kind::Apdu, &answer)
}

fn read_u32(reading: &mut UnixStream) -> io::Result<u32> {
    let mut number = [0; 4];
    reading.read_exact(&mut number)?;
    Ok(u32::from_be_bytes(number))
}
