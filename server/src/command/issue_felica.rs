//! `kakari-region card issue-felica`.

use std::time::Duration;

use clap::Args;
use kakari_card::felica::writing::LiteSWritten;
use serde_json::json;
use tokio::task::block_in_place;

use super::{Answer, Desk, Reply, text};
use crate::desk::{LiteS, NotWritten, wait_for_card};
use crate::keys::VaultKeys;
use crate::office::any_card::{self, CardName};
use crate::office::{plain_card, resident};
use crate::output::say;

/// Whose card, and where.
#[derive(Debug, Args)]
pub(crate) struct IssueFelicaArgs {
    /// The resident's 16-digit common number.
    #[arg(long)]
    number: String,
    /// The reader, by words of its name with * between them; any when not given.
    #[arg(long, value_name = "PATTERN", default_value = "")]
    reader: String,
    /// Seconds to wait for a card.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=600))]
    wait: u16,
    /// The card of this resident in whose place it comes, as card list names it.
    #[arg(long, value_name = "CARD")]
    replaces: Option<String>,
}

/// Registered before anything is written: a card that was torn away may be locked, and work, by then; registered, it can be
/// reported lost. The same command goes on with it. The card in whose place it comes ends last.
pub(super) async fn run(desk: &Desk, args: &IssueFelicaArgs) -> Answer {
    let number = resident::number(&args.number).map_err(text)?;
    let replaces = args.replaces.as_deref().map(CardName::read).transpose().map_err(text)?;
    let vault = VaultKeys::load(&desk.pool, &desk.server()?).await.map_err(text)?.current;
    let laid = block_in_place(|| wait_for_card(&args.reader, Duration::from_secs(args.wait.into())))?;
    let card = LiteS::new(&laid.card);
    let id = block_in_place(|| card.look())?;
    let epoch = vault.epoch();
    let mut tx = desk.begin().await?;
    if let Some(old) = &replaces {
        any_card::may_replace(&mut tx, &number, old, &id).await.map_err(text)?;
    }
    let stood = plain_card::register_with_key(&mut tx, &desk.who, &number, &id, epoch).await.map_err(text)?;
    tx.commit().await.map_err(text)?;
    say("writing; leave the card on the reader");
    let name = format!("{}:{}", id.kind().word(), id.hex());
    let how = match block_in_place(|| card.write(&number, &vault)) {
        Ok(LiteSWritten::Now) => "written, locked, proved and registered",
        Ok(LiteSWritten::Before) => "was written before; it proves itself and is registered",
        Err(NotWritten { words, is_untouched: true }) => {
            let mut tx = desk.begin().await?;
            plain_card::take_back(&mut tx, &desk.who, &id, stood).await.map_err(text)?;
            tx.commit().await.map_err(text)?;
            return Err(words);
        }
        Err(NotWritten { words, .. }) => {
            return Err(format!(
                "{words}\nIt is registered as {name}, for it may hold the number by now: if it is not written to the end, \
                 kakari-region card lose {name}"
            ));
        }
    };
    if let Some(old) = &replaces {
        let mut tx = desk.begin().await?;
        any_card::replaced(&mut tx, &desk.who, &number, old, &id).await.map_err(text)?;
        tx.commit().await.map_err(|error| {
            format!("the card is written; the one before is not ended yet ({error}): run the same command again")
        })?;
    }
    Ok(Reply::new(format!("card {name} {how} (key of epoch {epoch})"), json!({ "serial": name, "key_epoch": epoch })))
}
