//! Memory cards: MIFARE Ultralight and NTAG, MIFARE Classic, and Type B ones.

use crate::body::Air;
use crate::others::random;

const READ: u8 = 0x30;
const WRITE_PAGE: u8 = 0xA2;
const PAGE: usize = 4;
const FIRST_USER_PAGE: u8 = 4;
const ACKNOWLEDGED: u8 = 0x0A;

/// Type A with pages of four bytes, free to read (MIFARE Ultralight, NTAG).
pub(crate) struct Pages {
    uid: [u8; 7],
    bytes: Vec<u8>,
}

impl Pages {
    /// NTAG213: 45 pages. User memory begins at page 4.
    pub(crate) fn new(uid: [u8; 7], page: u8, content: &[u8]) -> Self {
        let mut bytes = vec![0; 45 * PAGE];
        bytes[..3].copy_from_slice(&uid[..3]);
        bytes[3] = 0x88 ^ uid[0] ^ uid[1] ^ uid[2];
        bytes[4..8].copy_from_slice(&uid[3..]);
        let from = usize::from(page) * PAGE;
        bytes[from..from + content.len()].copy_from_slice(content);
        Self { uid, bytes }
    }
}

impl Air for Pages {
    fn id(&self) -> Vec<u8> {
        self.uid.to_vec()
    }

    fn hear(&mut self, frame: &[u8]) -> Option<Vec<u8>> {
        match *frame {
            // Four pages; behind the last one comes the first.
            [READ, page] if usize::from(page) * PAGE < self.bytes.len() => {
                let from = usize::from(page) * PAGE;
                Some(self.bytes.iter().cycle().skip(from).take(4 * PAGE).copied().collect())
            }
            [WRITE_PAGE, page, b0, b1, b2, b3] if page >= FIRST_USER_PAGE => {
                let from = usize::from(page) * PAGE;
                self.bytes.get_mut(from..from + PAGE)?.copy_from_slice(&[b0, b1, b2, b3]);
                Some(vec![ACKNOWLEDGED])
            }
            _ => None,
        }
    }
}

/// Says who it is and nothing else: MIFARE Classic, whose keys nobody here has.
pub(crate) struct Locked {
    pub(crate) uid: Vec<u8>,
}

impl Air for Locked {
    fn id(&self) -> Vec<u8> {
        self.uid.clone()
    }

    fn hear(&mut self, _frame: &[u8]) -> Option<Vec<u8>> {
        None
    }
}

/// Type B: its identifier (PUPI) is another one each time it comes into a field.
#[derive(Default)]
pub(crate) struct TypeB {
    pupi: [u8; 4],
}

impl Air for TypeB {
    fn id(&self) -> Vec<u8> {
        self.pupi.to_vec()
    }

    fn insert(&mut self) {
        self.pupi = random();
    }

    fn hear(&mut self, _frame: &[u8]) -> Option<Vec<u8>> {
        None
    }
}
