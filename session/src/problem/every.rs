//! One of each problem, for tests and pictures.

use kakari_record::audit::FallbackRefusal;
use kakari_record::language::Language;

use super::Problem;
use crate::event::{CardTrouble, OpeningTrouble, SaveTrouble};
use crate::store_facts::{StoreTrouble, WipeStage};
use crate::view::Notice;

/// What each variant is pictured by, under its name. A variant that is not listed does not compile.
macro_rules! one_of_each {
    (@ $type:ident $variant:ident) => { [$type::$variant] };
    (@ $type:ident $variant:ident $ones:expr) => { $ones };
    ($type:ident: $($variant:ident $(=> $ones:expr)?),+ $(,)?) => {{
        let _whole = |one: &$type| match one { $($type::$variant { .. } => {})+ };
        let each = [$({
            let ones = one_of_each!(@ $type $variant $($ones)?).into_iter();
            ones.map(|one| (stringify!($variant), one)).collect::<Vec<_>>()
        }),+];
        each.into_iter().flatten().collect::<Vec<(&'static str, $type)>>()
    }};
}

impl Problem {
    /// One of each, and of each trouble that it can tell, under its variant's name.
    fn every(language: Language) -> Vec<(&'static str, Self)> {
        let age = || Some(language.say("12分前", "12 min ago").to_owned());
        one_of_each!(Problem:
            ReaderMissing,
            ReaderStopped,
            ReaderAsleep,
            BatteryLow => [20, 10].map(|percent| Self::BatteryLow { percent }),
            ClockDoubtful,
            Store => store_troubles().into_iter().map(Self::Store),
            AuditNotWritten => store_troubles().into_iter().map(Self::AuditNotWritten),
            AuditOwed,
            AuditFaulty => [Self::AuditFaulty {
                japanese: "3件目から7件目が抜けています".to_owned(),
                english: "rows 3 to 7 are missing".to_owned(),
            }],
            Wiped => [WipeStage::Pending, WipeStage::Done].map(Self::Wiped),
            RosterMissing,
            RosterNotBelieved,
            CrewRemoved,
            LeaseNearlyOver => [23, 1].map(|days_left| Self::LeaseNearlyOver { days_left }),
            LeaseOver => [true, false].map(|wraps_erased| Self::LeaseOver { wraps_erased }),
            Card => card_troubles().into_iter().map(Self::Card),
            Opening => opening_troubles().into_iter().map(Self::Opening),
            NothingStored => [age(), None].map(|data_age| Self::NothingStored { data_age }),
            NotRegistered => [age(), None].map(|data_age| Self::NotRegistered { data_age }),
            ConsentWithdrawn,
            ConsentNotRecorded,
            PartUnavailable => [1, 3].map(|parts| Self::PartUnavailable { parts }),
            CardUnproven,
            CardCopy => [Some(language.say("西地域", "Nishi region").to_owned()), None]
                .map(|region| Self::CardCopy { region, age: age().unwrap_or_default() }),
            CopyOpen,
            StaffCard => card_troubles().into_iter().map(Self::StaffCard),
            WrongPin => [2, 1].map(|tries_left| Self::WrongPin { tries_left }),
            LastTry,
            PinBlocked,
            NotOnRoster,
            NoKeys,
            SameCrewMember,
            PatientCardLocked,
            WrongReopen => [true, false].map(|code| Self::WrongReopen { tries_left: 2, code }),
            ReopenSpent,
            ReopenGone,
            ShiftOver => [true, false].map(|by_code| Self::ShiftOver { by_code }),
            CodeMistyped,
            CodePaused => [Self::CodePaused { minutes: 15 }],
            CodeRefused => refusals().into_iter().map(|reason| Self::CodeRefused { reason, tries_left: 4 }),
            CodeNotMarked => store_troubles().into_iter().map(Self::CodeNotMarked),
            BreakGlassEnding,
            BreakGlassOver,
            SearchUnusual,
            SearchStopped,
            WrongYear => [2, 1].map(|tries_left| Self::WrongYear { tries_left }),
            WrongYears,
            FoundGone,
            NotSaved => save_troubles().into_iter().map(Self::NotSaved),
        )
    }
}

fn store_troubles() -> Vec<StoreTrouble> {
    of(one_of_each!(StoreTrouble: Missing, NoKey, WrongKey, Damaged, WrongKeyOrDamaged, Newer, Full, Refused))
}

fn card_troubles() -> Vec<CardTrouble> {
    of(one_of_each!(CardTrouble:
        TornAway, NoAnswer, Busy, Reader, Malformed, Expired, NotYetValid, OtherRegion, Revoked, MyNumberCard,
        DrivingLicence, TransitCard, BankCard, ResidenceCard, Passport, UnregisteredCard,
        ChangingIdentifier, BlankCard, TwoCards, NotGenuine, NoCopy, CopyDamaged, NotOurs, StaffCard, PatientCard,
    ))
}

fn opening_troubles() -> Vec<OpeningTrouble> {
    of(one_of_each!(OpeningTrouble: NotOpened, Newer, NoKey, Several))
}

fn refusals() -> Vec<FallbackRefusal> {
    of(one_of_each!(FallbackRefusal: WrongCode, Used, TooManyTries, NoCodes, NotOnRoster))
}

fn save_troubles() -> Vec<SaveTrouble> {
    of(one_of_each!(SaveTrouble: NoPlace, NotMounted, Full, Failed, Withdrawn))
}

fn of<T>(named: Vec<(&'static str, T)>) -> Vec<T> {
    named.into_iter().map(|(_, one)| one).collect()
}

/// Every notice there is, each under its problem's name; several of one name differ in what they tell.
#[doc(hidden)]
pub fn every_notice(language: Language) -> Vec<(&'static str, Notice)> {
    Problem::every(language).into_iter().map(|(name, problem)| (name, problem.notice(language))).collect()
}
