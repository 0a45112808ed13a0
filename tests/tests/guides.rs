//! The guides for stations and administrators: what they link to is there, what they quote is understood.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)] // A test that cannot go on should panic, and says its figure.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kakari_tests::place::{kakari, repository};

const GUIDES: [(&str, &str); 2] = [("STATION.ja.md", "STATION.en.md"), ("ADMIN.ja.md", "ADMIN.en.md")];
const INDEXES: [&str; 2] = ["STATION.md", "ADMIN.md"];

fn text(name: &str) -> String {
    fs::read_to_string(repository().join("docs").join(name)).unwrap()
}

fn all() -> impl Iterator<Item = &'static str> {
    GUIDES.into_iter().flat_map(|(ja, en)| [ja, en]).chain(INDEXES)
}

/// Targets of `[words](target)`.
fn links(text: &str) -> Vec<&str> {
    text.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(target, _)| target)).collect()
}

/// A heading as a link names it: small letters, no signs, hyphens for spaces.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    let kept = kept.chars().filter(|letter| letter.is_alphanumeric() || "- _".contains(*letter));
    kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

fn anchors(path: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(path).unwrap();
    text.lines().filter(|line| line.starts_with('#')).map(|line| anchor(line.trim_start_matches('#'))).collect()
}

#[test]
fn every_page_and_picture_that_a_guide_links_to_is_there() {
    let mut pictures = BTreeSet::new();
    for name in all() {
        let text = text(name);
        for link in links(&text) {
            let (file, place) = link.split_once('#').unwrap_or((link, ""));
            let path = repository().join("docs").join(if file.is_empty() { name } else { file });
            assert!(path.is_file(), "{name} links to {link}, which is not there");
            assert!(place.is_empty() || anchors(&path).contains(place), "{name}: there is no heading for {link}");
            if file.ends_with(".png") {
                pictures.insert(path.file_name().unwrap().to_owned());
            }
        }
    }
    println!("{} pictures", pictures.len());
    // They are those that the tests of the screens draw and compare, not copies that grow old.
    assert!(pictures.iter().all(|name| repository().join("ui/tests/pictures").join(name).is_file()));
    assert!(pictures.len() >= 20, "{pictures:?}");
}

#[test]
fn each_guide_shows_its_own_languages_pictures() {
    for (ja, en) in GUIDES {
        let of = |name: &str, language: &str| {
            let text = text(name);
            let pictures: Vec<String> =
                links(&text).into_iter().filter(|link| link.ends_with(".png")).map(str::to_owned).collect();
            let ending = format!("-{language}.png");
            assert!(pictures.iter().all(|picture| picture.ends_with(&ending)), "{name}: {pictures:?}");
            pictures.iter().map(|picture| picture.replace(&ending, "")).collect::<Vec<_>>()
        };
        assert_eq!(of(ja, "ja"), of(en, "en"));
    }
}

/// What is quoted: whole lines of code, and code between words.
fn quoted(text: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        let bare = line.trim().trim_start_matches("1. ");
        if bare.starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            commands.push(bare.to_owned());
        } else {
            commands.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    commands.retain(|command| command.starts_with("kakari ") || command.starts_with("kakari-region "));
    commands
}

fn program(name: &str) -> PathBuf {
    let program = if name == "kakari" { kakari() } else { kakari().with_file_name(name) };
    assert!(program.exists(), "{} is missing: run `cargo build -p {name}` first", program.display());
    program
}

fn help(program: &Path, path: &[&str]) -> String {
    let said = Command::new(program).args(path).arg("--help").output().unwrap();
    assert!(said.status.success(), "{path:?}: {}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8(said.stdout).unwrap()
}

/// Names under `Commands:` of a help.
fn subcommands(help: &str) -> BTreeSet<String> {
    let below = help.split_once("\nCommands:\n").map_or("", |(_, rest)| rest);
    let listed = below.lines().take_while(|line| line.is_empty() || line.starts_with(' '));
    let names = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

/// Whether a command's words are among those that the program has.
fn understood(command: &str) -> Result<(), String> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let program = program(words[0]);
    let mut path: Vec<&str> = Vec::new();
    let mut told = help(&program, &path);
    let mut rest = words[1..].iter();
    while let Some(word) = rest.next() {
        if let Some(option) = word.strip_prefix("--") {
            let named = told.split_whitespace().any(|one| one.trim_end_matches(',') == format!("--{option}"));
            if !named {
                return Err(format!("{command}: {path:?} has no --{option}"));
            }
            // Its value, where it has one, is no command.
            let value = told.lines().any(|line| line.contains(&format!("--{option} <")));
            if value {
                rest.next();
            }
            continue;
        }
        let known = subcommands(&told);
        if known.is_empty() {
            continue;
        }
        if !known.contains(*word) {
            return Err(format!("{command}: {path:?} has no command {word}"));
        }
        path.push(word);
        told = help(&program, &path);
    }
    Ok(())
}

#[test]
fn every_command_that_a_guide_quotes_is_one_of_the_programs() {
    let commands: BTreeSet<String> = all().flat_map(|name| quoted(&text(name))).collect();
    assert!(commands.len() > 40, "{commands:?}");
    let wrong: Vec<String> = commands.iter().filter_map(|command| understood(command).err()).collect();
    println!("{} different commands quoted", commands.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for bad in ["kakari-region backup --into DIR", "kakari-region resident remove 1", "kakari checks"] {
        assert!(understood(bad).is_err(), "{bad} is told from the right ones");
    }
}

#[test]
fn both_languages_quote_the_same_commands_in_the_same_order() {
    for (ja, en) in GUIDES {
        assert_eq!(quoted(&text(ja)), quoted(&text(en)), "{ja} and {en}");
    }
}
