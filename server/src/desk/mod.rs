//! The desk where cards are issued: a reader, blank cards, and the office's keys beside it. The one part of this program that
//! speaks to a card reader (feature `desk`, ADR 15); a server that issues no cards is built without it.
//!
//! One issue is one row of `card_issue`. It is written before the card is touched and follows it step by step, so that the same
//! command, given again, goes on where an interrupted one broke off. Only a card that has answered as a tablet asks it is
//! registered.

mod authority;
mod copy;
mod holder;
mod lite_s;
mod pending;
mod print;
mod reader;
mod task;
mod words;
mod work;

pub(crate) use authority::{Keys, load_keys};
pub(crate) use copy::{patient_card, write_copy};
pub(crate) use holder::Whose;
pub(crate) use lite_s::{LiteS, NotWritten};
pub(crate) use pending::Pending;
pub(crate) use print::{card_data, print};
pub(crate) use reader::wait_for_card;
pub(crate) use task::{Asked, Task};
pub(crate) use words::doing;
pub(crate) use work::{NotMade, Work};
