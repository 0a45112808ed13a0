//! A training region with a real server: the office, a tablet enrolled to it over TLS, its sync, its cards.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};

use kakari_card_sim::{Stack, VirtualReader};
use serde_json::Value;

use super::office::Office;
use super::region::{self, Enrolled, TrainingRegion, TrainingStaff};
use super::{CardDesk, DemoArgs, DemoError, Resident, TRAINING_PIN, TrainingCard, examples, others, tray};
use crate::config::Config;
use crate::output;

/// Residents with cards when no window is opened: those that the journey taps.
const TAPPED: usize = 2;

/// Everything on this machine, in `dir`, on the empty database at `database`.
pub(super) fn stage(args: &DemoArgs, dir: &Path, database: &str) -> Result<ExitCode, DemoError> {
    let residents = super::read_folder(&args.region)?;
    let stack = Stack::start(dir, &["Kakari Training Reader"])?;
    let region = TrainingRegion::make()?;
    let carded = if args.no_windows { &residents[..TAPPED.min(residents.len())] } else { &residents[..] };
    let desk = CardDesk::new(&region, stack.reader(0))?;
    let staff = super::staff_cards(&region, &desk)?;
    let cards = super::patient_cards(&region, &desk, carded)?;
    drop(desk);
    let mut office = found(dir, database, &region, &residents)?;
    register(&office, &staff, carded, &cards)?;
    office.tell(&["ingest", &args.region.display().to_string()])?;
    office.tell(&["publish", "--once"])?;
    office.serve(&dir.join("region/server.log"))?;
    output::line(&format!("{}人の文書を受け入れ、地域のサーバーを始めました", residents.len()));
    let enrolled = enrol(dir, &office)?;
    let served = Served { office, enrolled, dir: dir.to_owned(), region: args.region.clone() };
    if args.no_windows {
        return served.journey(&stack, &staff[0].card, &cards[0], &carded[0]);
    }
    let _sync = served.start_sync()?;
    output::line(&format!("職員カードのPINは {TRAINING_PIN} です。端末の窓を閉じると終わります"));
    examples::tell(&residents, &served.enrolled.config);
    output::line(&served.hint());
    output::line(&served.fallback_hint());
    let patients = carded.iter().map(|resident| &resident.summary.identity).zip(cards).collect();
    tray::open(&served.enrolled, stack, &staff, patients, others::cards(None)?)
}

fn found(dir: &Path, database: &str, region: &TrainingRegion, residents: &[Resident]) -> Result<Office, DemoError> {
    let office = Office::found(&dir.join("region"), database, &region.authority().authority().keys()[0])?;
    let table = dir.join("region/residents.csv");
    let numbers = residents.iter().filter_map(|resident| resident.summary.identity.number.as_ref());
    let rows: String = numbers.map(|number| format!("{},given\n", number.digits())).collect();
    fs::write(&table, format!("number,consent\n{rows}"))
        .map_err(|source| DemoError::File { path: table.clone(), source })?;
    office.tell(&["resident", "import", &table.display().to_string()])?;
    Ok(office)
}

fn register(
    office: &Office,
    staff: &[TrainingStaff],
    carded: &[Resident],
    cards: &[TrainingCard],
) -> Result<(), DemoError> {
    for member in staff {
        office.tell(&["staff", "add", "--id", &member.staff_id, "--name", &member.name])?;
        let (key, serial) = public_half(&member.card);
        office.tell(&[
            "staff",
            "card",
            "register",
            "--id",
            &member.staff_id,
            "--public-key",
            &key,
            "--serial",
            &serial,
        ])?;
    }
    for (resident, card) in carded.iter().zip(cards) {
        let number = number_of(resident);
        let (key, serial) = public_half(card);
        office.tell(&["card", "register", "--number", &number, "--public-key", &key, "--serial", &serial])?;
    }
    Ok(())
}

fn public_half(card: &TrainingCard) -> (String, String) {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    (hex(&card.public_key), hex(&card.certificate_serial))
}

fn number_of(resident: &Resident) -> String {
    resident.summary.identity.number.as_ref().map(|number| number.digits().to_owned()).unwrap_or_default()
}

