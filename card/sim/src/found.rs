//! What a stack needs from this machine.

use std::env;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::stack::{DRIVER, StackError, io_error};

/// Also in sbin, which is not on everybody's path.
pub(crate) fn find_program(program: &'static str, package: &'static str) -> Result<PathBuf, StackError> {
    let path = env::var_os("PATH").unwrap_or_default();
    let dirs = env::split_paths(&path).chain(["/usr/sbin", "/usr/bin", "/sbin", "/bin"].map(PathBuf::from));
    dirs.map(|dir| dir.join(program)).find(|path| path.is_file()).ok_or(StackError::Missing { program, package })
}

/// Next to this program, or one folder up: test programs live in target/debug/deps.
pub(crate) fn find_driver() -> Result<PathBuf, StackError> {
    let program = env::current_exe().map_err(io_error("find this program"))?;
    let dirs: Vec<&Path> = program.ancestors().skip(1).take(2).collect();
    dirs.iter().map(|dir| dir.join(DRIVER)).find(|path| path.is_file()).ok_or_else(|| StackError::NoDriver {
        searched: dirs.iter().map(|dir| dir.display().to_string()).collect::<Vec<_>>().join(", "),
    })
}

/// Builds with polkit ask it about every client; a private pcscd has no need to. Builds without do not know the option.
pub(crate) fn polkit_option(pcscd: &Path) -> Option<&'static str> {
    let version = Command::new(pcscd).arg("--version").output().ok()?;
    let features = String::from_utf8_lossy(&version.stdout).into_owned();
    features.contains(" polkit").then_some("--disable-polkit")
}

/// Two free neighbours below the ephemeral range, chosen by process number so that parallel tests do not meet.
pub(crate) fn free_ports() -> Result<u16, StackError> {
    let start = u16::try_from(std::process::id() % 5000).unwrap_or(0);
    let is_free = |port: u16| TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok();
    (0..100)
        .map(|step| 20_000 + 2 * ((start + step) % 5000))
        .find(|port| is_free(*port) && is_free(port + 1))
        .ok_or_else(|| io_error("find two free ports")(io::ErrorKind::AddrInUse.into()))
}
