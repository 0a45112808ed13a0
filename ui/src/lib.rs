//! What the crew sees and touches.
//!
//! A [`View`](kakari_session::view::View) comes in, [`Touch`](kakari_session::touch::Touch)es go out; nothing else.
//! The way of a view: `words` makes every string drawable, `pages` lays out one page from it in units (1/1200 of
//! the window's shorter side) with the widths that `fit` measures, and `glass` hands the finished blocks and keys to the
//! drawing in `pages/*.slint`, which places and colours them, knows nothing of their meaning and has no word of its own.
//!
//! Kept here and nowhere else: the leaf that is open, the part of a hand-over, which repeat of a press is the same press.

mod act;
mod code;
pub mod fit;
mod flow;
mod fonts;
#[doc(hidden)]
pub mod glass;
mod hidden;
mod key;
mod keys;
mod pages;
mod paint;
mod parts;
mod places_of_keys;
mod rows;
mod show;
mod tablet;
mod tray;
mod words;

pub use fonts::{has_glyph, is_in_first_face};
#[doc(hidden)]
pub use places_of_keys::{KeyPlace, keys_of};
pub use tablet::{Remote, Tablet, UiError};
pub use tray::{CardTray, TrayCard, TrayKind, TrayRemote};
