//! Uses of break-glass, looked at by somebody at the office.

use std::collections::BTreeMap;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use kakari_record::audit::ReviewVerdict;
use serde::Serialize;
use sqlx::{FromRow, PgConnection};

use super::{Office, OfficeError};
use crate::office_log;
use crate::watch::uses::Use;

const LONGEST_NOTE: usize = 1_000;

/// A use, and what became of it at the office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The tablet.
    pub tablet: String,
    /// What was done.
    #[serde(flatten)]
    pub used: Use,
    /// The office's newest review; none while nobody there has looked at it.
    pub review: Option<Review>,
    /// The newest on the tablet itself (`kakari audit review`). It counts for nothing here: whoever has the tablet can
    /// write it.
    pub on_tablet: Option<Review>,
}

/// What somebody found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Review {
    /// As it should be, or to be asked about.
    pub verdict: ReviewVerdict,
    /// Who.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// In their words; nothing of a patient.
    pub note: String,
}

#[derive(FromRow)]
struct Row {
    tablet: String,
    used: String,
    verdict: Option<String>,
    by: Option<String>,
    at: Option<DateTime<Utc>>,
    note: Option<String>,
    verdict_there: Option<String>,
    by_there: Option<String>,
    at_there: Option<DateTime<Utc>>,
}

/// How many uses there are, and how many of them somebody has looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reviewed {
    /// Uses.
    pub uses: i64,
    /// Looked at.
    pub reviewed: i64,
    /// Of them, to be asked about.
    pub questioned: i64,
}

/// The same in parts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reviews {
    /// Everything.
    pub all: Reviewed,
    /// By the month in which a use began, as the tablet's clock had it.
    pub months: BTreeMap<String, Reviewed>,
    /// By tablet.
    pub tablets: BTreeMap<String, Reviewed>,
    /// By month, and in it by tablet.
    pub tablets_of_months: BTreeMap<String, BTreeMap<String, Reviewed>>,
}

impl Reviewed {
    const fn add(&mut self, other: Self) {
        self.uses += other.uses;
        self.reviewed += other.reviewed;
        self.questioned += other.questioned;
    }
}

const NEWEST: &str = "
    LEFT JOIN LATERAL (SELECT verdict, by, at, note FROM review
        WHERE review.tablet = b.tablet AND review.sequence = b.sequence AND NOT on_tablet
        ORDER BY id DESC LIMIT 1) r ON true";

/// Uses nobody has looked at first, the oldest of them first; then the others, the newest first. `most` of each.
pub async fn list(conn: &mut PgConnection, most: i64) -> Office<Vec<Line>> {
    const COLUMNS: &str = "SELECT b.tablet, b.use AS used, r.verdict, r.by, r.at, r.note, t.verdict AS verdict_there,
        t.by AS by_there, t.at AS at_there
        FROM break_glass b LEFT JOIN LATERAL (SELECT verdict, by, at FROM review WHERE review.tablet = b.tablet
            AND review.sequence = b.sequence AND on_tablet ORDER BY id DESC LIMIT 1) t ON true";
    let open = format!("{COLUMNS}{NEWEST} WHERE r.verdict IS NULL ORDER BY b.at, b.tablet, b.sequence LIMIT $1");
    let done =
        format!("{COLUMNS}{NEWEST} WHERE r.verdict IS NOT NULL ORDER BY r.at DESC, b.tablet, b.sequence LIMIT $1");
    let mut rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(open)).bind(most).fetch_all(&mut *conn).await?;
    rows.extend(sqlx::query_as::<_, Row>(sqlx::AssertSqlSafe(done)).bind(most).fetch_all(conn).await?);
    rows.into_iter().map(Row::line).collect()
}

