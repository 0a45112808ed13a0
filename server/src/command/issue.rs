//! `kakari-region card issue` and `kakari-region staff issue`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use kakari_card::CertificateSerial;
use kakari_card::issue::{Issued, Order, Step};
use serde_json::Value;
use sqlx::PgConnection;
use tokio::runtime::Handle;
use tokio::task::block_in_place;

use super::{Answer, Desk, Reply, moment, text};
use crate::desk::{
    Asked, Keys, NotMade, Pending, Task, Whose, Work, card_data, doing, load_keys, print, wait_for_card,
};
use crate::office::{CardCertificate, resident, serial_from_hex};
use crate::output::say;
use crate::patience::Patience;

/// How a card is issued.
#[derive(Debug, Args)]
pub(crate) struct DeskArgs {
    /// The reader, by words of its name with * between them; any when not given.
    #[arg(long, value_name = "PATTERN", default_value = "")]
    reader: String,
    /// Seconds to wait for a card.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=600))]
    wait: u16,
    /// The card authority's private key (PKCS #8, PEM or DER), where this region does not keep it itself.
    #[arg(long, value_name = "FILE")]
    authority_key: Option<PathBuf>,
    /// Writes what the card printer needs into this folder; of a staff card also the letter with the first PIN, which
    /// stands nowhere else.
    #[arg(long, value_name = "DIR")]
    print: Option<PathBuf>,
    /// Years until the card runs out.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u8).range(1..=20))]
    years: u8,
    /// The serial of the card in whose place this one comes, in hexadecimal: refused from the next roster on.
    #[arg(long, value_name = "SERIAL", conflicts_with_all = ["lost", "another"])]
    replaces: Option<String>,
    /// The holder's cards are lost: refused at once, before the new one is made.
    #[arg(long, conflicts_with = "another")]
    lost: bool,
    /// Beside a card that stays in use.
    #[arg(long)]
    another: bool,
    /// Gives up the card that an interrupted issue began with, for this blank one.
    #[arg(long)]
    anew: bool,
}

/// A resident's card.
#[derive(Debug, Args)]
pub(crate) struct CardIssueArgs {
    /// The resident's 16-digit common number.
    #[arg(long)]
    number: String,
    /// The resident's name, for the card printer alone.
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    desk: DeskArgs,
}

/// A staff card.
#[derive(Debug, Args)]
pub(crate) struct StaffIssueArgs {
    /// Staff number.
    #[arg(long)]
    id: String,
    #[command(flatten)]
    desk: DeskArgs,
}

/// A resident's card.
pub(crate) async fn card(desk: Desk, args: CardIssueArgs) -> Answer {
    let number = resident::number(&args.number).map_err(text)?;
    let mut conn = desk.pool.acquire().await.map_err(text)?;
    let whose = Whose::resident(&mut conn, &number).await.map_err(text)?;
    drop(conn);
    issue(&desk, &whose, args.name.as_deref(), &args.desk).await
}

/// A staff card.
pub(crate) async fn staff(desk: Desk, args: StaffIssueArgs) -> Answer {
    if args.desk.print.is_none() {
        return Err(
            "name a folder with --print: the letter with the first PIN is written there, and nowhere else".to_owned()
        );
    }
    let mut conn = desk.pool.acquire().await.map_err(text)?;
    let whose = Whose::staff(&mut conn, &args.id).await.map_err(text)?;
    drop(conn);
    let Whose::Staff { name, .. } = &whose else { return Err("nobody".to_owned()) };
    issue(&desk, &whose, Some(name), &args.desk).await
}

async fn is_alone(conn: &mut PgConnection, whose: &Whose) -> sqlx::Result<bool> {
    let mine = "SELECT pg_try_advisory_lock(hashtextextended('card issue ' || $1, 0))";
    let mut patience = Patience::new();
    loop {
        let alone = sqlx::query_scalar(mine).bind(whose.subject()).fetch_one(&mut *conn).await?;
        if alone || !patience.lasts().await {
            return Ok(alone);
        }
    }
}

