//! What every item of the summary has in common: somebody said it.

use super::{
    Allergy, Baseline, Communication, Condition, Contact, Device, Dialysis, Directive, Infection, Lab, Medicine,
    Origin, Pregnancy, PrimaryDoctor, Procedure,
};

/// An item that somebody stated.
pub trait Stated {
    /// Who said so, and when.
    fn origin(&self) -> &Origin;
    /// Who said so, to be completed.
    fn origin_mut(&mut self) -> &mut Origin;
}

macro_rules! stated {
    ($($item:ty),+ $(,)?) => {$(
        impl Stated for $item {
            fn origin(&self) -> &Origin {
                &self.origin
            }

            fn origin_mut(&mut self) -> &mut Origin {
                &mut self.origin
            }
        }
    )+};
}

stated!(
    Allergy,
    Baseline,
    Communication,
    Condition,
    Contact,
    Device,
    Dialysis,
    Directive,
    Infection,
    Lab,
    Medicine,
    Pregnancy,
    PrimaryDoctor,
    Procedure,
);
