//! Banner and body come from one value: with another patient both change, and never one without the other.

use kakari_generator::Generator;
use kakari_preview::summary_of;
use kakari_record::audit::Access;
use kakari_record::seal::RecordId;
use kakari_session::look::Look;
use kakari_session::view::{Screen, View};
use kakari_session::{OpenPhoto, OpenRecord};
use kakari_ui::glass::Glass;
use slint::{Global, Model};

use crate::glass::{FULL, wait};
use crate::shown::Shown;

/// Patient `n`: every word that a document says of them has their mark.
fn marked(n: u64) -> View {
    let mut summary = (0..).map(|index| Generator::new(n).resident(index)).find(|one| one.medicines.items().len() > 1);
    let summary = summary.take().unwrap();
    let record = OpenRecord {
        id: RecordId::from_bytes([7; 16]),
        version: 1,
        summary,
        photo: OpenPhoto::None,
        access: Access::Card,
        copy: None,
    };
    let mut view = summary_of(record, Look::default());
    let Screen::Summary(shown) = &mut view.screen else { panic!("no summary") };
    shown.banner.name = format!("P{n}山田");
    for row in shown.panels.iter_mut().flat_map(|panel| &mut panel.rows) {
        (row.main, row.short) = (format!("P{n}{}", row.main), format!("P{n}{}", row.short));
    }
    view
}

fn words(glass: &Shown) -> String {
    let blocks = Glass::get(glass.glass().window()).get_blocks();
    let lines =
        blocks.iter().flat_map(|block| block.lines.iter().map(|line| line.text.to_string()).collect::<Vec<_>>());
    lines.collect()
}

#[test]
fn another_patient_changes_banner_and_body_together() {
    let glass = Shown::new(FULL);
    for n in [1, 2, 3, 1] {
        glass.glass().show(&marked(n));
        for _ in 0..3 {
            let words = words(&glass);
            assert!(words.matches(&format!("P{n}")).count() > 1, "banner and body: {words}");
            let others = (1..=3).filter(|other| *other != n).any(|other| words.contains(&format!("P{other}")));
            assert!(!others, "a mix of two patients: {words}");
            wait(200);
        }
    }
}
