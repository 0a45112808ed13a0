//! Which drug a product is: general name and class, from `assets/tables/formulary.csv`.
//!
//! A name that is not in the table yields nothing; nothing is guessed from a part of a name.

use std::sync::LazyLock;

mod code;
mod name;

pub(crate) use code::yj_of;
pub use name::by_name;

use crate::model::{Coded, Medicine};
use crate::table::{self, folded};

/// One drug of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Drug {
    /// General name to show: 「ワルファリンカリウム」. Parts of a combination are joined by 「・」.
    pub generic: &'static str,
    /// Class word: 「抗凝固」, 「降圧(Ca拮抗)」.
    pub class: &'static str,
    /// Brands, the most usual first; empty where the general name is the usual one.
    pub brands: Vec<&'static str>,
    /// First seven characters of the YJ code (class, ingredient, route); empty where they are not certain.
    pub yj: &'static str,
    /// The names by which a product begins, folded: brands, general name, and its stem without salt.
    names: Vec<String>,
}

static DRUGS: LazyLock<Vec<Drug>> = LazyLock::new(|| {
    table::rows(include_str!("../../assets/tables/formulary.csv"))
        .map(|[generic, stem, brands, yj, class, _source]| {
            let brands: Vec<&str> = brands.split('/').filter(|brand| !brand.is_empty()).collect();
            let names = brands.iter().chain([&generic, &stem]).filter(|name| !name.is_empty());
            Drug { names: names.map(|name| folded(name)).collect(), generic, class, brands, yj }
        })
        .collect()
});

/// Every drug of the table.
pub fn drugs() -> &'static [Drug] {
    &DRUGS
}

/// The drug that a medicine is, by its code and by its name. When the two name different drugs there is no answer:
/// one of them is wrong, and the sender's own words are shown instead.
pub fn drug_of(medicine: &Medicine) -> Option<&'static Drug> {
    match (by_code(&medicine.product), by_name(&medicine.product.text)) {
        (Some(coded), Some(named)) if !named.may_have_the_code_of(coded) => None,
        (coded, named) => named.or(coded),
    }
}

impl Drug {
    /// The same drug, or one that the price list keeps under the other's code: 「インスリン リスプロ混合製剤」.
    fn may_have_the_code_of(&self, coded: &Self) -> bool {
        self.generic == coded.generic || (self.yj.is_empty() && self.generic.starts_with(coded.generic))
    }
}

/// The class word of a medicine: 「降圧(Ca拮抗)」.
pub fn class_of(medicine: &Medicine) -> Option<&'static str> {
    let stated = || medicine.generic.as_deref().and_then(by_name);
    drug_of(medicine).or_else(stated).map(|drug| drug.class)
}

fn by_code(product: &Coded) -> Option<&'static Drug> {
    let code = yj_of(product)?;
    DRUGS.iter().find(|drug| !drug.yj.is_empty() && code.starts_with(drug.yj))
}
