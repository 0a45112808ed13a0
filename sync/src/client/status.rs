//! What screens show of the sync. JSON, nothing of a patient.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::Words;

/// The sync's state as a screen shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The region, in words.
    pub region: String,
    /// The vehicle.
    pub vehicle: String,
    /// When a round was last tried.
    pub last_attempt: Option<DateTime<Utc>>,
    /// As of when everything that the region had signed is here.
    pub last_success: Option<DateTime<Utc>>,
    /// The server's time less the tablet's, in seconds, at the last contact.
    pub server_ahead_seconds: Option<i64>,
    /// Residents' records on this tablet.
    pub records: u64,
    /// Rows that the last success brought.
    pub rows_new: u64,
    /// Rows that are set aside.
    pub rows_failed: u64,
    /// Audit rows without a receipt: 未送信.
    pub unreceipted: u64,
    /// Audit rows with one: 受領済.
    pub receipted: u64,
    /// The server holds other rows at these places: 要確認.
    pub in_conflict: u64,
    /// Days until the wraps are forgotten; none before the first contact.
    pub lease_days_left: Option<i64>,
    /// Days until the certificate ends; none while there is none.
    pub certificate_days_left: Option<i64>,
    /// What was refused or went wrong last, if anything.
    pub last_refusal: Option<Words>,
}
