//! The pages round the work.

mod bounds;
mod cards;
mod cases;
mod checks;
mod cues;
mod dim;
mod lines;
mod review;
mod settings;
mod sync;
mod usage;

use chrono::TimeDelta;
use kakari_session::findings::{
    Battery, ClockFindings, CounterFindings, Findings, Gauges, KeyPlace, Link, Modem, ModemState, RegionFindings,
    RoundFindings, SealedTimes, StoreFindings, UpdateFindings, Verified,
};
use kakari_session::touch::Touch;
use kakari_session::view::{Screen, StationBody, StationPage, StationView};
use kakari_session::{Attempt, Effect, Event};

use crate::tablet::{Tablet, moment};

/// What the runner finds on a tablet with which nothing is wrong.
pub(crate) fn all_well() -> Findings {
    Findings {
        reader: Some("ACS ACR1252".to_owned()),
        reader_facts: kakari_session::findings::ReaderFacts::default(),
        store: Ok(StoreFindings {
            records: 33_513,
            set_aside: 0,
            audit_rows: 1_207,
            audit_receipted: 1_204,
            audit_in_conflict: 0,
            audit_fault: None,
            audit_checked_at: moment(0).utc,
            verified: sound(),
        }),
        region: Some(RegionFindings {
            heard: Some(moment(0).utc - TimeDelta::minutes(1)),
            ahead_seconds: Some(2),
            refused: None,
            certificate_days: Some(300),
            syncing: true,
            last_round: Some(did(12, 1)),
        }),
        keys: KeyPlace::Tpm,
        tablet_keys: Some(KeyPlace::Tpm),
        counter: CounterFindings::Sound,
        clock: ClockFindings { synchronised: Some(true), moved_seconds: None },
        metered: true,
        disk_free_mb: Some(40_000),
        version: "0.1.0".to_owned(),
        update: UpdateFindings::default(),
    }
}

/// The whole store was read a moment ago, and nothing is wrong.
pub(crate) fn sound() -> Verified {
    let at = moment(0).utc;
    let sealed = SealedTimes {
        median: moment(0).utc - TimeDelta::hours(9 * 24 - 5),
        p95: moment(0).utc - TimeDelta::hours(41 * 24 - 5),
    };
    Verified::Sound { at, counted: 33_513, sealed: Some(sealed) }
}

pub(crate) fn did(put: u64, removed: u64) -> RoundFindings {
    RoundFindings { at: moment(0).utc, put, removed, receipted: 30, failed: None }
}

pub(crate) fn gauges(percent: u8, charging: bool) -> Gauges {
    let modem =
        Modem { state: ModemState::Connected, operator: "NTT DOCOMO".to_owned(), signal: Some(72), access: "LTE" };
    Gauges { battery: Some(Battery { percent, charging }), link: Some(Link::Mobile), modem: Some(modem) }
}

impl Tablet {
    /// On this page, the first question answered with these findings.
    pub(crate) fn on_page(mut self, page: StationPage, findings: Findings) -> Self {
        self.touch(Touch::OpenStation(page));
        self.find(findings);
        self
    }

    pub(crate) fn find(&mut self, findings: Findings) {
        let attempt = self.asked(|effect| match effect {
            Effect::LookRound(attempt) => Some(*attempt),
            _ => None,
        });
        self.send(Event::LookedRound(attempt.expect("asked"), Box::new(findings)));
    }

    /// The last question of a kind.
    pub(crate) fn asked(&self, pick: impl Fn(&Effect) -> Option<Attempt>) -> Option<Attempt> {
        self.effects.iter().rev().find_map(pick)
    }

    pub(crate) fn page(&self) -> StationView {
        match self.screen() {
            Screen::Station(view) => *view,
            other => panic!("not a page round the work: {}", other.name()),
        }
    }

    pub(crate) fn body(&self) -> StationBody {
        self.page().body
    }

    pub(crate) fn is_working(&self) -> bool {
        matches!(self.body(), StationBody::Working(_))
    }
}
