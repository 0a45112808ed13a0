//! Everything that can be wrong, each with one sentence that says what happened and one next step.
//!
//! The list is closed and both languages stand side by side: a new problem without words in both does not compile. The
//! words lie in files by whom they concern.

mod card;
mod code;
mod crew;
mod every;
mod handover;
mod search;
mod store;
mod sync;
mod tablet;
mod worth;

use kakari_record::audit::FallbackRefusal;
use kakari_record::language::Language;

use crate::event::{CardTrouble, OpeningTrouble, SaveTrouble};
use crate::session::Session;
use crate::store_facts::{StoreTrouble, WipeStage};
use crate::view::{Mark, Notice};

pub(crate) use crew::tries_left;
pub use every::every_notice;

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    // The tablet and what is plugged into it.
    ReaderMissing,
    ReaderStopped,
    ReaderAsleep,
    BatteryLow { percent: u8 },
    ClockDoubtful,
    // What it stores.
    Store(StoreTrouble),
    AuditNotWritten(StoreTrouble),
    AuditOwed,
    AuditFaulty { japanese: String, english: String },
    Wiped(WipeStage),
    // What comes from the region.
    RosterMissing,
    RosterNotBelieved,
    CrewRemoved,
    LeaseNearlyOver { days_left: i64 },
    LeaseOver { wraps_erased: bool },
    // A patient's card and record.
    Card(CardTrouble),
    Opening(OpeningTrouble),
    NothingStored { data_age: Option<String> },
    NotRegistered { data_age: Option<String> },
    ConsentWithdrawn,
    ConsentNotRecorded,
    PartUnavailable { parts: usize },
    CardUnproven,
    CardCopy { region: Option<String>, age: String },
    CopyOpen,
    // The crew.
    StaffCard(CardTrouble),
    WrongPin { tries_left: u8 },
    LastTry,
    PinBlocked,
    NotOnRoster,
    NoKeys,
    SameCrewMember,
    PatientCardLocked,
    WrongReopen { tries_left: u8, code: bool },
    ReopenSpent,
    ReopenGone,
    ShiftOver { by_code: bool },
    // A one-time code.
    CodeMistyped,
    CodePaused { minutes: u64 },
    CodeRefused { reason: FallbackRefusal, tries_left: u8 },
    CodeNotMarked(StoreTrouble),
    // The search without a card.
    BreakGlassEnding,
    BreakGlassOver,
    SearchUnusual,
    SearchStopped,
    WrongYear { tries_left: u8 },
    WrongYears,
    FoundGone,
    // The hand-over.
    NotSaved(SaveTrouble),
}

impl Problem {
    /// The words the crew sees.
    pub(crate) fn notice(&self, language: Language) -> Notice {
        match self {
            Self::ReaderMissing => tablet::reader_missing(language),
            Self::ReaderStopped => tablet::reader_stopped(language),
            Self::ReaderAsleep => tablet::reader_asleep(language),
            Self::BatteryLow { percent } => tablet::battery_low(*percent, language),
            Self::ClockDoubtful => tablet::clock_doubtful(language),
            Self::Store(trouble) => store::store(*trouble, language),
            Self::AuditNotWritten(trouble) => store::audit_not_written(*trouble, language),
            Self::AuditOwed => store::audit_owed(language),
            Self::AuditFaulty { japanese, english } => store::audit_faulty(japanese, english, language),
            Self::Wiped(stage) => store::wiped(*stage, language),
            Self::RosterMissing => sync::roster_missing(language),
            Self::RosterNotBelieved => sync::roster_not_believed(language),
            Self::CrewRemoved => sync::crew_removed(language),
            Self::LeaseNearlyOver { days_left } => sync::lease_nearly_over(*days_left, language),
            Self::LeaseOver { wraps_erased } => sync::lease_over(*wraps_erased, language),
            Self::Card(trouble) => card::card(*trouble, language),
            Self::Opening(trouble) => card::opening(*trouble, language),
            Self::NothingStored { data_age } => card::nothing_stored(data_age.as_deref(), language),
            Self::NotRegistered { data_age } => card::not_registered(data_age.as_deref(), language),
            Self::ConsentWithdrawn => card::consent_withdrawn(language),
            Self::ConsentNotRecorded => card::consent_not_recorded(language),
            Self::PartUnavailable { parts } => card::part_unavailable(*parts, language),
            Self::CardUnproven => worth::card_unproven(language),
            Self::CardCopy { region, age } => worth::card_copy(region.as_deref(), age, language),
            Self::CopyOpen => worth::copy_open(language),
            Self::StaffCard(trouble) => crew::card(*trouble, language),
            Self::WrongPin { tries_left } => crew::wrong_pin(*tries_left, language),
            Self::LastTry => crew::last_try(language),
            Self::PinBlocked => crew::pin_blocked(language),
            Self::NotOnRoster => crew::not_on_roster(language),
            Self::NoKeys => crew::no_keys(language),
            Self::SameCrewMember => crew::same_crew_member(language),
            Self::PatientCardLocked => crew::patient_card_locked(language),
            Self::WrongReopen { tries_left, code } => crew::wrong_reopen(*tries_left, *code, language),
            Self::ReopenSpent => crew::reopen_spent(language),
            Self::ReopenGone => crew::reopen_gone(language),
            Self::ShiftOver { by_code } => crew::shift_over(*by_code, language),
            Self::CodeMistyped => code::mistyped(language),
            Self::CodePaused { minutes } => code::paused(*minutes, language),
            Self::CodeRefused { reason, tries_left } => code::refused(*reason, *tries_left, language),
            Self::CodeNotMarked(trouble) => code::not_marked(*trouble, language),
            Self::BreakGlassEnding => search::ending(language),
            Self::BreakGlassOver => search::over(language),
            Self::SearchUnusual => search::unusual(language),
            Self::SearchStopped => search::stopped(language),
            Self::WrongYear { tries_left } => search::wrong_year(*tries_left, language),
            Self::WrongYears => search::wrong_years(language),
            Self::FoundGone => search::found_gone(language),
            Self::NotSaved(trouble) => handover::not_saved(*trouble, language),
        }
    }
}

impl Session {
    /// A problem in the words of the glass.
    pub(crate) fn said(&self, problem: &Problem) -> Notice {
        problem.notice(self.look.language)
    }

    /// The same of what no touch takes away.
    pub(crate) fn standing(&self, problem: &Problem) -> Notice {
        self.said(problem).standing()
    }
}

/// A sentence and its next step.
pub(crate) fn notice(mark: Mark, (sentence, next_step): (impl Into<String>, impl Into<String>)) -> Notice {
    Notice { mark, sentence: sentence.into(), next_step: next_step.into(), stays: false }
}

fn caution(words: (impl Into<String>, impl Into<String>)) -> Notice {
    notice(Mark::Caution, words)
}

fn bad(words: (impl Into<String>, impl Into<String>)) -> Notice {
    notice(Mark::Bad, words)
}
