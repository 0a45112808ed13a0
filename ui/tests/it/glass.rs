//! A tablet on a display that is only memory.

use std::time::Duration;

use i_slint_backend_testing as testing;
use kakari_session::view::{Look, Theme, View};
use kakari_ui::Tablet;
use slint::ComponentHandle;

/// Sizes of the glass in pixels.
pub(crate) const FULL: (u32, u32) = (1920, 1200);
pub(crate) const SMALL: (u32, u32) = (1280, 800);
pub(crate) const TALL: (u32, u32) = (1200, 1920);

/// The platform of this test's thread: a real rasteriser, a clock that the test moves.
pub(crate) fn platform() {
    let options =
        testing::TestingBackendOptions { mock_time: true, threading: false, renderer_name: Some("software".into()) };
    // A second tablet in one test finds the platform of the first.
    drop(slint::platform::set_platform(Box::new(testing::TestingBackend::new(options))));
}

/// A tablet that shows a view, ready to be touched.
pub(crate) fn tablet(view: &View, theme: Theme, (width, height): (u32, u32)) -> Tablet {
    platform();
    let tablet = Tablet::new().unwrap();
    tablet.window().window().set_size(slint::PhysicalSize::new(width, height));
    tablet.open().unwrap();
    tablet.show(&in_light(view, theme));
    wait(500);
    tablet
}

/// A view in other colours.
pub(crate) fn in_light(view: &View, theme: Theme) -> View {
    View { look: Look { theme, ..view.look }, ..view.clone() }
}

/// Lets time pass. The first step starts the timers that became due to run, the second lets them ring.
pub(crate) fn wait(ms: u64) {
    testing::mock_elapsed_time(Duration::from_millis(1));
    testing::mock_elapsed_time(Duration::from_millis(ms));
}

/// All elements of a role, each once: a component and the element it is built on are one thing on the glass.
pub(crate) fn by_role(root: &impl testing::ElementRoot, role: testing::AccessibleRole) -> Vec<testing::ElementHandle> {
    let all = testing::ElementQuery::from_root(root).match_descendants().match_accessible_role(role).find_all();
    let mut out: Vec<testing::ElementHandle> = vec![];
    for one in all {
        let same = |other: &testing::ElementHandle| {
            (other.absolute_position(), other.size(), other.accessible_label())
                == (one.absolute_position(), one.size(), one.accessible_label())
        };
        if !out.iter().any(same) {
            out.push(one);
        }
    }
    out
}
