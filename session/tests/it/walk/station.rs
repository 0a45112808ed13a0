//! The pages round the work: what is touched there, what the runner answers, and what may never come of it.

use kakari_record::audit::review::{BreakGlassUse, Reviewed};
use kakari_record::audit::{AuditKind, BreakGlassReason, ReviewVerdict};
use kakari_record::language::Language;
use kakari_session::findings::{
    ClockFindings, CounterFindings, Findings, Gauges, KeyPlace, Link, RegionFindings, RoundFindings, SyncPart,
    SyncStage, UpdateFindings,
};
use kakari_session::touch::Touch;
use kakari_session::view::{Dark, Screen, StationPage, TextSize};
use kakari_session::{Effect, Event, StoreTrouble};

use super::dice::Dice;
use super::world::World;
use crate::tablet::moment;

/// Whose uses of break-glass the tablet knows: of one, of the other, of both, of strangers.
const CREWS: [&[&str]; 4] = [&["S0001"], &["S0002"], &["S0001", "S0002"], &["S0009"]];

impl World {
    /// One of the pages, and mostly something done there; answered well only half of the time.
    pub(super) fn look_round(&mut self, dice: &mut Dice) -> &'static str {
        if dice.percent(60) {
            self.send(Event::Touched(Touch::CloseCase));
            self.send(Event::Touched(Touch::NotThisPerson));
        }
        let page = dice.pick(&StationPage::ALL);
        self.send(Event::Touched(Touch::OpenStation(page)));
        self.answer_some_or_all(dice);
        match page {
            StationPage::Checks if dice.percent(50) => {
                self.send(Event::CardArrived);
                self.answer_some_or_all(dice);
            }
            StationPage::Review => {
                self.send(Event::Touched(verdict(dice)));
                self.answer_some_or_all(dice);
            }
            StationPage::Sync => {
                self.send(Event::Touched(Touch::SyncNow));
                self.send(Event::SyncStage(stage(dice)));
            }
            _ => self.send(Event::Gauges(Gauges {
                link: Some(if dice.percent(50) { Link::Mobile } else { Link::Down }),
                ..Gauges::default()
            })),
        }
        if dice.percent(50) {
            self.send(Event::Touched(Touch::CloseStation));
        }
        "a page round the work"
    }

    /// Nobody judges what they were part of, and a card that tries the reader opens nothing.
    pub(super) fn judge_station(&mut self, effect: &Effect) {
        match effect {
            Effect::Audit(_, AuditKind::BreakGlassReviewed { sequence, reviewer, .. }, crew) => {
                let part = CREWS[usize::try_from(*sequence).expect("small") - 1];
                let had_part = crew.iter().any(|staff_id| part.contains(&staff_id.as_str()));
                assert!(!had_part, "somebody judged what one of those signed in was part of");
                assert!(crew.contains(reviewer), "somebody judged who is not signed in");
                self.try_out("reviewed");
            }
            Effect::SyncNow | Effect::ImportBundle => self.try_out("synced"),
            Effect::ReadReview(_) | Effect::CountUsage(_) => {
                assert!(!self.session.view().bar.crew.is_empty(), "uses are read for nobody");
            }
            Effect::ReadStaffCard(_) if matches!(self.session.view().screen, Screen::Station(_)) => {
                self.try_out("tested a card");
            }
            Effect::ReadPatientCard(_) => {
                assert!(
                    !matches!(self.session.view().screen, Screen::Station(_)),
                    "a patient's card is read on a page"
                );
            }
            _ => {}
        }
    }
}

pub(super) fn station_touch(dice: &mut Dice) -> Touch {
    let (verdict, page, sound) = (verdict(dice), dice.pick(&StationPage::ALL), dice.percent(50));
    let language = dice.pick(&Language::ALL);
    dice.pick(&[
        Touch::OpenStation(page),
        Touch::CloseStation,
        Touch::SyncNow,
        Touch::ImportBundle,
        Touch::CheckAgain,
        verdict,
        Touch::SwitchTheme,
        Touch::Speak(language),
        Touch::Darken(Dark::Red),
        Touch::Enlarge(TextSize::Large),
        Touch::Sound(sound),
    ])
}

fn verdict(dice: &mut Dice) -> Touch {
    let found = if dice.percent(50) { ReviewVerdict::Justified } else { ReviewVerdict::Questioned };
    Touch::Review(1 + dice.below(5), found)
}

fn stage(dice: &mut Dice) -> SyncStage {
    match dice.below(4) {
        0 => SyncStage::Fetching { part: SyncPart::Everything, done: dice.below(40_000_000), of: 41_900_000 },
        1 => SyncStage::Done(round()),
        2 => SyncStage::NoBundle,
        _ => SyncStage::NoAnswer,
    }
}

fn round() -> RoundFindings {
    RoundFindings { at: moment(0).utc, put: 3, removed: 1, receipted: 50, failed: None }
}

pub(super) fn uses() -> Vec<BreakGlassUse> {
    let of = |(sequence, crew): (u64, &&[&str])| BreakGlassUse {
        sequence,
        began: moment(0).utc,
        crew: crew.iter().map(|staff_id| (*staff_id).to_owned()).collect(),
        tablet: "kita-1".into(),
        vehicle: "北町救急1".into(),
        reason: BreakGlassReason::Unconscious,
        extended: 0,
        searches: 1,
        too_many: 0,
        people: 1,
        birth_year_wrong: 0,
        opened: Vec::new(),
        shown: Vec::new(),
        ended: None,
        reviewed: (sequence == 4).then(|| Reviewed {
            verdict: ReviewVerdict::Justified,
            reviewer: "S0001".into(),
            at: moment(0).utc,
        }),
    };
    (1..).zip(&CREWS).map(of).collect()
}

pub(super) fn findings(good: bool) -> Findings {
    let region = RegionFindings {
        heard: Some(moment(0).utc),
        ahead_seconds: Some(1),
        refused: None,
        certificate_days: Some(300),
        syncing: true,
        last_round: Some(round()),
    };
    Findings {
        reader: good.then(|| "reader".to_owned()),
        reader_facts: kakari_session::findings::ReaderFacts::default(),
        store: Err(StoreTrouble::Refused),
        region: good.then_some(region),
        keys: KeyPlace::File,
        tablet_keys: good.then_some(KeyPlace::Tpm),
        counter: if good { CounterFindings::Sound } else { CounterFindings::Away },
        clock: ClockFindings::default(),
        metered: good,
        disk_free_mb: Some(900),
        version: "0".to_owned(),
        update: UpdateFindings { ready: good.then(|| "1".to_owned()), ..UpdateFindings::default() },
    }
}
