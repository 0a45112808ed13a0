//! The office's commands as the program has them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use kakari_cluster::Cluster;
use kakari_generator::Generator;
use kakari_record::fhir::write_document;
use serde_json::Value;
use tempfile::TempDir;

use crate::region::CardAuthority;

/// A folder with a region in it.
pub(crate) struct Office {
    pub(crate) dir: TempDir,
    pub(crate) database: String,
    authority: CardAuthority,
}

impl Office {
    pub(crate) fn make() -> Self {
        let office = Self {
            dir: TempDir::new().unwrap(),
            database: Cluster::shared().database(),
            authority: CardAuthority::make(),
        };
        fs::write(office.path("ca.pem"), office.authority.pem()).unwrap();
        assert!(office.init().contains("is made"));
        office
    }

    fn init(&self) -> String {
        self.does(&["init", "--name", "北町", "--card-authority", "ca.pem", "--training", "--database", &self.database])
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn run(&self, words: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_kakari-region"))
            .current_dir(self.dir.path())
            .env_remove("KAKARI_REGION")
            .args(["--by", "test"])
            .args(words)
            .output()
            .unwrap()
    }

    /// What a command that works says.
    pub(crate) fn does(&self, words: &[&str]) -> String {
        let said = self.run(words);
        assert!(said.status.success(), "{words:?}: {}", String::from_utf8_lossy(&said.stderr));
        String::from_utf8(said.stdout).unwrap()
    }

    pub(crate) fn json(&self, words: &[&str]) -> Value {
        serde_json::from_str(&self.does(&[&["--json"], words].concat())).unwrap()
    }

    /// Why a command does nothing.
    pub(crate) fn refuses(&self, words: &[&str]) -> String {
        let said = self.run(words);
        assert_eq!(said.status.code(), Some(1), "{words:?}");
        String::from_utf8(said.stderr).unwrap()
    }
}

#[test]
fn a_region_is_made_once_and_an_interrupted_beginning_is_gone_on_with() {
    let office = Office::make();
    let key = fs::read(office.path("server.key")).unwrap();
    let again =
        office.refuses(&["init", "--name", "南町", "--card-authority", "ca.pem", "--database", &office.database]);
    assert!(again.contains("is the region '北町' already"), "{again}");
    assert_eq!(fs::read(office.path("server.key")).unwrap(), key);
    assert_eq!(office.json(&["report"])["region"], "北町");
    let other = Office {
        dir: TempDir::new().unwrap(),
        database: Cluster::shared().database(),
        authority: CardAuthority::make(),
    };
    fs::write(other.path("ca.pem"), other.authority.pem()).unwrap();
    let wrong = [
        "init",
        "--name",
        "北町",
        "--card-authority",
        "ca.pem",
        "--database",
        "postgres://localhost/x?host=%2Fnowhere",
    ];
    assert!(other.refuses(&wrong).contains("does not answer"));
    assert!(!other.path("region.toml").exists());
    fs::copy(office.path("server.key"), other.path("server.key")).unwrap();
    other.init();
    assert_eq!(fs::read(other.path("server.key")).unwrap(), key, "a key that was made is kept");
}

#[test]
fn a_wrong_server_key_is_told_with_what_to_do() {
    let office = Office::make();
    let mut key = fs::read(office.path("server.key")).unwrap();
    key[0] ^= 1;
    fs::write(office.path("server.key"), key).unwrap();
    for words in [&["tablet", "invite", "--vehicle", "v"][..], &["epoch", "rotate"], &["sender", "add", "a"]] {
        let told = office.refuses(words);
        assert!(told.contains("server key does not open") && told.contains("region.toml"), "{told}");
    }
    assert!(!office.path("a.key").exists());
    assert_eq!(office.json(&["epoch", "list"])["epochs"].as_array().unwrap().len(), 1);
}

#[test]
fn every_noun_works_from_the_command_line() {
    let office = Office::make();
    fs::write(office.path("t.csv"), "number,consent\n9010000000000285,given\n9010000000000148,absent\n").unwrap();
    assert!(office.does(&["resident", "import", "t.csv"]).contains("2 residents added"));
    office.does(&["resident", "add", "9010000000002477"]);
    office.does(&["resident", "status", "9010000000002477", "moved"]);
    assert!(office.does(&["resident", "consent", "9010000000000148", "given"]).contains("next publication"));
    assert_eq!(office.json(&["resident", "list", "--consent", "given"])["residents"].as_array().unwrap().len(), 2);
    fs::write(office.path("c.der"), office.authority.card("9010000000000285", None, 1)).unwrap();
    fs::write(office.path("d.der"), office.authority.card("9010000000000285", None, 2)).unwrap();
    office.does(&["card", "register", "--number", "9010000000000285", "--certificate", "c.der"]);
    office.does(&["card", "reissue", "2a01", "--certificate", "d.der"]);
    office.does(&["card", "lose", "2a02"]);
    assert_eq!(office.json(&["card", "list"])["cards"][0]["state"], "lost");
    let shown = office.json(&["resident", "show", "9010000000000285"]);
    assert_eq!(shown["cards"].as_array().unwrap().len(), 2);
    let (felica, uid) = ("felica:01010A108E1BAD39", "12345678");
    office.does(&["card", "register", "--number", "9010000000000285", "--felica", "01010a108e1bad39"]);
    let again = office.does(&["card", "register", "--number", "9010000000000285", "--felica", "01010a108e1bad39"]);
    assert!(again.contains("already"), "{again}");
    let told = office.does(&["card", "reissue", felica, "--type-a", uid]);
    assert!(told.contains("in the place of felica:") && told.contains("not promised"), "{told}");
    office.does(&["card", "unregister", "type-a:12345678"]);
    let random = ["card", "register", "--number", "9010000000000285", "--type-a", "08345678"];
    assert!(office.refuses(&random).contains("made up anew"));
    assert!(office.refuses(&["card", "register", "--number", "9010000000000285"]).contains("--felica"));
    fs::write(office.path("k.csv"), "number,kind,identifier\n9010000000000148,type-a,12345678\n").unwrap();
    assert!(office.does(&["card", "import", "k.csv"]).contains("1 cards registered"));
    fs::write(office.path("k.csv"), "number,kind,identifier\n9010000000000285,type-a,12345678\n").unwrap();
    assert!(office.refuses(&["card", "import", "k.csv"]).contains("row 2: this card is registered for another"));
    assert!(office.does(&["card", "list", "--number", "9010000000000148"]).contains("type-a:12345678  active"));
    assert!(office.does(&["card", "list", "--old-keys"]).contains("no cards"));
    office.does(&["staff", "add", "--id", "S-1", "--name", "佐藤"]);
    fs::write(office.path("s.der"), office.authority.card("S-1", Some("佐藤"), 3)).unwrap();
    office.does(&["staff", "card", "register", "--id", "S-1", "--certificate", "s.der"]);
    assert!(office.does(&["staff", "list"]).contains("2a03"));
    office.does(&["staff", "card", "lose", "2a03"]);
    office.does(&["staff", "leave", "S-1"]);
    office.does(&["officer", "add", "--id", "suzuki", "--public-key", &"0b".repeat(32)]);
    assert!(office.does(&["officer", "list"]).contains("suzuki"));
    office.does(&["tablet", "settings", "--lease-days", "14"]);
    assert_eq!(office.json(&["tablet", "settings"])["lease_days"], 14);
    assert_eq!(office.json(&["epoch", "rotate"])["residents"], 2);
    office.does(&["epoch", "reseal"]);
    office.does(&["epoch", "retire", "1"]);
    assert!(office.does(&["report"]).contains("epoch 1: retired"));
}

#[test]
fn an_invitation_is_shown_as_a_code_and_a_picture() {
    let office = Office::make();
    let invited = office.json(&["tablet", "invite", "--vehicle", "北町救急1"]);
    let code = invited["code"].as_str().unwrap();
    assert!(invited["qr"].as_str().unwrap().contains(code));
    assert_eq!(code.len(), 14);
    let shown = office.does(&["tablet", "invite", "--vehicle", "北町救急1", "--id", "A-2", "--bundle-days", "3"]);
    assert!(shown.lines().filter(|line| line.contains('▀')).count() > 20, "{shown}");
    assert_eq!(office.json(&["tablet", "list"])["tablets"].as_array().unwrap().len(), 2);
    assert!(office.does(&["tablet", "revoke", "A-2"]).contains("revoked"));
    assert!(office.refuses(&["tablet", "wipe", "tablet-001"]).contains("nothing to erase"));
}

#[test]
fn a_senders_key_is_written_for_its_owner_alone_and_never_over_another() {
    use std::os::unix::fs::PermissionsExt;
    let office = Office::make();
    office.does(&["sender", "add", "clinic-1"]);
    let mode = fs::metadata(office.path("clinic-1.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let key = fs::read(office.path("clinic-1.key")).unwrap();
    assert!(office.refuses(&["sender", "add", "clinic-1"]).contains("nothing was issued"));
    assert_eq!(fs::read(office.path("clinic-1.key")).unwrap(), key);
    assert_eq!(office.json(&["sender", "list"])["certificates"].as_array().unwrap().len(), 1);
    office.does(&["office", "add", "desk"]);
    office.does(&["sender", "revoke", "clinic-1"]);
}

#[test]
fn folders_and_lines_of_bundles_are_taken_and_what_is_refused_names_nobody() {
    let office = Office::make();
    let folder = office.path("documents");
    fs::create_dir(&folder).unwrap();
    let residents: Vec<_> = Generator::new(7).take(4).collect();
    let document = |at: usize| write_document(&residents[at], residents[at].as_of).unwrap();
    let number = |at: usize| residents[at].identity.number.as_ref().unwrap().digits().to_owned();
    for at in 0..3 {
        office.does(&["resident", "add", &number(at), "--consent", "given"]);
    }
    fs::write(folder.join("0.json"), &*document(0)).unwrap();
    fs::write(folder.join("readme.txt"), "no document").unwrap();
    fs::write(folder.join("3.json"), &*document(3)).unwrap();
    let line = |at| String::from_utf8(document(at).to_vec()).unwrap().replace('\n', "");
    fs::write(folder.join("more.ndjson"), format!("{}\n{}\n", line(1), line(2))).unwrap();
    let said = office.run(&["--json", "ingest", "documents", "--sender", "clinic-1"]);
    assert_eq!(said.status.code(), Some(1), "one was refused");
    let json: Value = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!(json["documents"].as_array().unwrap().len(), 3);
    assert_eq!(json["refused"].as_array().unwrap().len(), 1);
    let errors = String::from_utf8(said.stderr).unwrap();
    assert!(errors.contains("3.json: no resident of this region"), "{errors}");
    for one in &residents {
        let words = [Some(&one.identity.name), one.identity.kana.as_ref(), one.identity.address.as_ref()];
        assert!(words.into_iter().flatten().all(|word| !errors.contains(word.as_str())), "{errors}");
    }
    assert!((0..4).all(|at| !errors.contains(&number(at))));
    assert!(office.refuses(&["ingest", "nothing"]).contains("nothing"));
}

#[test]
fn a_bulk_export_becomes_one_document_for_each_patient() {
    let office = Office::make();
    let export = office.path("export");
    fs::create_dir(&export).unwrap();
    let patient = |id: &str, number: &str| {
        format!(
            r#"{{"resourceType":"Patient","id":"{id}","identifier":[{{"system":"https://kakari.example.jp/fhir/IdSystem/common-number","value":"{number}"}}],"name":[{{"text":"試験 太郎"}}],"gender":"male","birthDate":"1950-01-01"}}"#
        )
    };
    let condition = |id: &str| {
        format!(
            r#"{{"resourceType":"Condition","id":"c-{id}","subject":{{"reference":"Patient/{id}"}},"code":{{"text":"高血圧症"}},"recordedDate":"2026-01-01","asserter":{{"reference":"https://server/fhir/Practitioner/p"}}}}"#
        )
    };
    let numbers = ["9010000000000285", "9010000000000148"];
    for number in numbers {
        office.does(&["resident", "add", number, "--consent", "given"]);
    }
    fs::write(export.join("Patient.ndjson"), format!("{}\n{}\n", patient("a", numbers[0]), patient("b", numbers[1])))
        .unwrap();
    fs::write(export.join("Condition.ndjson"), format!("{}\n{}\n", condition("a"), condition("b"))).unwrap();
    let practitioner = r#"{"resourceType":"Practitioner","id":"p","name":[{"text":"医師"}]}"#;
    fs::write(export.join("Practitioner.ndjson"), practitioner).unwrap();
    let taken = office.json(&["ingest", "export"]);
    assert_eq!(taken["documents"].as_array().unwrap().len(), 2, "{taken}");
    fs::write(export.join("Condition.ndjson"), format!("{}\nbroken\n", condition("a"))).unwrap();
    let said = office.run(&["ingest", "export"]);
    let errors = String::from_utf8(said.stderr).unwrap();
    assert!(errors.contains("line 2 is no FHIR resource"), "{errors}");
    assert!(String::from_utf8(said.stdout).unwrap().starts_with("0 documents taken"));
}

#[test]
fn a_configuration_that_is_not_there_is_told_with_how_to_make_one() {
    let dir = TempDir::new().unwrap();
    let said = Command::new(env!("CARGO_BIN_EXE_kakari-region"))
        .arg("--config")
        .arg(dir.path().join("none.toml"))
        .arg("report")
        .output()
        .unwrap();
    let errors = String::from_utf8(said.stderr).unwrap();
    assert!(errors.contains("kakari-region init"), "{errors}");
    assert!(!Path::new("region.toml").exists());
}

#[test]
fn a_code_a_review_an_alert_and_the_figures_are_had_on_the_command_line_too() {
    use crate::chain::{Tablet, ended, searched, started};
    use kakari_record::audit::{AuditKind, BreakGlassEnd, BreakGlassReason};
    let office = Office::make();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let pool = kakari_region::db::connect_to(&office.database).await.unwrap();
        sqlx::query("INSERT INTO tablet (id, vehicle, state) VALUES ('t1', 'v', 'active')")
            .execute(&pool)
            .await
            .unwrap();
    });
    for (id, serial) in [("S0001", 1), ("S0002", 2)] {
        office.does(&["staff", "add", "--id", id, "--name", id]);
        fs::write(office.path("staff.crt"), office.authority.card(id, Some(id), serial)).unwrap();
        office.does(&["staff", "card", "register", "--id", id, "--certificate", "staff.crt"]);
    }
    assert!(office.refuses(&["tablet", "fallback", "t1", "--for", "S0001,S0002"]).contains("serve --publish"));
    office.does(&["publish", "--once"]);
    let given = office.json(&["tablet", "fallback", "t1", "--for", "S0001,S0002"]);
    assert_eq!((given["shift_hours"].as_i64(), &given["on_tablet"]), (Some(12), &Value::Null));
    let code = given["code"].as_str().unwrap();
    assert!(kakari_record::seal::FallbackCode::parse(code.as_bytes()).is_ok() && code.len() == 19);
    let told = office.does(&["tablet", "fallback", "t1", "--for", "S0001,S0002"]);
    assert!(told.contains("カードなしで開始") && told.contains("12 hours") && !told.contains(code), "{told}");

    let mut tablet = Tablet::new("t1", 60);
    tablet.write(started(BreakGlassReason::CardiacArrest));
    tablet.write(searched(2, false));
    tablet.wait(61);
    tablet.write(ended(BreakGlassEnd::ByCrew));
    tablet.write(AuditKind::FallbackStarted { code: [7; 8] });
    runtime.block_on(async {
        tablet.store(&kakari_region::db::connect_to(&office.database).await.unwrap()).await;
    });
    let uses = office.json(&["review", "list"]);
    assert_eq!((uses["uses"][0]["sequence"].as_u64(), uses["uses"][0]["searches"].as_u64()), (Some(1), Some(1)));
    assert!(office.does(&["review", "list"]).contains("t1/1  "));
    assert!(office.refuses(&["review", "mark", "t1/2", "justified"]).contains("no use of break-glass began"));
    office.does(&["review", "mark", "t1/1", "justified", "--note", "OK"]);
    let uses = office.json(&["review", "list"]);
    assert_eq!(
        (&uses["uses"][0]["review"]["verdict"], &uses["uses"][0]["review"]["by"]),
        (&"justified".into(), &"test".into())
    );
    assert_eq!(office.json(&["alert", "list"])["alerts"][0]["name"], "fallback/t1/4");
    office.does(&["alert", "dismiss", "fallback/t1/4"]);
    assert!(office.does(&["alert", "list"]).contains("no alerts"));
    let report = office.json(&["report"]);
    assert_eq!(report["usage"]["all"]["search"]["break_glass"]["cardiac_arrest"], 1);
    assert_eq!(report["reviews"]["all"]["reviewed"], 1);
    assert!(office.does(&["report"]).contains("1 by break-glass"));
    assert!(office.does(&["report", "--csv"]).starts_with("\u{feff}地域,月,タブレット,"));
}
