//! `kakari-region card write-copy`.

use std::time::Duration;

use chrono::Utc;
use clap::Args;
use kakari_card::issue::{IssuingSecret, ManagementKey};
use kakari_card::{CardAuthority, CertificateSerial};
use kakari_record::language::Language;
use serde_json::json;
use tokio::task::block_in_place;

use super::{Answer, Desk, Reply, text};
use crate::desk::{patient_card, wait_for_card, write_copy};
use crate::keys::{VaultKeys, issuing_secret};
use crate::office::{copy, resident};

/// Whose card, and where it lies.
#[derive(Debug, Args)]
pub(crate) struct WriteCopyArgs {
    /// The resident's 16-digit common number.
    #[arg(long)]
    number: String,
    /// The reader, by words of its name with * between them; any when not given.
    #[arg(long, value_name = "PATTERN", default_value = "")]
    reader: String,
    /// Seconds to wait for the card.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=600))]
    wait: u16,
}

pub(crate) async fn run(desk: Desk, args: WriteCopyArgs) -> Answer {
    let number = resident::number(&args.number).map_err(text)?;
    let (server, keys) = desk.keys().await?;
    let vault = VaultKeys::load(&desk.pool, &server).await.map_err(text)?;
    let authority = CardAuthority::new([keys.card_authority]);
    let laid = block_in_place(|| wait_for_card(&args.reader, Duration::from_secs(args.wait.into())))?;
    let card = block_in_place(|| patient_card(&laid.card, &authority))?;
    if card.number.expose() != number.digits() {
        return Err("the card on the reader is another resident's: nothing was written".to_owned());
    }
    let now = Utc::now();
    let mut tx = desk.begin().await?;
    let copy = copy::make(&mut tx, &keys, &vault, &number, &card.public_key, now).await.map_err(text)?;
    let secret = IssuingSecret::from_bytes(issuing_secret(&mut tx, &server).await.map_err(text)?);
    let mut management = secret.management_keys(&CertificateSerial::new(&copy.serial));
    // A card that was not issued at this desk may still have the key that it came with.
    management.extend(ManagementKey::factory_keys());
    // Written down first: a card that is torn away after it took the copy is one that carries it.
    copy::goes_to_card(&mut tx, &desk.who, &copy, now).await.map_err(text)?;
    tx.commit().await.map_err(text)?;
    block_in_place(|| write_copy(&laid.card, &management, &copy.bytes))?;
    Ok(told(&copy))
}

fn told(copy: &copy::CardCopyOf) -> Reply {
    let left_out: Vec<&str> = copy.left_out.iter().map(|subject| subject.title(Language::English)).collect();
    let serial = hex::encode(&copy.serial);
    let mut words = format!("card {serial} carries version {} of the record, {} bytes", copy.version, copy.bytes.len());
    if !left_out.is_empty() {
        words.push_str(&format!("\nnot on it for want of room, and it says so: {}", left_out.join(", ")));
    }
    Reply::new(
        words,
        json!({ "serial": serial, "version": copy.version, "bytes": copy.bytes.len(), "left_out": left_out }),
    )
}
