//! The whole region on one machine: real PostgreSQL, real server, real TLS, real enrolment, real cards.

use std::process::Command;

use kakari_tests::place::{kakari, repository};

#[test]
fn a_change_a_withdrawal_and_an_erasure_reach_an_enrolled_tablet() {
    let programs = kakari().parent().unwrap().to_owned();
    assert!(programs.join("kakari-region").exists(), "run `cargo build -p kakari-region` first");
    let journey =
        Command::new(repository().join("scripts/region.sh")).arg(&programs).arg("--no-windows").output().unwrap();
    let said = String::from_utf8_lossy(&journey.stdout);
    assert!(journey.status.success(), "{said}\n{}", String::from_utf8_lossy(&journey.stderr));
    assert_eq!(said.lines().filter(|line| line.starts_with('✓')).count(), 8, "{said}");
}
