//! What must hold whatever a card answers: a check for each reader of a card's bytes.
//!
//! The fuzz targets run them on what a fuzzer makes up (`fuzz/`, docs/fuzzing.md), the ordinary tests on the committed
//! seeds, on everything that was found before, and on seeds that are changed at random. A check panics when something does
//! not hold.

mod answers;
mod certificate;
mod felica;
mod keys;
mod plain;
mod play;
pub mod seeds;

pub use answers::card_answers;
pub use certificate::card_certificate;
pub use felica::felica_frames;
pub use plain::plain_answers;

/// What a fuzz target runs.
pub type Check = fn(&[u8]);

/// Each check by the name of its fuzz target.
pub const TARGETS: [(&str, Check); 4] = [
    ("card_answers", card_answers),
    ("card_certificate", card_certificate),
    ("felica_frames", felica_frames),
    ("plain_answers", plain_answers),
];
