//! What goes wrong with a patient's card, a record, a file for the hospital.

use kakari_record::model::Consent;
use kakari_session::look::Look;
use kakari_session::touch::Touch;
use kakari_session::view::View;
use kakari_session::{
    CardOutcome, CardTrouble, Effect, Event, OpenRecord, OpeningTrouble, SaveOutcome, SaveTrouble, StoreTrouble,
};

use super::{CASE, Named};
use crate::people;
use crate::tablet::Tablet;

pub(super) fn problems(look: Look) -> Vec<Named> {
    let troubles = [
        ("card-torn-away", CardTrouble::TornAway),
        ("card-no-answer", CardTrouble::NoAnswer),
        ("card-busy", CardTrouble::Busy),
        ("card-reader", CardTrouble::Reader),
        ("card-malformed", CardTrouble::Malformed),
        ("card-expired", CardTrouble::Expired),
        ("card-not-yet-valid", CardTrouble::NotYetValid),
        ("card-other-region", CardTrouble::OtherRegion),
        ("card-revoked", CardTrouble::Revoked),
        ("card-my-number", CardTrouble::MyNumberCard),
        ("card-driving-licence", CardTrouble::DrivingLicence),
        ("card-transit", CardTrouble::TransitCard),
        ("card-bank", CardTrouble::BankCard),
        ("card-residence", CardTrouble::ResidenceCard),
        ("card-passport", CardTrouble::Passport),
        ("card-unregistered", CardTrouble::UnregisteredCard),
        ("card-changing-identifier", CardTrouble::ChangingIdentifier),
        ("card-blank", CardTrouble::BlankCard),
        ("card-two", CardTrouble::TwoCards),
        ("card-not-genuine", CardTrouble::NotGenuine),
        ("card-no-copy", CardTrouble::NoCopy),
        ("card-copy-damaged", CardTrouble::CopyDamaged),
        ("card-not-ours", CardTrouble::NotOurs),
        ("card-staff", CardTrouble::StaffCard),
    ];
    let laid = |outcome| laid(look, outcome);
    let mut all: Vec<Named> = troubles.map(|(name, trouble)| (name, laid(CardOutcome::Refused(trouble)))).to_vec();
    let withdrawn = Consent::Withdrawn { on: None };
    all.extend([
        ("nothing-stored", laid(CardOutcome::NothingStored)),
        ("not-registered", laid(CardOutcome::NotRegistered)),
        ("record-not-opened", laid(CardOutcome::NotOpened(OpeningTrouble::NotOpened))),
        ("record-newer", laid(CardOutcome::NotOpened(OpeningTrouble::Newer))),
        ("record-no-key", laid(CardOutcome::NotOpened(OpeningTrouble::NoKey))),
        ("record-several", laid(CardOutcome::NotOpened(OpeningTrouble::Several))),
        ("record-store", laid(CardOutcome::Store(StoreTrouble::Damaged))),
        ("consent-withdrawn", laid(CardOutcome::Opened(consenting(withdrawn)))),
        ("consent-not-recorded", laid(CardOutcome::Opened(consenting(Consent::NotRecorded)))),
    ]);
    let saves = [
        ("save-no-place", SaveTrouble::NoPlace),
        ("save-not-mounted", SaveTrouble::NotMounted),
        ("save-full", SaveTrouble::Full),
        ("save-failed", SaveTrouble::Failed),
        ("save-withdrawn", SaveTrouble::Withdrawn),
    ];
    all.extend(saves.map(|(name, trouble)| (name, saved(look, SaveOutcome::NotSaved(trouble)))));
    all.push(("saved", saved(look, SaveOutcome::Saved { file: "kakari-20261120-021400.json".to_owned() })));
    all
}

fn laid(look: Look, outcome: CardOutcome) -> View {
    let mut tablet = Tablet::signed_in(look, CASE);
    tablet.lay_patient_card(outcome);
    tablet.view()
}

fn consenting(consent: Consent) -> OpenRecord {
    let mut record = people::resident(CASE);
    record.summary.consent = consent;
    record
}

fn saved(look: Look, outcome: SaveOutcome) -> View {
    let mut tablet = Tablet::signed_in(look, CASE);
    tablet.show(people::resident(CASE));
    tablet.touch(Touch::OpenHandover);
    tablet.touch(Touch::SaveDocument);
    let asked = tablet.asked(|effect| match effect {
        Effect::Save(attempt, ..) => Some(*attempt),
        _ => None,
    });
    tablet.send(Event::Saved(asked, outcome));
    tablet.view()
}
