//! The pages round the work, and what the runner would find for them.

use chrono::TimeDelta;
use kakari_record::audit::review::{BreakGlassUse, Ended, Reviewed};
use kakari_record::audit::usage::{Funnel, Usage};
use kakari_record::audit::{AuditBasis, BreakGlassEnd, BreakGlassReason, ReviewVerdict};
use kakari_session::findings::{
    ClockFindings, CounterFindings, Findings, KeyPlace, RegionFindings, RoundFindings, SealedTimes, StoreFindings,
    SyncPart, SyncStage, UpdateFault, UpdateFindings, Verified,
};
use kakari_session::look::Look;
use kakari_session::touch::Touch;
use kakari_session::view::{StationPage, View};
use kakari_session::{Event, ReaderState, StoreTrouble};

use crate::tablet::{Tablet, moment};
use crate::{Case, Screen, crew, people};

pub(crate) const SCREENS: [Screen; 7] = [
    ("sync", |look, case| opened(look, case, StationPage::Sync)),
    ("checks", |look, case| opened(look, case, StationPage::Checks)),
    ("checks-morning", morning),
    ("cases", |look, case| opened(look, case, StationPage::Cases)),
    ("review", |look, case| opened(look, case, StationPage::Review)),
    ("usage", |look, case| opened(look, case, StationPage::Usage)),
    ("settings", |look, case| opened(look, case, StationPage::Settings)),
];

fn opened(look: Look, case: Case, page: StationPage) -> View {
    // Before anybody signed in there is least to be seen of the tablet; the other pages want a crew.
    let of_tablet = matches!(page, StationPage::Sync | StationPage::Checks | StationPage::Settings);
    let nobody = case == Case::Empty && of_tablet;
    let mut tablet = if nobody { Tablet::started(look, case) } else { Tablet::signed_in(look, case) };
    for _ in 0..case.pick(0, 3, 14) {
        tablet.show(people::resident(Case::Typical));
        tablet.wait(60_000);
        tablet.touch(Touch::OpenHandover);
        tablet.touch(Touch::HandedTo(0));
        tablet.touch(Touch::CloseHandover);
        tablet.touch(Touch::CloseCase);
        tablet.send(Event::CardLeft);
    }
    if case == Case::Extreme {
        tablet.send(Event::ReaderChanged(ReaderState::Missing));
    }
    if page == StationPage::Checks && case != Case::Empty {
        tablet.send(Event::Gauges(crew::gauges_with_modem(case)));
    }
    tablet.touch(Touch::OpenStation(page));
    if page == StationPage::Sync && case != Case::Empty {
        tablet.touch(Touch::SyncNow);
        let (done, of) = case.pick((0, 0), (12_300_000, 41_900_000), (1_040_200_000, 1_041_900_000));
        tablet.send(Event::SyncStage(SyncStage::Fetching { part: SyncPart::Everything, done, of }));
    }
    tablet.view()
}

/// The check of a tablet that is up to date and has a card laid on: keys in files and a version that waits; all well; put
/// back to an older state, with a version that was given up.
fn morning(look: Look, case: Case) -> View {
    let mut tablet = Tablet::signed_in(look, Case::Typical);
    tablet.round = case.pick(weaker, findings, put_back);
    tablet.send(Event::Gauges(crew::gauges_with_modem(Case::Typical)));
    tablet.touch(Touch::OpenStation(StationPage::Checks));
    tablet.lay_staff_card(0, Some(3));
    tablet.view()
}

/// What looking round the tablet finds.
pub(crate) fn findings(case: Case) -> Findings {
    let long_reader = "ACS ACR1252 1S CL Reader [ACR1252 Dual Reader PICC] 00 00";
    let fault = || Some(("12件目から15件目が抜けています".to_owned(), "rows 12 to 15 are missing".to_owned()));
    let store = StoreFindings {
        records: case.pick(0, 33_513, 1_234_567),
        set_aside: case.pick(0, 0, 17),
        audit_rows: case.pick(0, 1_207, 1_204_812),
        audit_receipted: case.pick(0, 1_204, 1_192_767),
        audit_in_conflict: case.pick(0, 0, 3),
        audit_fault: if case == Case::Extreme { fault() } else { None },
        audit_checked_at: moment(0).utc,
        verified: verified(case),
    };
    Findings {
        reader: case.pick(None, Some("ACS ACR1252".to_owned()), Some(long_reader.to_owned())),
        reader_facts: kakari_session::findings::ReaderFacts::default(),
        store: if case == Case::Empty { Err(StoreTrouble::Missing) } else { Ok(store) },
        region: (case != Case::Empty).then(|| region(case)),
        keys: case.pick(KeyPlace::File, KeyPlace::Tpm, KeyPlace::File),
        tablet_keys: case.pick(None, Some(KeyPlace::Tpm), Some(KeyPlace::File)),
        counter: case.pick(CounterFindings::None, CounterFindings::Sound, CounterFindings::Behind),
        clock: ClockFindings {
            synchronised: case.pick(None, Some(true), Some(false)),
            moved_seconds: case.pick(None, None, Some(-7_512)),
        },
        metered: case == Case::Typical,
        disk_free_mb: case.pick(None, Some(41_200), Some(12)),
        version: "0.1.0".to_owned(),
        update: UpdateFindings {
            stuck: (case == Case::Extreme).then(|| "0.2.0".to_owned()),
            ..UpdateFindings::default()
        },
    }
}

