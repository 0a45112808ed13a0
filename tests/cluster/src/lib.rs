//! A private PostgreSQL for a test program, and a database of its own for each test.
//!
//! The cluster begins with the first test that asks for it and ends with the program, however that ends: a supervisor
//! holds the other end of a pipe, and when the pipe closes it ends PostgreSQL and removes the folder. Should the
//! supervisor itself be killed, PostgreSQL ends as its child.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// The supervisor: $1 the script, $2 the folder to remove, $3 the cluster's folder in it.
const SUPERVISOR: &str = r#"
"$1" run "$3" >"$2/log" 2>&1 &
server=$!
read -r _
kill -INT $server
for _ in $(seq 100); do kill -0 $server 2>/dev/null || break; sleep 0.1; done
kill -KILL $server 2>/dev/null
wait $server
rm -rf "$2"
"#;
const PATIENCE: Duration = Duration::from_secs(60);

/// A running PostgreSQL that listens on a socket in its folder and nowhere else.
pub struct Cluster {
    /// Holds the pipe open as long as this program lives.
    _supervisor: Child,
    folder: PathBuf,
    databases: AtomicU32,
}

impl Cluster {
    /// This program's cluster.
    ///
    /// # Panics
    ///
    /// When PostgreSQL is not installed or does not start; says how to get it.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    fn start() -> Self {
        let above = tempfile::Builder::new().prefix("kakari-pg-").tempdir_in("/tmp").expect("a folder in /tmp").keep();
        // The server runs as another user when this is root.
        fs::set_permissions(&above, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("permissions");
        let folder = above.join("c");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/postgres.sh");
        let supervisor = Command::new("bash")
            .args(["-c", SUPERVISOR, "supervisor"])
            .args([script.as_path(), above.as_path(), folder.as_path()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // An interrupt at the terminal is this program's; the supervisor sees the pipe close.
            .process_group(0)
            .spawn()
            .expect("bash");
        let cluster = Self { _supervisor: supervisor, folder, databases: AtomicU32::new(0) };
        cluster.wait(&above.join("log"));
        cluster
    }

    /// PostgreSQL writes `ready` into the eighth line of its pid file.
    fn wait(&self, log: &Path) {
        let begun = Instant::now();
        let pid_file = self.folder.join("data/postmaster.pid");
        let ready =
            || fs::read_to_string(&pid_file).is_ok_and(|text| text.lines().nth(7).is_some_and(|l| l.trim() == "ready"));
        while !ready() {
            let said = || fs::read_to_string(log).unwrap_or_default();
            assert!(begun.elapsed() < PATIENCE, "PostgreSQL did not start: {}", said());
            assert!(!said().lines().any(|line| line.starts_with("postgres: ")), "{}", said());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// A new, empty database: its address for sqlx.
    ///
    /// # Panics
    ///
    /// When PostgreSQL does not make it.
    pub fn database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let made = Command::new("psql")
            .args(["--no-psqlrc", "--quiet", "--username=kakari", "--dbname=postgres", "--host"])
            .arg(&self.folder)
            .args(["--command", &format!("CREATE DATABASE {name}")])
            .output()
            .expect("psql: scripts/setup.sh test, or apt install postgresql");
        assert!(made.status.success(), "no database: {}", String::from_utf8_lossy(&made.stderr));
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://kakari@localhost/{name}?host={folder}")
    }
}
