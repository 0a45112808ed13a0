//! What somebody could stage, and what becomes of it: the program in force stays, and the words say why.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tar::EntryType;

use crate::deb::{Item, PROGRAM, by_hand, package, program};
use crate::signing::{key, release, signed, write_keys};
use crate::tablet::{REST, Tablet};

const STAGED: &str = "var/lib/kakari/state/update/";
const KEYS: &str = "etc/kakari/release-keys.toml";

/// Signed by the right key: what is wrong is in the package.
fn stage_package(tablet: &Tablet, package: &[u8]) {
    tablet.stage_release(&release("1.1.0", package), package);
}

fn sound() -> Vec<u8> {
    package("1.1.0", &program("1.1.0", 7))
}

fn with_program(item: Item) -> Vec<u8> {
    by_hand(&[Item { kind: EntryType::Directory, ..Item::file("./usr/", 0o755, "") }, item])
}

type Attack = (&'static str, fn(&Tablet), &'static str);

const BY_STATEMENT: [Attack; 14] = [
    ("unsigned", |tablet| tablet.stage(&signed(&release("1.1.0", &sound()), &[]), &sound()), "not signed by enough"),
    (
        "signed by one key of two",
        |tablet| {
            write_keys(&tablet.path(KEYS), 2, &[&tablet.key, &key()]);
            tablet.stage_sound("1.1.0");
        },
        "not signed by enough",
    ),
    (
        "signed by an unknown key",
        |tablet| tablet.stage(&signed(&release("1.1.0", &sound()), &[&key()]), &sound()),
        "not signed by enough",
    ),
    ("no statement at all", |tablet| tablet.stage(b"a release, honestly", &sound()), "the release is refused"),
    ("a statement of 9 KB", |tablet| tablet.stage(&vec![0; 9 * 1024], &sound()), "longer than it may be"),
    ("an older version", |tablet| tablet.stage_sound("0.9.0"), "not newer than 1.0.0"),
    ("the same version", |tablet| tablet.stage_sound("1.0.0"), "not newer than 1.0.0"),
    ("the last version for ever", |tablet| tablet.stage_sound("3.0.0"), "more than one step"),
    (
        "another architecture",
        |tablet| {
            let other = kakari_sync::Release { architecture: "riscv64".to_owned(), ..release("1.1.0", &sound()) };
            tablet.stage_release(&other, &sound());
        },
        "for riscv64",
    ),
    (
        "for a program newer than this one",
        |tablet| {
            let later = kakari_sync::Release { oldest: "1.0.5".to_owned(), ..release("1.1.0", &sound()) };
            tablet.stage_release(&later, &sound());
        },
        "take one between",
    ),
    (
        "a version that is a path",
        |tablet| {
            let path = kakari_sync::Release { version: "../../../etc".to_owned(), ..release("1.1.0", &sound()) };
            tablet.stage_release(&path, &sound());
        },
        "is no version",
    ),
    (
        "release keys missing",
        |tablet| {
            tablet.stage_sound("1.1.0");
            fs::remove_file(tablet.path(KEYS)).expect("removed");
        },
        "no update is taken",
    ),
    (
        "no release key",
        |tablet| {
            tablet.stage_sound("1.1.0");
            write_keys(&tablet.path(KEYS), 1, &[]);
        },
        "names no key",
    ),
    (
        "a threshold of nobody",
        |tablet| {
            tablet.stage_sound("1.1.0");
            write_keys(&tablet.path(KEYS), 0, &[&tablet.key]);
        },
        "threshold is 0",
    ),
];