async fn issue(desk: &Desk, whose: &Whose, name: Option<&str>, args: &DeskArgs) -> Answer {
    // Held until the end of this connection: two desks never issue for one holder at once.
    let mut alone = desk.pool.acquire().await.map_err(text)?.detach();
    if !is_alone(&mut alone, whose).await.map_err(text)? {
        return Err("another desk is issuing a card for this holder: wait for it".to_owned());
    }
    let keys = load_keys(&mut alone, &desk.server()?, args.authority_key.as_deref()).await.map_err(text)?;
    if args.lost {
        lose(desk, whose).await?;
    }
    let laid = block_in_place(|| wait_for_card(&args.reader, Duration::from_secs(args.wait.into())))?;
    let work = Work::new(&laid.card, &keys);
    let serial = block_in_place(|| work.look())?;
    let pending = match choose(desk, whose, serial.as_ref(), args).await? {
        Task::Make(pending) => pending,
        Task::Done(serial, found) => {
            return tell(whose, name, args, &keys, (&serial, &found.valid_until), "was issued before");
        }
    };
    let order = pending.order(whose, &keys).map_err(text)?;
    let issued = make(desk, &work, &pending, &order).await?;
    say("trying the card as a tablet would");
    block_in_place(|| work.try_out(&order, &issued))?;
    register(desk, whose, &keys, &pending, &issued).await?;
    tell(whose, name, args, &keys, (&pending.serial, &pending.valid_until), "issued and registered")
}

async fn choose(desk: &Desk, whose: &Whose, serial: Option<&CertificateSerial>, args: &DeskArgs) -> Answer<Task> {
    let replaces = args.replaces.as_deref().map(serial_from_hex).transpose().map_err(text)?;
    let asked = Asked { years: args.years, replaces, another: args.another, anew: args.anew };
    let mut tx = desk.begin().await?;
    let task = Task::choose(&mut tx, &desk.who, whose, serial.map(CertificateSerial::as_bytes), &asked).await;
    let task = task.map_err(text)?;
    tx.commit().await.map_err(text)?;
    if let Task::Make(pending) = &task {
        say(&format!("card {}", hex::encode(&pending.serial)));
    }
    Ok(task)
}

async fn lose(desk: &Desk, whose: &Whose) -> Answer<()> {
    let mut tx = desk.begin().await?;
    for serial in whose.cards(&mut tx).await.map_err(text)? {
        whose.lose(&mut tx, &desk.who, &serial).await.map_err(text)?;
        say(&format!("card {} is lost: refused from the next roster on", hex::encode(serial)));
    }
    tx.commit().await.map_err(text)
}

async fn make(desk: &Desk, work: &Work<'_>, pending: &Pending, order: &Order) -> Answer<Issued> {
    let now = Handle::current();
    let mut begins = |step: Step| {
        say(doing(step));
        now.block_on(async {
            let mut conn = desk.pool.acquire().await.map_err(text)?;
            pending.begins(&mut conn, step).await.map_err(text)
        })
    };
    let made = block_in_place(|| work.make(order, &mut begins));
    let NotMade { words, is_final, untouched } = match made {
        Ok(issued) => return Ok(issued),
        Err(not_made) => not_made,
    };
    if is_final || untouched && pending.is_on_a_card() {
        let mut tx = desk.begin().await?;
        pending.give_up(&mut tx, &desk.who, &words).await.map_err(text)?;
        tx.commit().await.map_err(text)?;
        let serial = hex::encode(&pending.serial);
        return Err(format!("card {serial} is unusable: {words}. Put it aside and run this again with a blank card"));
    }
    Err(words)
}

async fn register(desk: &Desk, whose: &Whose, keys: &Keys, pending: &Pending, issued: &Issued) -> Answer<()> {
    let certificate = CardCertificate::read(&issued.certificate, &keys.authority).map_err(text)?;
    let mut tx = desk.begin().await?;
    pending.finish(&mut tx, &desk.who, whose, &certificate).await.map_err(text)?;
    tx.commit().await.map_err(text)
}

fn tell(
    whose: &Whose,
    name: Option<&str>,
    args: &DeskArgs,
    keys: &Keys,
    (serial, until): (&[u8], &chrono::DateTime<chrono::Utc>),
    how: &str,
) -> Answer {
    let pin = keys.secret.first_pin_digits(&CertificateSerial::new(serial));
    let pin = pin.ok_or("no first PIN can be derived")?;
    let hexed = hex::encode(serial);
    let mut card = card_data(whose, &hexed, &until.date_naive().to_string(), name);
    let files = args.print.as_deref().map(|folder| print(folder, whose, &card, &pin)).transpose()?.unwrap_or_default();
    let mut words = format!("card {hexed} {how}; valid until {}", moment(*until));
    if let Some(fields) = card.as_object() {
        for (field, value) in
            fields.iter().filter(|(field, value)| *field != "serial" && *field != "valid_until" && !value.is_null())
        {
            words.push_str(&format!("\n  {field}: {}", value.as_str().unwrap_or_default()));
        }
    }
    for file in &files {
        words.push_str(&format!("\n  written: {}", file.display()));
    }
    if matches!(whose, Whose::Staff { .. }) {
        words.push_str("\nHand the letter over apart from the card, and erase its file");
    }
    card["files"] = files.iter().map(|file| Value::from(file.display().to_string())).collect();
    Ok(Reply::new(words, card))
}
