//! Documents come in: each is taken whole or refused with one clear reason, and nothing that is here is lost.

mod body;

use chrono::{DateTime, TimeDelta, Utc};
use kakari_record::fhir::{FhirError, Reading, Remark};
use kakari_record::merge::{Difference, MergeError, merge};
use kakari_record::model::Consent as Said;
use kakari_record::seal::RecordId;
use kakari_sync::Sha256;
use sqlx::{Connection, FromRow, PgConnection};

use self::body::Incoming;
use crate::change;
use crate::office::OfficeError;
use crate::office::resident::{self, Consent, Locked, Status};
use crate::office_log;

pub use self::body::unpack;

/// A sender's clock may be wrong by this much.
const FUTURE: TimeDelta = TimeDelta::hours(24);

/// A document that was taken.
#[derive(Debug)]
pub struct Taken {
    /// The resident's record.
    pub record: RecordId,
    /// What it changed.
    pub news: News,
    /// True when the document says that the resident withdrew consent, and that was new.
    pub consent_withdrawn: bool,
    /// What of it is not in the summary, or not as it stands there.
    pub remarks: Vec<Remark>,
}

/// What a taken document changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// The first of its sender and kind.
    First,
    /// It stands in the place of an older one.
    Newer,
    /// It was here already, byte by byte.
    Same,
}

/// Why a document was not taken. Nothing of it is kept. No message quotes the document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// It is not readable.
    #[error("{0}; nothing of it was taken: have its sender correct it")]
    Document(FhirError),
    /// It does not say whose it is.
    #[error("the Patient has no 16-digit common number; have its sender add the identifier")]
    NoNumber,
    /// Its number is nobody's here.
    #[error("no resident of this region has the Patient's common number; check the number, or add the resident first")]
    Unknown,
    /// A newer one of the same sender and kind is here.
    #[error("older than the one that is here already ({here}, this one {this}): the newer one stays")]
    Older {
        /// When the one that stays was written.
        here: DateTime<Utc>,
        /// When this one was written.
        this: DateTime<Utc>,
    },
    /// Written later than now.
    #[error("written in the future ({0}): have its sender set the clock and send it again")]
    Future(DateTime<Utc>),
    /// Not shown to be about the same person as what is here.
    #[error(
        "not shown to be about the same person as the resident's other documents: {0}; check whose number it bears"
    )]
    OtherPerson(Difference),
}

/// Why nothing could be said about a document: try again later.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// Something of the office's failed.
    #[error(transparent)]
    Office(#[from] OfficeError),
    /// A document that was taken earlier is not readable any more.
    #[error("document {0} in the database is damaged: restore it from a copy")]
    Damaged(i64),
    /// This program's own fault, while reading.
    #[error("ended by a fault of its own while reading the document; nothing was taken")]
    Fault,
}

#[derive(FromRow)]
struct Here {
    id: i64,
    sender: String,
    kind: String,
    as_of: DateTime<Utc>,
    sha256: Vec<u8>,
    body: Vec<u8>,
}

/// Takes a document (a Bundle in JSON, or NDJSON of one patient) of `sender` in a transaction of its own. Others of the
/// same resident wait.
pub async fn take(
    conn: &mut PgConnection,
    sender: &str,
    document: Vec<u8>,
) -> Result<Result<Taken, Refused>, IngestError> {
    let incoming = match body::read(document).await? {
        Ok(incoming) => incoming,
        Err(error) => return Ok(Err(Refused::Document(error))),
    };
    let summary = &incoming.reading.summary;
    if summary.as_of > Utc::now() + FUTURE {
        return Ok(Err(Refused::Future(summary.as_of)));
    }
    let Some(number) = summary.identity.number.clone() else { return Ok(Err(Refused::NoNumber)) };
    let mut tx = conn.begin().await?;
    let Some(of) = resident::lock(&mut tx, &number).await? else { return Ok(Err(Refused::Unknown)) };
    let taken = take_of(&mut tx, sender, &of, incoming).await?;
    if taken.is_ok() {
        tx.commit().await?;
    }
    Ok(taken)
}

async fn take_of(
    tx: &mut PgConnection,
    sender: &str,
    of: &Locked,
    incoming: Incoming,
) -> Result<Result<Taken, Refused>, IngestError> {
    let (mine, others): (Vec<Here>, Vec<Here>) =
        here(tx, of.id).await?.into_iter().partition(|one| one.sender == sender && one.kind == incoming.kind);
    let mine = mine.into_iter().next();
    let summary = &incoming.reading.summary;
    let (as_of, denies) = (summary.as_of, matches!(summary.consent, Said::Withdrawn { .. }));
    let mut taken = Taken { record: of.record, news: News::First, consent_withdrawn: false, remarks: Vec::new() };
    if let Some(mine) = mine {
        if mine.sha256 == incoming.sha256.as_bytes() {
            return Ok(Ok(Taken { news: News::Same, remarks: incoming.reading.remarks, ..taken }));
        }
        if mine.as_of > as_of {
            return Ok(Err(Refused::Older { here: mine.as_of, this: as_of }));
        }
        taken.news = News::Newer;
    }
    let Incoming { reading, kind, sha256, packed } = incoming;
    taken.remarks = reading.remarks.clone();
    if let Err(difference) = agrees(reading, others).await? {
        return Ok(Err(Refused::OtherPerson(difference)));
    }
    put(tx, of.id, (sender, &kind, as_of), sha256, &packed).await?;
    office_log::note(tx, sender, "document taken", &resident::hex(of.record)).await?;
    // Whatever the office was told: the resident has to be asked, and the sender to correct the document.
    taken.consent_withdrawn = denies && of.consent != Consent::Withdrawn;
    if taken.consent_withdrawn {
        resident::set_consent_of(tx, sender, of, Consent::Withdrawn).await?;
    } else if of.consent == Consent::Given && of.status == Status::Resident {
        change::note(tx, of.id, change::What::Record).await?;
    }
    Ok(Ok(taken))
}

async fn here(tx: &mut PgConnection, resident: i64) -> Result<Vec<Here>, sqlx::Error> {
    sqlx::query_as("SELECT id, sender, kind, as_of, sha256, body FROM document WHERE resident = $1 ORDER BY id")
        .bind(resident)
        .fetch_all(tx)
        .await
}

/// Whether the documents would become one summary.
async fn agrees(reading: Reading, others: Vec<Here>) -> Result<Result<(), Difference>, IngestError> {
    let merged = tokio::task::spawn_blocking(move || {
        let mut readings = vec![reading];
        for one in others {
            let other = unpack(&one.body).ok().and_then(|json| kakari_record::fhir::read_document(&json).ok());
            readings.push(other.ok_or(IngestError::Damaged(one.id))?);
        }
        Ok(match merge(readings) {
            Err(MergeError::TwoPeople { difference, .. }) => Err(difference),
            _ => Ok(()),
        })
    });
    merged.await.map_err(|_| IngestError::Fault)?
}

async fn put(
    tx: &mut PgConnection,
    resident: i64,
    (sender, kind, as_of): (&str, &str, DateTime<Utc>),
    sha256: Sha256,
    packed: &[u8],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO document (resident, sender, kind, as_of, sha256, body) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (resident, sender, kind)
         DO UPDATE SET as_of = $4, sha256 = $5, body = $6, received_at = now()",
    )
    .bind(resident)
    .bind(sender)
    .bind(kind)
    .bind(as_of)
    .bind(sha256.as_bytes().as_slice())
    .bind(packed)
    .execute(tx)
    .await?;
    Ok(())
}
