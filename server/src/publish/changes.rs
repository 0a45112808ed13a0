//! The changes that wait.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::PgConnection;

use super::PublishError;
use super::resident::Wanted;

const REMOVALS: &str = "SELECT id, resident, what FROM change WHERE what = 'removal' ORDER BY id LIMIT $1";
const ALL: &str = "SELECT id, resident, what FROM change ORDER BY id LIMIT $1";
const OLD_EPOCHS: &str = "
    SELECT resident FROM published WHERE epoch < $1 AND NOT removed AND resident <> ALL($2) LIMIT $3";

/// Changes that a round takes.
pub(super) struct Waiting {
    rows: BTreeMap<i64, (i64, String)>,
}

/// The changes that wait, removals first, then the oldest; at most twice `most`, half of them removals.
///
/// They are taken by deleting exactly these rows, never by reading beyond a cursor: a change that a slow transaction
/// wrote with a smaller id is simply there later.
pub(super) async fn waiting(conn: &mut PgConnection, most: u32) -> Result<Waiting, PublishError> {
    let mut rows = BTreeMap::new();
    for query in [REMOVALS, ALL] {
        let found: Vec<(i64, i64, String)> = sqlx::query_as(query).bind(i64::from(most)).fetch_all(&mut *conn).await?;
        rows.extend(found.into_iter().map(|(id, resident, what)| (id, (resident, what))));
    }
    Ok(Waiting { rows })
}

/// Residents whose records an older vault key still seals, but for those that are to be left.
pub(super) async fn of_old_epochs(
    conn: &mut PgConnection,
    current: i32,
    left: &[i64],
    most: u32,
) -> Result<Vec<Wanted>, PublishError> {
    let rows: Vec<i64> =
        sqlx::query_scalar(OLD_EPOCHS).bind(current).bind(left).bind(i64::from(most)).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|id| Wanted { id, cards_only: false }).collect())
}

impl Waiting {
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Each resident once, in the order of their ids.
    pub(super) fn residents(&self) -> Vec<Wanted> {
        let mut residents = BTreeMap::new();
        for (resident, what) in self.rows.values() {
            *residents.entry(*resident).or_insert(true) &= what == "cards";
        }
        residents.into_iter().map(|(id, cards_only)| Wanted { id, cards_only }).collect()
    }

    /// Deletes the changes, but for those of residents whose turn is the next round.
    pub(super) async fn take(self, conn: &mut PgConnection, put_back: &BTreeSet<i64>) -> Result<(), PublishError> {
        let done = self.rows.into_iter().filter(|(_, (resident, _))| !put_back.contains(resident));
        let done: Vec<i64> = done.map(|(id, _)| id).collect();
        sqlx::query("DELETE FROM change WHERE id = ANY($1)").bind(done).execute(conn).await?;
        Ok(())
    }
}
