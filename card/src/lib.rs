//! PC/SC readers and the cards laid on them.
