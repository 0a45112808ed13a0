//! A regional office on this machine: the real `kakari-region` on a real database, with invented residents published.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use kakari::demo::{TrainingCard, TrainingRegion, TrainingStaff, read_folder};
use serde_json::Value;

use crate::line::Line;
use crate::place::{kakari, repository};

/// How long a server may take to answer on a busy machine.
const STARTS: Duration = Duration::from_secs(60);

/// Who has a card of the region's authority.
pub struct Carded<'a> {
    /// The region whose authority it is.
    pub region: &'a TrainingRegion,
    /// Who may sign in.
    pub staff: &'a [TrainingStaff],
    /// Residents' numbers, and their cards.
    pub residents: Vec<(&'a str, &'a TrainingCard)>,
}

/// A region that serves. Ends when it is dropped.
pub struct Office {
    /// Where it keeps everything.
    pub dir: PathBuf,
    /// Between tablets and the feed: it can be slow, and cut.
    pub line: Line,
    database: String,
    /// Where the server answers tablets, and those that enrol.
    ports: [u16; 2],
    server: Child,
}

/// What a tablet is invited with.
pub struct Invited {
    /// `XXXX-XXXX-XXXX`
    pub code: String,
    /// Where it is enrolled.
    pub url: String,
    /// The text of the QR code, with the region's keys.
    pub qr: String,
}

impl Office {
    /// A region in `dir` on the empty database at `database`, for a training, with every sample resident. Nobody has a
    /// card that can be laid on.
    pub fn open(dir: &Path, database: &str) -> Self {
        let region = TrainingRegion::make().unwrap();
        Self::serve(dir, database, || {
            init(dir, database, &region, &["--training"]);
            tell(dir, &["staff", "add", "--id", "S0001", "--name", "佐藤"]);
            // Any point of the curve: nobody signs in here.
            let key = hex(&region.authority().public_key().unwrap());
            tell(dir, &["staff", "card", "register", "--id", "S0001", "--public-key", &key, "--serial", "0a"]);
            take_in(dir, &documents());
        })
    }

    /// The same on duty, for these cards, with the residents whose documents are in this folder.
    pub fn on_duty(dir: &Path, database: &str, carded: &Carded<'_>, documents: &Path) -> Self {
        Self::serve(dir, database, || {
            init(dir, database, carded.region, &[]);
            for member in carded.staff {
                let TrainingStaff { staff_id: id, name, card } = member;
                tell(dir, &["staff", "add", "--id", id, "--name", name]);
                register(dir, &["staff", "card", "register", "--id", id], card);
            }
            for (number, card) in &carded.residents {
                register(dir, &["card", "register", "--number", number], card);
            }
            take_in(dir, documents);
        })
    }

    fn serve(dir: &Path, database: &str, found: impl FnOnce()) -> Self {
        fs::create_dir_all(dir).unwrap();
        let (main, enrol) = (free_port(), free_port());
        let line = Line::to(main);
        let through = line.port;
        let settings = [
            ("database_url", format!("{database:?}")),
            ("server_key", "\"server.key\"".to_owned()),
            ("feed", "\"feed\"".to_owned()),
            ("listen", format!("\"127.0.0.1:{main}\"")),
            ("enrol_listen", format!("\"127.0.0.1:{enrol}\"")),
            ("feed_url", format!("\"https://localhost:{through}/feed\"")),
            ("api_url", format!("\"https://localhost:{through}\"")),
            ("enrol_url", format!("\"https://localhost:{enrol}\"")),
            ("tls_names", "[\"localhost\"]".to_owned()),
        ];
        fs::write(dir.join("region.toml"), settings.map(|(name, value)| format!("{name} = {value}\n")).concat())
            .unwrap();
        found();
        tell(dir, &["publish", "--once"]);
        let ports = [main, enrol];
        let server = start(dir, ports);
        Self { dir: dir.to_owned(), line, database: database.to_owned(), ports, server }
    }

    /// Invites a tablet.
    pub fn invite(&self, vehicle: &str) -> Invited {
        let told = tell(&self.dir, &["tablet", "invite", "--vehicle", vehicle]);
        let word = |name: &str| told[name].as_str().unwrap().to_owned();
        Invited { code: word("code"), url: word("url"), qr: word("qr") }
    }

    /// What a command of the office's answers.
    pub fn tell(&self, words: &[&str]) -> Value {
        tell(&self.dir, words)
    }

    /// Why a command of the office's does nothing.
    pub fn refuses(&self, words: &[&str]) -> String {
        let done = command(&self.dir).args(words).output().unwrap();
        assert!(!done.status.success(), "{words:?}: {}", String::from_utf8_lossy(&done.stdout));
        String::from_utf8_lossy(&done.stderr).into_owned()
    }

