//! The same card behind the stock virtual reader `vsmartcard-vpcd`: a driver nobody here wrote.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use rustix::net::sockopt::set_tcp_quickack;

use crate::VirtualCard;
use crate::front::Front;

const DEADLINE: Duration = Duration::from_secs(5);
const RETRY: Duration = Duration::from_millis(20);
const POWER_OFF: u8 = 0;
const POWER_ON: u8 = 1;
const RESET: u8 = 2;
const GET_ATR: u8 = 4;

/// A card laid on the first vpcd reader of a [`Stack`](crate::Stack). Dropping it takes it away; vpcd is polled,
/// so PC/SC learns of either after up to 0.4 s.
pub struct VpcdCard {
    stream: TcpStream,
}

impl VpcdCard {
    /// Connecting *is* laying on, so this waits for pcscd's reader to be there (up to 5 s).
    ///
    /// # Errors
    /// When nobody listens on the port, or no thread can be started.
    pub fn insert(card: &VirtualCard, port: u16) -> io::Result<Self> {
        let deadline = Instant::now() + DEADLINE;
        let stream = loop {
            match TcpStream::connect((Ipv4Addr::LOCALHOST, port)) {
                Ok(stream) => break stream,
                Err(error) if Instant::now() > deadline => return Err(error),
                Err(_) => thread::sleep(RETRY),
            }
        };
        stream.set_nodelay(true)?;
        card.insert();
        let (reading, card) = (stream.try_clone()?, card.clone());
        thread::Builder::new().name("vpcd-card".to_owned()).spawn(move || serve(reading, &card))?;
        Ok(Self { stream })
    }
}

impl Drop for VpcdCard {
    fn drop(&mut self) {
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
    }
}

fn serve(mut stream: TcpStream, card: &VirtualCard) {
    let mut front = Front::default();
    while let Ok(frame) = read(&mut stream) {
        let answer = match frame.as_slice() {
            [POWER_OFF | POWER_ON | RESET] => {
                front.reset();
                card.power();
                continue;
            }
            [GET_ATR] => card.atr().to_vec(),
            command => front.answer(card, command),
        };
        if write(&mut stream, &answer).is_err() {
            return;
        }
    }
}

/// vpcd sends length and APDU in two pieces without TCP_NODELAY: unless acknowledged at once, each costs 44 ms.
fn read(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut length = [0; 2];
    set_tcp_quickack(&*stream, true)?;
    stream.read_exact(&mut length)?;
    let mut frame = vec![0; usize::from(u16::from_be_bytes(length))];
    set_tcp_quickack(&*stream, true)?;
    stream.read_exact(&mut frame)?;
    Ok(frame)
}

fn write(stream: &mut TcpStream, answer: &[u8]) -> io::Result<()> {
    let length = u16::try_from(answer.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    stream.write_all(&[&length.to_be_bytes(), answer].concat())
}
