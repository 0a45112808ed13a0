//! The page of the check, and the judgement behind it.

use chrono::TimeDelta;
use kakari_session::findings::{Findings, Gauges, KeyPlace, RegionFindings};
use kakari_session::station::{CheckFacts, TestCard, check_lines, is_fit, verdict};
use kakari_session::touch::Touch;
use kakari_session::view::{CheckLine, Language, Mark, StationBody, StationPage};
use kakari_session::{Event, Lease, ReaderState, RosterState, StoreFacts, StoreTrouble, WipeStage};

use super::{all_well, gauges};
use crate::tablet::{Tablet, facts, moment};

/// Facts of a tablet, one of which is wrong.
struct Given {
    store: Option<StoreFacts>,
    findings: Findings,
    reader: ReaderState,
    test_card: Option<TestCard>,
    wiped: Option<WipeStage>,
    gauges: Gauges,
    clock_doubtful: bool,
}

impl Given {
    fn well() -> Self {
        let lease = Some(Lease { days: 30, left: TimeDelta::days(29), wraps_erased: false });
        Self {
            store: Some(StoreFacts { lease, training: false, ..facts() }),
            findings: all_well(),
            reader: ReaderState::Ready,
            test_card: Some(TestCard::Answered { kind: None, at: moment(0).utc }),
            wiped: None,
            gauges: gauges(78, false),
            clock_doubtful: false,
        }
    }

    fn store(&mut self) -> &mut StoreFacts {
        self.store.as_mut().expect("a store")
    }

    fn region(&mut self) -> &mut RegionFindings {
        self.findings.region.as_mut().expect("a region")
    }

    fn lines(&self, language: Language) -> Vec<CheckLine> {
        let Self { reader, test_card, wiped, gauges, clock_doubtful, .. } = *self;
        let (store, findings) = (self.store.as_ref(), &self.findings);
        let facts = CheckFacts { reader, test_card, store, wiped, findings, gauges, clock_doubtful };
        check_lines(&facts, moment(0).utc, language)
    }
}

#[test]
fn a_tablet_with_which_nothing_is_wrong_is_fit_and_says_so_in_twelve_good_lines() {
    for language in Language::ALL {
        let lines = Given::well().lines(language);
        assert_eq!(lines.len(), 12);
        assert!(lines.iter().all(|line| line.mark == Mark::Good && line.next_step.is_empty()), "{lines:?}");
        assert_eq!(verdict(&lines, false, language).1, Mark::Good);
        assert!(is_fit(&lines));
        assert_eq!(verdict(&lines, true, language).1, Mark::Caution, "training data is for no patient");
    }
}

