//! What of a record goes with a hand-over.

use std::collections::BTreeSet;

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::Provenance;
use crate::alerts::alerts;
use crate::language::Language;
use crate::model::{Allergies, Block, Consent, Identity, Sex, Subject, Summary, Unavailability, redacted};

/// Which sections go, and whether what the patient has not been told goes with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The sections that go. Who the patient is always goes.
    pub sections: BTreeSet<Subject>,
    /// True only after a second touch: 未告知 goes too.
    pub untold: bool,
}

impl Selection {
    /// Every section, without what the patient has not been told.
    pub fn everything_told() -> Self {
        Self { sections: Subject::ALL.into_iter().collect(), untold: false }
    }
}

/// A record as it goes to a hospital. Nothing of a section that was left out is in it; the section says that it was left
/// out, and never reads as "none" or "not recorded". Of a record whose consent was withdrawn it holds that alone.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Chosen {
    summary: Summary,
    #[zeroize(skip)]
    left_out: Vec<Subject>,
    #[zeroize(skip)]
    weighty: Vec<Subject>,
    kept_back: usize,
    untold: usize,
    #[zeroize(skip)]
    provenance: Provenance,
}

impl Chosen {
    /// What `selection` leaves of `summary`.
    pub fn of(summary: &Summary, selection: &Selection) -> Self {
        if matches!(summary.consent, Consent::Withdrawn { .. }) {
            return Self::withdrawn(summary);
        }
        let left_out: Vec<_> = Subject::ALL.into_iter().filter(|one| !selection.sections.contains(one)).collect();
        let weighty = left_out.iter().copied().filter(|subject| is_weighty(summary, *subject)).collect();
        let mut going = summary.clone();
        left_out.iter().for_each(|subject| leave_out(&mut going, *subject));
        let untold = going.untold_items();
        let (untold, kept_back) = if selection.untold { (untold, 0) } else { (0, untold) };
        let summary = if selection.untold { going } else { going.told() };
        Self { summary, left_out, weighty, kept_back, untold, provenance: Provenance::default() }
    }

    fn withdrawn(summary: &Summary) -> Self {
        let nobody = Identity {
            number: None,
            name: String::new(),
            kana: None,
            sex: Sex::Unknown,
            birth_date: None,
            address: None,
            phones: Vec::new(),
            blood_type: None,
        };
        let mut bare = Summary::nothing_recorded(nobody, summary.as_of);
        bare.consent = summary.consent.clone();
        Self {
            summary: bare,
            left_out: Vec::new(),
            weighty: Vec::new(),
            kept_back: 0,
            untold: 0,
            provenance: Provenance::default(),
        }
    }

    /// With how the record was come by. Of a withdrawn record nothing more is said.
    #[must_use]
    pub fn come_by(mut self, provenance: Provenance) -> Self {
        if !self.is_withdrawn() {
            self.provenance = provenance;
        }
        self
    }

    /// How the record was come by; every form says it in its opening.
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// What goes. Left-out blocks are [`Unavailability::LeftOut`]; 未告知 items are in it only where they were chosen.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// The sections that do not go.
    pub fn left_out(&self) -> &[Subject] {
        &self.left_out
    }

    /// Of them, those that a hospital must hear of first: allergies, contraindicated drugs, and whatever raises an alert.
    pub fn weighty(&self) -> &[Subject] {
        &self.weighty
    }

    /// How many 未告知 items of the sections that go were kept back.
    pub fn kept_back(&self) -> usize {
        self.kept_back
    }

    /// How many 未告知 items go.
    pub fn untold(&self) -> usize {
        self.untold
    }

    /// True when consent was withdrawn: there is nothing but that to tell.
    pub fn is_withdrawn(&self) -> bool {
        matches!(self.summary.consent, Consent::Withdrawn { .. })
    }
}

/// Whether the strip would be shorter without this section.
fn is_weighty(summary: &Summary, subject: Subject) -> bool {
    let mut without = summary.clone();
    leave_out(&mut without, subject);
    matches!(subject, Subject::Allergies | Subject::Contraindications)
        || alerts(summary, Language::Japanese) != alerts(&without, Language::Japanese)
}

fn leave_out(summary: &mut Summary, subject: Subject) {
    match subject {
        Subject::Allergies => {
            summary.allergies.zeroize();
            summary.allergies = Allergies { block: gone(), ..Allergies::default() };
        }
        Subject::Contraindications => wipe(&mut summary.contraindications),
        Subject::Medicines => wipe(&mut summary.medicines),
        Subject::Conditions => wipe(&mut summary.conditions),
        Subject::Procedures => wipe(&mut summary.procedures),
        Subject::Devices => wipe(&mut summary.devices),
        Subject::Infections => wipe(&mut summary.infections),
        Subject::Labs => wipe(&mut summary.labs),
        Subject::Pregnancy => wipe(&mut summary.pregnancy),
        Subject::Dialysis => wipe(&mut summary.dialysis),
        Subject::Baseline => wipe(&mut summary.baseline),
        Subject::Communication => wipe(&mut summary.communication),
        Subject::Directives => wipe(&mut summary.directives),
        Subject::Doctors => wipe(&mut summary.doctors),
        Subject::Contacts => wipe(&mut summary.contacts),
    }
    summary.disputed.retain(|dispute| dispute.subject != subject);
    summary.unlisted.retain(|rest| rest.subject != subject);
}

fn wipe<T: Zeroize>(block: &mut Block<T>) {
    block.zeroize();
    *block = gone();
}

fn gone<T>() -> Block<T> {
    Block::Unavailable(Unavailability::LeftOut)
}

redacted!(Chosen);
