//! The copy that a resident's card carries: the summary that was last published, sealed anew for the card.

use chrono::{DateTime, Utc};
use kakari_record::model::{CommonNumber, Subject, Summary};
use kakari_record::seal::{
    Change, CopySealer, Dictionary, Header, KeyId, Packer, Point, SealError, SealedCopy, SealedRecord, VaultKey,
};
use kakari_sync::Frame;
use sqlx::{FromRow, PgConnection};

use super::{Office, OfficeError};
use crate::founding::{DICTIONARY, DICTIONARY_ID};
use crate::keys::{RegionKeys, VaultKeys};
use crate::office_log;

/// As small as zstd can: copies are made one by one.
const LEVEL: i32 = 19;

/// A copy to be written to one card.
pub struct CardCopyOf {
    /// As it goes to the card.
    pub bytes: Vec<u8>,
    /// The version of the published record that it is of.
    pub version: u64,
    /// The card, by its certificate's serial.
    pub serial: Vec<u8>,
    /// Blocks that did not fit; in the copy they say so.
    pub left_out: Vec<Subject>,
}

#[derive(FromRow)]
struct Published {
    serial: Vec<u8>,
    consent: String,
    status: String,
    removed: Option<bool>,
    frame: Option<Vec<u8>>,
}

/// Makes the copy for the card with this key. Only of a resident who lives here and agreed, whose record is published, and
/// only for a card that is theirs and in use.
pub async fn make(
    conn: &mut PgConnection,
    keys: &RegionKeys,
    vault: &VaultKeys,
    number: &CommonNumber,
    card: &Point,
    now: DateTime<Utc>,
) -> Office<CardCopyOf> {
    // Held until it is written down that the card may carry it: who withdraws consent meanwhile waits, and then hears of this copy.
    let found: Option<Published> = sqlx::query_as(
        "SELECT c.serial, r.consent, r.status, p.removed, p.frame FROM resident r
         JOIN card c ON c.resident = r.id AND c.state = 'active' AND c.public_key = $2
         LEFT JOIN published p ON p.record = r.record WHERE r.number = $1 FOR SHARE OF r",
    )
    .bind(number.digits())
    .bind(card.as_slice())
    .fetch_optional(&mut *conn)
    .await?;
    let found = found.ok_or_else(|| {
        OfficeError::refused("this card is not registered for this resident, or not in use: kakari-region card list")
    })?;
    if (found.consent.as_str(), found.status.as_str()) != ("given", "resident") {
        return Err(OfficeError::refused(
            "this resident has no record: consent is not given, or they do not live here",
        ));
    }
    let frame = found.frame.filter(|_| found.removed == Some(false));
    let frame = frame.ok_or_else(|| {
        OfficeError::refused("nothing of this resident is published yet: the publisher first (kakari-region publish)")
    })?;
    let record = record(&frame, keys)?;
    let summary = open(conn, &record, vault).await?;
    let made = seal(&record, &summary, keys, &vault.current, card, now)?;
    let version = record.header().version;
    Ok(CardCopyOf { bytes: made.copy.encode(), version, serial: found.serial, left_out: made.left_out })
}

/// The card may carry it from now on. To be committed before the card is written.
pub async fn goes_to_card(conn: &mut PgConnection, who: &str, copy: &CardCopyOf, now: DateTime<Utc>) -> Office<()> {
    sqlx::query(
        "INSERT INTO card_copy (serial, version, written_at, by) VALUES ($1, $2, $3, $4) ON CONFLICT (serial)
         DO UPDATE SET version = excluded.version, written_at = excluded.written_at, by = excluded.by",
    )
    .bind(&copy.serial)
    .bind(i64::try_from(copy.version).unwrap_or(i64::MAX))
    .bind(now)
    .bind(who)
    .execute(&mut *conn)
    .await?;
    Ok(office_log::note(conn, who, "copy for card", &hex::encode(&copy.serial)).await?)
}

/// The cards of this resident that may carry a copy, by serial in hexadecimal; also those that are lost or replaced. What is
/// on a card stays there when the record leaves the tablets.
pub async fn carriers(conn: &mut PgConnection, number: &CommonNumber) -> Office<Vec<String>> {
    let serials = sqlx::query_scalar(
        "SELECT encode(c.serial, 'hex') FROM card_copy o JOIN card c ON c.serial = o.serial
         JOIN resident r ON r.id = c.resident WHERE r.number = $1 ORDER BY o.written_at, c.serial",
    );
    Ok(serials.bind(number.digits()).fetch_all(conn).await?)
}

fn record(mut frame: &[u8], keys: &RegionKeys) -> Office<SealedRecord> {
    match Frame::decode_next(&mut frame, keys.feed) {
        Ok(Some(Ok(Frame { change: Change::Put(row), .. }))) => Ok(row.record),
        _ => Err(OfficeError::refused("the published record is damaged: kakari-region publish makes it anew")),
    }
}

async fn open(conn: &mut PgConnection, record: &SealedRecord, vault: &VaultKeys) -> Office<Summary> {
    let id = record.header().dictionary;
    let bytes: Option<Vec<u8>> = sqlx::query_scalar("SELECT bytes FROM dictionary WHERE id = $1")
        .bind(i32::try_from(id).unwrap_or(i32::MAX))
        .fetch_optional(conn)
        .await?;
    let dictionary = Dictionary::new(id, &bytes.ok_or_else(|| not_opened(SealError::UnknownDictionary(id)))?);
    record.open_with_vault(&vault.keyring, &dictionary).map_err(not_opened)
}

fn seal(
    record: &SealedRecord,
    summary: &Summary,
    keys: &RegionKeys,
    vault: &VaultKey,
    card: &Point,
    now: DateTime<Utc>,
) -> Office<SealedCopy> {
    let sealed_at = now.timestamp().unsigned_abs();
    let header = Header { card_key: KeyId::NONE, sealed_at, ..*record.header() };
    // Not the region's newest dictionary: one that every region's tablets have.
    let packer = Packer::new(DICTIONARY_ID.unsigned_abs(), DICTIONARY, LEVEL);
    let sealer = CopySealer { copy_key: &vault.copy_key(), packer: &packer, region: &keys.signing };
    sealer.seal(header, summary, card).map_err(|error| match error {
        SealError::TooLong => OfficeError::refused(
            "the record does not fit on a card, even without what may be left out: the card goes without a copy",
        ),
        other => OfficeError::refused(format!("the copy cannot be sealed: {other}")),
    })
}

fn not_opened(error: SealError) -> OfficeError {
    OfficeError::refused(format!("the published record does not open here: {error}"))
}