    /// Rows that this question has in the database, each in a line.
    pub fn asks(&self, sql: &str) -> Vec<String> {
        asked(&self.database, sql).lines().map(str::to_owned).collect()
    }

    /// Every record that the region publishes, `id:version`.
    pub fn published(&self) -> BTreeSet<String> {
        let sql = "SELECT encode(record, 'hex') || ':' || version FROM published WHERE NOT removed";
        self.asks(sql).into_iter().collect()
    }

    /// Whether nothing waits for the publisher.
    pub fn is_quiet(&self) -> bool {
        self.asks("SELECT count(*) FROM change") == ["0"]
    }

    /// Audit rows of this tablet that the region has, `row|hash`.
    pub fn audit(&self, tablet: &str) -> Vec<String> {
        self.asks(&format!(
            "SELECT sequence, encode(hash, 'hex') FROM audit WHERE tablet = '{tablet}' ORDER BY sequence"
        ))
    }

    /// How many those are.
    pub fn audit_rows(&self, tablet: &str) -> u64 {
        self.audit(tablet).len() as u64
    }

    /// The server ends.
    pub fn ends(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }

    /// The server serves again.
    pub fn serves(&mut self) {
        self.server = start(&self.dir, self.ports);
    }

    /// The database is gone, and an empty one in its place.
    pub fn loses_its_database(&self) {
        let (address, socket) = self.database.split_once('?').unwrap();
        let (server, name) = address.rsplit_once('/').unwrap();
        let beside = format!("{server}/postgres?{socket}");
        asked(&beside, &format!("DROP DATABASE {name} WITH (FORCE)"));
        asked(&beside, &format!("CREATE DATABASE {name}"));
    }

    /// Documents come in. Who publishes does so within seconds.
    pub fn take_in(&self, documents: &Path) {
        take_in(&self.dir, documents);
    }

    /// The time of every invitation that is open is over.
    pub fn let_invitations_expire(&self) {
        asked(&self.database, "UPDATE invitation SET expires_at = now() - interval '1 minute'");
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A region with its residents, who agreed.
fn init(dir: &Path, database: &str, region: &TrainingRegion, words: &[&str]) {
    let key = dir.join("card-authority.point");
    fs::write(&key, region.authority().public_key().unwrap()).unwrap();
    let key = key.display().to_string();
    let init = ["init", "--name", "北町訓練地域", "--database", database, "--card-authority", &key];
    tell(dir, &[&init, words].concat());
    let residents = read_folder(&documents()).unwrap_or_else(|error| panic!("{error}"));
    let numbers = residents.iter().filter_map(|resident| resident.summary.identity.number.as_ref());
    let rows: String = numbers.map(|number| format!("{},given\n", number.digits())).collect();
    let table = dir.join("residents.csv");
    fs::write(&table, format!("number,consent\n{rows}")).unwrap();
    tell(dir, &["resident", "import", &table.display().to_string()]);
}

fn documents() -> PathBuf {
    repository().join("assets/region/residents")
}

fn take_in(dir: &Path, documents: &Path) {
    tell(dir, &["ingest", &documents.display().to_string()]);
}

fn register(dir: &Path, words: &[&str], card: &TrainingCard) {
    let (key, serial) = (hex(&card.public_key), hex(&card.certificate_serial));
    tell(dir, &[words, &["--public-key", &key, "--serial", &serial]].concat());
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn tell(dir: &Path, words: &[&str]) -> Value {
    let done = command(dir).args(words).arg("--json").output().unwrap();
    assert!(done.status.success(), "{words:?}: {}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).unwrap_or_default()
}

fn command(dir: &Path) -> Command {
    let program = kakari().with_file_name("kakari-region");
    assert!(program.exists(), "{} is missing: run `cargo build -p kakari-region` first", program.display());
    let mut command = Command::new(program);
    command.arg("--config").arg(dir.join("region.toml")).args(["--by", "test"]);
    command
}

/// The server, once it answers.
fn start(dir: &Path, ports: [u16; 2]) -> Child {
    let log = File::options().create(true).append(true).open(dir.join("server.log")).unwrap();
    let mut server = command(dir).args(["serve", "--publish"]).stdout(Stdio::null()).stderr(log).spawn().unwrap();
    let until = Instant::now() + STARTS;
    for port in ports {
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if server.try_wait().unwrap().is_some() || Instant::now() > until {
                let _ = server.kill();
                panic!("the server never answered: {}", fs::read_to_string(dir.join("server.log")).unwrap_or_default());
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
    server
}

fn asked(database: &str, sql: &str) -> String {
    let words = ["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--command", sql, database];
    let done = Command::new("psql").args(words).output();
    let done = done.expect("psql: scripts/setup.sh test, or apt install postgresql");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
