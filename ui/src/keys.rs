//! The keys on the glass: how they get there without losing a press, and when they rest.
//!
//! A key that stays keeps the finger that lies on it: the clock moves every second. A key that comes up, or takes
//! another place, rests for a moment, since a bouncing finger must not press what has just come up under it; and a press
//! that began on one key never acts on the next, however late the finger lifts.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use slint::{Global, Model, ModelRc, Timer, TimerMode, VecModel};

use crate::glass::{self, KeyFace, TabletWindow};
use crate::key::{Act, Key};

/// How long keys do not answer that have just come up, or whose list has changed.
const REST: Duration = Duration::from_millis(300);

/// A key, and what the drawing knows of it.
struct Row {
    key: Key,
    stand: i32,
    rests: bool,
}

impl Row {
    fn face(&self) -> KeyFace {
        self.key.face(self.stand, self.rests)
    }
}

type Rows = Rc<RefCell<Vec<Row>>>;

/// What stands on the glass of them.
pub(crate) struct Keys {
    rows: Rows,
    model: Rc<VecModel<KeyFace>>,
    rest: Timer,
    /// Never the same twice.
    stands: i32,
    attached: bool,
}

impl Default for Keys {
    fn default() -> Self {
        let model = Rc::new(VecModel::default());
        Self { rows: Rc::default(), model, rest: Timer::default(), stands: 0, attached: false }
    }
}

impl Keys {
    /// What the key of this row does.
    pub(crate) fn act(&self, row: i32) -> Option<Act> {
        let rows = self.rows.borrow();
        usize::try_from(row).ok().and_then(|row| rows.get(row)).map(|row| row.key.act)
    }

    /// Puts keys on the glass. All of them rest when the page or the patient is another.
    pub(crate) fn show(&mut self, window: &TabletWindow, keys: Vec<Key>, is_other_page: bool) {
        if !self.attached {
            glass::Keys::get(window).set_keys(ModelRc::from(self.model.clone()));
            self.attached = true;
        }
        let list_rests = self.list_changes(&keys);
        let count = self.rows.borrow().len();
        for row in (keys.len()..count).rev() {
            self.model.remove(row);
            self.rows.borrow_mut().truncate(row);
        }
        let mut new_rest = false;
        for (row, key) in keys.into_iter().enumerate() {
            new_rest |= self.put(row, key, is_other_page, list_rests);
        }
        if new_rest {
            self.rest();
        }
    }

    fn list_changes(&self, keys: &[Key]) -> bool {
        let rows = self.rows.borrow();
        let before: Vec<&Key> = rows.iter().map(|row| &row.key).filter(|key| key.listed).collect();
        let now: Vec<&Key> = keys.iter().filter(|key| key.listed).collect();
        before.len() != now.len() || before.iter().zip(&now).any(|(before, now)| !before.is(now))
    }

    /// Puts a key in a row; true when it begins to rest.
    fn put(&mut self, at: usize, key: Key, is_other_page: bool, list_rests: bool) -> bool {
        let mut rows = self.rows.borrow_mut();
        let stays = |row: &Row| row.key.is(&key) && !is_other_page && !(key.listed && list_rests);
        let Some(row) = rows.get_mut(at) else {
            self.stands += 1;
            let row = Row { key, stand: self.stands, rests: true };
            self.model.push(row.face());
            rows.push(row);
            return true;
        };
        if stays(row) {
            if row.key != key {
                row.key = key;
                self.model.set_row_data(at, row.face());
            }
            return false;
        }
        self.stands += 1;
        *row = Row { key, stand: self.stands, rests: true };
        self.model.set_row_data(at, row.face());
        true
    }

    /// Begins the rest, anew when keys rest already.
    fn rest(&self) {
        let (rows, model) = (self.rows.clone(), self.model.clone());
        self.rest.start(TimerMode::SingleShot, REST, move || {
            for (at, row) in rows.borrow_mut().iter_mut().enumerate().filter(|(_, row)| row.rests) {
                row.rests = false;
                model.set_row_data(at, row.face());
            }
        });
    }
}