const BY_FILE: [Attack; 7] = [
    (
        "a package of another hash",
        |tablet| {
            let mut other = sound();
            *other.last_mut().expect("bytes") ^= 1;
            tablet.stage(&signed(&release("1.1.0", &sound()), &[&tablet.key]), &other);
        },
        "of another hash",
    ),
    (
        "a package with more behind it",
        |tablet| {
            let longer = [sound(), vec![0; 1024 * 1024]].concat();
            tablet.stage(&signed(&release("1.1.0", &sound()), &[&tablet.key]), &longer);
        },
        "of another length",
    ),
    (
        "a link in place of the package",
        |tablet| {
            tablet.stage_sound("1.1.0");
            let (package, aside) = (tablet.path(STAGED).join("package"), tablet.path("aside"));
            fs::rename(&package, &aside).expect("moved");
            symlink(aside, package).expect("linked");
        },
        "a link stands in its place",
    ),
    (
        "a link in place of the folder",
        |tablet| {
            tablet.stage_sound("1.1.0");
            fs::rename(tablet.path(STAGED), tablet.path("aside")).expect("moved");
            symlink(tablet.path("aside"), tablet.path("var/lib/kakari/state/update")).expect("linked");
        },
        "a link stands in its place",
    ),
    (
        "a link in place of the release",
        |tablet| {
            let release = tablet.path(STAGED).join("release");
            symlink("/etc/shadow", release).expect("linked");
        },
        "a link stands in its place",
    ),
    (
        "a pipe in place of the package",
        |tablet| {
            tablet.stage_sound("1.1.0");
            let package = tablet.path(STAGED).join("package");
            fs::remove_file(&package).expect("removed");
            assert!(Command::new("mkfifo").arg(package).status().expect("mkfifo").success());
        },
        "not a plain file",
    ),
    (
        "no package",
        |tablet| {
            tablet.stage_sound("1.1.0");
            fs::remove_file(tablet.path(STAGED).join("package")).expect("removed");
        },
        "the staged package is missing",
    ),
];

const BY_CONTENTS: [Attack; 14] = [
    ("no package at all, rightly signed", |tablet| stage_package(tablet, b"MZ"), "dpkg-deb cannot read it"),
    (
        "a path out of the package",
        |tablet| {
            let out = Item::file("../../../../../tmp/out", 0o755, "out");
            stage_package(tablet, &by_hand(&[Item::file(PROGRAM, 0o755, &program("1.1.0", 7)), out]));
        },
        "leads out of it",
    ),
    (
        "a path from the root",
        |tablet| stage_package(tablet, &with_program(Item::file("/usr/lib/kakari/kakari", 0o755, "x"))),
        "leads out of it",
    ),
    (
        "a link in place of the program",
        |tablet| {
            let link = Item { kind: EntryType::Symlink, link: "/bin/sh", ..Item::file(PROGRAM, 0o777, "") };
            stage_package(tablet, &with_program(link));
        },
        "not a plain file",
    ),
    (
        "a hard link in place of the program",
        |tablet| {
            let link = Item { kind: EntryType::Link, link: "/etc/shadow", ..Item::file(PROGRAM, 0o755, "") };
            stage_package(tablet, &with_program(link));
        },
        "not a plain file",
    ),
    (
        "a device in place of the program",
        |tablet| {
            stage_package(tablet, &with_program(Item { kind: EntryType::Char, ..Item::file(PROGRAM, 0o755, "") }));
        },
        "not a plain file",
    ),
    (
        "a program set to another user",
        |tablet| stage_package(tablet, &with_program(Item::file(PROGRAM, 0o4755, &program("1.1.0", 7)))),
        "run as another user",
    ),
    ("an empty program", |tablet| stage_package(tablet, &with_program(Item::file(PROGRAM, 0o755, ""))), "is empty"),
    (
        "the program twice",
        |tablet| {
            let program = || Item::file(PROGRAM, 0o755, &program("1.1.0", 7));
            stage_package(tablet, &by_hand(&[program(), program()]));
        },
        "the program twice",
    ),
    (
        "a program of 300 MB",
        |tablet| {
            let large = Item { bytes: vec![0; 300 * 1024 * 1024], ..Item::file(PROGRAM, 0o755, "") };
            let whole = with_program(large);
            let place = tempfile::tempdir().expect("a folder");
            let data = place.path().join("data.tar");
            // Packed, or it would be refused by its length alone.
            let start = whole.windows(16).position(|name| name == b"data.tar        ").expect("its data") + 60;
            fs::write(&data, &whole[start..]).expect("written");
            let packed = Command::new("gzip").args(["-1", "-c"]).arg(&data).output().expect("gzip");
            stage_package(tablet, &crate::deb::of_data("data.tar.gz", &packed.stdout));
        },
        "larger than 268435456 bytes",
    ),
    (
        "a package that unpacks to 600 MB",
        |tablet| stage_package(tablet, &crate::deb::bomb(tablet.root())),
        "unpacks to more than",
    ),
    (
        "a package without the program",
        |tablet| stage_package(tablet, &with_program(Item::file("./a", 0o755, "x"))),
        "no program at",
    ),
    (
        "a program that says another version",
        |tablet| tablet.stage_program("1.1.0", &program("9.9.9", 7)),
        "it is version 9.9.9",
    ),
    (
        "a program that does not open the store",
        |tablet| {
            let text = program("1.1.0", 7).replace("prove-store) echo", "prove-store) exit 1; echo");
            tablet.stage_program("1.1.0", &text);
        },
        "cannot open this tablet's store",
    ),
];

