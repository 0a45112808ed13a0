//! Every widget in every state, each cut out of a screen on which it really stands.

use kakari_preview::{every_problem, one, summary_of};
use kakari_record::audit::Access;
use kakari_record::model::{Block, Summary, Unavailability};
use kakari_record::seal::RecordId;
use kakari_session::look::{Look, TextSize, Theme};
use kakari_session::view::{Language, View};
use kakari_session::{OpenPhoto, OpenRecord};
use slint::ComponentHandle;
use slint::platform::{PointerEventButton, WindowEvent};

use crate::controls::middle;
use crate::glass::{FULL, wait};
use crate::pictures::compare;
use crate::shown::{Picture, Shown, dressed, label_of};
use crate::widget_list::{CELL, COLUMNS, Of, WIDGETS, Widget};

/// Around what is cut out.
const EDGE: usize = 12;

#[test]
fn every_widget_by_day_looks_as_before() {
    sheet("widgets-day", Theme::Day);
}

#[test]
fn every_widget_by_night_looks_as_before() {
    sheet("widgets-night", Theme::Night);
}

#[test]
fn every_widget_in_red_looks_as_before() {
    sheet("widgets-red", Theme::Red);
}

fn sheet(name: &str, theme: Theme) {
    let (wide, high) = (COLUMNS * CELL.0, WIDGETS.len().div_ceil(COLUMNS) * CELL.1);
    let mut sheet = Picture::new(wide as u32, high as u32);
    let glass = Shown::new(FULL);
    let mut missing = vec![];
    for (at, widget) in WIDGETS.iter().enumerate() {
        match cut(&glass, widget, theme) {
            Some((drawn, part)) => paste(&mut sheet, at, &drawn, part),
            None => missing.push(widget.caption),
        }
    }
    assert!(missing.is_empty(), "not on the glass: {missing:?}");
    compare(name, &sheet, |(x, y, ..)| WIDGETS[y / CELL.1 * COLUMNS + x / CELL.0].caption.to_owned()).unwrap();
}

/// The glass with the widget, and where it is.
fn cut(glass: &Shown, widget: &Widget, theme: Theme) -> Option<(Picture, [usize; 4])> {
    match one(widget.preview, widget.case, Language::Japanese) {
        Some(preview) => glass.preview(&preview, theme, TextSize::Standard),
        None => glass.show(&dressed(&other(widget.preview), theme, TextSize::Standard)),
    }
    let found = match widget.of {
        Of::Key(label) | Of::Pressed(label) => glass.keys().into_iter().find(|one| label_of(one) == label)?,
        Of::Block(title) => glass.panels().into_iter().rfind(|one| label_of(one) == title)?,
        Of::Part(part) => {
            let (w, h) = (FULL.0 as f32 / 100.0, FULL.1 as f32 / 100.0);
            let part = [part[0] * w, part[1] * h, part[2] * w, part[3] * h].map(|length| length as usize);
            return Some((glass.picture(), part));
        }
    };
    let position = middle(&found);
    let pressed = matches!(widget.of, Of::Pressed(_));
    let window = glass.glass().window().window();
    if pressed {
        window.dispatch_event(WindowEvent::PointerPressed { position, button: PointerEventButton::Left });
        wait(50);
    }
    let drawn = glass.picture();
    if pressed {
        window.dispatch_event(WindowEvent::PointerExited);
    }
    let (at, size) = (found.absolute_position(), found.size());
    Some((drawn, [at.x, at.y, size.width, size.height].map(|length| length.max(0.0) as usize)))
}

/// What is no preview of its own.
fn other(name: &str) -> View {
    let problem = every_problem(Language::Japanese).into_iter().find(|one| name.ends_with(one.name));
    problem.map_or_else(unavailable, |one| one.view)
}

/// A record of which nothing has come to this tablet.
fn unavailable() -> View {
    let of = kakari_generator::Generator::new(1).resident(1);
    let mut summary = Summary::nothing_recorded(of.identity.clone(), of.as_of);
    summary.conditions = Block::Unavailable(Unavailability::NotSynced);
    let record = OpenRecord {
        id: RecordId::from_bytes([3; 16]),
        version: 1,
        summary,
        photo: OpenPhoto::None,
        access: Access::Card,
        copy: None,
    };
    summary_of(record, Look::default())
}

/// Puts a part of the glass into a cell, as much of it as there is room for.
fn paste(sheet: &mut Picture, cell: usize, drawn: &Picture, [x, y, w, h]: [usize; 4]) {
    let (from_x, from_y) = (x.saturating_sub(EDGE), y.saturating_sub(EDGE));
    let wide = drawn.width() as usize;
    let w = (w + 2 * EDGE).min(CELL.0).min(wide - from_x);
    let h = (h + 2 * EDGE).min(CELL.1).min(drawn.height() as usize - from_y);
    let (to_x, to_y) = (cell % COLUMNS * CELL.0, cell / COLUMNS * CELL.1);
    let sheet_wide = sheet.width() as usize;
    let pixels = sheet.make_mut_slice();
    for row in 0..h {
        let from = &drawn.as_slice()[(from_y + row) * wide + from_x..][..w];
        pixels[(to_y + row) * sheet_wide + to_x..][..w].copy_from_slice(from);
    }
}