/// What is wrong, in which line, and how bad that is.
type Fault = (&'static str, usize, Mark, fn(&mut Given));

const FAULTS: [Fault; 29] = [
    ("no reader", 0, Mark::Bad, |of| of.reader = ReaderState::Missing),
    ("a reader asleep", 0, Mark::Bad, |of| of.reader = ReaderState::Asleep),
    ("not looked yet", 0, Mark::Unknown, |of| of.reader = ReaderState::Unknown),
    ("no card tried", 1, Mark::Unknown, |of| of.test_card = None),
    ("a mute card", 1, Mark::Bad, |of| of.test_card = Some(TestCard::Mute)),
    ("no store", 2, Mark::Bad, |of| of.findings.store = Err(StoreTrouble::Damaged)),
    ("an erased store", 2, Mark::Bad, |of| of.wiped = Some(WipeStage::Done)),
    ("nobody in it", 2, Mark::Bad, |of| of.findings.store.as_mut().expect("a store").records = 0),
    ("rows set aside", 2, Mark::Caution, |of| of.findings.store.as_mut().expect("a store").set_aside = 2),
    ("never synced", 3, Mark::Bad, |of| of.store().synced_at = None),
    ("a day old", 3, Mark::Caution, |of| of.store().synced_at = Some(moment(0).utc - TimeDelta::days(1))),
    ("a week old", 3, Mark::Bad, |of| of.store().synced_at = Some(moment(0).utc - TimeDelta::days(7))),
    ("synced in times to come", 3, Mark::Unknown, |of| of.store().synced_at = Some(moment(90_000_000).utc)),
    ("nearly due", 4, Mark::Caution, |of| of.store().lease.as_mut().expect("a lease").left = TimeDelta::days(3)),
    ("overdue", 4, Mark::Bad, |of| of.store().lease.as_mut().expect("a lease").left = TimeDelta::zero()),
    ("no lease", 4, Mark::Unknown, |of| of.store().lease = None),
    ("a conflict", 5, Mark::Bad, |of| of.findings.store.as_mut().expect("a store").audit_in_conflict = 1),
    ("a broken chain", 5, Mark::Bad, |of| {
        let found = of.findings.store.as_mut().expect("a store");
        found.audit_fault = Some(("3行目が違います".to_owned(), "row 3 differs".to_owned()));
    }),
    ("a clock that is off", 6, Mark::Caution, |of| of.region().ahead_seconds = Some(-61)),
    ("a key in a file", 7, Mark::Caution, |of| of.findings.keys = KeyPlace::File),
    ("no roster, and a key in a file", 7, Mark::Bad, |of| {
        (of.store().roster, of.findings.keys) = (RosterState::Missing, KeyPlace::File);
    }),
    ("a full disk", 8, Mark::Bad, |of| of.findings.disk_free_mb = Some(199)),
    ("little room", 8, Mark::Caution, |of| of.findings.disk_free_mb = Some(999)),
    ("a battery nearly empty", 9, Mark::Bad, |of| of.gauges = gauges(9, false)),
    ("a refusal", 10, Mark::Bad, |of| {
        of.region().refused = Some(("署名が違います".to_owned(), "wrongly signed".to_owned()));
    }),
    ("a certificate run out, and no sync program", 10, Mark::Bad, |of| {
        (of.region().certificate_days, of.region().syncing) = (Some(-1), false);
    }),
    ("no sync program", 10, Mark::Caution, |of| of.region().syncing = false),
    ("a certificate that runs out", 10, Mark::Caution, |of| of.region().certificate_days = Some(29)),
    ("no certificate yet", 10, Mark::Caution, |of| of.region().certificate_days = None),
];

#[test]
fn each_fault_is_in_its_own_line_with_a_next_step_and_in_no_other() {
    for (what, place, mark, break_it) in FAULTS {
        let mut given = Given::well();
        break_it(&mut given);
        for language in Language::ALL {
            let lines = given.lines(language);
            let line = &lines[place];
            assert_eq!(line.mark, mark, "{what}: {line:?}");
            assert!(!line.next_step.is_empty() && !line.value.is_empty(), "{what}: {line:?}");
            // A store that does not open has no log either.
            let others = lines.iter().enumerate().filter(|(at, line)| *at != place && line.mark != Mark::Good);
            assert!(others.count() == usize::from(what == "no store"), "{what}: {lines:?}");
            assert_eq!(is_fit(&lines), mark != Mark::Bad, "{what}");
            assert_ne!(verdict(&lines, false, language).1, Mark::Good, "{what}");
        }
    }
}

#[test]
fn a_tablet_that_was_enrolled_from_a_stick_says_that_it_has_no_certificate_yet() {
    let mut given = Given::well();
    given.region().certificate_days = None;
    let said = |language| given.lines(language)[10].clone();
    let (ja, en) = (said(Language::Japanese), said(Language::English));
    assert!(ja.value.ends_with("端末の証明書 まだありません"), "{ja:?}");
    assert!(en.value.ends_with(", no certificate yet") && en.next_step.contains("Wi-Fi"), "{en:?}");
}

#[test]
fn a_clock_in_doubt_makes_young_data_of_unknown_age_and_the_clock_bad() {
    let given = Given { clock_doubtful: true, ..Given::well() };
    let lines = given.lines(Language::Japanese);
    assert_eq!((lines[3].mark, lines[6].mark), (Mark::Unknown, Mark::Bad));
    assert!(lines[3].value.starts_with("少なくとも"), "{}", lines[3].value);
}

#[test]
fn the_verdict_counts_what_is_to_be_put_right_and_what_is_to_be_looked_at() {
    let mut given = Given { test_card: None, ..Given::well() };
    assert_eq!(
        verdict(&given.lines(Language::Japanese), false, Language::Japanese).0,
        "出動できます・1件を確かめてください"
    );
    given.reader = ReaderState::Missing;
    assert_eq!(verdict(&given.lines(Language::Japanese), false, Language::Japanese).0, "出動の前に1件を直してください");
    assert_eq!(verdict(&given.lines(Language::English), false, Language::English).0, "1 to put right before duty");
}

#[test]
fn the_page_judges_by_what_the_session_knows_and_looks_again_by_itself() {
    let mut tablet = Tablet::signed_in();
    tablet.send(Event::Gauges(gauges(15, false)));
    tablet.touch(Touch::OpenStation(StationPage::Checks));
    assert!(tablet.is_working());
    tablet.find(all_well());
    let StationBody::Checks(view) = tablet.body() else { panic!("checks") };
    assert_eq!((view.lines.len(), view.lines[9].mark), (12, Mark::Caution));
    assert!(view.verdict.starts_with("訓練用の端末です"), "{}", view.verdict);
    tablet.send(Event::ReaderChanged(ReaderState::Missing));
    let StationBody::Checks(view) = tablet.body() else { panic!("checks") };
    assert_eq!(view.lines[0].mark, Mark::Bad, "without waiting for the next look");
}
