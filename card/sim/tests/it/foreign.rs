use std::path::Path;
use std::process::Command;

use kakari_card_sim::{Stack, in_own_process};

use crate::support::{ALICE, Bench};

/// A tool that shares no code with us reads the card we issued.
#[test]
fn opensc_lists_an_issued_card_as_piv_with_its_certificate() {
    in_own_process("foreign::opensc_lists_an_issued_card_as_piv_with_its_certificate", |dir| {
        let bench = Bench::new(dir);
        let (card, issued) = bench.patient(ALICE);
        bench.lay(&card);
        let text = run_opensc(dir, &["--read-certificate", "04"]);
        let pem: String = text
            .lines()
            .skip_while(|line| !line.contains("BEGIN"))
            .skip(1)
            .take_while(|line| !line.contains("END"))
            .collect();
        assert_eq!(pem.len() / 4, issued.certificate.len().div_ceil(3), "{text}");
    });
}

fn run_opensc(dir: &Path, arguments: &[&str]) -> String {
    let output = Command::new("pkcs15-tool")
        .args(arguments)
        .env(kakari_card_sim::SOCKET_VARIABLE, Stack::socket_in(dir))
        .output()
        .expect("pkcs15-tool is needed; as root: apt-get install -y --no-install-recommends opensc");
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
