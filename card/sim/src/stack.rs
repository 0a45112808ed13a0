//! A pcscd of one's own.

use std::fs::{self, File};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use command_fds::{CommandFdExt, FdMapping};
use rustix::process::{Pid, Signal, kill_process};

use crate::VirtualReader;
use crate::found::{find_driver, find_program, free_ports, polkit_option};

/// The environment variable by which a PC/SC client finds a [`Stack`]; its value is [`Stack::socket`].
pub const SOCKET_VARIABLE: &str = "PCSCLITE_CSOCK_NAME";

const RUN_DIR: &str = "/run/pcscd";
pub(crate) const DRIVER: &str = "libkakari_virtual_reader.so";
const VPCD_DRIVERS: [&str; 2] =
    ["/usr/lib/pcsc/drivers/serial/libifdvpcd.so", "/usr/lib/x86_64-linux-gnu/pcsc/drivers/serial/libifdvpcd.so"];
/// The first descriptor systemd passes on.
const PASSED_FD: i32 = 3;
const START_DEADLINE: Duration = Duration::from_secs(5);
const STOP_DEADLINE: Duration = Duration::from_secs(2);

/// Why there is no pcscd.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StackError {
    /// A program that Debian has in a package.
    #[error("{program} is not installed; as root: apt-get install -y --no-install-recommends {package}")]
    Missing {
        /// What is missing.
        program: &'static str,
        /// Where it is.
        package: &'static str,
    },
    /// The reader driver was not built.
    #[error("{DRIVER} is not next to this program ({searched}); build it: cargo build -p kakari-virtual-reader")]
    NoDriver {
        /// Where it was looked for.
        searched: String,
    },
    /// pcscd insists on its own directory, though it is not used here.
    #[error("{RUN_DIR} does not exist and cannot be made; once, as root: mkdir -p {RUN_DIR}")]
    NoRunDir(#[source] io::Error),
    /// pcscd started and its readers did not come up.
    #[error("pcscd did not bring up its readers; it says:\n{log}")]
    NotReady {
        /// Its log.
        log: String,
    },
    /// Anything else of the operating system.
    #[error("{what}")]
    Io {
        /// What was being done.
        what: &'static str,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
}

/// A private pcscd with virtual readers, started as systemd would start it (the listening socket is passed to it).
/// It is killed when this is dropped, and also when the thread that started it ends: start it from a thread that
/// lives as long as it is needed.
///
/// Start only one per PC/SC client process; side by side in different processes there may be many. A real reader
/// plugged into this machine is seen by this pcscd too.
pub struct Stack {
    dir: PathBuf,
    pcscd: Option<Child>,
    readers: Vec<VirtualReader>,
}

impl Stack {
    /// Starts pcscd in this directory with one reader per name, and waits until they are up (about 5 ms). Names are
    /// free, also those of real products; PC/SC lists them with ` 00 00` behind, or the next number.
    ///
    /// # Errors
    /// See [`StackError`]; each says what to do.
    pub fn start(dir: &Path, names: &[&str]) -> Result<Self, StackError> {
        let mut stack = Self { dir: dir.to_owned(), pcscd: None, readers: Vec::new() };
        for (index, name) in names.iter().enumerate() {
            let listed = format!("{name} {index:02} 00");
            stack.readers.push(
                VirtualReader::start(&listed, &stack.reader_path(index))
                    .map_err(io_error("start a reader's thread"))?,
            );
        }
        stack.restart()?;
        Ok(stack)
    }

    /// Starts pcscd with the stock virtual reader `vsmartcard-vpcd` instead; also returns the port for
    /// [`VpcdCard::insert`](crate::VpcdCard::insert).
    ///
    /// # Errors
    /// See [`StackError`]; each says what to do.
    pub fn start_with_vpcd(dir: &Path, name: &str) -> Result<(Self, u16), StackError> {
        let missing = StackError::Missing { program: "the virtual reader vpcd", package: "vsmartcard-vpcd" };
        let driver = VPCD_DRIVERS.iter().find(|path| Path::new(path).exists()).ok_or(missing)?;
        let port = free_ports()?;
        let mut stack = Self { dir: dir.to_owned(), pcscd: None, readers: Vec::new() };
        stack.configure(&format!(
            "FRIENDLYNAME \"{name}\"\nDEVICENAME /dev/null:{port:#x}\nLIBPATH {driver}\nCHANNELID {port:#x}\n"
        ))?;
        stack.spawn()?;
        Ok((stack, port))
    }

    /// Where a stack in this directory can be reached.
    #[must_use]
    pub fn socket_in(dir: &Path) -> PathBuf {
        dir.join("pcscd.comm")
    }

    /// The value of [`SOCKET_VARIABLE`] for processes that shall use this stack.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        Self::socket_in(&self.dir)
    }

    /// The readers, in the order of their names.
    #[must_use]
    pub fn readers(&self) -> &[VirtualReader] {
        &self.readers
    }

    /// The reader at this place.
    ///
    /// # Panics
    /// When the stack has fewer readers.
    #[must_use]
    pub fn reader(&self, index: usize) -> &VirtualReader {
        &self.readers[index]
    }

    /// The process number of pcscd, while it runs.
    #[must_use]
    pub fn pcscd_id(&self) -> Option<u32> {
        self.pcscd.as_ref().map(Child::id)
    }

    /// Kills pcscd on the spot (SIGKILL), as a crash would.
    pub fn kill(&mut self) {
        if let Some(mut pcscd) = self.pcscd.take() {
            let _ = pcscd.kill();
            let _ = pcscd.wait();
        }
        let deadline = Instant::now() + STOP_DEADLINE;
        for reader in &self.readers {
            reader.wait_until_disconnected(deadline);
        }
    }

    /// Stops pcscd where it stands (SIGSTOP): it lives, its socket takes connections, and nobody gets an answer.
    pub fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets a frozen pcscd go on.
    pub fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let id = self.pcscd_id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(id) = id {
            // Fails only for a process that is gone.
            let _ = kill_process(id, signal);
        }
    }

    /// Starts pcscd again, with all readers. Cards that lie on them still do.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn restart(&mut self) -> Result<(), StackError> {
        self.restart_with(self.readers.len())
    }

    /// Starts pcscd again with the first so many readers only: the others count as unplugged.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn restart_with(&mut self, count: usize) -> Result<(), StackError> {
        self.kill();
        let entries = self.entries(count)?;
        self.configure(&entries)?;
        self.spawn()?;
        let deadline = Instant::now() + START_DEADLINE;
        let mut up = self.readers.iter().take(count);
        if up.all(|reader| reader.wait_until_connected(deadline)) {
            Ok(())
        } else {
            Err(StackError::NotReady { log: self.read_log() })
        }
    }

    fn entries(&self, count: usize) -> Result<String, StackError> {
        let driver = find_driver()?;
        let mut entries = String::new();
        for (index, reader) in self.readers.iter().take(count).enumerate() {
            let name = reader.name().rsplitn(3, ' ').nth(2).unwrap_or_default();
            let (path, driver) = (self.reader_path(index), driver.display());
            if !path.exists() {
                // pcscd refuses a DEVICENAME that does not exist; the driver puts its socket there.
                File::create(&path).map_err(io_error("make a reader's place"))?;
            }
            entries += &format!(
                "FRIENDLYNAME \"{name}\"\nDEVICENAME {}\nLIBPATH {driver}\nCHANNELID {index}\n\n",
                path.display()
            );
        }
        Ok(entries)
    }

    fn reader_path(&self, index: usize) -> PathBuf {
        self.dir.join(format!("reader{index}"))
    }

    fn log(&self) -> PathBuf {
        self.dir.join("pcscd.log")
    }

    fn read_log(&self) -> String {
        fs::read_to_string(self.log()).unwrap_or_default()
    }

    fn configure(&self, entries: &str) -> Result<(), StackError> {
        let conf_dir = self.dir.join("conf");
        fs::create_dir_all(&conf_dir)
            .and_then(|()| fs::write(conf_dir.join("readers"), entries))
            .map_err(io_error("write reader.conf"))
    }

    fn spawn(&mut self) -> Result<(), StackError> {
        let pcscd = find_program("pcscd", "pcscd")?;
        let setpriv = find_program("setpriv", "util-linux")?;
        fs::create_dir_all(RUN_DIR).map_err(StackError::NoRunDir)?;
        let socket = self.socket();
        let _ = fs::remove_file(&socket);
        // The only copy on our side goes with the command: were one kept, clients of a dead pcscd would hang.
        let listener: OwnedFd = UnixListener::bind(&socket).map_err(io_error("bind pcscd's socket"))?.into();
        let log = File::options().create(true).append(true).open(self.log()).map_err(io_error("open pcscd's log"))?;
        let mut command = self.command(&setpriv, &pcscd, log)?;
        let passed = vec![FdMapping { parent_fd: listener, child_fd: PASSED_FD }];
        command.fd_mappings(passed).map_err(|_| StackError::NotReady { log: self.read_log() })?;
        self.pcscd = Some(command.spawn().map_err(io_error("start pcscd"))?);
        Ok(())
    }

    /// The listening socket becomes descriptor 3 and the shell says whose it is, as systemd does. `setpriv` ties
    /// pcscd's life to the calling thread's.
    fn command(&self, setpriv: &Path, pcscd: &Path, log: File) -> Result<Command, StackError> {
        let mut command = Command::new(setpriv);
        command
            .args(["--pdeathsig", "KILL", "sh", "-c"])
            .arg("LISTEN_FDS=1 LISTEN_PID=$$ exec \"$0\" \"$@\"")
            .arg(pcscd)
            .args(["--foreground", "--config"])
            .arg(self.dir.join("conf"))
            .args(polkit_option(pcscd))
            .stdin(Stdio::null())
            .stderr(log.try_clone().map_err(io_error("open pcscd's log"))?)
            .stdout(log);
        Ok(command)
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        self.kill();
    }
}

pub(crate) fn io_error(what: &'static str) -> impl FnOnce(io::Error) -> StackError {
    move |source| StackError::Io { what, source }
}
