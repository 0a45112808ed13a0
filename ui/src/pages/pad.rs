//! The pad of digits: ten of them, one step back, one submit. What is typed of a PIN is never drawn, only how much.

use kakari_session::touch::Touch;

use super::Space;
use crate::key::{Act, Key};
use crate::paint::Rect;

/// Between two keys of it.
pub(super) const APART: f32 = 28.0;

/// The keys of a pad; a pad that is closed is seen and does not answer.
pub(super) fn keys(at: Rect, open: bool, can_submit: bool, space: Space) -> Vec<Key> {
    let (wide, high) = ((at.w - 2.0 * APART) / 3.0, (at.h - 3.0 * APART) / 4.0);
    let place = |index: u8| {
        let (column, row) = (f32::from(index % 3), f32::from(index / 3));
        Rect::new(at.x + column * (wide + APART), at.y + row * (high + APART), wide, high)
    };
    let digit = |digit: u8| {
        let at = place(if digit == 0 { 10 } else { digit - 1 });
        Key::new(&digit.to_string(), at, Act::Tell(Touch::Digit(digit))).written(&digit.to_string(), 84.0).enabled(open)
    };
    let erase = space.say("1字消す", "Erase");
    let submit = space.say("決定", "Enter");
    let mut keys: Vec<Key> = [1, 2, 3, 4, 5, 6, 7, 8, 9, 0].into_iter().map(digit).collect();
    keys.push(Key::new(erase, place(9), Act::Tell(Touch::EraseDigit)).written(erase, 46.0).enabled(open));
    let submit = Key::new(submit, place(11), Act::Tell(Touch::SubmitPin)).written(submit, 56.0);
    keys.push(submit.primary().enabled(open && can_submit));
    keys
}
