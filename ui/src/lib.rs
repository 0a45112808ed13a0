//! What the crew sees and touches.
//!
//! A [`View`](kakari_session::view::View) comes in, [`Touch`](kakari_session::touch::Touch)es go out; nothing else.
//! The way of a view: `words` makes every string drawable, `pages` lays out one page from it in units (1/1200 of
//! the window's shorter side) with the widths that `fit` measures, and `glass` hands the finished boxes to the
//! drawing in `pages/*.slint`, which places and colours them and knows nothing of their meaning.
//!
//! Kept here and nowhere else: day or night, the page of the details, which repeat of a press is the same press.

mod board;
mod choice;
mod code;
pub mod fit;
mod flow;
mod fonts;
#[doc(hidden)]
pub mod glass;
mod pages;
mod paint;
mod rows;
mod show;
mod tablet;
mod tray;
mod words;

pub use fonts::{has_glyph, is_in_first_face};
pub use tablet::{Remote, Tablet, Theme, UiError};
pub use tray::{CardTray, TrayCard, TrayKind, TrayRemote};
