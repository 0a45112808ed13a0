//! `kakari-region card`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use kakari_record::seal::Point;
use serde_json::json;

use super::{Answer, Desk, Reply, moment, read, text};
use crate::office::{CardCertificate, card, resident, serial_from_hex};

/// Residents' cards.
#[derive(Debug, Subcommand)]
pub(crate) enum CardCommand {
    /// Registers a card: from the next publication on it opens its resident's record.
    Register {
        /// The resident's 16-digit common number.
        #[arg(long)]
        number: String,
        #[command(flatten)]
        card: CardArgs,
    },
    /// A card is lost: it opens nothing any more, and tablets refuse it.
    Lose {
        /// The card's serial, in hexadecimal.
        serial: String,
    },
    /// Registers a card in the place of another one of the same resident.
    Reissue {
        /// The serial of the card that is replaced, in hexadecimal.
        old: String,
        #[command(flatten)]
        card: CardArgs,
    },
    /// Lists cards, the newest first.
    List {
        /// Only those of this resident.
        #[arg(long)]
        number: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
}

/// The public half of a card.
#[derive(Debug, Args)]
#[group(required = true)]
pub(crate) struct CardArgs {
    /// The card's certificate, in PEM or DER.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["public_key", "serial"])]
    certificate: Option<PathBuf>,
    /// The card's public key: 65 bytes in hexadecimal.
    #[arg(long = "public-key", id = "public_key", value_name = "HEX", requires = "serial")]
    public_key: Option<String>,
    /// The serial of the card's certificate, in hexadecimal.
    #[arg(long = "serial", id = "serial", value_name = "HEX", requires = "public_key")]
    serial: Option<String>,
}

impl CardArgs {
    /// The card, when its certificate is signed by the region's authority.
    pub(crate) async fn read(&self, desk: &Desk, staff: bool) -> Answer<CardCertificate> {
        if let (Some(key), Some(serial)) = (&self.public_key, &self.serial) {
            return CardCertificate::from_hex(serial, key, staff).map_err(text);
        }
        let Some(path) = &self.certificate else { return Err("give --certificate".to_owned()) };
        let authority: Vec<u8> = sqlx::query_scalar("SELECT card_authority FROM region")
            .fetch_optional(&desk.pool)
            .await
            .map_err(text)?
            .ok_or("there is no region yet: kakari-region init")?;
        let authority: Point = authority.try_into().map_err(|_| "the region's card authority is damaged")?;
        CardCertificate::read(&read(path)?, &authority).map_err(|error| format!("{}: {error}", path.display()))
    }
}

pub(crate) async fn run(desk: Desk, command: CardCommand) -> Answer {
    match command {
        CardCommand::Register { number, card } => {
            let number = resident::number(&number).map_err(text)?;
            let certificate = card.read(&desk, false).await?;
            let mut tx = desk.begin().await?;
            card::register(&mut tx, &desk.who, &number, &certificate).await.map_err(text)?;
            tx.commit().await.map_err(text)?;
            Ok(registered(&certificate, "registered"))
        }
        CardCommand::Reissue { old, card } => {
            let old = serial_from_hex(&old).map_err(text)?;
            let certificate = card.read(&desk, false).await?;
            let mut tx = desk.begin().await?;
            card::reissue(&mut tx, &desk.who, &old, &certificate).await.map_err(text)?;
            tx.commit().await.map_err(text)?;
            Ok(registered(&certificate, &format!("registered in the place of {}", hex::encode(old))))
        }
        CardCommand::Lose { serial } => {
            let serial = serial_from_hex(&serial).map_err(text)?;
            let mut tx = desk.begin().await?;
            let lost = card::lose(&mut tx, &desk.who, &serial).await.map_err(text)?;
            tx.commit().await.map_err(text)?;
            let text =
                if lost { "lost: tablets refuse it from their next look on" } else { "this card had ended already" };
            Ok(Reply::new(text, json!({ "changed": lost })))
        }
        CardCommand::List { number, limit } => list(&desk, number, limit).await,
    }
}

async fn list(desk: &Desk, number: Option<String>, limit: u32) -> Answer {
    let number = number.map(|number| resident::number(&number)).transpose().map_err(text)?;
    let mut conn = desk.pool.acquire().await.map_err(text)?;
    let lines = card::list(&mut conn, number.as_ref(), limit.into()).await.map_err(text)?;
    Ok(Reply::list("cards", &lines, |line| {
        let until = line.valid_until.map(|until| format!(", valid until {}", moment(until))).unwrap_or_default();
        format!("{}  {}  record {}{until}", line.serial, line.state, line.record)
    }))
}

fn registered(card: &CardCertificate, how: &str) -> Reply {
    let serial = hex::encode(&card.serial);
    Reply::new(format!("card {serial} {how}"), json!({ "serial": serial }))
}
