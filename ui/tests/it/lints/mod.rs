//! Rules that every screen keeps, read off the glass.

mod banner;
mod colour;
mod contrast;
mod critical;
mod glyphs;
mod marks;
mod touch;
mod words;
