//! What a reader says of itself.

use std::ffi::{CStr, CString};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use pcsc::{Attribute, Card, Context, Protocols, Scope, ShareMode};

use crate::worker::leave;

/// A reader answers at once, or not.
const DEADLINE: Duration = Duration::from_millis(1_000);

/// The make of a reader, as its driver tells it. What is `None` is not told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReaderFacts {
    /// Who made it.
    pub vendor: Option<String>,
    /// The version of its own program: major and minor, in the digits that makers print (2.06 is `(0x02, 0x06)`).
    pub firmware: Option<(u8, u8)>,
    /// Its serial number.
    pub serial: Option<String>,
}

impl ReaderFacts {
    /// Asks a reader by name, over a connection without a card that sends nothing to any card. Blocks for a second at
    /// most; nothing is known of a reader that does not answer, or that another program holds.
    #[must_use]
    pub fn of(reader: &str) -> Self {
        let Ok(name) = CString::new(reader) else { return Self::default() };
        let (told, answer) = mpsc::channel();
        let ask = move || drop(told.send(ask(&name).unwrap_or_default()));
        let started = thread::Builder::new().name("reader-facts".to_owned()).spawn(ask);
        started.ok().and_then(|_| answer.recv_timeout(DEADLINE).ok()).unwrap_or_default()
    }
}

fn ask(reader: &CStr) -> Result<ReaderFacts, pcsc::Error> {
    let context = Context::establish(Scope::User)?;
    let connection = context.connect(reader, ShareMode::Direct, Protocols::UNDEFINED)?;
    let facts = ReaderFacts {
        vendor: text(&connection, Attribute::VendorName),
        firmware: version(&connection),
        serial: text(&connection, Attribute::VendorIfdSerialNo),
    };
    // A card may lie there, in use by the tablet: it is left as it is.
    let _ = leave(connection);
    Ok(facts)
}

fn text(connection: &Card, attribute: Attribute) -> Option<String> {
    let bytes = connection.get_attribute_owned(attribute).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let text: String = text.chars().filter(|character| !character.is_control()).take(64).collect();
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// `0xMMmmbbbb` in the machine's own order.
fn version(connection: &Card) -> Option<(u8, u8)> {
    let bytes = connection.get_attribute_owned(Attribute::VendorIfdVersion).ok()?;
    let number = u32::from_ne_bytes(bytes.get(..4)?.try_into().ok()?);
    let [major, minor, ..] = number.to_be_bytes();
    Some((major, minor)).filter(|version| *version != (0, 0))
}