/// A tablet to which nobody has given release keys, as it leaves the package.
#[test]
fn without_release_keys_and_with_nothing_staged_there_is_nothing_to_complain_of() {
    let tablet = Tablet::new();
    fs::remove_file(tablet.path(KEYS)).expect("removed");
    let said = tablet.run("take");
    assert!(said.ok && said.words.contains("nothing is staged"), "{}", said.words);
}

#[test]
fn whatever_is_staged_wrongly_is_refused_in_words_and_the_program_in_force_stays() {
    let attacks = BY_STATEMENT.into_iter().chain(BY_FILE).chain(BY_CONTENTS);
    let mut refused = 0;
    println!("{:<44} refused because", "staged");
    for (name, stage, why) in attacks {
        let tablet = Tablet::new();
        stage(&tablet);
        let said = tablet.run("take");
        assert!(!said.ok && said.words.contains(why), "{name}: {}", said.words);
        assert!(tablet.state().ready.is_none(), "{name}");
        // Some have put something else where the mark would be.
        fs::write(tablet.path(REST), "").ok();
        tablet.choose();
        assert_eq!(tablet.in_force(), "1.0.0", "{name}");
        assert!(!tablet.root().join("tmp/out").exists() && !tablet.path("var/tmp/out").exists(), "{name}");
        // What was half made goes at the next attempt.
        fs::remove_dir_all(tablet.path("var/lib/kakari")).expect("removed");
        fs::create_dir_all(tablet.path(STAGED)).expect("made");
        write_keys(&tablet.path(KEYS), 1, &[&tablet.key]);
        assert!(tablet.run("take").words.contains("nothing is staged") && tablet.slots().is_empty(), "{name}");
        println!("{name:<44} {}", said.words.trim_start_matches("kakari-update: "));
        refused += 1;
    }
    println!("{refused} refused, none taken");
}

#[test]
fn a_package_that_is_exchanged_or_grows_during_the_copy_is_taken_whole_or_not_at_all() {
    let tablet = Tablet::new();
    let filler = format!("{}\n# {}", program("1.1.0", 7), "x".repeat(24 * 1024 * 1024));
    let right = package("1.1.0", &filler);
    let wrong: Vec<u8> = right.iter().map(|byte| byte ^ 0x5a).collect();
    tablet.stage_release(&release("1.1.0", &right), &right);
    let (staged, aside) = (tablet.path(STAGED).join("package"), tablet.path("aside"));
    let (mut taken, mut refused) = (0, 0);
    for round in 0..12 {
        let over = AtomicBool::new(false);
        let said = thread::scope(|scope| {
            scope.spawn(|| {
                let mut turn = round;
                while !over.load(Ordering::Relaxed) {
                    turn += 1;
                    let bytes = if turn % 2 == 0 { &right } else { &wrong };
                    match turn % 3 {
                        // Another file under its name, other bytes in the same file, and more behind it.
                        0 => fs::write(&aside, bytes).and_then(|()| fs::rename(&aside, &staged)).expect("exchanged"),
                        1 => fs::write(&staged, bytes).expect("written over"),
                        _ => OpenOptions::new()
                            .append(true)
                            .open(&staged)
                            .and_then(|mut file| file.write_all(b"more"))
                            .expect("grown"),
                    }
                }
            });
            let said = tablet.run("take");
            over.store(true, Ordering::Relaxed);
            said
        });
        if said.ok {
            taken += 1;
            let program = fs::read(tablet.path("var/lib/kakari-update/slots/1.1.0/kakari")).expect("there");
            assert!(program == filler.as_bytes(), "something else was taken");
            fs::remove_dir_all(tablet.path("var/lib/kakari-update")).expect("removed");
        } else {
            refused += 1;
            assert!(said.words.contains("not the one that was signed"), "{}", said.words);
        }
    }
    println!("12 exchanges during the copy: {taken} taken whole, {refused} refused");
}
