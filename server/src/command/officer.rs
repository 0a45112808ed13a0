//! `kakari-region officer`.

use std::path::Path;

use clap::Subcommand;
use serde_json::json;

use super::{Answer, Desk, Reply, read, text};
use crate::office::officer;

/// Officers, who may countersign a mass wipe.
#[derive(Debug, Subcommand)]
pub(crate) enum OfficerCommand {
    /// Adds an officer. Tablets that have enrolled before do not know the key.
    Add {
        /// Name, as in --by.
        #[arg(long)]
        id: String,
        /// Ed25519 public key: 64 hexadecimal digits, or a file in PEM or DER (openssl pkey -pubout).
        #[arg(long, value_name = "HEX|FILE")]
        public_key: String,
    },
    /// Lists officers.
    List,
}

pub(crate) async fn run(desk: Desk, command: OfficerCommand) -> Answer {
    let mut tx = desk.begin().await?;
    let reply = match command {
        OfficerCommand::Add { id, public_key } => {
            let file = Path::new(&public_key);
            let bytes = if file.exists() { read(file)? } else { public_key.into_bytes() };
            let key = officer::read_public_key(&bytes).map_err(text)?;
            officer::add(&mut tx, &desk.who, &id, &key).await.map_err(text)?;
            let told = format!(
                "officer {id} added; tablets that enrolled before do not know this key and will not follow a countersignature \
                 by {id} until they enrol anew, under a new id"
            );
            Reply::new(told, json!({ "id": id }))
        }
        OfficerCommand::List => {
            let officers = officer::list(&mut tx).await.map_err(text)?;
            Reply::list("officers", &officers, |(id, key)| format!("{id}  {key}"))
        }
    };
    tx.commit().await.map_err(text)?;
    Ok(reply)
}
