//! What of a summary goes with a copy for a card, where not all of it fits.
//!
//! Whole blocks are left out, never items of one: a list that is there is as long as it was. A block that was left out says
//! so ([`Unavailability::NotOnCard`]). Never left out are allergies, contraindicated drugs and whatever an alert comes from.

use super::SealError;
use crate::alerts::alerts;
use crate::language::Language;
use crate::model::{Block, Subject, Summary, Unavailability};

/// The order in which blocks are left out: first what a crew decides least by, or may see or ask for itself.
const LEAST_FIRST: [Subject; 13] = [
    Subject::Labs,
    Subject::Procedures,
    Subject::Baseline,
    Subject::Communication,
    Subject::Contacts,
    Subject::Doctors,
    Subject::Infections,
    Subject::Directives,
    Subject::Pregnancy,
    Subject::Dialysis,
    Subject::Devices,
    Subject::Conditions,
    Subject::Medicines,
];

/// The summary, as `pack` makes bytes of it, in at most `room` bytes; and which blocks had to be left out for it, in the
/// order in which they are told.
pub(super) fn fitted<T: AsRef<[u8]>>(
    summary: &Summary,
    room: usize,
    pack: impl Fn(&Summary) -> Result<T, SealError>,
) -> Result<(T, Vec<Subject>), SealError> {
    let fits = |left_out: &[Subject]| {
        let packed = pack(&without(summary, left_out))?;
        Ok::<_, SealError>(Some(packed).filter(|packed| packed.as_ref().len() <= room))
    };
    let warned = alerts(summary, Language::Japanese);
    // Of what two blocks give the same alert, one stays: each is asked beside those that went before it.
    let may_go = |left_out: &[Subject], subject: Subject| {
        let cut = without(summary, &[left_out, &[subject]].concat());
        cut != without(summary, left_out) && alerts(&cut, Language::Japanese) == warned
    };
    let mut left_out = Vec::new();
    let mut packed = fits(&left_out)?;
    let mut candidates = LEAST_FIRST.into_iter();
    while packed.is_none() {
        let next = candidates.find(|subject| may_go(&left_out, *subject));
        left_out.push(next.ok_or(SealError::TooLong)?);
        packed = fits(&left_out)?;
    }
    // A small block may fit beside what stays once a large one is gone: the most important comes back first.
    for subject in left_out.clone().into_iter().rev() {
        let fewer: Vec<Subject> = left_out.iter().copied().filter(|other| *other != subject).collect();
        let as_warned = alerts(&without(summary, &fewer), Language::Japanese) == warned;
        if let Some(better) = fits(&fewer)?.filter(|_| as_warned) {
            (packed, left_out) = (Some(better), fewer);
        }
    }
    left_out.sort();
    Ok((packed.ok_or(SealError::TooLong)?, left_out))
}

fn without(summary: &Summary, left_out: &[Subject]) -> Summary {
    let mut cut = summary.clone();
    for subject in left_out {
        // What is said against the items, or beside them, goes with them.
        if leave_out(&mut cut, *subject) {
            cut.disputed.retain(|dispute| dispute.subject != *subject);
            cut.unlisted.retain(|rest| rest.subject != *subject);
        }
    }
    cut
}

/// Whether there were items to be left out.
fn leave_out(summary: &mut Summary, subject: Subject) -> bool {
    fn gone<T>(block: &mut Block<T>) -> bool {
        let known = matches!(block, Block::Known(_));
        if known {
            *block = Block::Unavailable(Unavailability::NotOnCard);
        }
        known
    }
    match subject {
        Subject::Allergies | Subject::Contraindications => false,
        Subject::Medicines => gone(&mut summary.medicines),
        Subject::Conditions => gone(&mut summary.conditions),
        Subject::Procedures => gone(&mut summary.procedures),
        Subject::Devices => gone(&mut summary.devices),
        Subject::Infections => gone(&mut summary.infections),
        Subject::Labs => gone(&mut summary.labs),
        Subject::Pregnancy => gone(&mut summary.pregnancy),
        Subject::Dialysis => gone(&mut summary.dialysis),
        Subject::Baseline => gone(&mut summary.baseline),
        Subject::Communication => gone(&mut summary.communication),
        Subject::Directives => gone(&mut summary.directives),
        Subject::Doctors => gone(&mut summary.doctors),
        Subject::Contacts => gone(&mut summary.contacts),
    }
}
