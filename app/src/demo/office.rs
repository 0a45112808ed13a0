//! The regional office of a training: the real `kakari-region` on a real database, spoken to by its command line.

use std::env;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use kakari_record::seal::Point;
use serde_json::{Value, json};

use super::DemoError;

/// A region on this machine. Its server ends when it is dropped.
pub(super) struct Office {
    program: PathBuf,
    config: PathBuf,
    server: Option<Child>,
}

/// A tablet's invitation.
pub(super) struct Invitation {
    /// `XXXX-XXXX-XXXX`
    pub(super) code: String,
    /// Where to enrol.
    pub(super) url: String,
    /// The text of the QR code.
    pub(super) qr: String,
}

impl Office {
    /// Makes a region in `dir` on the empty database at `database`, for cards of the authority with this key.
    pub(super) fn found(dir: &Path, database: &str, authority: &Point) -> Result<Self, DemoError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| DemoError::File { path, source }
        };
        fs::create_dir_all(dir).map_err(failed(dir))?;
        let (config, key) = (dir.join("region.toml"), dir.join("card-authority.point"));
        fs::write(&key, authority).map_err(failed(&key))?;
        fs::write(&config, region_toml(database)?).map_err(failed(&config))?;
        let program = env::current_exe().map_err(failed(dir))?.with_file_name("kakari-region");
        let office = Self { program, config, server: None };
        let key = key.display().to_string();
        office.tell(&[
            "init",
            "--name",
            "北町訓練地域",
            "--card-authority",
            &key,
            "--training",
            "--database",
            database,
        ])?;
        Ok(office)
    }

    /// One command of the office; its answer.
    pub(super) fn tell(&self, words: &[&str]) -> Result<Value, DemoError> {
        let done = self.command().args(words).arg("--json").output().map_err(|source| self.cannot_start(source))?;
        if !done.status.success() {
            let why = String::from_utf8_lossy(&done.stderr).trim().to_owned();
            return Err(DemoError::Office { command: words.first().copied().unwrap_or_default().to_owned(), why });
        }
        Ok(serde_json::from_slice(&done.stdout).unwrap_or(json!({})))
    }

    /// Serves tablets until this is dropped; `publish` every few seconds in the same process.
    pub(super) fn serve(&mut self, log: &Path) -> Result<(), DemoError> {
        let log = fs::File::create(log).map_err(|source| DemoError::File { path: log.into(), source })?;
        let mut command = self.command();
        command.args(["serve", "--publish"]).stdout(Stdio::null()).stderr(log);
        self.server = Some(command.spawn().map_err(|source| self.cannot_start(source))?);
        Ok(())
    }

    /// Invites a tablet for this vehicle.
    pub(super) fn invite(&self, vehicle: &str) -> Result<Invitation, DemoError> {
        let told = self.tell(&["tablet", "invite", "--vehicle", vehicle])?;
        let word = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
        Ok(Invitation { code: word("code"), url: word("url"), qr: word("qr") })
    }

    /// How a person speaks to this office from another terminal.
    pub(super) fn command_line(&self) -> String {
        format!("{} --config {}", self.program.display(), self.config.display())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--config").arg(&self.config).args(["--by", "training"]);
        command
    }

    fn cannot_start(&self, source: std::io::Error) -> DemoError {
        DemoError::File { path: self.program.clone(), source }
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

/// Everything on this machine alone, on ports that are free now.
fn region_toml(database: &str) -> Result<String, DemoError> {
    let (main, enrol) = (free_port()?, free_port()?);
    let value = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let lines = [
        ("database_url", value(database)),
        ("server_key", value("server.key")),
        ("feed", value("feed")),
        ("listen", value(&format!("127.0.0.1:{main}"))),
        ("enrol_listen", value(&format!("127.0.0.1:{enrol}"))),
        ("feed_url", value(&format!("https://localhost:{main}/feed"))),
        ("api_url", value(&format!("https://localhost:{main}"))),
        ("enrol_url", value(&format!("https://localhost:{enrol}"))),
        ("tls_names", "[\"localhost\"]".to_owned()),
    ];
    Ok(lines.map(|(name, value)| format!("{name} = {value}\n")).concat())
}

fn free_port() -> Result<u16, DemoError> {
    let failed = |source| DemoError::System { what: "no free port", source };
    Ok(TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).map_err(failed)?.port())
}
