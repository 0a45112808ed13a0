//! 訓練 across the glass: outlines of the words turned by 30 degrees, drawn so thin that text stays readable.

use super::Space;
use crate::fonts;

const SIZE: f32 = 190.0;
/// Sine and cosine of −30 degrees.
const TURN: (f32, f32) = (-0.5, 0.866);

pub(super) fn commands(space: Space) -> String {
    let mut path = String::new();
    let (columns, rows) = (space.w / 640.0, space.h / 400.0);
    for row in 0..rows.ceil() as u16 {
        for column in 0..columns.ceil() as u16 {
            let shift = if row % 2 == 0 { 40.0 } else { 340.0 };
            let corner = (f32::from(column) * 640.0 + shift, f32::from(row) * 400.0 + 330.0);
            word(space.say("訓練", "DRILL"), corner, &mut path);
        }
    }
    path
}

fn word(letters: &str, (left, base): (f32, f32), path: &mut String) {
    let mut start = 0.0;
    for letter in letters.chars() {
        let place = |x: f32, y: f32| {
            let (x, y) = ((x + start) * SIZE, y * SIZE);
            (left + x * TURN.1 - y * TURN.0, base + x * TURN.0 + y * TURN.1)
        };
        path.push_str(&fonts::outline(letter, &place));
        start += fonts::advance(letter, true) + 0.05;
    }
}
