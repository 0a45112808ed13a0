//! Who it is: the banner and the identity check.

use kakari_record::photo::Face;

use super::{Mark, Notice};

/// The patient banner: the same words on every screen about one patient.
#[derive(Clone, PartialEq, Eq)]
pub struct Banner {
    /// 「ヤマダ ハナコ」, empty when unknown.
    pub kana: String,
    /// 「山田 花子」
    pub name: String,
    /// 「女性 86歳」
    pub sex_age: String,
    /// 「昭和15年(1940) 3月5日」
    pub birth_date: String,
    /// 「4日前(11/16) さくら医院」
    pub information: String,
    /// Whether that age deserves a warning.
    pub information_mark: Mark,
    /// 「カード ✓ 真正・本人同意 02:13」, 「カードなし」, 「カード未認証」
    pub card: String,
    /// How those words stand.
    pub card_mark: CardMark,
}

/// What the card is worth, to be seen before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardMark {
    /// It lies there and has proved itself: plain words.
    Genuine,
    /// It is not on the reader any more, or there never was one.
    Gone,
    /// It only says a number, and could be a copy.
    Unproven,
    /// What is shown was written on the card; it is not this tablet's.
    Copy,
}

/// The identity check.
#[derive(Clone, PartialEq, Eq)]
pub struct Check {
    /// Who the card says it is.
    pub banner: Banner,
    /// Address, empty when unknown.
    pub address: String,
    /// The 16-digit number in groups of four.
    pub number: String,
    /// The face; on no other screen.
    pub photo: CheckPhoto,
    /// For example that enrolment consent is not recorded.
    pub notice: Option<Notice>,
}

/// The photo on the identity check.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum CheckPhoto {
    /// There is none, and no mark of it.
    #[default]
    None,
    /// To be compared with the person.
    Shown(Face),
    /// 「開けません」: there is one that cannot be shown.
    Missing(String),
}
