//! Finished words for everything in a summary: no screen formats a value after this.
//!
//! Everything that is said here is said in both languages; what a document says stays as it was written.
//!
//! No clock: `today` and `now` are arguments ([`day_of`] gives the one from the other). Patient data leaves only through
//! the returned strings; [`Words`] has a redacted `Debug`.

mod age;
mod allergy;
mod break_glass;
mod care;
mod condition;
mod date;
mod device;
mod findings;
mod fixed;
mod medicine;
mod number;
mod origin;
mod plain;
mod relative;
mod usage;
mod words;

pub use age::{age, sex, sex_age};
pub(crate) use allergy::severity;
pub use allergy::{allergy, category, contraindication, says_only_none};
pub use break_glass::break_glass_reason;
pub use care::{consent, contact, directive, doctor};
pub use condition::condition;
pub use date::{birth_date, clock, date, day_of};
pub use device::{device, procedure};
pub use findings::{baseline, communication, dialysis, infection, lab, pregnancy};
pub(crate) use findings::{baseline_name, lab_name};
pub(crate) use medicine::dosing;
pub use medicine::{medicine, medicine_dated, supply, supply_over};
pub use number::{amount, common_number};
pub use origin::{also_stated, origin, origin_age};
pub use plain::{ALERTS_LEFT_OUT, UNTOLD, plain, plain_untold};
pub use relative::{data_age, relative_day};
pub use words::{Words, disputed, none_confirmed, none_of_category, not_recorded, standing, unavailable, unlisted};
