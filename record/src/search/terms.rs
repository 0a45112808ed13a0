//! What a crew can say of somebody.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::audit::TermKind;
use crate::model::{CommonNumber, PartialDate, Sex};

/// A name as far as it was typed: the beginning of the family name, the given name after it.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub enum NameTerm {
    /// Each kana by the first of its row, as ten keys give it: 「ヤマタハナ」 finds ヤマダ ハナコ.
    Rows(String),
    /// Kana, however they are spelt; one wrong, missing or additional kana is forgiven.
    Kana(String),
}

/// Everything that was said. What is not said does not narrow.
#[derive(Clone, Default, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Terms {
    /// The name.
    pub name: Option<NameTerm>,
    /// The birth date, or its year, or its year and month.
    pub birth_date: Option<PartialDate>,
    /// About how old, in years: five more or fewer are let through.
    pub age: Option<u8>,
    /// The sex.
    pub sex: Option<Sex>,
    /// A whole phone number, its own or a contact's own household's.
    pub phone: Option<String>,
    /// The 16-digit number.
    pub number: Option<CommonNumber>,
    /// A whole address.
    pub address: Option<String>,
}

impl Terms {
    /// The kinds that were said.
    pub fn kinds(&self) -> Vec<TermKind> {
        let name = self.name.as_ref().map(|name| match name {
            NameTerm::Rows(_) => TermKind::NameRows,
            NameTerm::Kana(_) => TermKind::NameKana,
        });
        let said = |there: bool, kind| there.then_some(kind);
        let kinds = [
            name,
            said(self.birth_date.is_some(), TermKind::BirthDate),
            said(self.age.is_some(), TermKind::Age),
            said(self.sex.is_some(), TermKind::Sex),
            said(self.phone.is_some(), TermKind::Phone),
            said(self.number.is_some(), TermKind::Number),
            said(self.address.is_some(), TermKind::Address),
        ];
        kinds.into_iter().flatten().collect()
    }
}

impl fmt::Debug for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Terms({:?}, [redacted])", self.kinds())
    }
}

impl fmt::Debug for NameTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NameTerm([redacted])")
    }
}
