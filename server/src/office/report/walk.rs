//! One walk through the whole audit, counted by month and by tablet.

use std::collections::BTreeMap;

use chrono::FixedOffset;
use kakari_record::audit::AuditEvent;
use kakari_record::audit::usage::{Usage, UsageCounter};
use serde::Serialize;
use serde_json::Value;
use sqlx::PgConnection;

use crate::office::Office;
use crate::watch;

const PAGE: i64 = 5_000;
const JAPAN: FixedOffset = match FixedOffset::east_opt(9 * 3_600) {
    Some(japan) => japan,
    None => panic!("nine hours are less than a day"),
};

/// The month of rows that no month is known of.
pub const UNKNOWN: &str = "unknown";

/// Kinds of events, with their reason or basis, and how often each came.
pub type Kinds = BTreeMap<String, u64>;

/// Figures of what crews did, in all and in parts. Months are Japan's, `2026-11`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// Everything.
    pub all: Usage,
    /// By month.
    pub months: BTreeMap<String, Usage>,
    /// By tablet.
    pub tablets: BTreeMap<String, Usage>,
    /// By month, and in it by tablet.
    pub tablets_of_months: BTreeMap<String, BTreeMap<String, Usage>>,
}

#[derive(Default)]
struct Counters {
    all: UsageCounter,
    months: BTreeMap<String, UsageCounter>,
    tablets: BTreeMap<String, UsageCounter>,
    tablets_of_months: BTreeMap<(String, String), UsageCounter>,
    kinds: BTreeMap<String, Kinds>,
}

/// Page by page, in the order of each tablet's chain: an audit of years does not fit into memory.
pub(super) async fn walk(conn: &mut PgConnection) -> Office<(BTreeMap<String, Kinds>, Figures)> {
    let mut counters = Counters::default();
    let mut after = (String::new(), 0_i64);
    loop {
        let page: Vec<(String, i64, Vec<u8>)> = sqlx::query_as(
            "SELECT tablet, sequence, event FROM audit WHERE (tablet, sequence) > ($1, $2)
             ORDER BY tablet, sequence LIMIT $3",
        )
        .bind(&after.0)
        .bind(after.1)
        .bind(PAGE)
        .fetch_all(&mut *conn)
        .await?;
        let Some((tablet, sequence, _)) = page.last() else { return Ok(counters.finish()) };
        after = (tablet.clone(), *sequence);
        page.iter().for_each(|(tablet, _, bytes)| counters.add(tablet, watch::read(bytes).as_ref()));
    }
}

impl Counters {
    fn add(&mut self, tablet: &str, event: Option<&AuditEvent>) {
        let month = event.map_or_else(|| UNKNOWN.to_owned(), month);
        let kind = event.map_or_else(|| "of a later version".to_owned(), kind_of);
        *self.kinds.entry(month.clone()).or_default().entry(kind).or_default() += 1;
        self.all.add(event);
        self.months.entry(month.clone()).or_default().add(event);
        self.tablets.entry(tablet.to_owned()).or_default().add(event);
        self.tablets_of_months.entry((month, tablet.to_owned())).or_default().add(event);
    }

    fn finish(self) -> (BTreeMap<String, Kinds>, Figures) {
        let each = |counters: BTreeMap<String, UsageCounter>| {
            counters.into_iter().map(|(name, counter)| (name, counter.finish())).collect()
        };
        let mut figures = Figures {
            all: self.all.finish(),
            months: each(self.months),
            tablets: each(self.tablets),
            tablets_of_months: BTreeMap::new(),
        };
        for ((month, tablet), counter) in self.tablets_of_months {
            figures.tablets_of_months.entry(month).or_default().insert(tablet, counter.finish());
        }
        (self.kinds, figures)
    }
}

fn month(event: &AuditEvent) -> String {
    event.at.with_timezone(&JAPAN).format("%Y-%m").to_string()
}

/// The kind's name as it is stored, and after a point its reason or basis where it has one: `card_refused.revoked`.
fn kind_of(event: &AuditEvent) -> String {
    match serde_json::to_value(&event.kind) {
        Ok(Value::String(name)) => name,
        Ok(Value::Object(kind)) => kind.into_iter().next().map(named).unwrap_or_default(),
        _ => String::new(),
    }
}

fn named((name, fields): (String, Value)) -> String {
    match ["reason", "basis"].iter().find_map(|field| fields[*field].as_str()) {
        Some(why) => format!("{name}.{why}"),
        None => name,
    }
}
