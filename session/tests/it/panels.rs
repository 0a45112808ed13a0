//! What the panels say when documents disagree, and what they keep from the patient's eyes.

use kakari_record::model::{
    Absence, AlsoStated, Block, Coded, Disputed, Infection, Medicine, MedicineStatus, Origin, Subject, Summary,
    Unavailability, Unlisted,
};
use kakari_session::CardOutcome;
use kakari_session::touch::{Basis, Touch};
use kakari_session::view::{Panel, Screen, Standing, Topic};

use crate::tablet::{Tablet, patient};

fn said(facility: &str, on: &str) -> Origin {
    Origin { facility: Some(facility.to_owned()), recorded: on.parse().ok(), ..Origin::default() }
}

fn medicine(name: &str, origin: Origin) -> Medicine {
    Medicine {
        product: Coded::from_text(name),
        generic: None,
        strength: None,
        form: None,
        dose: None,
        usage: None,
        days: None,
        date: None,
        pharmacy: None,
        status: MedicineStatus::Current,
        origin,
    }
}

/// The summary of a changed record is on the glass.
fn showing(change: impl FnOnce(&mut Summary)) -> Tablet {
    let mut opened = patient(1);
    change(&mut opened.summary);
    let mut tablet = Tablet::signed_in();
    tablet.lay_patient_card(CardOutcome::Opened(opened));
    tablet.write_audit();
    tablet.touch(Touch::Confirm(Basis::PatientConsents));
    tablet.write_audit();
    tablet
}

fn panel(tablet: &Tablet, topic: Topic) -> Panel {
    let panels = match tablet.screen() {
        Screen::Summary(summary) => summary.panels,
        Screen::Details(details) => details.panels,
        _ => panic!("no summary on the glass"),
    };
    panels.into_iter().find(|panel| panel.topic == topic).expect("every topic has its panel")
}

#[test]
fn a_statement_of_none_against_what_is_known_stands_beside_it_and_takes_nothing_away() {
    let absence = Absence { origin: said("西町医院", "2026-05-01") };
    let tablet =
        showing(|summary| summary.disputed = vec![Disputed { subject: Subject::Allergies, category: None, absence }]);
    let panel = panel(&tablet, Topic::Allergies);
    assert_eq!((panel.standing, panel.count.as_str()), (Standing::Known, "1件"));
    assert_eq!(panel.rows[0].main, "P1ペニシリン");
    assert_eq!(panel.rows[1].main, "記載不一致 アレルギーなし(確認済)");
    assert_eq!(panel.rows[1].sub, "2026/05/01 西町医院");
    assert!(panel.rows[1].unknown, "hatched: it is not settled");
}

#[test]
fn a_list_that_is_not_all_says_so_under_its_items() {
    let rest = Unlisted { subject: Subject::Conditions, why: Unavailability::NotPermitted };
    let tablet = showing(|summary| summary.unlisted = vec![rest]);
    let panel = panel(&tablet, Topic::Conditions);
    let last = panel.rows.last().expect("rows");
    assert_eq!((last.main.as_str(), last.sub.as_str()), ("ほかにも記載あり 取得不可", "閲覧が許可されていません"));
    assert!(last.unknown);
}

#[test]
fn what_another_document_says_otherwise_stands_in_the_row_and_who_says_the_same_with_its_origin() {
    let other = |facility: &str, differs: Option<&str>| AlsoStated {
        facility: Some(facility.to_owned()),
        author: None,
        recorded: "2026-03-01".parse().ok(),
        differs: differs.map(str::to_owned),
    };
    let also = vec![other("ひがし薬局", Some("1回3錠")), other("北町医院", None)];
    let origin = Origin { also, ..said("東町総合病院", "2026-04-12") };
    let tablet = showing(|summary| summary.medicines = Block::Known(vec![medicine("ワーファリン錠1mg", origin)]));
    let row = &panel(&tablet, Topic::Medicines).rows[0];
    assert!(row.differs);
    assert!(row.sub.contains("別の記載 2026/03/01 ひがし薬局: 1回3錠"), "{}", row.sub);
    assert_eq!(row.origin, "2026/04/12 東町総合病院 / 2026/03/01 北町医院");
}

#[test]
fn untold_items_of_every_block_are_veiled_counted_and_marked_when_the_veil_is_lifted() {
    let untold = || Origin { untold: true, ..said("東町総合病院", "2026-04-12") };
    let mut tablet = showing(|summary| {
        let hiv = Infection {
            name: "HIV抗体".to_owned(),
            result: "陽性".to_owned(),
            positive: true,
            date: None,
            origin: untold(),
        };
        summary.infections = Block::Known(vec![hiv]);
        summary.medicines = Block::Known(vec![medicine("ティーエスワン配合OD錠T20", untold())]);
    });
    for topic in [Topic::Medicines, Topic::Findings, Topic::Conditions] {
        let panel = panel(&tablet, topic);
        assert_eq!((panel.standing, panel.veiled), (Standing::Known, 1), "{topic:?}");
        let words: String = panel.rows.iter().map(|row| format!("{}{}{}", row.tag, row.main, row.sub)).collect();
        assert!(!["HIV", "ティーエスワン", "胃癌"].iter().any(|word| words.contains(word)), "{topic:?}");
    }
    let Screen::Summary(summary) = tablet.screen() else { panic!("the summary") };
    assert!(summary.alerts.iter().all(|chip| !chip.reason.contains("HIV") && !chip.reason.contains("ティーエスワン")));
    tablet.touch(Touch::OpenDetails);
    tablet.touch(Touch::ShowVeiled);
    tablet.write_audit();
    for (topic, name) in [(Topic::Medicines, "ティーエスワン"), (Topic::Findings, "HIV"), (Topic::Conditions, "胃癌")]
    {
        let panel = panel(&tablet, topic);
        let row = panel
            .rows
            .iter()
            .find(|row| format!("{}{}", row.main, row.sub).contains(name))
            .expect("shown after the second touch");
        assert_eq!((row.tag.as_str(), panel.veiled), ("未告知", 0), "{topic:?}");
    }
}
