//! The code as it is typed. Wiped when it goes.

use std::fmt;

use kakari_sync::enrol::{CodeError, InvitationCode};
use zeroize::Zeroizing;

/// Characters of a code, as many as stand there.
pub(super) struct Typed(Zeroizing<String>);

/// What was touched is no part of a code, or not all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Mistyped {
    /// No code has this character.
    NoSuchCharacter,
    /// So many are missing.
    Short(usize),
}

impl Typed {
    pub(super) fn new() -> Self {
        // Room for all of it: no half of a code stays behind in memory that was too small.
        Self(Zeroizing::new(String::with_capacity(InvitationCode::LEN)))
    }

    /// Takes one more; what is too much is left away.
    pub(super) fn push(&mut self, typed: char) -> Result<(), Mistyped> {
        let character = InvitationCode::character(typed).ok_or(Mistyped::NoSuchCharacter)?;
        if self.missing() > 0 {
            self.0.push(character);
        }
        Ok(())
    }

    pub(super) fn erase(&mut self) {
        self.0.pop();
    }

    pub(super) fn missing(&self) -> usize {
        InvitationCode::LEN.saturating_sub(self.0.len())
    }

    pub(super) fn code(&self) -> Result<InvitationCode, Mistyped> {
        let wrong = |CodeError| Mistyped::Short(self.missing());
        InvitationCode::parse(&self.0).map_err(wrong)
    }

    /// 「8K2M 4___ ____」
    pub(super) fn shown(&self) -> Zeroizing<String> {
        let mut shown = Zeroizing::new(String::with_capacity(InvitationCode::LEN + 2));
        for place in 0..InvitationCode::LEN {
            if place > 0 && place % 4 == 0 {
                shown.push(' ');
            }
            shown.push(self.0.as_bytes().get(place).map_or('_', |byte| char::from(*byte)));
        }
        shown
    }
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Typed([redacted], {} missing)", self.missing())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // A test that cannot go on should panic.

    use super::*;

    #[test]
    fn what_is_typed_is_shown_in_fours_and_read_as_the_office_wrote_it() {
        let mut typed = Typed::new();
        assert_eq!(*typed.shown(), "____ ____ ____");
        for letter in "8k2mo1".chars() {
            typed.push(letter).unwrap();
        }
        assert_eq!(*typed.shown(), "8K2M 01__ ____");
        assert_eq!(typed.code(), Err(Mistyped::Short(6)));
        assert_eq!(typed.push('U'), Err(Mistyped::NoSuchCharacter));
        assert_eq!(typed.push('-'), Err(Mistyped::NoSuchCharacter));
        for letter in "XYZ9870000".chars() {
            typed.push(letter).unwrap();
        }
        assert_eq!(*typed.shown(), "8K2M 01XY Z987", "a thirteenth touch changes nothing");
        assert_eq!(typed.code().map(|code| code.expose()), Ok("8K2M-01XY-Z987".to_owned()));
        typed.erase();
        assert_eq!(*typed.shown(), "8K2M 01XY Z98_");
        assert!(!format!("{typed:?}").contains("8K2M"));
    }
}
