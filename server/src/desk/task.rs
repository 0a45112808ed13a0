//! What the card on the reader is, and what follows from it.

use sqlx::PgConnection;

use super::Whose;
use super::pending::{Found, Pending};
use crate::office::{Office, OfficeError};

/// What was asked for.
pub(crate) struct Asked {
    /// Years until the card runs out.
    pub(crate) years: u8,
    /// The card in whose place it comes.
    pub(crate) replaces: Option<Vec<u8>>,
    /// It comes beside a card in use.
    pub(crate) another: bool,
    /// The card that an interrupted issue began with is given up.
    pub(crate) anew: bool,
}

/// What is to be done with the card that lies there.
pub(crate) enum Task {
    /// Make it, or go on making it.
    Make(Pending),
    /// It was issued for this holder before, and only the answer was not seen.
    Done(Vec<u8>, Found),
}

impl Task {
    /// Decides by the serial of the region's certificate on the card, `None` for a blank one.
    pub(crate) async fn choose(
        conn: &mut PgConnection,
        who: &str,
        whose: &Whose,
        serial: Option<&[u8]>,
        asked: &Asked,
    ) -> Office<Self> {
        let open = Pending::open(conn, whose).await?;
        let mut task = match serial {
            Some(serial) => {
                let found = Found::by_serial(conn, serial).await?;
                let in_use = whose.cards(conn).await?.iter().any(|card| card == serial);
                written(whose, serial, found, in_use, open).map_err(OfficeError::refused)?
            }
            None => Self::Make(blank(conn, who, whose, open, asked).await?),
        };
        if let (Self::Make(pending), Some(old)) = (&mut task, &asked.replaces)
            && pending.replaces.as_ref() != Some(old)
        {
            if !whose.cards(conn).await?.contains(old) {
                let unknown = "--replaces names no card in use of this holder: kakari-region card list, staff list";
                return Err(OfficeError::refused(unknown));
            }
            pending.replace(conn, old.clone()).await?;
        }
        Ok(task)
    }
}

/// A card that bears a certificate of this region.
fn written(
    whose: &Whose,
    serial: &[u8],
    found: Option<Found>,
    in_use: bool,
    open: Option<Pending>,
) -> Result<Task, String> {
    let named = hex::encode(serial);
    let Some(found) = found else {
        return Err(format!(
            "this is card {named}, which was not issued at this desk: it stays as it is. Take a blank card"
        ));
    };
    match (found.state.as_str(), found.is_for(whose), open) {
        ("open", true, Some(open)) if open.serial == serial => Ok(Task::Make(open)),
        ("issued", true, _) if in_use => Ok(Task::Done(serial.to_vec(), found)),
        ("unusable", ..) => Err(format!("card {named} is unusable: {}. Take a blank card", found.why)),
        ("open", ..) => Err(format!(
            "card {named} is being issued for another holder: finish it with the command that began it, or take a blank card"
        )),
        _ => Err(format!("card {named} was issued already: cards are not issued twice. Take a blank card")),
    }
}

async fn blank(
    conn: &mut PgConnection,
    who: &str,
    whose: &Whose,
    open: Option<Pending>,
    asked: &Asked,
) -> Office<Pending> {
    let before = match open {
        Some(open) if !open.is_on_a_card() => return Ok(open),
        Some(open) if open.is_surely_on_a_card() && !asked.anew => {
            return Err(OfficeError::refused(format!(
                "an issue for this holder was interrupted, and its card is {}: this is another, blank one. Lay that card on, \
                 or give --anew, and it will never be used",
                hex::encode(&open.serial)
            )));
        }
        Some(open) => {
            open.give_up(conn, who, "a blank card was taken in its place").await?;
            open.replaces
        }
        None => {
            let in_use = whose.cards(conn).await?;
            if !in_use.is_empty() && asked.replaces.is_none() && !asked.another {
                let serials: Vec<String> = in_use.iter().map(hex::encode).collect();
                return Err(OfficeError::refused(format!(
                    "this holder has a card in use ({}): --replaces SERIAL, --lost, or --another beside it",
                    serials.join(" ")
                )));
            }
            None
        }
    };
    let mut pending = Pending::begin(conn, who, whose, asked.years).await?;
    if let Some(old) = before {
        pending.replace(conn, old).await?;
    }
    Ok(pending)
}
