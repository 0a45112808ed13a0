//! The world around the session: what was asked and not answered, which rows are on disk, who is signed in.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use kakari_record::audit::{Access, AuditKind, HandoverWay};
use kakari_record::seal::{FallbackWrap, Roster};
use kakari_session::touch::Touch;
use kakari_session::view::Screen;
use kakari_session::{Attempt, Effect, Event, ReaderState, RosterState, Scene, SearchTally, Session, StoreFacts};

use super::dice::Dice;
use crate::tablet::{facts, moment, roster};

/// After this the glass is dark, by the clock that never jumps.
pub(crate) const DIM_MS: u64 = 90_000;
/// Sixteen digits, the last of them the check digit.
pub(super) const CODE: &str = "0000079927398713";

pub(crate) struct World {
    pub(crate) session: Session,
    pub(crate) waiting: Vec<Effect>,
    /// Rows of showings that are durable and whose case is not closed.
    pub(crate) shown_rows: HashSet<[u8; 16]>,
    /// Rows of openings that are durable, since the last sign-in.
    pub(crate) opened_rows: HashSet<[u8; 16]>,
    /// By what, row by row.
    pub(crate) worth: Vec<([u8; 16], Access)>,
    /// Patients' cards that were read.
    pub(super) taps: u32,
    /// Whose card opened their record, since the last sign-in.
    pub(crate) cards: HashSet<[u8; 16]>,
    /// Whose untold items may be seen: the row is durable, and the case is the one that it was written for.
    pub(crate) unveiled: HashSet<[u8; 16]>,
    /// The disk is full: rows are kept in memory.
    pub(super) full: bool,
    /// Rows wait in memory.
    pub(crate) owed: bool,
    /// The row of the last codes; when it became durable, and whether it says that untold items go.
    pub(super) codes_asked: Option<Attempt>,
    pub(crate) codes: Option<(u64, bool)>,
    /// Files that a durable row allows to be written.
    pub(super) files_allowed: u32,
    /// Durable rows of a receiver since the case was opened.
    pub(crate) told: usize,
    pub(crate) tried: BTreeMap<&'static str, u32>,
    /// Who a search handed over, by its number; and whose rows are durable.
    pub(super) found: BTreeMap<Attempt, Vec<String>>,
    pub(crate) named: HashSet<String>,
    pub(super) serial: u32,
    /// When the last row of a break-glass became durable; none once its end was asked for.
    pub(crate) glass_ms: Option<u64>,
    pub(crate) tally: SearchTally,
    pub(crate) most_people: u32,
    pub(crate) keys_held: bool,
    /// A PIN could bring the keys back.
    pub(super) asleep: bool,
    pub(crate) lease_over: bool,
    /// The lease ended while a case was open, which outlives it.
    pub(crate) keys_went: bool,
    pub(crate) erased: bool,
    pub(crate) now: u64,
    /// What a touch of [`World::touch`] may have been made in.
    pub(super) scene: Scene,
    /// When the glass was last touched, or a card laid on.
    pub(crate) used_ms: u64,
    pub(super) utc: DateTime<Utc>,
}

impl World {
    pub(crate) fn new() -> Self {
        let mut world = Self {
            session: Session::new("北町救急1").with_receivers(vec!["北町総合病院".to_owned()]).with_place_to_save(true),
            waiting: Vec::new(),
            shown_rows: HashSet::new(),
            opened_rows: HashSet::new(),
            worth: Vec::new(),
            taps: 0,
            cards: HashSet::new(),
            unveiled: HashSet::new(),
            full: false,
            owed: false,
            codes_asked: None,
            codes: None,
            files_allowed: 0,
            told: 0,
            tried: BTreeMap::new(),
            found: BTreeMap::new(),
            named: HashSet::new(),
            serial: 0,
            glass_ms: None,
            tally: SearchTally::default(),
            most_people: 0,
            keys_held: false,
            asleep: false,
            lease_over: false,
            keys_went: false,
            erased: false,
            now: 0,
            scene: Scene::default(),
            used_ms: 0,
            utc: moment(0).utc,
        };
        world.send(Event::Tick(moment(0)));
        world.send(Event::ReaderChanged(ReaderState::Ready));
        world.send(Event::StoreOpened(stored()));
        world
    }

