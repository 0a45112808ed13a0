//! What a crew member can do on the glass.

use kakari_record::audit::BreakGlassReason;
pub use kakari_record::audit::ReviewVerdict;
use kakari_record::language::Language;
pub use kakari_record::model::Sex;
use kakari_record::model::Subject;

use crate::look::{Dark, TextSize};
use crate::station::StationPage;

/// One touch, already understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// A digit 0–9, of whatever is being typed: PIN, one-time code, birth year, a field of the search.
    Digit(u8),
    /// Take the last digit back.
    EraseDigit,
    /// What was typed is whole.
    SubmitPin,
    /// This is the person, and this is why the record may be seen.
    Confirm(Basis),
    /// 別人・不明 on the identity check.
    NotThisPerson,
    /// 別人だった on the summary.
    WasAnotherPerson,
    /// All items.
    OpenDetails,
    /// Back to the summary.
    CloseDetails,
    /// The second touch that shows what the patient has not been told.
    ShowVeiled,
    /// Hide it again.
    HideVeiled,
    /// Switch to the patient of the other card.
    SwitchPatient,
    /// Stay with this patient.
    StayWithPatient,
    /// 事案を閉じる
    CloseCase,
    /// ロック
    Lock,
    /// Take the last notice away.
    Dismiss,
    /// A second crew member signs in.
    AddCrew,
    /// Back from a sign-in, a one-time code, a reason, a birth year: to where it was begun.
    Cancel,
    /// 勤務終了: everybody signs out.
    EndShift,
    /// Nobody has a staff card that works: two crew members and a one-time code.
    OpenFallback,
    /// A name of the roster's list was touched: chosen, or not any more.
    PickStaff(usize),
    /// Another page of the roster's list.
    TurnStaff(i8),
    /// カードなし: asks for the reason.
    NoCard,
    /// The reason: break-glass begins.
    BreakGlass(BreakGlassReason),
    /// The same time once more.
    ExtendBreakGlass,
    /// やめる: break-glass is over.
    EndBreakGlass,
    /// What is typed next.
    SearchField(Field),
    /// A kana of the name: the first of its row on ten keys, any on the full pad.
    Kana(char),
    /// Take the last kana back.
    EraseKana,
    /// The sex, or that it is not known.
    SearchSex(Option<Sex>),
    /// 条件を消す
    ClearSearch,
    /// A person of the list, counted over all that are named.
    Choose(usize),
    /// 引継ぎ
    OpenHandover,
    /// Back to the summary.
    CloseHandover,
    /// A section goes with the hand-over, or does not.
    TickSection(Subject),
    /// 未告知 goes with it; only the second touch in a row ticks it.
    TickUntold,
    /// The codes come up; they stay for fifteen minutes at most.
    ShowCodes,
    /// They go.
    HideCodes,
    /// The next of several codes.
    NextCode,
    /// The document is written to the folder or stick.
    SaveDocument,
    /// The A4 page is.
    SavePaper,
    /// Handed over, in the way that was last begun, to the receiver of this place in the list.
    HandedTo(usize),
    /// After a case: whether the record changed where the patient was taken.
    DestinationChanged(bool),
    /// 昼/夜: the other colours, in one touch, on every page.
    SwitchTheme,
    /// The words in this language.
    Speak(Language),
    /// The colours for the night.
    Darken(Dark),
    /// Larger or smaller words on a patient's pages.
    Enlarge(TextSize),
    /// A card is heard, or not.
    Sound(bool),
    /// The dark glass lights up; it presses nothing that lay under the finger.
    Wake,
    /// A page round the work: from standby, from sign-in, or from another of them.
    OpenStation(StationPage),
    /// Back to where they were opened.
    CloseStation,
    /// 今すぐ同期
    SyncNow,
    /// USBから取込
    ImportBundle,
    /// Looks round the tablet once more.
    CheckAgain,
    /// A use of break-glass was looked at: the row of its beginning, and what was found.
    Review(u64, ReviewVerdict),
    /// On the page of an enrolment, which no session drives.
    Enrol(EnrolTouch),
}

/// A touch on the page of an enrolment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnrolTouch {
    /// The way of this place in the list.
    Way(usize),
    /// A character of the code.
    Letter(char),
    /// Take the last one back.
    Erase,
    /// The code is whole.
    Submit,
    /// Once more from where it stopped.
    Retry,
    /// Back to the first question.
    Back,
    /// The window goes.
    Finish,
}

/// What a search can be typed into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Field {
    /// The name by rows, with ten keys.
    #[default]
    NameRows,
    /// The name in kana, with all keys.
    NameKana,
    /// About how old.
    Age,
    /// 年月日, eight digits.
    BirthDate,
    /// A phone number.
    Phone,
    /// The 16-digit number.
    Number,
    /// The address: kana of the town, then its numbers.
    Address,
}

/// Why the record may be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// 本人同意
    PatientConsents,
    /// 家族の求め
    FamilyAsks,
    /// 意識なし・緊急
    Emergency,
}
