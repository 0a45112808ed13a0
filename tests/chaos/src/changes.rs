//! What changes in the region meanwhile.

use sqlx::PgPool;

use crate::Fault;
use crate::dice::Dice;
use crate::template::{add_card, card};

/// Some changes of some residents, each with its row in `change`, in one transaction as the office does it.
pub(crate) async fn change(pool: &PgPool, seed: u64) -> Result<u64, Fault> {
    let mut dice = Dice::of(seed);
    let residents: Vec<i64> = sqlx::query_scalar("SELECT id FROM resident ORDER BY id").fetch_all(pool).await?;
    let mut tx = pool.begin().await?;
    let count = dice.number(1..7);
    for _ in 0..count {
        let resident = *dice.of_list(&residents);
        let what = match dice.number(0..10) {
            0..5 => "record",
            5 | 6 => {
                sqlx::query("UPDATE card SET state = 'replaced', ended_at = now() WHERE resident = $1 AND state = 'active' AND random() < 0.5")
                    .bind(resident)
                    .execute(&mut *tx)
                    .await?;
                add_card(&mut *tx, resident, &card()?).await?;
                "cards"
            }
            7 => {
                consent(&mut tx, resident, "withdrawn").await?;
                "removal"
            }
            _ => {
                consent(&mut tx, resident, "given").await?;
                "record"
            }
        };
        sqlx::query("INSERT INTO change (resident, what) VALUES ($1, $2)")
            .bind(resident)
            .bind(what)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(count)
}

async fn consent(conn: &mut sqlx::PgConnection, resident: i64, consent: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE resident SET consent = $2, consent_at = now() WHERE id = $1")
        .bind(resident)
        .bind(consent)
        .execute(conn)
        .await
        .map(drop)
}
