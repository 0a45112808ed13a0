//! The larger letters: a part of a page is laid out as for a smaller glass and then enlarged as a whole. They are as
//! large as the crew chose, or as large as leaves on the glass what must not leave it.

use super::{MARGIN, Space};
use crate::glass::Block;
use crate::paint::{Rect, scaled};

const STEPS: [f32; 4] = [2.0, 1.75, 1.5, 1.25];

/// How many times larger letters can be tried, the largest first; none where the standard was chosen.
pub(super) fn steps(space: Space) -> impl Iterator<Item = f32> {
    STEPS.into_iter().filter(move |times| *times <= space.look.text.times())
}

/// Lays out a place so many times larger. What `lay` gets are the same place and glass in larger units.
pub(super) fn lay(
    room: Rect,
    space: Space,
    times: f32,
    lay: impl FnOnce(Rect, Space) -> Option<Vec<Block>>,
) -> Option<Vec<Block>> {
    let (inner, smaller) = inside(room, space, times);
    let mut blocks = lay(inner, smaller)?;
    for block in blocks.iter_mut().filter(|_| times > 1.0) {
        scaled(block, times);
        block.x += room.x - inner.x * times;
        block.y += room.y - inner.y * times;
    }
    Some(blocks)
}

/// The place and the glass in larger units.
pub(super) fn inside(room: Rect, space: Space, times: f32) -> (Rect, Space) {
    if times <= 1.0 {
        return (room, space);
    }
    let inner = Rect::new(MARGIN, 0.0, room.w / times, room.h / times);
    // As wide as this place alone.
    (inner, Space { w: inner.w + 2.0 * MARGIN, h: space.h / times, unit: space.unit * times, ..space })
}
