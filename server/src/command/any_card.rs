//! The parts of `kakari-region card` that know every kind of card.

use std::fs::File;
use std::path::Path;

use clap::Args;
use kakari_record::seal::{PlainCardId, PlainCardKind};
use serde_json::json;

use super::card::CardArgs;
use super::{Answer, Desk, Reply, moment, text};
use crate::office::any_card::{self, CardName, NewCard};
use crate::office::plain_card::{self, End, import};
use crate::office::{card, resident, with_old_keys};
use crate::output;

/// A resident's card: the public half of one with a key, or the identifier of a number-only one.
#[derive(Debug, Args)]
pub(crate) struct AnyCardArgs {
    #[command(flatten)]
    certified: CardArgs,
    /// A FeliCa card's IDm, in hexadecimal. Anybody can read it and copy it: the tablet says 「カード未認証」.
    #[arg(long, value_name = "IDM", conflicts_with_all = ["certificate", "public_key", "serial", "type_a"])]
    felica: Option<String>,
    /// A Type A memory card's UID, in hexadecimal. The same holds.
    #[arg(long = "type-a", id = "type_a", value_name = "UID", conflicts_with_all = ["certificate", "public_key", "serial"])]
    type_a: Option<String>,
}

impl AnyCardArgs {
    async fn read(&self, desk: &Desk) -> Answer<NewCard> {
        let plain = |kind, typed: &str| plain_card::identifier(kind, typed).map(NewCard::Plain).map_err(text);
        match (&self.felica, &self.type_a) {
            (Some(typed), _) => plain(PlainCardKind::Felica, typed),
            (None, Some(typed)) => plain(PlainCardKind::TypeA, typed),
            (None, None) if self.certified.is_empty() => Err("give --certificate, --felica or --type-a".to_owned()),
            (None, None) => self.certified.read(desk, false).await.map(NewCard::Certificate),
        }
    }
}

pub(super) async fn register(desk: &Desk, number: &str, args: &AnyCardArgs) -> Answer {
    let number = resident::number(number).map_err(text)?;
    let new = args.read(desk).await?;
    let mut tx = desk.begin().await?;
    let changed = any_card::register(&mut tx, &desk.who, &number, &new).await.map_err(text)?;
    tx.commit().await.map_err(text)?;
    Ok(told(&new, if changed { "registered" } else { "is registered for this resident already" }, changed))
}

pub(super) async fn reissue(desk: &Desk, old: &str, args: &AnyCardArgs) -> Answer {
    let name = CardName::read(old).map_err(text)?;
    let new = args.read(desk).await?;
    let mut tx = desk.begin().await?;
    any_card::reissue(&mut tx, &desk.who, &name, &new).await.map_err(text)?;
    tx.commit().await.map_err(text)?;
    Ok(told(&new, &format!("registered in the place of {}", as_listed(&name)), true))
}

pub(super) async fn lose(desk: &Desk, name: &str) -> Answer {
    let name = CardName::read(name).map_err(text)?;
    let mut tx = desk.begin().await?;
    let lost = any_card::lose(&mut tx, &desk.who, &name).await.map_err(text)?;
    tx.commit().await.map_err(text)?;
    let text = if lost { "lost: tablets refuse it from their next look on" } else { "this card had ended already" };
    Ok(Reply::new(text, json!({ "changed": lost })))
}

pub(super) async fn unregister(desk: &Desk, name: &str) -> Answer {
    let CardName::Plain(plain) = CardName::read(name).map_err(text)? else {
        return Err(
            "only a number-only card (felica:IDM, type-a:UID) is unregistered; a card with a key names its holder: \
                    kakari-region card lose"
                .to_owned(),
        );
    };
    let mut tx = desk.begin().await?;
    let changed = plain_card::end(&mut tx, &desk.who, &plain, End::Mistaken).await.map_err(text)?;
    tx.commit().await.map_err(text)?;
    let text = if changed {
        "taken back: register it for whose it is; until tablets have synced they still find the other resident by it"
    } else {
        "this card had ended already, and stays refused"
    };
    Ok(Reply::new(text, json!({ "changed": changed })))
}

pub(super) async fn list(desk: &Desk, number: Option<String>, old_keys: bool, limit: u32) -> Answer {
    let number = number.map(|number| resident::number(&number)).transpose().map_err(text)?;
    let mut conn = desk.pool.acquire().await.map_err(text)?;
    let lines = if old_keys {
        with_old_keys(&mut conn, number.as_ref(), limit.into()).await.map_err(text)?
    } else {
        card::list(&mut conn, number.as_ref(), limit.into()).await.map_err(text)?
    };
    Ok(Reply::list("cards", &lines, line))
}

/// Takes a table in: all of it or nothing.
pub(super) async fn take(desk: &Desk, file: &Path) -> Answer {
    let name = file.display();
    let table = File::open(file).map_err(|error| format!("{name}: {error}"))?;
    let table = import::read_table(table).map_err(|error| format!("{name}: {error}"))?;
    let (rows, four) = (table.len(), table.cautioned());
    let mut tx = desk.begin().await?;
    let say = |done| output::say(&format!("{done} of {rows} cards"));
    let done = import::import(&mut tx, &desk.who, &table, say).await.map_err(|error| format!("{name}: {error}"))?;
    tx.commit().await.map_err(text)?;
    if four > 0 {
        output::say(&format!("{four} of them have a UID of four bytes, which is not promised to be the only one"));
    }
    Ok(Reply::new(format!("{} cards registered, {} as before", done.added, done.unchanged), json!(done)))
}

fn line(line: &card::Line) -> String {
    let until = line.valid_until.map(|until| format!(", valid until {}", moment(until))).unwrap_or_default();
    let key = match (line.key_epoch, line.key_state.as_deref()) {
        (Some(epoch), Some("retired")) => {
            format!(", key of epoch {epoch}, which is retired: 「カード未認証」 until it is replaced")
        }
        (Some(epoch), _) => format!(", key of epoch {epoch}"),
        (None, _) => String::new(),
    };
    format!("{}  {}  record {}{until}{key}", line.serial, line.state, line.record)
}

fn told(new: &NewCard, how: &str, changed: bool) -> Reply {
    let name = match new {
        NewCard::Certificate(certificate) => hex::encode(&certificate.serial),
        NewCard::Plain(plain) => plain_name(plain),
    };
    let caution = match new {
        NewCard::Plain(plain) => plain_card::caution(plain),
        NewCard::Certificate(_) => None,
    };
    let caution = caution.map(|words| format!("\nBut {words}.")).unwrap_or_default();
    Reply::new(format!("card {name} {how}{caution}"), json!({ "serial": name, "changed": changed }))
}

fn as_listed(name: &CardName) -> String {
    match name {
        CardName::Serial(serial) => hex::encode(serial),
        CardName::Plain(plain) => plain_name(plain),
    }
}

fn plain_name(card: &PlainCardId) -> String {
    format!("{}:{}", card.kind().word(), card.hex())
}
