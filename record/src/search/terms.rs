//! What a crew can say of somebody.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::audit::TermKind;
use crate::model::{CommonNumber, PartialDate, Sex};
use crate::seal::{Token, VaultKey, digits_of, fold_address, fold_kana, fold_kana_rows, names_a_house};

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

impl Terms {
    /// Whether enough was said to search: a name of three kana with an age, sex or birth date, or of five alone; a whole
    /// birth date; a phone number; the 16-digit number; an address with a number behind its 丁目.
    pub fn is_enough(&self) -> bool {
        let kana = self.name.as_ref().map_or(0, |name| name.folded().chars().count());
        let person = self.age.is_some() || self.sex.is_some() || self.birth_date.is_some();
        let named = kana >= 5 || kana >= 3 && person;
        let born = self.birth_date.is_some_and(|date| date.day().is_some());
        let phone = self.phone.as_ref().is_some_and(|phone| matches!(digits_of(phone).len(), 10 | 11));
        let house = self.address.as_ref().is_some_and(|address| names_a_house(address));
        named || born || phone || house || self.number.is_some()
    }

    /// For the audit: HMAC-SHA256 under the vault's `index` key over the folded terms, cut to 16 bytes. Equal for equal
    /// searches, however they were typed; says nothing without the key.
    pub fn keyed_hash(&self, vault: &VaultKey) -> [u8; 16] {
        let name = self.name.as_ref().map(|name| match name {
            NameTerm::Rows(_) => format!("rows={}", *name.folded()),
            NameTerm::Kana(_) => format!("kana={}", *name.folded()),
        });
        let parts = [
            name,
            self.birth_date.map(|date| format!("birth={date}")),
            self.age.map(|age| format!("age={age}")),
            self.sex.map(|sex| format!("sex={sex:?}")),
            self.phone.as_ref().map(|phone| format!("phone={}", digits_of(phone))),
            self.number.as_ref().map(|number| format!("number={}", number.digits())),
            self.address.as_ref().map(|address| format!("house={}", fold_address(address))),
        ];
        let parts = Zeroizing::new(parts);
        let said: Vec<&str> = parts.iter().flatten().map(String::as_str).collect();
        *Token::derive(vault, "search", &Zeroizing::new(said.join("|"))).as_bytes()
    }
}

impl NameTerm {
    /// As the index compares it.
    fn folded(&self) -> Zeroizing<String> {
        Zeroizing::new(match self {
            Self::Rows(rows) => fold_kana_rows(rows),
            Self::Kana(kana) => fold_kana(kana),
        })
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
