//! What stands between two touches, what comes in, and what is to be done.

use chrono::{DateTime, Utc};
use kakari_session::look::Look;
use kakari_session::touch::Touch;
use kakari_sync::client::{StepProgress, Words};

use super::super::order::Order;
use super::super::refused::NotEnrolled;
use super::super::step::{Doing, Ready, Verified};
use super::super::stick::{Bundle, Found};
use super::code::Typed;

/// The page of the moment.
#[derive(Debug)]
pub(super) enum Stage {
    /// By which way?
    Choose,
    /// The code is typed, for this way.
    Code { place: Place, typed: Typed },
    /// The work is under way.
    Working { order: Order, doing: Doing, fetching: Option<StepProgress>, again: Option<Words> },
    /// It stopped before its end.
    Stopped { order: Order, why: Box<NotEnrolled> },
    /// The tablet is ready.
    Ready(Ready),
}

/// For which place a code is typed.
#[derive(Clone, Debug)]
pub(super) enum Place {
    Server(String),
    Stick(Bundle),
}

/// What comes in.
#[derive(Debug)]
pub(in super::super) enum Input {
    Touched(Touch),
    Clock(DateTime<Utc>),
    /// Another stick, or none.
    Found(Found),
    /// The work says this; one order is out at a time, so it is always the last one's.
    Doing(Doing),
    Verified(Verified),
    Progress(StepProgress),
    Again(Words),
    Ended(Result<Ready, NotEnrolled>),
}

/// What is to be done.
#[derive(Debug)]
pub(in super::super) enum Effect {
    Start(Order),
    KeepLook(Look),
    Finish,
}
