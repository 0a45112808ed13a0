//! A section of the details: the alerts with all their reasons, or a panel with every row.

use kakari_session::view::{AlertChip, DetailsView, Panel, Standing, Topic};

use super::side::{is_unsure, short_title};
use super::{Space, alerts};
use crate::glass::{Ink, Kind, Tone};
use crate::paint::Paint;
use crate::rows::{Item, Stack, stacked, tags_width};
use crate::words::marked;

const STYLE: Stack = Stack {
    main: &[54.0, 48.0, 44.0],
    sub: 46.0,
    origin: 40.0,
    tag: 36.0,
    tags_wide: 0.0,
    beside: false,
    gap: super::details::ROW_GAP,
};
const ALERT: Stack = Stack { beside: true, ..STYLE };
/// Left of an alert, for its shape.
const FIGURE: f32 = 62.0;

/// What a section tells.
pub(super) enum Section<'a> {
    Alerts(&'a [AlertChip]),
    Panel(&'a Panel),
}

/// The alerts first, if there are any; then the panels in their order.
pub(super) fn of(view: &DetailsView) -> Vec<Section<'_>> {
    let alerts = (!view.alerts.is_empty()).then_some(Section::Alerts(&view.alerts));
    alerts.into_iter().chain(view.panels.iter().map(Section::Panel)).collect()
}

impl Section<'_> {
    pub(super) fn items(&self, space: Space) -> Vec<Item> {
        let language = space.look.language;
        match self {
            Self::Alerts(alerts) => {
                alerts.iter().map(|alert| Item::plain(&alert.label, &alert.reason, language)).collect()
            }
            Self::Panel(panel) => panel.rows.iter().map(|row| Item::of(row, language)).collect(),
        }
    }

    /// Each row, `width` wide.
    pub(super) fn painted(&self, width: f32, space: Space) -> Vec<Paint> {
        let items = self.items(space);
        match self {
            Self::Alerts(alerts) => items.iter().zip(*alerts).map(|(item, alert)| line(item, alert, width)).collect(),
            Self::Panel(_) => {
                let style = Stack { tags_wide: tags_width(&items, STYLE.tag), ..STYLE };
                items.iter().map(|item| stacked(item, &style, width)).collect()
            }
        }
    }

    /// The panel's own, which names the block.
    pub(super) fn title(&self, space: Space) -> &str {
        match self {
            Self::Alerts(_) => space.say("注意", "Alerts"),
            Self::Panel(panel) => &panel.title,
        }
    }

    /// Title and count.
    pub(super) fn head(&self, space: Space) -> String {
        match self {
            Self::Alerts(alerts) => space.say(format!("注意 {}件", alerts.len()), format!("Alerts {}", alerts.len())),
            Self::Panel(panel) => format!("{} {}", marked(&panel.title), marked(&panel.count)).trim().to_owned(),
        }
    }

    pub(super) fn footer(&self) -> String {
        match self {
            Self::Alerts(_) => String::new(),
            Self::Panel(panel) => marked(&panel.footer),
        }
    }

    pub(super) fn figure(&self) -> (Kind, Ink) {
        let panel = match self {
            Self::Alerts(alerts) => return alerts::figure(alerts.iter().any(|alert| alert.critical)),
            Self::Panel(panel) => panel,
        };
        match (panel.standing, panel.topic) {
            _ if is_partly_none(panel) => (Kind::Hatch, Ink::Normal),
            (Standing::NoneConfirmed, _) => (Kind::Check, Ink::Good),
            (Standing::NotRecorded | Standing::Unavailable, _) => (Kind::Hatch, Ink::Normal),
            (_, Topic::Allergies) => (Kind::Octagon, Ink::Red),
            (_, Topic::Medicines) => (Kind::Triangle, Ink::Normal),
            _ => (Kind::Dot, Ink::Accent),
        }
    }

    pub(super) fn tone(&self) -> Tone {
        let Self::Panel(panel) = self else { return Tone::Plain };
        match panel.standing {
            Standing::Known => Tone::Plain,
            Standing::NoneConfirmed if is_partly_none(panel) => Tone::Plain,
            Standing::NoneConfirmed => Tone::Confirmed,
            Standing::NotRecorded | Standing::Unavailable => Tone::Unknown,
        }
    }

    /// Label and count of its tab. The alerts need none: the details open at them. Doctors and contacts share one,
    /// so that every tab is large enough for a glove.
    pub(super) fn tab(&self, all: &[Self], space: Space) -> Option<(&'static str, String)> {
        match self {
            _ if !self.has_tab(all) => None,
            Self::Panel(panel) if panel.topic == Topic::Doctors && has(all, Topic::Contacts) => {
                Some((space.say("かかりつけ・連絡先", "Doctor contacts"), String::new()))
            }
            Self::Panel(panel) => Some((short_title(panel.topic, space.look.language), tab_count(panel))),
            Self::Alerts(_) => None,
        }
    }

    /// True when a touch of its own leads to it.
    pub(super) fn has_tab(&self, all: &[Self]) -> bool {
        match self {
            Self::Alerts(_) => false,
            Self::Panel(panel) => panel.topic != Topic::Contacts || !has(all, Topic::Doctors),
        }
    }
}

fn has(all: &[Section<'_>], topic: Topic) -> bool {
    all.iter().any(|one| matches!(one, Section::Panel(panel) if panel.topic == topic))
}

/// 「8剤」 of 「8剤 うち要注意3剤」: the tab is narrow.
fn tab_count(panel: &Panel) -> String {
    marked(&panel.count).split(' ').next().unwrap_or_default().to_owned()
}

/// One alert: its shape, its word, its reason.
fn line(item: &Item, alert: &AlertChip, width: f32) -> Paint {
    let mut paint = Paint::default();
    let (kind, ink) = alerts::figure(alert.critical);
    paint.figure(0.0, 11.0, 42.0, kind, ink);
    paint.put(FIGURE, 0.0, stacked(item, &ALERT, width - FIGURE));
    paint
}

/// Confirmed for the leading block alone. Allergies keep their mark: their title then names no other block.
fn is_partly_none(panel: &Panel) -> bool {
    panel.standing == Standing::NoneConfirmed && panel.topic != Topic::Allergies && is_unsure(panel)
}
