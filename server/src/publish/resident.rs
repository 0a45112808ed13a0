//! What the database knows of the residents that changed.

use std::collections::BTreeMap;

use kakari_record::model::CommonNumber;
use kakari_record::seal::{PlainCardId, Point, RecordId, Removal};
use sqlx::{FromRow, PgConnection};

use super::PublishError;
use super::number::unsigned;
use crate::office::plain_card;

/// A resident whose records may have to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) id: i64,
    /// Only the cards changed.
    pub(super) cards_only: bool,
}

/// A resident as the database has it.
pub(super) struct Resident {
    pub(super) id: i64,
    pub(super) record: RecordId,
    pub(super) number: CommonNumber,
    /// Why there must be no record; `None` when there must be one.
    pub(super) gone: Option<Removal>,
    /// Version of the last sealing.
    pub(super) version: u64,
    /// The newest document of each sender, packed with zstd. Empty when they are not needed.
    pub(super) documents: Vec<Vec<u8>>,
    /// The keys of the cards in use.
    pub(super) cards: Vec<Point>,
    /// The number-only cards in use that are found by their identifier.
    pub(super) plain: Vec<PlainCardId>,
    pub(super) published: Option<Published>,
}

/// A resident's record as it was published.
pub(super) struct Published {
    pub(super) epoch: i32,
    pub(super) removed: bool,
    /// The frame, for a resident of whom only the cards changed.
    pub(super) frame: Option<Vec<u8>>,
}

#[derive(FromRow)]
struct Found {
    id: i64,
    record: Vec<u8>,
    number: String,
    consent: String,
    status: String,
    version: i64,
    epoch: Option<i32>,
    removed: Option<bool>,
    frame: Option<Vec<u8>>,
}

const RESIDENTS: &str = "
    SELECT r.id, r.record, r.number, r.consent, r.status, r.version, p.epoch, p.removed,
        CASE WHEN r.id = ANY($2) THEN p.frame END AS frame
    FROM resident r LEFT JOIN published p ON p.record = r.record WHERE r.id = ANY($1) ORDER BY r.id";
const DOCUMENTS: &str = "SELECT resident, body FROM document WHERE resident = ANY($1) ORDER BY resident, id";
const CARDS: &str = "
    SELECT resident, public_key FROM card WHERE state = 'active' AND resident = ANY($1) ORDER BY resident, created_at, serial";
/// A card that holds a key of the region's says a number and proves it. Found by its identifier it would be found by a copy
/// of the identifier alone, so it is not.
const PLAIN: &str = "
    SELECT resident, kind, identifier FROM plain_card
    WHERE state = 'active' AND key_epoch IS NULL AND resident = ANY($1) ORDER BY resident, id";

/// Why a resident has no record in the feed: only one who lives here and agreed has.
pub(super) fn gone(consent: &str, status: &str) -> Option<Removal> {
    match (status, consent) {
        ("deceased", _) => Some(Removal::Deceased),
        ("moved", _) => Some(Removal::Moved),
        ("resident", "given") => None,
        _ => Some(Removal::Withdrawn),
    }
}

/// Reads these residents, in the order of their ids. Documents come along only where they will be needed under `epoch`.
pub(super) async fn load(
    conn: &mut PgConnection,
    wanted: &[Wanted],
    epoch: i32,
) -> Result<Vec<Resident>, PublishError> {
    let ids: Vec<i64> = wanted.iter().map(|one| one.id).collect();
    let cards_only: Vec<i64> = wanted.iter().filter(|one| one.cards_only).map(|one| one.id).collect();
    let found: Vec<Found> = sqlx::query_as(RESIDENTS).bind(&ids).bind(&cards_only).fetch_all(&mut *conn).await?;
    let mut residents: Vec<Resident> = found.into_iter().map(Resident::of).collect::<Result<_, _>>()?;
    let present: Vec<i64> = residents.iter().filter(|one| one.gone.is_none()).map(|one| one.id).collect();
    let sealed: Vec<i64> = residents.iter().filter(|one| one.needs_documents(epoch)).map(|one| one.id).collect();
    let mut cards = grouped(sqlx::query_as(CARDS).bind(&present).fetch_all(&mut *conn).await?);
    let mut plain = plain_cards(sqlx::query_as(PLAIN).bind(&present).fetch_all(&mut *conn).await?);
    let mut documents = grouped(sqlx::query_as(DOCUMENTS).bind(&sealed).fetch_all(&mut *conn).await?);
    for resident in &mut residents {
        let keys = cards.remove(&resident.id).unwrap_or_default();
        let keys = keys.into_iter().map(|key| key.try_into().map_err(|_| PublishError::Damaged("a card's key")));
        resident.cards = keys.collect::<Result<_, _>>()?;
        resident.plain = plain.remove(&resident.id).unwrap_or_default();
        resident.documents = documents.remove(&resident.id).unwrap_or_default();
    }
    Ok(residents)
}

fn grouped(rows: Vec<(i64, Vec<u8>)>) -> BTreeMap<i64, Vec<Vec<u8>>> {
    let mut grouped: BTreeMap<i64, Vec<Vec<u8>>> = BTreeMap::new();
    for (resident, bytes) in rows {
        grouped.entry(resident).or_default().push(bytes);
    }
    grouped
}

/// Identifiers that this program does not take, and an earlier one did, are left out: no tablet asks for one.
fn plain_cards(rows: Vec<(i64, String, Vec<u8>)>) -> BTreeMap<i64, Vec<PlainCardId>> {
    let mut grouped: BTreeMap<i64, Vec<PlainCardId>> = BTreeMap::new();
    for (resident, kind, bytes) in rows {
        let card = plain_card::kind(&kind).ok().and_then(|kind| PlainCardId::new(kind, &bytes));
        grouped.entry(resident).or_default().extend(card);
    }
    grouped
}

impl Resident {
    fn of(found: Found) -> Result<Self, PublishError> {
        let record = found.record.try_into().map_err(|_| PublishError::Damaged("a record's id"))?;
        let published = found.epoch.zip(found.removed);
        Ok(Self {
            id: found.id,
            record: RecordId::from_bytes(record),
            number: found.number.parse().map_err(|_| PublishError::Damaged("a resident's number"))?,
            gone: gone(&found.consent, &found.status),
            version: unsigned(found.version),
            documents: Vec::new(),
            cards: Vec::new(),
            plain: Vec::new(),
            published: published.map(|(epoch, removed)| Published { epoch, removed, frame: found.frame }),
        })
    }

    /// Whether tablets have a record of this resident.
    pub(super) fn is_published(&self) -> bool {
        self.published.as_ref().is_some_and(|published| !published.removed)
    }

    fn needs_documents(&self, epoch: i32) -> bool {
        self.gone.is_none() && self.frame_for_cards(epoch).is_none()
    }

    /// The published frame, when only the cards changed and the record can stay as it is.
    pub(super) fn frame_for_cards(&self, epoch: i32) -> Option<&[u8]> {
        let published = self.published.as_ref().filter(|published| !published.removed && published.epoch == epoch)?;
        published.frame.as_deref()
    }
}
