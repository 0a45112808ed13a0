//! The programs as a supervisor and a neighbour see them: signs of life, and memory that nobody else of the same user reads.

use std::io::{BufRead, BufReader, ErrorKind};
use std::os::unix::net::UnixDatagram;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};

use kakari_record::seal::FeedId;
use kakari_store::{Facts, Store, StoreKey};
use serde_json::Value;

/// Nobody's, and its group's, on Debian.
const NOBODY: (u32, u32) = (65_534, 65_534);
const WATCHDOG: Duration = Duration::from_secs(4);

/// Ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn kakari() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kakari"));
    command.stdout(Stdio::null()).stderr(Stdio::null()).env_remove("NOTIFY_SOCKET");
    command
}

/// A tablet that belongs to no region, in this folder; its configuration.
fn tablet(dir: &Path) -> PathBuf {
    let path = dir.join("kakari.toml");
    let [store, key, state] = ["kakari.db", "store.key", "state"].map(|name| dir.join(name));
    let text = format!(
        "store = {store:?}\nstore_key = {key:?}\nstate = {state:?}\nvehicle = \"北町救急1\"\ntablet = \"kita-1\"\n"
    );
    fs::write(&path, text).expect("written");
    path
}

fn with_store(dir: &Path) {
    let facts = Facts {
        feed: FeedId::from_bytes([7; 16]),
        region_key: [1; 32],
        card_authority: [2; 65],
        training: true,
        records: 0,
        synced_at: None,
    };
    let key = StoreKey::make_at(&dir.join("store.key")).expect("key");
    drop(Store::create(&dir.join("kakari.db"), key, &facts).expect("created"));
}

struct Listener {
    socket: UnixDatagram,
    path: PathBuf,
}

impl Listener {
    fn at(dir: &Path) -> Self {
        let path = dir.join("notify");
        let socket = UnixDatagram::bind(&path).expect("bound");
        socket.set_read_timeout(Some(Duration::from_secs(60))).expect("set");
        Self { socket, path }
    }

    /// What is said next; fails when nothing is for a minute.
    fn next(&self) -> String {
        let mut bytes = [0; 4096];
        let length = self.socket.recv(&mut bytes).expect("nothing is said");
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    }

    fn starts(&self, mut command: Command) -> Running {
        command.env("NOTIFY_SOCKET", &self.path).env("WATCHDOG_USEC", WATCHDOG.as_micros().to_string());
        Running(command.env_remove("WATCHDOG_PID").spawn().expect("started"))
    }

