//! Previews on the glass: one window for many of them, each in its own theme and letters.

use i_slint_backend_testing::{AccessibleRole, ElementHandle};
use kakari_preview::Preview;
use kakari_session::look::{TextSize, Theme};
use kakari_session::view::{Screen, View};
use kakari_ui::Tablet;
use slint::{ComponentHandle, Rgba8Pixel, SharedPixelBuffer};

use crate::glass::{by_role, platform, wait};

pub(crate) type Picture = SharedPixelBuffer<Rgba8Pixel>;

/// A window that shows one preview after the other.
pub(crate) struct Shown {
    glass: Tablet,
    pub(crate) size: (u32, u32),
}

/// A view in these colours and letters; its words stay.
pub(crate) fn dressed(view: &View, theme: Theme, text: TextSize) -> View {
    let mut view = view.clone();
    (view.look.theme, view.look.text) = (theme, text);
    view
}

impl Shown {
    pub(crate) fn new(size: (u32, u32)) -> Self {
        platform();
        let glass = Tablet::new().unwrap();
        glass.window().window().set_size(slint::PhysicalSize::new(size.0, size.1));
        glass.open().unwrap();
        Self { glass, size }
    }

    /// Shows a view as if nothing had been there before.
    pub(crate) fn show(&self, view: &View) {
        self.glass.show(&View { screen: Screen::Starting(String::new()), ..view.clone() });
        self.glass.show(view);
        wait(500);
    }

    /// Shows a preview, with the part of it that a key brings up.
    pub(crate) fn preview(&self, preview: &Preview, theme: Theme, text: TextSize) {
        self.show(&dressed(&preview.view, theme, text));
        if let Some(label) = preview.press {
            self.press(label);
        }
    }

    /// Presses the key that is called so.
    pub(crate) fn press(&self, label: &str) {
        let keys = self.keys();
        let found = keys.iter().find(|key| label_of(key) == label);
        let called = || keys.iter().map(label_of).collect::<Vec<_>>();
        found.unwrap_or_else(|| panic!("no key {label} in {:?}", called())).invoke_accessible_default_action();
        wait(500);
    }

    pub(crate) fn keys(&self) -> Vec<ElementHandle> {
        by_role(self.glass.window(), AccessibleRole::Button)
    }

    pub(crate) fn panels(&self) -> Vec<ElementHandle> {
        by_role(self.glass.window(), AccessibleRole::Groupbox)
    }

    pub(crate) fn words(&self) -> Vec<ElementHandle> {
        by_role(self.glass.window(), AccessibleRole::Text)
    }

    pub(crate) fn glass(&self) -> &Tablet {
        &self.glass
    }

    pub(crate) fn picture(&self) -> Picture {
        self.glass.snapshot().unwrap()
    }

    /// Pixels in one unit.
    pub(crate) fn unit(&self) -> f32 {
        self.size.0.min(self.size.1) as f32 / 1200.0
    }
}

pub(crate) fn label_of(element: &ElementHandle) -> String {
    element.accessible_label().map(|label| label.to_string()).unwrap_or_default()
}
