//! `kakari-region staff`.

use clap::Subcommand;
use serde_json::json;

use super::card::CardArgs;
use super::{Answer, Desk, Reply, text};
use crate::office::{serial_from_hex, staff};

/// Crews.
#[derive(Debug, Subcommand)]
pub(crate) enum StaffCommand {
    /// Adds somebody.
    Add {
        /// Staff number, as on the staff card.
        #[arg(long)]
        id: String,
        /// Name, as the tablet's top bar shows it.
        #[arg(long)]
        name: String,
    },
    /// Somebody leaves: the next roster is without them and their cards.
    Leave {
        /// Staff number.
        id: String,
    },
    /// Lists everybody with their cards.
    List,
    /// Issues a staff card on a blank PIV card at this desk's reader, and registers it. Interrupted, the same command goes on
    /// with it.
    #[cfg(feature = "desk")]
    Issue(super::issue::StaffIssueArgs),
    /// Staff cards.
    #[command(subcommand)]
    Card(StaffCardCommand),
}

/// Staff cards.
#[derive(Debug, Subcommand)]
pub(crate) enum StaffCardCommand {
    /// Registers a staff card: from the next roster on it signs in.
    Register {
        /// Staff number.
        #[arg(long)]
        id: String,
        #[command(flatten)]
        card: CardArgs,
    },
    /// A staff card is lost: the next roster is without it.
    Lose {
        /// The card's serial, in hexadecimal.
        serial: String,
    },
}

pub(crate) async fn run(desk: Desk, command: StaffCommand) -> Answer {
    let mut tx = desk.begin().await?;
    let reply = match command {
        #[cfg(feature = "desk")]
        StaffCommand::Issue(args) => {
            // Takes minutes, and transactions of its own.
            drop(tx);
            return super::issue::staff(desk, args).await;
        }
        StaffCommand::Add { id, name } => {
            staff::add(&mut tx, &desk.who, &id, &name).await.map_err(text)?;
            Reply::new(format!("{id} added: register the staff card next"), json!({ "id": id }))
        }
        StaffCommand::Leave { id } => {
            let left = staff::leave(&mut tx, &desk.who, &id).await.map_err(text)?;
            let told = if left { "left: the next roster is without them" } else { "had left already" };
            Reply::new(format!("{id} {told}"), json!({ "changed": left }))
        }
        StaffCommand::List => {
            let lines = staff::list(&mut tx).await.map_err(text)?;
            Reply::list("staff", &lines, |one| {
                let cards = if one.cards.is_empty() { "no card".to_owned() } else { one.cards.join(" ") };
                format!("{}  {}  {}  {cards}", one.id, one.name, one.state)
            })
        }
        StaffCommand::Card(StaffCardCommand::Register { id, card }) => {
            let certificate = card.read(&desk, true).await?;
            staff::register_card(&mut tx, &desk.who, &id, &certificate).await.map_err(text)?;
            let serial = hex::encode(&certificate.serial);
            Reply::new(format!("card {serial} registered for {id}"), json!({ "serial": serial }))
        }
        StaffCommand::Card(StaffCardCommand::Lose { serial }) => {
            let serial = serial_from_hex(&serial).map_err(text)?;
            let lost = staff::lose_card(&mut tx, &desk.who, &serial).await.map_err(text)?;
            let told = if lost { "lost: the next roster is without it" } else { "this card had ended already" };
            Reply::new(told, json!({ "changed": lost }))
        }
    };
    tx.commit().await.map_err(text)?;
    Ok(reply)
}
