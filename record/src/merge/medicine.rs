//! Medicines.

use super::index::Keys;
use super::item::{Differs, Item};
use super::spelling::{contradict, same_facility, same_words, take_codes, words};
use crate::codes;
use crate::display;
use crate::model::{Coded, Medicine, MedicineStatus, PartialDate};

impl Item for Medicine {
    const DATED: bool = true;

    fn when(&self) -> Option<PartialDate> {
        self.date.or(self.origin.recorded)
    }
    fn keys(&self) -> Keys {
        let nine = |system| self.product.code_in(system).and_then(|code| code.get(..9));
        let kinds = [nine(codes::YJ), nine(codes::GENERAL_NAME)].into_iter().flatten();
        let named = Keys::default().words(&self.product.text).codes(&self.product, exact);
        kinds.fold(named, Keys::kind)
    }

    fn same_thing(&self, other: &Self) -> bool {
        let differ = |part: fn(&Self) -> Option<&str>| contradict(part(self), part(other));
        let apart = differ(|one| one.strength.as_deref()) || differ(|one| one.form.as_deref());
        !apart && same_product(&self.product, &other.product)
    }

    /// Another dose or usage replaces the older one only when the same facility or pharmacy said both and this one surely
    /// later. Else two prescribers may each have meant theirs, and the patient may be taking both. The same where one says
    /// that it is stopped: that of another facility never silences what was in use.
    fn replaces(&self, older: &Self) -> bool {
        let differ = |part: fn(&Self) -> Option<&str>| contradict(part(self), part(older));
        let same_dosing = !differ(|one| one.dose.as_deref()) && !differ(|one| one.usage.as_deref());
        let later = older.when().zip(self.when()).is_some_and(|(old, new)| old.is_surely_before(new));
        let stops = in_use(older.status) && !in_use(self.status);
        let same_day = older.when() == self.when();
        match (self.same_source(older), stops) {
            (true, true) => later || (same_dosing && same_day),
            (true, false) => same_dosing || later,
            (false, _) => same_dosing && !stops,
        }
    }

    fn differs_from(&self, shown: &Self) -> Differs {
        let otherwise = |mine: &Option<String>, theirs: &Option<String>| {
            mine.is_some() && mine.as_deref().map(words) != theirs.as_deref().map(words)
        };
        let dosing = otherwise(&self.dose, &shown.dose) || otherwise(&self.usage, &shown.usage);
        let (mine, theirs) = (self.status, shown.status);
        Differs::of_names(&self.product.text, &shown.product.text)
            .text(self.strength.as_deref(), shown.strength.as_deref())
            .say(dosing, display::dosing(self))
            .say(mine == MedicineStatus::Past && theirs != mine, "中止・終了")
            .say(mine == MedicineStatus::OnHold && theirs != mine, "休薬中")
            .say(mine == MedicineStatus::Current && !in_use(theirs), "使用中")
            .say(mine == MedicineStatus::Unknown && !in_use(theirs), "処方・調剤あり")
    }

    /// What the product is, never how it is taken: dose, usage, days, date, pharmacy and status belong to one supply.
    /// Strength and form only between equal codes: one name may stand for two strengths.
    fn take_gaps(&mut self, older: &Self) {
        if same_code(&self.product, &older.product, codes::YJ) || same_code(&self.product, &older.product, codes::HOT9)
        {
            self.strength = self.strength.take().or_else(|| older.strength.clone());
            self.form = self.form.take().or_else(|| older.form.clone());
        }
        self.generic = self.generic.take().or_else(|| older.generic.clone());
        take_codes(&mut self.product, &older.product);
    }

    fn is_named(&self, name: &Coded) -> bool {
        same_product(&self.product, name)
    }

    fn is_exactly(&self, name: &Coded) -> bool {
        same_words(&self.product.text, &name.text) || same_code(&self.product, name, codes::YJ)
    }
}

fn in_use(status: MedicineStatus) -> bool {
    matches!(status, MedicineStatus::Current | MedicineStatus::Unknown)
}

trait Source {
    /// By the pharmacy where both name one, else by who stated it.
    fn same_source(&self, other: &Self) -> bool;
}

impl Source for Medicine {
    fn same_source(&self, other: &Self) -> bool {
        match (&self.pharmacy, &other.pharmacy) {
            (Some(a), Some(b)) => words(a) == words(b),
            _ => same_facility(&self.origin, &other.origin),
        }
    }
}

/// The same product by the most exact code that both have, else by its name.
///
/// A product prescribed by its general name is the product dispensed for it when ingredient, form and strength agree:
/// the first nine characters of the YJ code and of the general-name code.
fn same_product(a: &Coded, b: &Coded) -> bool {
    let code = |name: &Coded, system| name.code_in(system).map(str::to_owned);
    let crossed = |a, b| code(a, codes::GENERAL_NAME).zip(code(b, codes::YJ));
    let by_code = [
        (code(a, codes::YJ).zip(code(b, codes::YJ)), false),
        (code(a, codes::HOT9).zip(code(b, codes::HOT9)), false),
        (code(a, codes::GENERAL_NAME).zip(code(b, codes::GENERAL_NAME)), false),
        (crossed(a, b), true),
        (crossed(b, a), true),
    ];
    for (codes, general) in by_code {
        if let Some((x, y)) = codes {
            // Codes change when a maker renames a product: with the same name the ingredient, form and strength decide.
            let alike = general || same_words(&a.text, &b.text);
            return x == y || (alike && x.get(..9).is_some() && x.get(..9) == y.get(..9));
        }
    }
    same_words(&a.text, &b.text)
}

fn exact(system: &str) -> bool {
    matches!(system, codes::YJ | codes::HOT9 | codes::GENERAL_NAME)
}

fn same_code(a: &Coded, b: &Coded, system: &str) -> bool {
    a.code_in(system).is_some() && a.code_in(system) == b.code_in(system)
}
