//! `kakari-region card`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use kakari_record::seal::Point;
use serde_json::json;

use super::any_card::{self, AnyCardArgs};
use super::{Answer, Desk, Reply, read, text};
use crate::keys::write_point;
use crate::office::CardCertificate;

/// Residents' cards.
#[derive(Debug, Subcommand)]
pub(crate) enum CardCommand {
    /// Registers a card: from the next publication on it leads to its resident's record.
    Register {
        /// The resident's 16-digit common number.
        #[arg(long)]
        number: String,
        #[command(flatten)]
        card: AnyCardArgs,
    },
    /// Issues a card on a blank PIV card at this desk's reader, and registers it. Interrupted, the same command goes on with it.
    ///
    /// The card makes its own key, gets a certificate, a PUK, a PIN and a management key of its own, is tried as a
    /// tablet would, and only then registered. What is done is told on standard error.
    #[cfg(feature = "desk")]
    Issue(super::issue::CardIssueArgs),
    /// Writes the summary as it was last published to the resident's card on this desk's reader, in the place of a copy that
    /// is there. With the card, crews read it where there is no record.
    #[cfg(feature = "desk")]
    WriteCopy(super::copy::WriteCopyArgs),
    /// Writes a resident's number and a key of the region's to a blank FeliCa Lite-S card at this desk's reader, locks it and
    /// registers it. Interrupted, the same command goes on with it.
    #[cfg(feature = "desk")]
    IssueFelica(super::issue_felica::IssueFelicaArgs),
    /// The public key of the authority that signs this region's cards (PEM).
    Authority,
    /// A card is lost: it leads to nothing any more, and tablets refuse it.
    Lose {
        /// The card's serial, in hexadecimal; or felica:IDM, type-a:UID.
        card: String,
    },
    /// Registers a card in the place of another one of the same resident.
    Reissue {
        /// The card that is replaced: its serial, in hexadecimal; or felica:IDM, type-a:UID.
        old: String,
        #[command(flatten)]
        card: AnyCardArgs,
    },
    /// Takes back that a number-only card was registered for the wrong resident; it may be registered again.
    Unregister {
        /// felica:IDM or type-a:UID.
        card: String,
    },
    /// Registers number-only cards from a table (CSV) with the columns number, kind (felica, type-a) and identifier: all of
    /// it or nothing.
    Import {
        /// The table.
        file: PathBuf,
    },
    /// Lists cards, the newest first.
    List {
        /// Only those of this resident.
        #[arg(long)]
        number: Option<String>,
        /// Only those in use whose key is of an earlier vault epoch: to be replaced.
        #[arg(long)]
        old_keys: bool,
        /// At most so many.
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
}

/// The public half of a card.
#[derive(Debug, Args)]
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
    /// Whether none was given.
    pub(super) const fn is_empty(&self) -> bool {
        self.certificate.is_none() && self.public_key.is_none()
    }

    /// The card, when its certificate is signed by the region's authority.
    pub(crate) async fn read(&self, desk: &Desk, staff: bool) -> Answer<CardCertificate> {
        if let (Some(key), Some(serial)) = (&self.public_key, &self.serial) {
            return CardCertificate::from_hex(serial, key, staff).map_err(text);
        }
        let Some(path) = &self.certificate else { return Err("give --certificate".to_owned()) };
        let authority = authority_key(desk).await?;
        CardCertificate::read(&read(path)?, &authority).map_err(|error| format!("{}: {error}", path.display()))
    }
}

pub(crate) async fn run(desk: Desk, command: CardCommand) -> Answer {
    match command {
        CardCommand::Register { number, card } => any_card::register(&desk, &number, &card).await,
        #[cfg(feature = "desk")]
        CardCommand::Issue(args) => super::issue::card(desk, args).await,
        #[cfg(feature = "desk")]
        CardCommand::WriteCopy(args) => super::copy::run(desk, args).await,
        #[cfg(feature = "desk")]
        CardCommand::IssueFelica(args) => super::issue_felica::run(&desk, &args).await,
        CardCommand::Authority => authority(&desk).await,
        CardCommand::Reissue { old, card } => any_card::reissue(&desk, &old, &card).await,
        CardCommand::Lose { card } => any_card::lose(&desk, &card).await,
        CardCommand::Unregister { card } => any_card::unregister(&desk, &card).await,
        CardCommand::Import { file } => any_card::take(&desk, &file).await,
        CardCommand::List { number, old_keys, limit } => any_card::list(&desk, number, old_keys, limit).await,
    }
}

async fn authority_key(desk: &Desk) -> Answer<Point> {
    let authority: Vec<u8> = sqlx::query_scalar("SELECT card_authority FROM region")
        .fetch_optional(&desk.pool)
        .await
        .map_err(text)?
        .ok_or("there is no region yet: kakari-region init")?;
    authority.try_into().map_err(|_| "the region's card authority is damaged".to_owned())
}

async fn authority(desk: &Desk) -> Answer {
    let pem = write_point(&authority_key(desk).await?);
    Ok(Reply::new(pem.clone(), json!({ "card_authority": pem })))
}
