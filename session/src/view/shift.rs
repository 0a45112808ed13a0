//! Sign-in, a locked tablet, a start by a one-time code, and standby.

use zeroize::Zeroizing;

use super::{Mark, Notice};

/// Sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// 「職員カードを置いてください」, 「PINを入力してください」, 「確認しています」
    pub prompt: String,
    /// The card holder's name once the card is read.
    pub holder: Option<String>,
    /// How many digits stand in the PIN field (0–8); `None` while no PIN can be entered.
    pub digits: Option<u8>,
    /// 「残り2回」, shown beside the field.
    pub tries: Option<String>,
    /// True when the PIN can be submitted.
    pub can_submit: bool,
    /// What went wrong.
    pub notice: Option<Notice>,
    /// True when somebody is signed in already: 「やめる」 goes back to them.
    pub can_cancel: bool,
    /// True when two crew members could start by a one-time code.
    pub can_fallback: bool,
}

/// A tablet that is locked within a shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    /// 「PINで再開します」
    pub prompt: String,
    /// 「佐藤・田中」
    pub crew: String,
    /// How many digits stand in the field (0–8).
    pub digits: u8,
    /// 「残り2回」
    pub tries: Option<String>,
    /// True when the PIN can be submitted.
    pub can_submit: bool,
    /// What went wrong.
    pub notice: Option<Notice>,
}

/// A start by two names and a one-time code.
#[derive(Clone, PartialEq, Eq)]
pub struct Fallback {
    /// 「2人の名前を選び、責任者から聞いた16桁を入力してください」
    pub prompt: String,
    /// The roster's names, a page of them.
    pub staff: Vec<StaffChoice>,
    /// 「1/3」, empty when there is one page.
    pub page: String,
    /// 「1234 5678 9___ ____」: within its shift it opens the tablet again, so it is wiped.
    pub code: Zeroizing<String>,
    /// True when two are chosen and the code is whole.
    pub can_submit: bool,
    /// What went wrong.
    pub notice: Option<Notice>,
}

/// A name of the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffChoice {
    /// Its place in the whole list.
    pub index: usize,
    /// 「佐藤 S0001」
    pub name: String,
    /// True when it is chosen.
    pub chosen: bool,
}

/// Standby.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standby {
    /// 「カードをタッチ」
    pub prompt: String,
    /// The state of things: reader, residents, data, receipts, shift.
    pub lines: Vec<StateLine>,
    /// What is wrong, or what became of the last tap.
    pub notice: Option<Notice>,
    /// True when records can be searched for without a card.
    pub can_search: bool,
    /// True when a second crew member can sign in.
    pub can_add_crew: bool,
    /// 「搬送先は変わりましたか?」 after a case, until it is answered or something else is done; empty otherwise.
    pub question: String,
}

/// One line of the state of things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateLine {
    /// 「リーダー」
    pub label: String,
    /// 「準備完了」
    pub value: String,
    /// Its mark.
    pub mark: Mark,
}
