//! `kakari-region sender` and `kakari-region office`: certificates for those who are no tablets.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use pem::Pem;
use serde_json::json;

use super::{Answer, Desk, Reply, moment, text};
use crate::keys::Role;
use crate::office::client;

/// Certificates.
#[derive(Debug, Subcommand)]
pub(crate) enum ClientCommand {
    /// Issues a certificate and its key: NAME.crt, NAME.key, and the region's authority in NAME.ca.crt.
    Add {
        /// Letters, digits, '-', '_', '.'.
        name: String,
        /// The folder for the files.
        #[arg(long, default_value = ".")]
        out: PathBuf,
    },
    /// Revokes every certificate of a name.
    Revoke {
        /// Whose.
        name: String,
    },
    /// Lists certificates.
    List,
}

pub(crate) async fn run(desk: Desk, role: Role, command: ClientCommand) -> Answer {
    match command {
        ClientCommand::Add { name, out } => add(&desk, role, &name, &out).await,
        ClientCommand::Revoke { name } => {
            let mut tx = desk.begin().await?;
            let revoked = client::revoke(&mut tx, &desk.who, role, &name).await.map_err(text)?;
            tx.commit().await.map_err(text)?;
            Ok(Reply::new(format!("{revoked} certificates of {name} revoked"), json!({ "revoked": revoked })))
        }
        ClientCommand::List => {
            let mut conn = desk.pool.acquire().await.map_err(text)?;
            let lines = client::list(&mut conn, role).await.map_err(text)?;
            Ok(Reply::list("certificates", &lines, |line| {
                let end = line.revoked_at.map_or_else(
                    || format!("valid until {}", moment(line.not_after)),
                    |at| format!("revoked {}", moment(at)),
                );
                format!("{}  {}  {end}", line.name, line.serial)
            }))
        }
    }
}

/// Files first, then the database: a certificate that nobody holds is never in the table.
async fn add(desk: &Desk, role: Role, name: &str, out: &Path) -> Answer {
    let (_, keys) = desk.keys().await?;
    let mut tx = desk.begin().await?;
    let (issued, key) = client::add(&mut tx, &desk.who, &keys.tls, role, name).await.map_err(text)?;
    let certificate = |der: &[u8]| pem::encode(&Pem::new("CERTIFICATE", der));
    let files = [
        (out.join(format!("{name}.key")), zeroize::Zeroizing::new(pem::encode(&Pem::new("PRIVATE KEY", key.to_vec())))),
        (out.join(format!("{name}.crt")), certificate(&issued.der).into()),
        (out.join(format!("{name}.ca.crt")), certificate(keys.tls.certificate()).into()),
    ];
    let mut written = Vec::new();
    let done = async {
        for (path, content) in &files {
            write_new(path, content.as_bytes())?;
            written.push(path);
        }
        tx.commit().await.map_err(text)
    };
    if let Err(error) = done.await {
        written.iter().for_each(|path| drop(fs::remove_file(path)));
        return Err(error);
    }
    let names: Vec<String> = files.iter().map(|(path, _)| path.display().to_string()).collect();
    let told = format!(
        "{}\nvalid until {}; the key is not kept here\n{}",
        names.join("\n"),
        moment(issued.not_after),
        next_step(role, &out.join(name).display().to_string(), &desk.config.api_url)
    );
    Ok(Reply::new(
        told,
        json!({ "files": names, "serial": hex::encode(&issued.serial), "not_after": issued.not_after }),
    ))
}

/// Browsers take the key and its certificate in one file, and the authority in another.
fn next_step(role: Role, path: &str, url: &str) -> String {
    if matches!(role, Role::Office) {
        format!(
            "Next, for a browser:\n  openssl pkcs12 -export -inkey {path}.key -in {path}.crt -out {path}.p12\nImport {path}.p12 \
             as a certificate of its own and {path}.ca.crt as an authority for websites, erase {path}.key and {path}.p12, \
             open {url}/office"
        )
    } else {
        format!("Next: give the three files to whoever sends documents; they post to {url}/fhir")
    }
}

/// A new file that only its owner can read.
pub(super) fn write_new(path: &Path, content: &[u8]) -> Answer<()> {
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let written = opened.and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    });
    written.map_err(|error| format!("{}: {error}; nothing was issued", path.display()))
}
