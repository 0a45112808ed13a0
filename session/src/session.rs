//! The one state machine: events in, effects out.

use std::mem;

use kakari_record::audit::{Access, AuditKind, BreakGlassEnd, Closing};
use kakari_record::display;

use crate::Effect;
use crate::age_clock::AgeClock;
use crate::break_glass::BreakGlass;
use crate::event::{Attempt, CardTrouble, CrewMember, Event, Moment, OpenRecord, ReaderState};
use crate::findings::Gauges;
use crate::look::Look;
use crate::problem::Problem;
use crate::search::Searched;
use crate::shift::{CodeTries, Locked, Shift};
use crate::state::{Back, Check, Other, Reading, SignIn, State, Veil};
use crate::store_facts::{StoreFacts, StoreTrouble, WipeStage};
use crate::touch::Touch;

/// Locks when nobody has touched the glass and no case is open.
const AUTO_LOCK_MS: u64 = 5 * 60 * 1000;
/// A forgotten case ends.
const CASE_END_MS: u64 = 8 * 60 * 60 * 1000;

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
    pub(crate) audit_fault: Option<String>,
    /// How much was searched for without a card.
    pub(crate) searched: Searched,
    /// When the last card was seen, or somebody of a list was chosen.
    pub(crate) began_ms: Option<u64>,
    /// How the glass looks and sounds.
    pub(crate) look: Look,
    /// What the bar tells of the tablet itself.
    pub(crate) gauges: Gauges,
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

    /// Takes one event; returns what is to be done because of it, in order.
    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Tick(moment) => self.tick(moment),
            Event::StoreOpened(facts) => {
                self.ages.not_before(facts.not_before);
                self.searched.counted(facts.searched);
                self.store = StoreStatus::Open(facts);
                self.wraps_erased = false;
                let mut effects = vec![self.audit(AuditKind::Started)];
                effects.extend(self.look_for_staff_card());
                effects
            }
            Event::StoreFailed(trouble) => {
                self.store = StoreStatus::Failed(trouble);
                Vec::new()
            }
            Event::StoreChanged(facts) => self.store_changed(facts),
            Event::Wiped(stage) => self.wiped(stage),
            Event::ReaderChanged(state) => {
                self.reader = state;
                if state == ReaderState::Ready { Vec::new() } else { self.card_left() }
            }
            Event::CardArrived => self.card_arrived(),
            Event::CardLeft => self.card_left(),
            Event::CardMute => self.card_mute(),
            Event::StaffCardRead(attempt, outcome) => self.staff_card_read(attempt, outcome),
            Event::SignInAnswered(attempt, outcome) => self.sign_in_answered(attempt, outcome),
            Event::PatientCardRead(attempt, outcome) => self.patient_card_read(attempt, *outcome),
            Event::AuditWritten(attempt) => {
                self.rows_owed = false;
                self.audit_written(attempt)
            }
            Event::AuditOwed(attempt) => {
                self.rows_owed = true;
                self.audit_written(attempt)
            }
            Event::AuditFaulty(words) => {
                self.audit_fault = Some(words);
                Vec::new()
            }
            Event::AuditFailed(attempt, trouble) => self.audit_failed(attempt, trouble),
            Event::Touched(touch) => self.touched(touch),
            Event::ReopenAnswered(attempt, outcome) => self.reopen_answered(attempt, outcome),
            Event::FallbackAnswered(attempt, outcome) => self.fallback_answered(attempt, outcome),
            Event::Searched(attempt, outcome) => self.searched(attempt, outcome),
            Event::FoundOpened(attempt, outcome) => self.found_opened(attempt, *outcome),
            Event::Saved(attempt, outcome) => self.saved(attempt, outcome),
            Event::Gauges(gauges) => {
                self.gauges = gauges;
                Vec::new()
            }
            Event::LookedRound(..) | Event::SyncStage(_) | Event::Reviewed(..) | Event::Counted(..) => {
                self.station_answered(event)
            }
        }
    }

    fn tick(&mut self, moment: Moment) -> Vec<Effect> {
        self.now = Some(moment);
        self.ages.tick(moment);
        let mut effects = self.mind_clock();
        effects.extend(self.mind_shift());
        effects.extend(self.mind_lease());
        effects.extend(self.mind_break_glass(moment));
        effects.extend(self.mind_time(moment));
        effects
    }

    /// A step of the clock is written down where there is a log to write it to.
    fn mind_clock(&mut self) -> Vec<Effect> {
        let step = matches!(self.store, StoreStatus::Open(_)).then(|| self.ages.take_step()).flatten();
        step.map(|by_seconds| self.audit(AuditKind::ClockStepped { by_seconds })).into_iter().collect()
    }

    fn mind_time(&mut self, moment: Moment) -> Vec<Effect> {
        self.mind_codes(moment);
        let idle = moment.monotonic_ms.saturating_sub(self.last_touch_ms) >= AUTO_LOCK_MS;
        match &self.state {
            State::Case(case) if moment.monotonic_ms.saturating_sub(case.since.monotonic_ms) >= CASE_END_MS => {
                self.close_case(Closing::Expired)
            }
            State::Case(_) | State::Locked(_) => Vec::new(),
            State::SignIn(_) if self.crew.is_empty() => Vec::new(),
            _ if idle => self.lock(true),
            _ => Vec::new(),
        }
    }

    fn touched(&mut self, touch: Touch) -> Vec<Effect> {
        self.stay_awake();
        self.before_touch(touch);
        match touch {
            Touch::Digit(_) | Touch::EraseDigit | Touch::SubmitPin | Touch::Cancel if self.is_searching() => {
                self.search_touched(touch)
            }
            Touch::Digit(digit) => self.pin_digit(digit),
            Touch::EraseDigit => self.erase_digit(),
            Touch::SubmitPin => self.submit_pin(),
            Touch::Confirm(basis) => self.confirm(basis),
            Touch::NotThisPerson => self.reject_identity(),
            Touch::WasAnotherPerson => self.close_case(Closing::WrongPerson),
            Touch::CloseCase => self.close_case(Closing::ByCrew),
            Touch::OpenDetails | Touch::CloseDetails | Touch::ShowVeiled | Touch::HideVeiled => self.turn_page(touch),
            Touch::SwitchPatient => self.switch_patient(),
            Touch::StayWithPatient => self.stay_with_patient(),
            Touch::Lock => self.lock(false),
            Touch::Dismiss => self.dismiss(),
            Touch::AddCrew
            | Touch::Cancel
            | Touch::EndShift
            | Touch::OpenFallback
            | Touch::PickStaff(_)
            | Touch::TurnStaff(_) => self.shift_touched(touch),
            Touch::NoCard
            | Touch::BreakGlass(_)
            | Touch::ExtendBreakGlass
            | Touch::EndBreakGlass
            | Touch::SearchField(_)
            | Touch::Kana(_)
            | Touch::EraseKana
            | Touch::SearchSex(_)
            | Touch::ClearSearch
            | Touch::Choose(_) => self.search_touched(touch),
            Touch::OpenHandover
            | Touch::CloseHandover
            | Touch::TickSection(_)
            | Touch::TickUntold
            | Touch::ShowCodes
            | Touch::HideCodes
            | Touch::NextCode
            | Touch::SaveDocument
            | Touch::SavePaper
            | Touch::HandedTo(_)
            | Touch::DestinationChanged(_) => self.handover_touched(touch),
            Touch::SwitchTheme | Touch::Speak(_) | Touch::Darken(_) | Touch::Enlarge(_) | Touch::Sound(_) => {
                self.look_touched(touch)
            }
            // The touch itself has woken the glass.
            Touch::Wake | Touch::Enrol(_) => Vec::new(),
            Touch::OpenStation(_)
            | Touch::CloseStation
            | Touch::SyncNow
            | Touch::ImportBundle
            | Touch::CheckAgain
            | Touch::Review(..) => self.station_touched(touch),
        }
    }

    fn card_arrived(&mut self) -> Vec<Effect> {
        self.card_present = true;
        self.destination_asked = false;
        self.began_ms = self.now.map(|now| now.monotonic_ms);
        self.stay_awake();
        match self.state {
            State::SignIn(_) => self.look_for_staff_card(),
            State::Locked(_) => self.card_on_locked(),
            State::Fallback(_) => self.card_on_fallback(),
            State::Standby(_) | State::Reading(_) | State::Check(_) | State::Reason(_) | State::Search(_) => {
                self.read_patient_card()
            }
            State::Case(_) => self.read_other_card(),
            State::Station(_) => Vec::new(),
        }
    }

    /// Of an open record's own card there is a row that it was taken away.
    fn card_left(&mut self) -> Vec<Effect> {
        self.card_present = false;
        self.card_left_locked();
        let taken = match &mut self.state {
            State::SignIn(sign_in) => {
                sign_in.card_left();
                None
            }
            State::Check(check) => mem::take(&mut check.card_present).then(|| check.record.audited()),
            State::Case(case) => mem::take(&mut case.card_present).then(|| case.record.audited()),
            _ => None,
        };
        taken.map(|record| self.audit(AuditKind::CardRemoved { record })).into_iter().collect()
    }

    fn card_mute(&mut self) -> Vec<Effect> {
        let problem = Some(Problem::Card(CardTrouble::NoAnswer));
        match &mut self.state {
            State::SignIn(sign_in) => sign_in.problem = problem,
            State::Standby(notice) => *notice = problem,
            State::Reading(_) => self.state = State::Standby(problem),
            State::Check(check) => check.problem = problem,
            State::Case(case) => case.problem = problem,
            State::Locked(locked) => locked.problem = problem,
            State::Fallback(fallback) => fallback.problem = problem,
            State::Reason(notice) => *notice = problem,
            State::Search(search) => search.problem = problem,
            State::Station(_) => {}
        }
        Vec::new()
    }

    fn audit_written(&mut self, attempt: Attempt) -> Vec<Effect> {
        self.searched.answered(attempt, true);
        let mut effects = self.break_glass_written(attempt);
        effects.extend(self.row_written(attempt));
        effects
    }

    fn row_written(&mut self, attempt: Attempt) -> Vec<Effect> {
        match &self.state {
            State::Reading(Reading::Recording(pending, _)) if *pending == attempt => self.begin_check(),
            State::Check(check) if check.pending.is_some_and(|(pending, _)| pending == attempt) => self.open_case(),
            State::Case(_) => self.case_audit_written(attempt),
            State::Search(_) => self.search_written(attempt),
            _ => Vec::new(),
        }
    }

    /// Nothing is shown whose row is not on disk; what waited for it is dropped and wiped.
    fn audit_failed(&mut self, attempt: Attempt, trouble: StoreTrouble) -> Vec<Effect> {
        self.searched.answered(attempt, false);
        self.break_glass_failed(attempt, trouble);
        self.search_failed(attempt, trouble);
        let problem = Problem::AuditNotWritten(trouble);
        match &mut self.state {
            State::Reading(Reading::Recording(pending, _)) if *pending == attempt => {
                self.state = State::Standby(Some(problem));
            }
            State::Check(check) => {
                check.pending.take_if(|(pending, _)| *pending == attempt);
                check.problem = Some(problem);
            }
            State::Case(case) => {
                if matches!(&case.other, Other::Recording(pending, _) if *pending == attempt) {
                    case.other = Other::None;
                }
                if case.veil == Veil::Lifting(attempt) {
                    case.veil = Veil::Drawn;
                }
                case.handover.audit_failed(attempt);
                case.problem = Some(problem);
            }
            State::Standby(notice) => *notice = Some(problem),
            State::SignIn(sign_in) => sign_in.problem = Some(problem),
            State::Locked(locked) => locked.problem = Some(problem),
            State::Reading(_) | State::Fallback(_) | State::Reason(_) | State::Search(_) | State::Station(_) => {}
        }
        Vec::new()
    }

    /// Wipes keys and pixels. Within a shift a PIN brings the keys back; otherwise everything goes.
    pub(crate) fn lock(&mut self, automatic: bool) -> Vec<Effect> {
        if self.crew.is_empty() {
            if matches!(self.state, State::Fallback(_)) {
                self.state = State::SignIn(SignIn::default());
            }
            return Vec::new();
        }
        let locked = matches!(self.state, State::Locked(_) | State::SignIn(SignIn { back: Back::Locked(_), .. }));
        let mut effects = self.close_case(Closing::Locked);
        effects.extend(self.end_break_glass(BreakGlassEnd::Locked));
        if !locked {
            effects.push(self.audit(AuditKind::Locked { automatic }));
        }
        match (&self.state, self.can_reopen()) {
            (_, false) => effects.extend(self.sign_everybody_out(None)),
            (State::Locked(_), true) => {}
            _ => {
                effects.push(Effect::SleepKeys);
                self.state = State::Locked(Locked::default());
            }
        }
        effects
    }

    fn dismiss(&mut self) -> Vec<Effect> {
        let nothing_stands = self.standing_notice().is_none();
        match &mut self.state {
            State::SignIn(sign_in) => sign_in.problem = None,
            State::Standby(None) => self.warning_read |= nothing_stands,
            State::Standby(problem) => *problem = None,
            State::Check(check) => check.problem = None,
            State::Case(case) => case.problem = None,
            State::Locked(locked) => locked.problem = None,
            State::Fallback(fallback) => fallback.problem = None,
            State::Reason(problem) => *problem = None,
            State::Search(search) => search.problem = None,
            State::Reading(_) | State::Station(_) => {}
        }
        Vec::new()
    }

    fn is_searching(&self) -> bool {
        matches!(self.state, State::Reason(_) | State::Search(_))
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

    /// The same as plain lines, for a tablet without a glass, told by the clock that the screens are told by.
    pub fn shown_plainly(&self) -> Option<Vec<String>> {
        let summary = &self.shown()?.summary;
        let doubtful = self.clock_problem(summary).map(|problem| problem.notice());
        let warning = doubtful.map(|notice| format!("{}: {}", notice.sentence, notice.next_step));
        Some(warning.into_iter().chain(display::plain(summary, self.today(summary))).collect())
    }

    pub(crate) fn next_attempt(&mut self) -> Attempt {
        self.last_attempt = Attempt(self.last_attempt.0 + 1);
        self.last_attempt
    }

    pub(crate) fn audit(&mut self, kind: AuditKind) -> Effect {
        let attempt = self.next_attempt();
        self.audit_as(attempt, kind)
    }

    pub(crate) fn audit_as(&self, attempt: Attempt, kind: AuditKind) -> Effect {
        Effect::Audit(attempt, kind, self.crew.iter().map(|member| member.staff_id.clone()).collect())
    }

    pub(crate) fn stay_awake(&mut self) {
        self.last_touch_ms = self.now.map_or(0, |now| now.monotonic_ms);
    }

    /// The clock that never jumps.
    pub(crate) fn now_ms(&self) -> u64 {
        self.now.map_or(0, |now| now.monotonic_ms)
    }

    /// Since the card was seen, or somebody was chosen.
    pub(crate) fn took_ms(&self) -> Option<u32> {
        let took = self.now_ms().checked_sub(self.began_ms?)?;
        u32::try_from(took).ok()
    }

    /// The check of a record whose opening is on disk.
    pub(crate) fn check_of(&self, record: OpenRecord, access: Access) -> State {
        let card_present = self.card_present && access == Access::Card;
        State::Check(Box::new(Check { record, access, card_present, pending: None, problem: None }))
    }
}