/// How many uses there are, and how many were looked at: in all, by month (Japan's), by tablet.
pub async fn counts(conn: &mut PgConnection) -> Office<Reviews> {
    let sql = format!(
        "SELECT to_char(b.at AT TIME ZONE 'Asia/Tokyo', 'YYYY-MM') AS month, b.tablet, count(*) AS uses,
             count(r.verdict) AS reviewed, count(*) FILTER (WHERE r.verdict = 'questioned') AS questioned
         FROM break_glass b{NEWEST} GROUP BY 1, 2"
    );
    let rows: Vec<(String, String, i64, i64, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(conn).await?;
    let mut reviews = Reviews::default();
    for (month, tablet, uses, reviewed, questioned) in rows {
        let of = Reviewed { uses, reviewed, questioned };
        reviews.all.add(of);
        reviews.months.entry(month.clone()).or_default().add(of);
        reviews.tablets.entry(tablet.clone()).or_default().add(of);
        reviews.tablets_of_months.entry(month).or_default().entry(tablet).or_default().add(of);
    }
    Ok(reviews)
}

/// Writes down what somebody found. A later word stands beside the earlier one, and counts.
pub async fn mark(
    conn: &mut PgConnection,
    who: &str,
    (tablet, sequence): (&str, u64),
    verdict: ReviewVerdict,
    note: &str,
) -> Office<()> {
    let note = note.trim();
    if note.len() > LONGEST_NOTE || note.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r')) {
        return Err(OfficeError::refused("a note has at most 1000 bytes"));
    }
    let put = sqlx::query(
        "INSERT INTO review (tablet, sequence, verdict, by, note) SELECT tablet, sequence, $3, $4, $5 FROM break_glass
         WHERE tablet = $1 AND sequence = $2",
    )
    .bind(tablet)
    .bind(i64::try_from(sequence).unwrap_or(i64::MAX))
    .bind(word(verdict))
    .bind(who)
    .bind(note)
    .execute(&mut *conn)
    .await?;
    if put.rows_affected() == 0 {
        return Err(OfficeError::refused(
            "no use of break-glass began at this row of this tablet: see kakari-region review list",
        ));
    }
    let what = format!("break-glass reviewed: {}", word(verdict));
    Ok(office_log::note(conn, who, &what, &format!("{tablet} row {sequence}")).await?)
}

/// A verdict's word, as the database and the command line have it.
pub const fn word(verdict: ReviewVerdict) -> &'static str {
    match verdict {
        ReviewVerdict::Justified => "justified",
        ReviewVerdict::Questioned => "questioned",
    }
}

/// A verdict from its word.
pub fn verdict(word: &str) -> Office<ReviewVerdict> {
    match word {
        "justified" => Ok(ReviewVerdict::Justified),
        "questioned" => Ok(ReviewVerdict::Questioned),
        _ => Err(OfficeError::refused("a verdict is 'justified' or 'questioned'")),
    }
}

/// `tablet-001/42` as the commands name a use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UseName {
    /// The tablet.
    pub tablet: String,
    /// The row of the start.
    pub sequence: u64,
}

impl FromStr for UseName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.rsplit_once('/').and_then(|(tablet, row)| Some((tablet.to_owned(), row.parse().ok()?)));
        let (tablet, sequence) = parts.ok_or("a use is named TABLET/ROW, as kakari-region review list prints it")?;
        Ok(Self { tablet, sequence })
    }
}

impl Row {
    fn line(self) -> Office<Line> {
        let used = serde_json::from_str(&self.used).map_err(|error| sqlx::Error::Decode(error.into()))?;
        let review = reviewed(self.verdict, self.by, self.at, self.note)?;
        let on_tablet = reviewed(self.verdict_there, self.by_there, self.at_there, None)?;
        Ok(Line { tablet: self.tablet, used, review, on_tablet })
    }
}

fn reviewed(
    word: Option<String>,
    by: Option<String>,
    at: Option<DateTime<Utc>>,
    note: Option<String>,
) -> Office<Option<Review>> {
    let Some(((word, by), at)) = word.zip(by).zip(at) else { return Ok(None) };
    Ok(Some(Review { verdict: verdict(&word)?, by, at, note: note.unwrap_or_default() }))
}