    /// Up, and signs of life at least as often as they are wanted, three in a row.
    fn hears_a_program_that_is_well(&self) {
        let mut signs = 0;
        let mut last = None::<Instant>;
        let mut ready = false;
        while signs < 3 || !ready {
            match self.next() {
                words if words.starts_with("READY=1\nSTATUS=") => ready = true,
                words if words == "WATCHDOG=1\n" => {
                    let gap = last.map_or(Duration::ZERO, |last| last.elapsed());
                    assert!(gap < WATCHDOG, "{gap:?} between two signs of life");
                    (signs, last) = (signs + 1, Some(Instant::now()));
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn sync_says_that_it_is_up_and_gives_signs_of_life() {
    let dir = tempfile::tempdir().expect("a folder");
    let listener = Listener::at(dir.path());
    let mut sync = kakari();
    sync.arg("sync").arg("--config").arg(tablet(dir.path()));
    let _sync = listener.starts(sync);
    listener.hears_a_program_that_is_well();
}

#[test]
fn the_tablet_says_that_it_is_up_once_its_glass_is_on_and_gives_signs_of_life_from_there() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut display = Command::new("Xvfb");
    display.args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"]).stderr(Stdio::null());
    let mut display = Running(display.stdout(Stdio::piped()).spawn().expect("Xvfb; get it with: apt install xvfb"));
    let mut number = String::new();
    BufReader::new(display.0.stdout.take().expect("its output")).read_line(&mut number).expect("a display");
    let listener = Listener::at(dir.path());
    let mut run = kakari();
    run.arg("run").arg("--config").arg(tablet(dir.path()));
    run.env("DISPLAY", format!(":{}", number.trim())).env_remove("WAYLAND_DISPLAY");
    let _run = listener.starts(run);
    listener.hears_a_program_that_is_well();
}

/// Opened as another program of the same user would.
fn can_be_read_by_nobody(process: &Child) -> bool {
    let mem = format!("/proc/{}/mem", process.id());
    let mut reader = Command::new("head");
    reader.args(["-c0", &mem]).stderr(Stdio::null()).uid(NOBODY.0).gid(NOBODY.1);
    reader.status().expect("head").success()
}

/// Starts a program that was copied a moment ago. While it was written, another test may have begun to start a program of its
/// own, which holds the copy open for a moment longer: until then nobody may run it.
fn started(command: &mut Command) -> Child {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        match command.spawn() {
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy && Instant::now() < until => {
                thread::sleep(Duration::from_millis(50));
            }
            spawned => return spawned.expect("started"),
        }
    }
}

#[test]
fn another_program_of_the_same_user_may_not_look_into_the_memory() {
    assert!(rustix::process::getuid().is_root(), "this test has to start programs as another user: run it as root");
    let dir = tempfile::tempdir().expect("a folder");
    let config = tablet(dir.path());
    // Nobody cannot reach the folder where it was built.
    let program = dir.path().join("kakari");
    fs::copy(env!("CARGO_BIN_EXE_kakari"), &program).expect("copied");
    for path in [dir.path(), &config, &program] {
        std::os::unix::fs::chown(path, Some(NOBODY.0), Some(NOBODY.1)).expect("given");
    }
    let as_nobody = |command: &mut Command| {
        command.uid(NOBODY.0).gid(NOBODY.1).stdout(Stdio::null()).stderr(Stdio::null());
        Running(started(command))
    };
    let other = as_nobody(Command::new("sleep").arg("60"));
    let sync = as_nobody(Command::new(&program).arg("sync").arg("--config").arg(&config));
    let limits = |process: &Child| fs::read_to_string(format!("/proc/{}/limits", process.id())).unwrap_or_default();
    let core = |process: &Child| {
        let limits = limits(process);
        let line = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap_or_default();
        line.split_whitespace().nth(4).map(str::to_owned)
    };
    let began = Instant::now();
    while core(&sync.0).as_deref() != Some("0") || can_be_read_by_nobody(&sync.0) {
        assert!(began.elapsed() < Duration::from_secs(30), "its memory can be read, or a core file be written");
        thread::sleep(Duration::from_millis(50));
    }
    assert!(can_be_read_by_nobody(&other.0), "the control: another program's can");
    assert!(fs::File::open(format!("/proc/{}/mem", sync.0.id())).is_ok(), "root still may");
}

/// What `kakari check --json` says, and how it ends.
fn check(config: &Path) -> (ExitStatus, Value) {
    let mut command = kakari();
    command.args(["check", "--json", "--config"]).arg(config).stdout(Stdio::piped());
    // No card service of this machine: there is none, wherever the test runs.
    let said = command.env("PCSCLITE_CSOCK_NAME", config.with_extension("none")).output().expect("ran");
    (said.status, serde_json::from_slice(&said.stdout).expect("JSON"))
}

#[test]
fn the_check_says_twelve_lines_each_with_figures_or_a_next_step_and_its_exit_code_says_whether_the_tablet_is_fit() {
    let dir = tempfile::tempdir().expect("a folder");
    let config = tablet(dir.path());
    let (status, nothing) = check(&config);
    assert_eq!((status.code(), &nothing["fit"]), (Some(1), &Value::Bool(false)));
    with_store(dir.path());
    let (status, said) = check(&config);
    assert_eq!((status.code(), &said["fit"]), (Some(1), &Value::Bool(false)), "there is no reader: {said}");
    let lines = said["lines"].as_array().expect("lines");
    let what: Vec<&str> = lines.iter().map(|line| line["what"].as_str().expect("a name")).collect();
    let names = [
        "リーダー",
        "テストカード",
        "保存データ",
        "データの古さ",
        "同期の期限",
        "閲覧記録",
        "時計",
        "鍵・名簿",
        "空き容量",
        "電池",
        "通信・地域",
        "アプリ",
    ];
    assert_eq!(what, names);
    for line in lines {
        let good = line["mark"] == "good";
        assert_eq!(line["next_step"] == "", good, "{line}");
        assert!(!line["words"].as_str().expect("words").is_empty(), "{line}");
    }
    let words = |place: usize| lines[place]["words"].as_str().expect("words");
    assert!(words(2).contains("検査") && words(2).contains("異常なし"), "read through before it is said: {}", words(2));
    assert!(words(7).contains("ファイル(弱い保管)"), "{}", words(7));
    assert!(words(11).contains(env!("CARGO_PKG_VERSION")), "{}", words(11));
}
