//! A card that lies on a reader, told apart from every other insertion.

use std::ffi::CString;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

/// Names one insertion of a card. Grows with each, over all readers, for the life of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Presence(pub u64);

static LAST_PRESENCE: AtomicU64 = AtomicU64::new(0);

impl Presence {
    fn next() -> Self {
        Self(LAST_PRESENCE.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// A card that lies on a reader, as the watcher saw it.
#[derive(Clone)]
pub struct CardHere {
    /// Which insertion.
    pub presence: Presence,
    /// The reader's name.
    pub reader: String,
    /// When the watcher learned of it.
    pub seen_at: Instant,
    pub(crate) event_count: Option<u32>,
    left: Arc<AtomicBool>,
}

impl CardHere {
    /// Whatever card is on this reader when the conversation begins. For programs that run without a watcher.
    #[must_use]
    pub fn on(reader: &str) -> Self {
        Self::new(reader, None)
    }

    pub(crate) fn new(reader: &str, event_count: Option<u32>) -> Self {
        Self {
            presence: Presence::next(),
            reader: reader.to_owned(),
            seen_at: Instant::now(),
            event_count,
            left: Arc::default(),
        }
    }

    /// Whether the watcher has seen it leave.
    #[must_use]
    pub fn has_left(&self) -> bool {
        self.left.load(Ordering::Acquire)
    }

    pub(crate) fn leave(&self) {
        self.left.store(true, Ordering::Release);
    }

    pub(crate) fn reader_name(&self) -> Option<CString> {
        CString::new(self.reader.as_bytes()).ok()
    }
}

impl fmt::Debug for CardHere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardHere({:?} on {:?})", self.presence, self.reader)
    }
}
