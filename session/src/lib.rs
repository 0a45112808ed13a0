//! What the tablet decides: states, events, effects and views.

pub mod touch;
pub mod view;
