//! `kakari-region epoch`.

use clap::Subcommand;
use serde_json::json;
use sqlx::PgConnection;

use super::{Answer, Desk, Reply, moment, text};
use crate::office::{epoch, trust};
use crate::output;

/// Vault epochs: under which key records are sealed.
#[derive(Debug, Subcommand)]
pub(crate) enum EpochCommand {
    /// Lists epochs, the newest first.
    List,
    /// Makes a new key; the publisher then seals every record anew under it.
    Rotate,
    /// Asks the publisher again for what is still sealed under another epoch than the current one.
    Reseal,
    /// Retires an epoch under which nothing is sealed any more.
    Retire {
        /// Its number.
        epoch: u32,
    },
}

pub(crate) async fn run(desk: Desk, command: EpochCommand) -> Answer {
    let mut tx = desk.begin().await?;
    let reply = match command {
        EpochCommand::List => {
            let lines = epoch::list(&mut tx).await.map_err(text)?;
            Reply::list("epochs", &lines, |one| {
                let cards = if one.cards > 0 { format!("  {} FeliCa card keys", one.cards) } else { String::new() };
                format!(
                    "{}  {}  {} records{cards}  since {}",
                    one.epoch,
                    one.state,
                    one.records,
                    moment(one.created_at)
                )
            })
        }
        EpochCommand::Rotate => {
            let server = desk.server()?;
            // A key that does not open the present epoch must not seal the next.
            crate::keys::VaultKeys::load(&desk.pool, &server).await.map_err(text)?;
            let told = |done| output::say(&format!("{done} residents"));
            let (epoch, residents) = epoch::rotate(&mut tx, &desk.who, &server, told).await.map_err(text)?;
            let overtaken = overtaken(&mut tx).await?;
            let told = format!(
                "epoch {epoch} is current; {residents} residents wait to be sealed anew by the publisher\nNext: when \
                     kakari-region epoch list says 0 records under the old one, and kakari-region tablet list 0 behind for \
                     every tablet in service: kakari-region epoch retire {}{overtaken}",
                epoch.saturating_sub(1)
            );
            Reply::new(told, json!({ "epoch": epoch, "residents": residents }))
        }
        EpochCommand::Reseal => {
            let residents = epoch::reseal_left(&mut tx, &desk.who).await.map_err(text)?;
            Reply::new(format!("{residents} residents wait to be sealed anew"), json!({ "residents": residents }))
        }
        EpochCommand::Retire { epoch } => {
            let cards = epoch::retire(&mut tx, &desk.who, epoch).await.map_err(text)?;
            let left = if cards > 0 {
                format!(
                    "; {cards} FeliCa cards say 「カード未認証」 until they are replaced (kakari-region card list --old-keys)"
                )
            } else {
                String::new()
            };
            Reply::new(format!("epoch {epoch} is retired{left}"), json!({ "epoch": epoch, "cards": cards }))
        }
    };
    tx.commit().await.map_err(text)?;
    Ok(reply)
}

/// Regions that can read the copies on our cards only until those are written under the new epoch.
async fn overtaken(conn: &mut PgConnection) -> Answer<String> {
    let given = trust::given(conn).await.map_err(text)?;
    let names: Vec<String> = given.into_iter().filter(|one| one.stale).map(|one| one.name).collect();
    if names.is_empty() {
        return Ok(String::new());
    }
    Ok(format!(
        "\nAlso: copies on cards are written under the new epoch from now on. Offer anew whom they are still to be read by \
         (kakari-region trust offer): {}",
        names.join(", ")
    ))
}
