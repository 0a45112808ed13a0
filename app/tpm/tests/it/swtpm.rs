//! An emulated TPM on this machine's loopback, with its state in a folder; and the tools that speak to it.

use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};
use std::{fs, thread};

use kakari_tpm::Tpm;
use tempfile::TempDir;

const TOOLS: &str = "install it: apt-get install swtpm swtpm-tools tpm2-tools libtss2-tcti-swtpm0 systemd";

/// A running emulator. It has no resource manager: what is left loaded in it stays, three objects at most.
pub(crate) struct Swtpm {
    dir: TempDir,
    port: u16,
    child: Child,
}

impl Swtpm {
    /// A TPM that never was before: its seeds are its own.
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().expect("folder");
        let (child, port) = start(dir.path());
        Self { dir, port, child }
    }

    /// The power goes: nothing is told to the TPM, which is back at once on what it had written.
    pub(crate) fn cut_power(&mut self) {
        self.go_away();
        (self.child, self.port) = start(self.dir.path());
    }

    /// The power goes and stays away.
    pub(crate) fn go_away(&mut self) {
        // SIGKILL, and its own child: nobody else's process is meant.
        if self.child.try_wait().expect("asked").is_none() {
            self.child.kill().expect("killed");
            self.child.wait().expect("ended");
        }
    }

    pub(crate) fn tcti(&self) -> String {
        format!("swtpm:host=127.0.0.1,port={}", self.port)
    }

    pub(crate) fn tpm(&self) -> Tpm {
        Tpm::open(&self.tcti()).expect("the emulator answers")
    }

    /// One of tpm2-tools on this TPM, in its folder.
    pub(crate) fn tool(&self, words: &str) -> Output {
        let mut words = words.split_whitespace();
        let name = words.next().expect("a tool");
        let run =
            Command::new(name).args(words).current_dir(self.dir.path()).env("TPM2TOOLS_TCTI", self.tcti()).output();
        run.unwrap_or_else(|error| panic!("{name}: {error}; {TOOLS}"))
    }

    pub(crate) fn tool_works(&self, words: &str) {
        let output = self.tool(words);
        assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Seals `secret` as the tablet's store key is sealed.
    pub(crate) fn seal(&self, secret: &[u8], to: &Path) {
        self.make_room();
        let device = format!("--tpm2-device={}", self.tcti());
        let mut creds = program("timeout")
            .args([
                "60",
                "systemd-creds",
                "encrypt",
                "--with-key=tpm2",
                "--tpm2-pcrs=23",
                "--name=kakari-store-key",
                &device,
                "-",
            ])
            .arg(to)
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("systemd-creds: {error}; {TOOLS}"));
        creds.stdin.take().expect("piped").write_all(secret).expect("told");
        let output = creds.wait_with_output().expect("ended");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// What systemd opens at the start of the tablet's services; `None` when this TPM does not open it.
    pub(crate) fn unseal(&self, sealed: &Path) -> Option<Vec<u8>> {
        self.make_room();
        let output = program("timeout")
            .args(["60", "systemd-creds", "decrypt", "--name=kakari-store-key"])
            .arg(sealed)
            .arg("-")
            .env("SYSTEMD_TPM2_DEVICE", self.tcti())
            .output()
            .unwrap_or_else(|error| panic!("systemd-creds: {error}; {TOOLS}"));
        output.status.success().then_some(output.stdout)
    }

    /// What systemd-creds leaves loaded, and the kernel's resource manager would remove.
    fn make_room(&self) {
        ["-t", "-s", "-l"].iter().for_each(|what| drop(self.tool(&format!("tpm2_flushcontext {what}"))));
    }

    pub(crate) fn dir(&self) -> PathBuf {
        self.dir.path().into()
    }
}

impl Drop for Swtpm {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A program that gets none of this one's open files: the TPM's library does not mark its own, and a connection that lives on in
/// another process keeps everybody else out.
pub(crate) fn program(name: &str) -> Command {
    let close = r#"for fd in /proc/$$/fd/*; do fd=${fd##*/}; [ "$fd" -le 2 ] || eval "exec $fd>&-"; done; exec "$@""#;
    let mut command = Command::new("bash");
    command.args(["-c", close, "bash", name]);
    command
}

/// Tries pairs of ports until an emulator has both.
fn start(state: &Path) -> (Child, u16) {
    let _ = fs::remove_file(state.join(".lock"));
    for _ in 0..50 {
        let port = next_pair();
        if taken(port) || taken(port + 1) {
            continue;
        }
        let tcp = |name: &str, port: u16| [format!("--{name}"), format!("type=tcp,port={port},bindaddr=127.0.0.1")];
        let child = program("swtpm")
            .args(["socket", "--tpm2", "--flags", "not-need-init,startup-clear", "--tpmstate"])
            .arg(format!("dir={}", state.display()))
            .args(tcp("server", port))
            .args(tcp("ctrl", port + 1))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let mut child = child.unwrap_or_else(|error| panic!("swtpm: {error}; {TOOLS}"));
        if answers(&mut child, port) {
            return (child, port);
        }
        let _ = child.kill();
        let _ = child.wait();
    }
    panic!("no emulated TPM came up; {TOOLS}");
}

fn answers(child: &mut Child, port: u16) -> bool {
    let tpm = Tpm::at(&format!("swtpm:host=127.0.0.1,port={port}")).expect("a name");
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(20) {
        if !matches!(child.try_wait(), Ok(None)) {
            return false;
        }
        // Asked once both are open: whoever asks a port that nobody has yet is answered by itself.
        if taken(port) && taken(port + 1) && tpm.is_here() {
            return matches!(child.try_wait(), Ok(None));
        }
        thread::sleep(Duration::from_millis(10));
    }
    false
}

/// Whether the port is taken, asked without a connection.
fn taken(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_err()
}

/// A pair that no other test of this program gets, below the ports that the system gives out by itself.
fn next_pair() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let pairs = 8_000;
    let first = u16::try_from(std::process::id() % u32::from(pairs)).expect("small");
    let pair = (first + NEXT.fetch_add(1, Ordering::Relaxed) % pairs) % pairs;
    12_000 + pair * 2
}
