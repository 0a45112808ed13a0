//! The page of the check, and the judgement behind it.

use chrono::TimeDelta;
use kakari_session::findings::{
    ClockFindings, CounterFindings, Findings, Gauges, KeyPlace, Link, ModemState, RegionFindings, SealedTimes,
    UpdateFault, Verified,
};
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

    fn verified(&mut self, verified: Verified) {
        self.findings.store.as_mut().expect("a store").verified = verified;
    }

    fn modem(&mut self, state: ModemState) {
        let modem = self.gauges.modem.as_mut().expect("a modem");
        modem.state = state;
        if !matches!(state, ModemState::Registered | ModemState::Connected) {
            (modem.signal, modem.operator) = (None, String::new());
        }
    }

    fn region(&mut self) -> &mut RegionFindings {
        self.findings.region.as_mut().expect("a region")
    }

    fn lines(&self, language: Language) -> Vec<CheckLine> {
        let Self { reader, test_card, wiped, clock_doubtful, .. } = *self;
        let (store, findings, gauges) = (self.store.as_ref(), &self.findings, self.gauges.clone());
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

const FAULTS: [Fault; 51] = [
    ("no reader", 0, Mark::Bad, |of| of.reader = ReaderState::Missing),
    ("a reader asleep", 0, Mark::Bad, |of| of.reader = ReaderState::Asleep),
    ("not looked yet", 0, Mark::Unknown, |of| of.reader = ReaderState::Unknown),
    ("no card tried", 1, Mark::Unknown, |of| of.test_card = None),
    ("a mute card", 1, Mark::Bad, |of| of.test_card = Some(TestCard::Mute)),
    ("no store", 2, Mark::Bad, |of| of.findings.store = Err(StoreTrouble::Damaged)),
    ("an erased store", 2, Mark::Bad, |of| of.wiped = Some(WipeStage::Done)),
    ("nobody in it", 2, Mark::Bad, |of| of.findings.store.as_mut().expect("a store").records = 0),
    ("rows set aside", 2, Mark::Caution, |of| of.findings.store.as_mut().expect("a store").set_aside = 2),
    ("a store being read through", 2, Mark::Unknown, |of| of.verified(Verified::Running)),
    ("a damaged page", 2, Mark::Bad, |of| of.verified(Verified::Unsound { at: moment(0).utc })),
    ("never synced", 3, Mark::Bad, |of| of.store().synced_at = None),
    ("a day old", 3, Mark::Caution, |of| of.store().synced_at = Some(moment(0).utc - TimeDelta::days(1))),
    ("a week old", 3, Mark::Bad, |of| of.store().synced_at = Some(moment(0).utc - TimeDelta::days(7))),
    ("synced in times to come", 3, Mark::Unknown, |of| of.store().synced_at = Some(moment(90_000_000).utc)),
    ("nearly due", 4, Mark::Caution, |of| of.store().lease.as_mut().expect("a lease").left = TimeDelta::days(3)),
    ("overdue", 4, Mark::Bad, |of| of.store().lease.as_mut().expect("a lease").left = TimeDelta::zero()),
    ("no lease", 4, Mark::Unknown, |of| of.store().lease = None),
    ("a conflict", 5, Mark::Caution, |of| of.findings.store.as_mut().expect("a store").audit_in_conflict = 1),
    ("a broken chain", 5, Mark::Caution, |of| {
        let found = of.findings.store.as_mut().expect("a store");
        found.audit_fault = Some(("3件目から7件目が抜けています".to_owned(), "rows 3 to 7 are missing".to_owned()));
    }),
    ("a clock that is off", 6, Mark::Caution, |of| of.region().ahead_seconds = Some(-61)),
    ("a clock that is off, whoever sets it", 6, Mark::Caution, |of| {
        (of.region().ahead_seconds, of.findings.clock.synchronised) = (Some(3_600), Some(false));
    }),
    ("a key with the system, which has no TPM", 7, Mark::Caution, |of| of.findings.keys = KeyPlace::Credential),
    ("the tablet's own keys in files", 7, Mark::Caution, |of| of.findings.tablet_keys = Some(KeyPlace::File)),
    ("an older state", 7, Mark::Bad, |of| of.findings.counter = CounterFindings::Behind),
    ("a counter that does not answer", 7, Mark::Caution, |of| of.findings.counter = CounterFindings::Away),
    ("another TPM's counter", 7, Mark::Caution, |of| of.findings.counter = CounterFindings::Another),
    ("an older state, and keys in files", 7, Mark::Bad, |of| {
        (of.findings.counter, of.findings.keys) = (CounterFindings::Behind, KeyPlace::File);
    }),
    ("a roster that is not the region's", 7, Mark::Bad, |of| of.store().roster = RosterState::NotBelieved),
    ("a key in a file", 7, Mark::Caution, |of| of.findings.keys = KeyPlace::File),
    ("no roster, and a key in a file", 7, Mark::Bad, |of| {
        (of.store().roster, of.findings.keys) = (RosterState::Missing, KeyPlace::File);
    }),
    ("a full disk", 8, Mark::Bad, |of| of.findings.disk_free_mb = Some(199)),
    ("little room", 8, Mark::Caution, |of| of.findings.disk_free_mb = Some(999)),
    ("room not known", 8, Mark::Unknown, |of| of.findings.disk_free_mb = None),
    ("no battery to ask", 9, Mark::Unknown, |of| of.gauges.battery = None),
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
    ("no SIM", 10, Mark::Caution, |of| of.modem(ModemState::NoSim)),
    ("a SIM that wants its PIN", 10, Mark::Caution, |of| of.modem(ModemState::Locked)),
    ("a modem switched off", 10, Mark::Caution, |of| of.modem(ModemState::Off)),
    ("a modem out of order", 10, Mark::Caution, |of| of.modem(ModemState::Failed)),
    ("not heard for a day", 10, Mark::Caution, |of| of.region().heard = Some(moment(0).utc - TimeDelta::days(1))),
    ("no SIM, and a refusal", 10, Mark::Bad, |of| {
        of.modem(ModemState::NoSim);
        of.region().refused = Some(("署名が違います".to_owned(), "wrongly signed".to_owned()));
    }),
    ("an update that never started, the version before being back", 11, Mark::Caution, |of| {
        of.findings.update.failed = Some(("0.2.0".to_owned(), UpdateFault::NeverStarted));
    }),
    ("an update that was broken, the version before being back", 11, Mark::Caution, |of| {
        of.findings.update.failed = Some(("0.2.0".to_owned(), UpdateFault::Broken));
    }),
    ("an update without a way back", 11, Mark::Bad, |of| of.findings.update.stuck = Some("0.2.0".to_owned())),
    ("the office's update, stuck before another is ready", 11, Mark::Bad, |of| {
        (of.findings.update.stuck, of.findings.update.ready) = (Some("0.2.0".to_owned()), Some("0.3.0".to_owned()));
    }),
];

/// What is no fault: words in the line, and it stays good.
type Fine = (&'static str, usize, &'static str, &'static str, fn(&mut Given));

const FINE: [Fine; 14] = [
    ("read through", 2, "33,513人・検査 23:53 異常なし", "33,513, sound at 23:53", |_| {}),
    (
        "percentiles",
        3,
        "同期 12分前・情報の古さ 半数は9日以内・95%は41日以内",
        "synced 12 min ago; records: half within 9 days, 95% within 41 days",
        |_| {},
    ),
    ("days of the lease", 4, "あと29日", "29 days left", |_| {}),
    (
        "receipts pending",
        5,
        "未送信 3件・全1,207件・検査 23:53 異常なし",
        "3 not sent; all 1,207, chain checked 23:53, sound",
        |_| {},
    ),
    (
        "a signed time",
        6,
        "11/19(木) 23:53 地域の時刻との差 2秒・NTP同期",
        "11/19 23:53 2 s from the region's time, NTP",
        |_| {},
    ),
    (
        "a clock of its own, held against the region",
        6,
        "地域の時刻との差 2秒・内蔵時計のみ",
        "2 s from the region's time, own clock only",
        |of| {
            of.findings.clock.synchronised = Some(false);
        },
    ),
    (
        "a clock that was set right",
        6,
        "地域の時刻との差 2秒・NTP同期・7,200秒動きました",
        "NTP, moved by 7,200 s",
        |of| {
            of.findings.clock.moved_seconds = Some(7_200);
        },
    ),
    ("keys in the TPM", 7, "鍵はTPM・巻き戻しなし・名簿は正常", "keys in the TPM, not set back, roster sound", |_| {}),
    (
        "mobile network",
        10,
        "LTE 72% NTT DOCOMO・従量・地域との連絡 1分前",
        "LTE 72% NTT DOCOMO, metered, region heard 1 min ago",
        |_| {},
    ),
    (
        "a valley",
        10,
        "LTE 圏外・従量・地域との連絡 1分前",
        "LTE no network, metered, region heard 1 min ago",
        |of| {
            of.modem(ModemState::Searching);
        },
    ),
    (
        "Wi-Fi, and a modem at rest",
        10,
        "Wi-Fi・LTE 72% NTT DOCOMO 未接続",
        "Wi-Fi, LTE 72% NTT DOCOMO not connected",
        |of| {
            of.modem(ModemState::Registered);
            of.gauges.link = Some(Link::Wireless);
            of.findings.metered = false;
        },
    ),
    (
        "no modem to ask",
        10,
        "モバイル回線・従量・地域との連絡 1分前",
        "mobile network, metered, region heard 1 min ago",
        |of| {
            of.gauges.modem = None;
        },
    ),
    (
        "an update that waits",
        11,
        "かかり 0.1.0・0.2.0を準備済み(だれも使っていない2分後に切替)",
        "Kakari 0.1.0; 0.2.0 ready, taken after 2 minutes at rest",
        |of| {
            of.findings.update.ready = Some("0.2.0".to_owned());
        },
    ),
    ("an update on trial", 11, "かかり 0.2.0・0.2.0を試しています", "Kakari 0.2.0; 0.2.0 on trial", |of| {
        of.findings.version = "0.2.0".to_owned();
        of.findings.update.trial = Some("0.2.0".to_owned());
    }),
];

#[test]
fn what_is_no_fault_is_said_with_its_figures_in_both_languages() {
    for (what, place, ja, en, change) in FINE {
        let mut given = Given::well();
        change(&mut given);
        for (language, said) in [(Language::Japanese, ja), (Language::English, en)] {
            let lines = given.lines(language);
            assert!(lines[place].value.contains(said), "{what}: {:?}", lines[place]);
            assert!(lines.iter().all(|line| line.mark == Mark::Good), "{what}: {lines:?}");
        }
    }
}

#[test]
fn without_a_region_the_clock_is_as_good_as_what_keeps_it() {
    for (synchronised, moved_seconds, mark) in [
        (Some(true), None, Mark::Good),
        (Some(true), Some(7_200), Mark::Good),
        (Some(false), None, Mark::Unknown),
        (None, None, Mark::Unknown),
        (Some(false), Some(7_200), Mark::Caution),
    ] {
        let mut given = Given::well();
        (given.findings.region, given.findings.clock) = (None, ClockFindings { synchronised, moved_seconds });
        let line = given.lines(Language::Japanese)[6].clone();
        assert_eq!((line.mark, line.next_step.is_empty()), (mark, mark == Mark::Good), "{line:?}");
    }
}

#[test]
fn figures_of_another_day_say_the_day() {
    let mut given = Given::well();
    let at = moment(0).utc - TimeDelta::days(1);
    given.verified(Verified::Sound { at, counted: 33_513, sealed: None });
    let lines = given.lines(Language::Japanese);
    assert_eq!(lines[2].value, "33,513人・検査 11/18(水) 23:53 異常なし");
    assert_eq!(lines[3].value, "同期 12分前", "of no records nothing is said");
}

#[test]
fn an_age_within_which_records_are_is_rounded_up_and_one_to_come_is_not_known() {
    for (minutes, said) in [
        (0, "半数は0分以内"),
        (59, "半数は59分以内"),
        (60, "半数は1時間以内"),
        (47 * 60, "半数は47時間以内"),
        (47 * 60 + 1, "半数は2日以内"),
        (48 * 60, "半数は2日以内"),
        (48 * 60 + 1, "半数は3日以内"),
        (-1, "同期 12分前・情報の古さは不明"),
    ] {
        let mut given = Given::well();
        let at = moment(0).utc - TimeDelta::minutes(minutes);
        let sealed = Some(SealedTimes { median: at, p95: moment(0).utc - TimeDelta::days(41) });
        given.verified(Verified::Sound { at: moment(0).utc, counted: 33_513, sealed });
        let line = given.lines(Language::Japanese)[3].clone();
        assert!(line.value.contains(said), "{minutes}: {line:?}");
    }
}

#[test]
fn a_log_that_is_not_whole_keeps_no_tablet_from_duty_and_says_so() {
    let mut given = Given::well();
    given.findings.store.as_mut().expect("a store").audit_in_conflict = 1;
    let said = |language| given.lines(language)[5].next_step.clone();
    assert!(said(Language::Japanese).starts_with("使用は続けられます"), "{}", said(Language::Japanese));
    assert!(said(Language::English).starts_with("The tablet can be used"), "{}", said(Language::English));
}

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
    assert!(lines[3].value.starts_with("同期 少なくとも"), "{}", lines[3].value);
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
