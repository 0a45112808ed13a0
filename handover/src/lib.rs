//! What a hospital gets on paper: an A4 page (PDF) of what was chosen of a record, and QR codes as pictures.
//!
//! [`paper`] lays finished words out; nothing is formatted here. A long record flows to more pages, and nothing is cut:
//! a line that does not fit goes on in the next. The four values of a block look unlike each other in grey and in words.
//! No clock, no file: bytes out.

mod content;
mod draw;
mod faces;
mod lines;
mod qr;
mod sections;
mod sheet;
mod style;

pub use content::{Made, NotMade, paper};
pub use faces::Faces;
pub use qr::{Matrix, NoCode, qr};
