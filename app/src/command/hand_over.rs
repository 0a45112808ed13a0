//! The hand-over without a screen: by the touches, rows and rules of the glass.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use kakari_handover::qr;
use kakari_record::handover::joined;
use kakari_session::touch::Touch;
use kakari_session::view::{Handover, Mark, Screen, Subject};
use serde_json::{Value, json};

use crate::config::Config;

/// How to hand the record over, once it is shown.
#[derive(Debug, Args)]
pub(crate) struct HandOverArgs {
    /// Hand the record over.
    #[arg(long, value_enum, value_name = "FORM")]
    pub(crate) hand_over: Option<Form>,
    /// The folder for files; for fhir and pdf instead of the configured handover_dir.
    #[arg(long, value_name = "DIR", requires = "hand_over")]
    pub(crate) to: Option<PathBuf>,
    /// The sections that go, by their names in the record's format (allergies,medicines,...); all when not said.
    #[arg(long, value_name = "SECTIONS", value_delimiter = ',', value_parser = section, requires = "hand_over")]
    pub(crate) sections: Vec<Subject>,
    /// Who gets it; needed for a script.
    #[arg(long, value_name = "NAME", requires = "hand_over", required_if_eq("hand_over", "script"))]
    pub(crate) receiver: Option<String>,
    /// What the patient has not been told goes too, marked; never in a script.
    #[arg(long, requires = "hand_over")]
    pub(crate) untold: bool,
}

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// The text that the codes hold.
    Text,
    /// What is read aloud.
    Script,
    /// The codes as PNG files.
    Qr,
    /// A FHIR document.
    Fhir,
    /// An A4 page.
    Pdf,
}

fn section(word: &str) -> Result<Subject, String> {
    serde_json::from_value(Value::from(word)).map_err(|_| format!("no section is called {word}"))
}

impl HandOverArgs {
    /// The configuration with this run's folder and receiver.
    pub(crate) fn configure(&self, config: Config) -> Config {
        let mut config = config;
        if let Some(receiver) = &self.receiver
            && !config.receivers.contains(receiver)
        {
            config.receivers.push(receiver.clone());
        }
        if let (Some(Form::Fhir | Form::Pdf), Some(to)) = (self.hand_over, &self.to) {
            config.handover_dir = Some(to.clone());
        }
        config
    }
}

/// A crew's eyes and fingers while the summary of a case is on the glass.
pub(crate) struct Hands<'a> {
    /// The next screen, or why there is none.
    pub(crate) next: &'a dyn Fn() -> Result<Screen, String>,
    /// Touches the glass.
    pub(crate) touch: &'a dyn Fn(Touch),
}

