//! What a crew member can do on the glass.

/// One touch, already understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// A digit 0–9 of the PIN pad.
    Digit(u8),
    /// Take the last digit back.
    EraseDigit,
    /// The PIN is whole.
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
