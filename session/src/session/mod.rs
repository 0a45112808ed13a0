//! The one state machine: events in, effects out.

mod audit;
mod cards;
mod events;
mod hindered;
mod lock;
mod time;
mod touches;

use kakari_record::display;
use kakari_record::language::Language;

use crate::age_clock::AgeClock;
use crate::break_glass::BreakGlass;
use crate::event::{Attempt, CrewMember, Moment, OpenRecord, ReaderState};
use crate::findings::Gauges;
use crate::look::Look;
use crate::problem::Problem;
use crate::scene::{InSight, Scene};
use crate::search::Searched;
use crate::shift::{CodeTries, Shift};
use crate::state::{SignIn, State};
use crate::station::{CaseNotes, SyncAsked};
use crate::store_facts::{StoreFacts, StoreTrouble, WipeStage};

/// What the tablet decides. Pure: time, cards and disk arrive as [`Event`]s and leave as [`Effect`]s.
#[derive(Debug)]
pub struct Session {
    pub(crate) vehicle: String,
    pub(crate) now: Option<Moment>,
    /// What ages are told by.
    pub(crate) ages: AgeClock,
    pub(crate) store: StoreStatus,
    pub(crate) reader: ReaderState,
    pub(crate) card_present: bool,
    /// Another program used the card when it was last asked.
    pub(crate) card_busy: bool,
    pub(crate) crew: Vec<CrewMember>,
    pub(crate) state: State,
    /// Whose card was last read at sign-in, for the audit of a failure.
    pub(crate) last_staff_id: Option<String>,
    /// The wraps were asked to be erased; asked once.
    pub(crate) wraps_erased: bool,
    /// The keys went while a case was open: the tablet locks when it is closed.
    pub(crate) keys_gone: bool,
    /// The crew has taken the lease's warning away; its line stays. The next crew is warned again.
    pub(crate) warning_read: bool,
    /// Whom a record can be handed to, as configured: hospitals' names.
    pub(crate) receivers: Vec<String>,
    /// There is a folder or stick to write files for a hospital to.
    pub(crate) can_save: bool,
    /// A case was closed, and nothing has been touched since but the answer.
    pub(crate) destination_asked: bool,
    /// 緊急閲覧, while it lasts.
    pub(crate) break_glass: Option<BreakGlass>,
    /// The signed-in crew's.
    pub(crate) shift: Option<Shift>,
    pub(crate) code_tries: CodeTries,
    /// Audit rows wait in memory for a disk that is full.
    pub(crate) rows_owed: bool,
    /// What is wrong with the audit, as the check at a shift's start found it.
    pub(crate) audit_fault: Option<Problem>,
    /// How much was searched for without a card.
    pub(crate) searched: Searched,
    /// When the last card was seen, or somebody of a list was chosen.
    pub(crate) began_ms: Option<u64>,
    /// How the glass looks and sounds.
    pub(crate) look: Look,
    /// What the bar tells of the tablet itself.
    pub(crate) gauges: Gauges,
    pub(crate) scene: Scene,
    /// Whom that scene shows.
    pub(crate) seen: InSight,
    /// A sync that was asked for here, until its end was read.
    pub(crate) sync_asked: Option<SyncAsked>,
    /// This shift's.
    pub(crate) cases: CaseNotes,
    /// When the card on the reader was seen, until the next screen.
    pub(crate) card_seen_ms: Option<u64>,
    /// The crew has taken the battery's warning away at this mark.
    pub(crate) battery_read: Option<u8>,
    /// The version of the program that lies ready.
    pub(crate) update_ready: Option<String>,
    /// The runner was asked to mark that the tablet rests.
    pub(crate) rest_asked: bool,
    /// It has: the program ends for that version.
    pub(crate) ends_for_update: bool,
    last_touch_ms: u64,
    last_attempt: Attempt,
}

#[derive(Debug)]
pub(crate) enum StoreStatus {
    Opening,
    Open(StoreFacts),
    Failed(StoreTrouble),
    Wiped(WipeStage),
}

impl Session {
    /// A tablet just started, in `vehicle`.
    pub fn new(vehicle: impl Into<String>) -> Self {
        Self {
            vehicle: vehicle.into(),
            now: None,
            ages: AgeClock::default(),
            store: StoreStatus::Opening,
            reader: ReaderState::Unknown,
            card_present: false,
            card_busy: false,
            crew: Vec::new(),
            state: State::SignIn(SignIn::default()),
            last_staff_id: None,
            wraps_erased: false,
            keys_gone: false,
            warning_read: false,
            receivers: Vec::new(),
            can_save: false,
            destination_asked: false,
            break_glass: None,
            shift: None,
            code_tries: CodeTries::default(),
            rows_owed: false,
            audit_fault: None,
            searched: Searched::default(),
            began_ms: None,
            look: Look::default(),
            gauges: Gauges::default(),
            scene: Scene::default(),
            seen: InSight::default(),
            sync_asked: None,
            cases: CaseNotes::default(),
            card_seen_ms: None,
            battery_read: None,
            update_ready: None,
            rest_asked: false,
            ends_for_update: false,
            last_touch_ms: 0,
            last_attempt: Attempt::default(),
        }
    }

    /// The same, with the hospitals that a record can be handed to.
    #[must_use]
    pub fn with_receivers(self, receivers: Vec<String>) -> Self {
        Self { receivers, ..self }
    }

    /// The same, with a folder or stick that files for a hospital can be written to.
    #[must_use]
    pub fn with_place_to_save(self, can_save: bool) -> Self {
        Self { can_save, ..self }
    }

    /// The reader as it was last told.
    pub fn reader(&self) -> ReaderState {
        self.reader
    }

    /// The record on the glass, once it may be there: its audit row is durable.
    pub fn shown(&self) -> Option<&OpenRecord> {
        match &self.state {
            State::Case(case) => Some(&case.record),
            _ => None,
        }
    }

    /// The same as plain lines, for a tablet without a glass, told by the clock that the screens are told by; first what
    /// a card in doubt or a card's copy is worth.
    pub fn shown_plainly(&self) -> Option<Vec<String>> {
        let State::Case(case) = &self.state else { return None };
        let summary = &case.record.summary;
        let come_by = case.record.provenance(case.access).lines();
        let doubtful = self.clock_problem(summary).map(|problem| problem.notice(Language::Japanese));
        let warning = doubtful.map(|notice| format!("{}: {}", notice.sentence, notice.next_step));
        Some(warning.into_iter().chain(come_by).chain(display::plain(summary, self.today(summary))).collect())
    }
}
