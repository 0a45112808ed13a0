//! Where the keys of a view are, for a test whose finger comes from outside of the window.

use kakari_session::view::View;

use crate::code::ShownCode;
use crate::key::{Act, Key};
use crate::pages::{self, Place, Space};

/// A key by its name, and where it is in logical pixels of the window.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyPlace {
    /// What it is called.
    pub label: String,
    /// Its left edge.
    pub x: f32,
    /// Its upper edge.
    pub y: f32,
    /// From left to right.
    pub w: f32,
    /// From top to bottom.
    pub h: f32,
}

/// Lays a view out for a window of this size. `opened` names a key that was pressed to open a part of the page, which
/// the glass alone remembers.
pub fn keys_of(view: &View, opened: Option<&str>, width: f32, height: f32) -> Vec<KeyPlace> {
    let space = Space::new(width, height, view.look);
    let mut code = ShownCode::default();
    code.follow(view);
    let mut place = Place { code_side: code.side(), ..Place::default() };
    let mut keys = pages::lay(view, space, place).keys;
    let part = keys.iter().find(|key| Some(key.label.as_str()) == opened).map(|key| key.act);
    if let Some(Act::Show(part)) = part {
        place.part = part;
        keys = pages::lay(view, space, place).keys;
    }
    keys.into_iter().map(|key| placed(key, space.unit)).collect()
}

fn placed(Key { at, label, .. }: Key, unit: f32) -> KeyPlace {
    let [x, y, w, h] = [at.x, at.y, at.w, at.h].map(|length| length * unit);
    KeyPlace { label, x, y, w, h }
}
