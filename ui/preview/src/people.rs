//! Invented residents: what real documents say of them.

use std::sync::LazyLock;

use chrono::TimeDelta;
use kakari_record::audit::Access;
use kakari_record::fhir;
use kakari_record::model::{Block, Summary, Unavailability};
use kakari_record::photo::Photo;
use kakari_record::seal::RecordId;
use kakari_session::{CardCopyFacts, Neighbour, OpenPhoto, OpenRecord};

use crate::Case;
use crate::tablet::moment;

macro_rules! resident {
    ($file:literal) => {
        summary(include_bytes!(concat!("../../../assets/region/residents/", $file, ".json")))
    };
}

fn summary(document: &[u8]) -> Summary {
    fhir::read_document(document).expect("a document of ours").summary
}

static NOBODY_ASKED: LazyLock<Summary> = LazyLock::new(|| resident!("008-nothing-recorded"));
static NONE_OF_ALL: LazyLock<Summary> = LazyLock::new(|| resident!("007-everything-none-confirmed"));
static TYPICAL: LazyLock<Summary> = LazyLock::new(typical);
static EXTREME: LazyLock<Summary> = LazyLock::new(extreme);
static FACE: LazyLock<OpenPhoto> = LazyLock::new(face);

/// The resident of a case.
pub(crate) fn resident(case: Case) -> OpenRecord {
    match case {
        Case::Empty => record(8, NOBODY_ASKED.clone(), OpenPhoto::None),
        Case::Typical => record(2, TYPICAL.clone(), FACE.clone()),
        Case::Extreme => record(15, EXTREME.clone(), OpenPhoto::NotOpened),
    }
}

/// Somebody else, whose card is laid on while a case is open.
pub(crate) fn other() -> OpenRecord {
    record(7, NONE_OF_ALL.clone(), OpenPhoto::None)
}

/// Somebody of whom every block was said to be none.
pub(crate) fn none_confirmed() -> OpenRecord {
    other()
}

/// The same, found by a card that only says a number.
pub(crate) fn unproven(case: Case) -> OpenRecord {
    OpenRecord { access: Access::UnprovenCard, ..resident(case) }
}

/// The same as the card of another region carries it: without a photo, and not whole.
pub(crate) fn copy(case: Case) -> OpenRecord {
    let (region, days) = match case {
        Case::Empty => (None, 0),
        Case::Typical => (Some("西地域".to_owned()), 4),
        Case::Extreme => (Some("後志北部地域連携".to_owned()), 400),
    };
    let mut record = OpenRecord { access: Access::CardCopy, photo: OpenPhoto::None, ..resident(case) };
    record.summary.labs = Block::Unavailable(Unavailability::NotOnCard);
    record.summary.contacts = Block::Unavailable(Unavailability::NotOnCard);
    let region = region.map(|name| Neighbour { feed: [7; 16], name });
    record.copy = Some(CardCopyFacts { region, sealed_at: moment(0).utc - TimeDelta::days(days) });
    record
}

fn record(id: u8, summary: Summary, photo: OpenPhoto) -> OpenRecord {
    OpenRecord { id: RecordId::from_bytes([id; 16]), version: 1, summary, photo, access: Access::Card, copy: None }
}

fn face() -> OpenPhoto {
    let photo = Photo::from_image(include_bytes!("../../../record/tests/photos/progressive.jpg"));
    photo.and_then(|photo| photo.decode()).map_or(OpenPhoto::NotOpened, OpenPhoto::Opened)
}

/// An old man on warfarin and insulin with a pacemaker, allergic to penicillin.
fn typical() -> Summary {
    let mut one = resident!("002-warfarin-atrial-fibrillation");
    let (insulin, paced, allergic) =
        (resident!("023-insulin"), resident!("005-pacemaker"), resident!("012-kanji-watanabe"));
    add(&mut one.medicines, &insulin.medicines);
    add(&mut one.conditions, &insulin.conditions);
    add(&mut one.devices, &paced.devices);
    add(&mut one.allergies.block, &allergic.allergies.block);
    one
}

/// Everything at once, more than one person has.
fn extreme() -> Summary {
    let mut one = resident!("015-many-medicines-many-allergies");
    let others = [
        resident!("001-egg-anaphylaxis-child"),
        resident!("003-dialysis-left-arm"),
        resident!("004-pregnant-30-weeks"),
        resident!("006-icd-heart-failure"),
        resident!("009-untold-cancer"),
        resident!("028-opioid-patch"),
        resident!("034-tracheostomy-als"),
        resident!("035-dementia-behaviour"),
        resident!("036-deaf-sign-language"),
        resident!("039-directive-consent-form"),
        resident!("042-infection-hepatitis"),
        resident!("053-contraindicated-drugs"),
        resident!("059-ostomy-feeding-tube"),
        resident!("066-crt-d-anticoagulant"),
    ];
    for other in &others {
        join(&mut one, other);
    }
    one.identity.name = "フェルナンデス・ダ・シルヴァ 長曽我部 由美子マリア".to_owned();
    one.identity.kana = Some("フェルナンデス・ダ・シルヴァ チョウソカベ ユミコマリア".to_owned());
    one.identity.address =
        Some("北海道虻田郡ニセコ町字近藤一一一番地一一 メゾン・ド・グランヴィル弐番館 一二〇三号室".to_owned());
    one.source = Some("独立行政法人 北町総合医療センター 附属救命救急センター".to_owned());
    one
}

fn join(one: &mut Summary, other: &Summary) {
    add(&mut one.allergies.block, &other.allergies.block);
    add(&mut one.contraindications, &other.contraindications);
    add(&mut one.medicines, &other.medicines);
    add(&mut one.conditions, &other.conditions);
    add(&mut one.procedures, &other.procedures);
    add(&mut one.devices, &other.devices);
    add(&mut one.infections, &other.infections);
    add(&mut one.labs, &other.labs);
    add(&mut one.pregnancy, &other.pregnancy);
    add(&mut one.dialysis, &other.dialysis);
    add(&mut one.baseline, &other.baseline);
    add(&mut one.communication, &other.communication);
    add(&mut one.directives, &other.directives);
    add(&mut one.doctors, &other.doctors);
    add(&mut one.contacts, &other.contacts);
}

fn add<T: Clone>(to: &mut Block<T>, from: &Block<T>) {
    let items: Vec<T> = to.items().iter().chain(from.items()).cloned().collect();
    if !items.is_empty() {
        *to = Block::Known(items);
    }
}