    /// One random thing that happens; its name.
    pub(crate) fn step(&mut self, dice: &mut Dice) -> &'static str {
        // Mostly the glass is lit up first: what touches a dark one is seldom more than that.
        if dice.percent(60) {
            self.send(Event::Touched(Touch::Wake));
        }
        match dice.below(100) {
            0..3 => self.wait(dice),
            3..7 => self.world_changes(dice),
            7..11 => self.card(dice),
            11..14 => self.sign_in(dice),
            14..17 => self.open(1 + dice.small(3)),
            17..22 => self.search(dice),
            22..25 => self.choose(dice),
            25..28 => self.confirm(dice),
            28..30 => self.lock_and_reopen(dice),
            30..31 => self.start_by_code(dice),
            31..34 => self.hand_over(dice),
            34..35 => self.end_shift(),
            35..38 => self.look_round(dice),
            38..65 => self.answer_some(dice),
            _ => self.touch(dice),
        }
    }

    pub(crate) fn send(&mut self, event: Event) {
        let dark = self.dark_screen(&event);
        let card = matches!(event, Event::CardArrived | Event::CardMute | Event::CardBusy | Event::CardFree)
            || matches!(event, Event::SecondCard | Event::SecondCardLeft);
        if card || matches!(event, Event::Touched(_) | Event::TouchedIn(..)) {
            self.used_ms = self.now;
        }
        let effects = self.session.update(event);
        if let Some(before) = dark {
            let view = self.session.view();
            assert!(effects.is_empty() && before == view.screen, "a dark glass was touched, and did something");
            assert!(!view.dim, "a touch does not wake the glass");
            self.try_out("woken");
        }
        for effect in effects {
            self.judge_station(&effect);
            let asks = matches!(effect, Effect::ReadStaffCard(_) | Effect::SignIn(..) | Effect::ReadPatientCard(_));
            assert!(!(asks && self.erased), "an erased tablet asks a card");
            match &effect {
                Effect::ForgetKeys | Effect::SleepKeys => {
                    (self.keys_held, self.asleep) = (false, effect == Effect::SleepKeys);
                    // A case that is open may outlive the keys; nothing else does.
                    self.keys_went = self.session.shown().is_some();
                    self.opened_rows.clear();
                    self.worth.clear();
                    self.cards.clear();
                }
                Effect::Audit(_, AuditKind::CaseClosed { record, .. }, _) => {
                    self.shown_rows.remove(&record.id);
                    self.case_is_over();
                }
                Effect::Audit(attempt, AuditKind::HandedOver { way: HandoverWay::Qr, receiver: None, .. }, _) => {
                    (self.codes_asked, self.codes) = (Some(*attempt), None);
                }
                Effect::Save(_, _, chosen) => {
                    assert!(self.files_allowed > 0, "a file without its durable row");
                    self.files_allowed -= 1;
                    let shown = self.session.shown().expect("a case").summary.identity.name.clone();
                    assert_eq!(chosen.summary().identity.name, shown, "a file of another patient");
                }
                Effect::Audit(_, AuditKind::BreakGlassEnded { .. }, _) => self.glass_ms = None,
                _ => {}
            }
            self.keys_went &= self.session.shown().is_some();
            // A case that was closed before its row came is not opened by it.
            if let Effect::Audit(_, AuditKind::RecordShown { record, .. }, _) = &effect {
                self.shown_rows.remove(&record.id);
            }
            self.waiting.push(effect);
        }
    }

    /// What is under the finger that touches a dark glass.
    fn dark_screen(&self, event: &Event) -> Option<Screen> {
        let touched = matches!(event, Event::Touched(_) | Event::TouchedIn(..));
        let idle = self.now - self.used_ms >= DIM_MS && self.session.shown().is_none();
        let view = (touched && idle).then(|| self.session.view()).filter(|view| view.dim);
        view.map(|view| view.screen)
    }

    fn case_is_over(&mut self) {
        self.unveiled.clear();
        (self.codes_asked, self.codes, self.files_allowed, self.told) = (None, None, 0, 0);
    }

    pub(crate) fn try_out(&mut self, what: &'static str) {
        *self.tried.entry(what).or_default() += 1;
    }
}

pub(super) fn with_codes(staff: &[(&str, u8)]) -> Roster {
    let wrap = FallbackWrap { tablet: "kita-1".into(), id: [5; 8], salt: [0; 16], epoch: 1, sealed: vec![0; 48] };
    Roster { fallback: vec![wrap], ..roster(staff, &[]) }
}

pub(super) fn stored() -> StoreFacts {
    let roster = with_codes(&[("S0001", 1), ("S0002", 2)]);
    StoreFacts { roster: RosterState::Believed(Arc::new(roster)), ..facts() }
}