fn weaker(case: Case) -> Findings {
    let update = UpdateFindings { ready: Some("0.2.0".to_owned()), ..UpdateFindings::default() };
    Findings {
        keys: KeyPlace::File,
        tablet_keys: Some(KeyPlace::File),
        counter: CounterFindings::None,
        update,
        ..findings(case)
    }
}

fn put_back(case: Case) -> Findings {
    let failed = Some(("0.2.0".to_owned(), UpdateFault::NeverStarted));
    let update = UpdateFindings { failed, ..UpdateFindings::default() };
    Findings { counter: CounterFindings::Behind, update, ..findings(case) }
}

fn verified(case: Case) -> Verified {
    let at = moment(0).utc - TimeDelta::minutes(4);
    let sealed = SealedTimes {
        median: moment(0).utc - TimeDelta::hours(9 * 24 - 5),
        p95: moment(0).utc - TimeDelta::hours(41 * 24 - 5),
    };
    case.pick(
        Verified::Running,
        Verified::Sound { at, counted: 33_513, sealed: Some(sealed) },
        Verified::Unsound { at: at - TimeDelta::days(1) },
    )
}

fn region(case: Case) -> RegionFindings {
    let said = |ja: &str, en: &str| Some((ja.to_owned(), en.to_owned()));
    let trouble = case == Case::Extreme;
    let refused = said("署名が地域の鍵と合いません", "a signature does not fit the region's key");
    let failed = said("サーバーにつながりません", "the server cannot be reached");
    RegionFindings {
        heard: Some(moment(0).utc - case.pick(TimeDelta::zero(), TimeDelta::minutes(12), TimeDelta::days(11))),
        ahead_seconds: Some(case.pick(0, 0, -7_512)),
        refused: if trouble { refused } else { None },
        certificate_days: Some(case.pick(365, 211, 2)),
        syncing: !trouble,
        last_round: Some(RoundFindings {
            at: moment(0).utc - TimeDelta::minutes(12),
            put: case.pick(0, 41, 12_045),
            removed: case.pick(0, 1, 310),
            receipted: case.pick(0, 12, 9_120),
            failed: if trouble { failed } else { None },
        }),
    }
}

/// Uses of break-glass.
pub(crate) fn uses(case: Case) -> Vec<BreakGlassUse> {
    (1..=case.pick(0, 3, 24)).map(|number| used(case, number)).collect()
}

fn used(case: Case, number: u64) -> BreakGlassUse {
    let reasons = BreakGlassReason::ALL;
    let at = usize::try_from(number).unwrap_or_default() % reasons.len();
    let began = moment(0).utc - TimeDelta::hours(30 * i64::try_from(number).unwrap_or_default());
    let (seconds, reason) = (Some(720), BreakGlassEnd::CaseClosed);
    let reviewed =
        Reviewed { verdict: ReviewVerdict::Justified, reviewer: "S0100".to_owned(), at: began + TimeDelta::hours(9) };
    BreakGlassUse {
        sequence: number * 40,
        began,
        // One is the crew's own, which it does not judge.
        crew: if number == 1 { ["S0001", "S0002"] } else { ["S0003", "S0004"] }.map(str::to_owned).to_vec(),
        tablet: "kita-1".to_owned(),
        vehicle: "北町救急1".to_owned(),
        reason: reasons[at],
        extended: case.pick(0, 0, 2),
        searches: 3,
        too_many: 1,
        people: case.pick(0, 2, 31),
        birth_year_wrong: case.pick(0, 0, 2),
        opened: Vec::new(),
        shown: Vec::new(),
        ended: (number != 2).then(|| Ended { at: began + TimeDelta::seconds(720), reason, seconds }),
        reviewed: number.is_multiple_of(3).then_some(reviewed),
    }
}

/// Figures of a tablet's use.
pub(crate) fn usage(case: Case) -> Usage {
    let (tried, card, found, shown, consented) =
        case.pick((0, 0, 0, 0, 0), (1_560, 1_490, 1_310, 1_264, 702), (981_560, 980_490, 801_310, 791_264, 400_702));
    if case == Case::Empty {
        return Usage::default();
    }
    let basis = [(AuditBasis::PatientConsents, consented), (AuditBasis::Emergency, shown - consented)];
    Usage {
        from: Some(moment(0).utc - TimeDelta::days(19)),
        to: Some(moment(0).utc),
        rows: tried * 7,
        shifts: 57,
        cases: shown,
        funnel: Funnel { tried, card, found, shown, consented },
        by_card: card.min(shown),
        without_card: shown.saturating_sub(card.min(shown)),
        basis: basis.into_iter().collect(),
        other_person: 4,
        offline: shown / 9,
        offline_known: shown,
        cases_handed_over: shown / 2,
        destination_asked: 310,
        destination_changed: 44,
        ..Usage::default()
    }
}
