//! A command as a reader takes it apart.

pub(super) struct Apdu<'a> {
    pub(super) instruction: u8,
    pub(super) p1: u8,
    pub(super) p2: u8,
    pub(super) data: &'a [u8],
    /// How many bytes are expected; 0 is as many as there are.
    pub(super) expected: Option<usize>,
    pub(super) is_long: bool,
}

impl<'a> Apdu<'a> {
    pub(super) fn parse(command: &'a [u8]) -> Option<Self> {
        let (&[_, instruction, p1, p2], rest) = command.split_first_chunk::<4>()?;
        let apdu = |data, expected, is_long| Self { instruction, p1, p2, data, expected, is_long };
        match rest {
            [] => Some(apdu(&[], None, false)),
            [le] => Some(apdu(&[], Some(usize::from(*le)), false)),
            [0, high, low, rest @ ..] => {
                let (data, tail) = rest.split_at_checked(usize::from(u16::from_be_bytes([*high, *low])))?;
                // Sony's own programs put three bytes for the expected length, ISO two.
                (tail.len() <= 3).then(|| apdu(data, (!tail.is_empty()).then_some(0), true))
            }
            [length, rest @ ..] => {
                let (data, tail) = rest.split_at_checked(usize::from(*length))?;
                match tail {
                    [] => Some(apdu(data, None, false)),
                    [le] => Some(apdu(data, Some(usize::from(*le)), false)),
                    _ => None,
                }
            }
        }
    }
}