impl Hands<'_> {
    /// Hands over as the arguments say; tells what came of it, for programs. `None` when nothing was asked for.
    pub(crate) fn hand_over(&self, args: &HandOverArgs) -> Result<Option<Value>, String> {
        let Some(form) = args.hand_over else { return Ok(None) };
        (self.touch)(Touch::OpenHandover);
        let view = self.wait(|_| true)?;
        self.choose(args, &view)?;
        let came = match form {
            Form::Script => json!({ "duration": view.duration }),
            Form::Text => self.text(args)?,
            Form::Qr => self.codes(args)?,
            Form::Fhir => self.save(Touch::SaveDocument)?,
            Form::Pdf => self.save(Touch::SavePaper)?,
        };
        let view = self.tell(args)?;
        let mut told = json!({ "script": view.script, "read_back": view.read_back, "done": view.done });
        told["came"] = came;
        Ok(Some(told))
    }

    /// The page of the hand-over once it is so; a bad notice ends the waiting.
    fn wait(&self, is_so: impl Fn(&Handover) -> bool) -> Result<Handover, String> {
        loop {
            let Screen::Handover(view) = (self.next)()? else { continue };
            if let Some(notice) = view.notice.as_ref().filter(|notice| notice.mark == Mark::Bad) {
                return Err(format!("{}: {}", notice.sentence, notice.next_step));
            }
            if is_so(&view) {
                return Ok(*view);
            }
        }
    }

    fn choose(&self, args: &HandOverArgs, view: &Handover) -> Result<(), String> {
        let goes = |subject: &Subject| args.sections.is_empty() || args.sections.contains(subject);
        let left_out = view.sections.iter().map(|section| section.subject).filter(|subject| !goes(subject));
        left_out.for_each(|subject| (self.touch)(Touch::TickSection(subject)));
        if args.untold && view.untold.is_some() {
            (self.touch)(Touch::TickUntold);
            (self.touch)(Touch::TickUntold);
        }
        let ticked = |view: &Handover| {
            let sections = view.sections.iter().all(|section| section.chosen == goes(&section.subject));
            sections && (!args.untold || view.untold.as_ref().is_none_or(|untold| untold.chosen))
        };
        // Without a touch nothing changes on the glass before the next second.
        self.wait(ticked).map(|_| ())
    }

    /// Every code's text, as they follow one another on the glass.
    fn parts(&self) -> Result<Vec<String>, String> {
        (self.touch)(Touch::ShowCodes);
        let first = self.wait(|view| view.code.is_some())?.code.ok_or("no code")?;
        let count = first.place.split_once('/').and_then(|(_, count)| count.parse().ok()).unwrap_or(1);
        let mut parts = vec![first.text];
        for at in 2..=count {
            (self.touch)(Touch::NextCode);
            let place = format!("{at}/{count}");
            let shown = self.wait(|view| view.code.as_ref().is_some_and(|code| code.place == place))?;
            parts.extend(shown.code.map(|code| code.text));
        }
        Ok(parts)
    }

    fn text(&self, args: &HandOverArgs) -> Result<Value, String> {
        let text = joined(&self.parts()?).ok_or("the codes are not the text; report this")?;
        let file = args.to.as_deref().map(|dir| write(dir, "kakari-handover.txt", text.as_bytes())).transpose()?;
        Ok(json!({ "text": text, "file": file }))
    }

    fn codes(&self, args: &HandOverArgs) -> Result<Value, String> {
        let dir = args.to.as_deref().ok_or("say with --to where the pictures of the codes go")?;
        let mut files = Vec::new();
        for (at, part) in self.parts()?.iter().enumerate() {
            let png = qr(part).and_then(|code| code.png(7)).map_err(|error| error.to_string())?;
            files.push(write(dir, &format!("kakari-handover-{}.png", at + 1), &png)?);
        }
        Ok(json!({ "files": files }))
    }

    fn save(&self, touch: Touch) -> Result<Value, String> {
        (self.touch)(touch);
        let saved = |view: &Handover| view.notice.as_ref().is_some_and(|notice| notice.mark == Mark::Good);
        let view = self.wait(saved)?;
        let file = view.done.first().and_then(|line| line.rsplit(' ').next());
        Ok(json!({ "file": file }))
    }

    /// Who got it, where that was said.
    fn tell(&self, args: &HandOverArgs) -> Result<Handover, String> {
        let Some(receiver) = &args.receiver else { return self.wait(|_| true) };
        let view = self.wait(|_| true)?;
        let place = view.receivers.iter().position(|one| one == receiver).ok_or("the receiver is not in the list")?;
        (self.touch)(Touch::HandedTo(place));
        self.wait(|view| view.done.first().is_some_and(|line| line.contains(receiver.as_str())))
    }
}

/// For its owner alone, and never over or through what is there: files of another hand-over are not mixed with these.
fn write(dir: &Path, name: &str, bytes: &[u8]) -> Result<String, String> {
    let path = dir.join(name);
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
    let written = made.and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.map_err(|error| format!("cannot write {}: {error}; give an empty folder with --to", path.display()))?;
    Ok(name.to_owned())
}

/// What came of a hand-over, as lines for people.
pub(crate) fn lines(handed: &Value) -> Vec<String> {
    let came = &handed["came"];
    let words = |value: &Value| value.as_str().map(str::to_owned);
    let all = |value: &Value| value.as_array().into_iter().flatten().filter_map(words).collect::<Vec<_>>();
    let mut lines = Vec::new();
    if came["duration"].is_string() {
        lines.extend(all(&handed["script"]));
        lines.extend(words(&handed["read_back"]));
    }
    lines.extend(words(&came["text"]));
    lines.extend(all(&handed["done"]));
    lines.extend(all(&came["files"]));
    lines
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn files_are_their_owners_alone_and_nothing_is_written_over_or_through_what_is_there() {
        let place = tempfile::tempdir().expect("a folder");
        let dir = place.path();
        write(dir, "kakari-handover-1.png", b"one").expect("written");
        let mode = fs::metadata(dir.join("kakari-handover-1.png")).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(write(dir, "kakari-handover-1.png", b"another patient's").is_err());
        assert_eq!(fs::read(dir.join("kakari-handover-1.png")).expect("read"), b"one");
        symlink(dir.join("elsewhere"), dir.join("kakari-handover.txt")).expect("linked");
        assert!(write(dir, "kakari-handover.txt", b"words").is_err());
        assert!(!dir.join("elsewhere").exists());
    }
}