/// The real command, as a station would use it.
fn enrol(dir: &Path, office: &Office) -> Result<Enrolled, DemoError> {
    let invitation = office.invite("北町救急1")?;
    let (config_path, tablet) = (dir.join("kakari.toml"), dir.join("tablet"));
    let qr = dir.join("invitation");
    fs::write(&qr, &invitation.qr).map_err(|source| DemoError::File { path: qr.clone(), source })?;
    output::line(&format!("kakari enrol --code {} --server {}", invitation.code, invitation.url));
    let mut command = kakari()?;
    command.arg("enrol").arg("--invitation").arg(&qr).arg("--state").arg(&tablet).arg("--config").arg(&config_path);
    let done = command.status().map_err(cannot_start)?;
    if !done.success() {
        return Err(DemoError::Office { command: "enrol".to_owned(), why: format!("kakari enrol: {done}") });
    }
    let config = Config::load(&config_path)
        .map_err(|error| DemoError::Office { command: "enrol".to_owned(), why: error.to_string() })?;
    let config = region::equip(dir, config)?;
    Ok(Enrolled { config_path: region::write_config(dir, &config)?, config })
}

fn kakari() -> Result<Command, DemoError> {
    Ok(Command::new(env::current_exe().map_err(cannot_start)?))
}

fn cannot_start(source: std::io::Error) -> DemoError {
    DemoError::System { what: "cannot start kakari", source }
}

/// A region that serves, and its tablet.
pub(super) struct Served {
    pub(super) office: Office,
    pub(super) enrolled: Enrolled,
    pub(super) dir: PathBuf,
    /// The folder of documents.
    pub(super) region: PathBuf,
}

/// A process that ends with its owner.
pub(super) struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Served {
    fn start_sync(&self) -> Result<Running, DemoError> {
        let mut command = kakari()?;
        command.arg("sync").arg("--config").arg(&self.enrolled.config_path);
        command.spawn().map(Running).map_err(cannot_start)
    }

    /// How to change something while the windows are open.
    fn hint(&self) -> String {
        let changed = self.dir.join("changed.json");
        // Other folders of documents may have no such resident.
        let (what, changed) = match self.write_changed(&changed) {
            Ok(()) => ("住民001の牛乳をキウイフルーツに変える", changed.display().to_string()),
            Err(_) => ("文書を変える", "文書.json".to_owned()),
        };
        let office = self.office.command_line();
        format!("{what}には、別の端末で次を実行し、1分ほど待ってカードを置きます:\n  {office} ingest {changed}")
    }

    /// How the office gives a one-time code.
    fn fallback_hint(&self) -> String {
        let (office, tablet) = (self.office.command_line(), &self.enrolled.config.tablet);
        format!("職員カードなしで開始する番号は、次で出ます:\n  {office} tablet fallback {tablet} --for S0001,S0002")
    }

    /// One `kakari sync --once`; its last JSON line.
    pub(super) fn sync_once(&self) -> Result<Value, DemoError> {
        let mut command = kakari()?;
        let done = command.args(["sync", "--once", "--json", "--config"]).arg(&self.enrolled.config_path);
        let done = done.stderr(Stdio::null()).output().map_err(cannot_start)?;
        let text = String::from_utf8_lossy(&done.stdout).into_owned();
        Ok(text.lines().last().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default())
    }

    /// One `kakari tap` with these cards; its last JSON line.
    pub(super) fn tap(
        &self,
        reader: &VirtualReader,
        staff: &TrainingCard,
        patient: &TrainingCard,
    ) -> Result<Value, DemoError> {
        let pin = self.dir.join("pin");
        fs::write(&pin, TRAINING_PIN).map_err(|source| DemoError::File { path: pin.clone(), source })?;
        let mut command = kakari()?;
        command.args(["tap", "--json", "--wait", "30", "--basis", "consent", "--pin-file"]).arg(&pin);
        command.arg("--config").arg(&self.enrolled.config_path).stdout(Stdio::piped());
        let mut tap = Running(command.spawn().map_err(cannot_start)?);
        let lines = tap.0.stdout.take().map(BufReader::new);
        let mut last = Value::Null;
        for line in lines.into_iter().flat_map(BufRead::lines).map_while(Result::ok) {
            last = serde_json::from_str(&line).unwrap_or_default();
            match last["wanted"].as_str() {
                Some("staff card") => reader.insert(&staff.card),
                Some(_) => reader.insert(&patient.card),
                None => {}
            }
        }
        reader.remove();
        Ok(last)
    }
}
