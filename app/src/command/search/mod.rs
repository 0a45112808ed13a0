//! `kakari search`: the search without a card and without a screen, by the same session, rules and audit.

mod ask;
mod print;

use std::fs;
use std::io::Read;
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use kakari_session::Session;
use kakari_session::touch::Touch;
use kakari_session::view::{Notice, Screen};

pub(crate) use self::ask::Ask;
use super::tap::{self, Crew, Sight};
use crate::cli::SearchArgs;
use crate::runner::{Journal, Runner};

/// How one search ended; the exit code of the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Somebody was named, and nobody chosen.
    Named,
    /// The summary was shown.
    Shown,
    Nobody,
    TooMany,
    /// Not enough was said, or what cannot be.
    NotAsked,
    /// A limit, a wrong birth year, withdrawn consent, a row that could not be written.
    NotShown,
}

impl Outcome {
    fn exit_code(self) -> ExitCode {
        match self {
            Self::Named | Self::Shown => ExitCode::SUCCESS,
            Self::Nobody => ExitCode::from(3),
            Self::TooMany | Self::NotAsked => ExitCode::from(4),
            Self::NotShown => ExitCode::from(5),
        }
    }
}

pub(crate) fn run(args: &SearchArgs) -> Result<ExitCode, String> {
    let config = args.configured.load()?;
    let pin = tap::read_pin(&args.pin_file)?;
    let asks = asks(args)?;
    let (seen, sights) = mpsc::channel();
    let observer = move |session: &Session, journal: &Journal| {
        let _ = seen.send(tap::look(session, journal));
    };
    let runner = Runner::start(&config, Box::new(observer)).map_err(|error| format!("no thread: {error}"))?;
    let crew = Crew::new(sights, runner.touches_in(), Duration::from_secs(args.wait), args.json);
    let done = Searcher { crew, sent: 0, json: args.json }.work(&pin, &asks);
    runner.stop();
    done
}

/// The searches to make: of the command line, or of the script.
fn asks(args: &SearchArgs) -> Result<Vec<Ask>, String> {
    let Some(path) = &args.script else {
        return args.ask.check().map(|()| vec![args.ask.clone()]).map_err(str::to_owned);
    };
    let mut text = String::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text).map(drop)
    } else {
        fs::read_to_string(path).map(|read| text = read)
    };
    read.map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    // What stands in the line is a patient's: only its place is told.
    let ask = |(place, line): (usize, &str)| {
        let ask: Ask = serde_json::from_str(line).map_err(|error| {
            format!("line {} of the script is wrong at column {}: {:?}", place + 1, error.column(), error.classify())
        })?;
        ask.check().map(|()| ask).map_err(|words| format!("line {} of the script: {words}", place + 1))
    };
    lines.map(ask).collect()
}

/// A crew that searches.
struct Searcher {
    crew: Crew,
    /// Touches so far: a sight that has seen fewer is of before.
    sent: u64,
    json: bool,
}

impl Searcher {
    fn work(mut self, pin: &[u8], asks: &[Ask]) -> Result<ExitCode, String> {
        self.crew.sign_in(pin)?;
        self.sent = u64::try_from(pin.len()).unwrap_or_default() + 1;
        let mut last = Outcome::NotAsked;
        for (place, ask) in asks.iter().enumerate() {
            last = self.once(place, ask)?;
        }
        Ok(last.exit_code())
    }

    /// One search from the reason to the summary, and back.
    fn once(&mut self, place: usize, ask: &Ask) -> Result<Outcome, String> {
        if let Some(notice) = self.begin(ask)? {
            print::refused(self.json, place, &notice);
            self.touch(Touch::Cancel);
            return Ok(Outcome::NotShown);
        }
        ask.touches().for_each(|touch| self.touch(touch));
        let sight = self.until(|screen| !matches!(screen, Screen::Search(view) if view.heading == "探しています"))?;
        let Screen::Search(view) = &sight.screen else {
            print::refused(self.json, place, &notice_of(&sight.screen));
            self.touch(Touch::Cancel);
            return Ok(Outcome::NotShown);
        };
        let outcome = print::answer(self.json, place, view, &sight.journal);
        let outcome = match (outcome, ask.choose) {
            (Outcome::Named, Some(index)) => self.open(place, index, ask)?,
            (outcome, _) => outcome,
        };
        if ask.end {
            self.touch(Touch::EndBreakGlass);
        }
        Ok(outcome)
    }

    /// To the search, by way of the reason where none stands. Answers what stood in the way.
    fn begin(&mut self, ask: &Ask) -> Result<Option<Notice>, String> {
        if matches!(self.until(|_| true)?.screen, Screen::Standby(_)) {
            self.touch(Touch::NoCard);
        }
        if matches!(self.until(|_| true)?.screen, Screen::Reason(_)) {
            self.touch(Touch::BreakGlass(ask.reason.reason()));
        }
        // 「いつもより多い」 stands there while the row of the reason is being written.
        let stands = |screen: &Screen| match screen {
            Screen::Reason(view) => view.notice.as_ref().is_some_and(|notice| !notice.sentence.contains("知らせます")),
            _ => true,
        };
        let screen = self.until(stands)?.screen;
        Ok((!matches!(screen, Screen::Search(_))).then(|| notice_of(&screen)))
    }

    /// Chosen, the year typed, the check confirmed; at last the case is closed.
    fn open(&mut self, place: usize, index: usize, ask: &Ask) -> Result<Outcome, String> {
        self.touch(Touch::Choose(index));
        if matches!(self.until(|_| true)?.screen, Screen::BirthYear(view) if !view.opening) {
            let year = ask.birth_year.as_deref().unwrap_or_default();
            ask::digits(year).for_each(|digit| self.touch(digit));
            self.touch(Touch::SubmitPin);
        }
        let settled = |screen: &Screen| match screen {
            Screen::BirthYear(view) => view.notice.is_some(),
            _ => true,
        };
        let sight = self.until(settled)?;
        if !matches!(sight.screen, Screen::Check(_)) {
            print::refused(self.json, place, &notice_of(&sight.screen));
            self.touch(Touch::Cancel);
            self.until(|screen| !matches!(screen, Screen::Search(view) if view.heading == "探しています"))?;
            return Ok(Outcome::NotShown);
        }
        self.touch(Touch::Confirm(tap::basis_of(ask.basis)));
        let sight = self.until(|screen| match screen {
            Screen::Check(view) => view.notice.as_ref().is_some_and(|notice| notice.sentence.contains("残せない")),
            _ => true,
        })?;
        let outcome = print::shown(self.json, place, &sight);
        self.touch(Touch::CloseCase);
        Ok(outcome)
    }

    fn touch(&mut self, touch: Touch) {
        self.sent += 1;
        (self.crew.touch)(touch);
    }

    /// The first sight after the last touch that has settled.
    fn until(&mut self, settled: impl Fn(&Screen) -> bool) -> Result<Sight, String> {
        let until = Instant::now() + self.crew.wait;
        loop {
            let sight = self.crew.next(until)?;
            if sight.journal.touches() >= self.sent && settled(&sight.screen) {
                return Ok(sight);
            }
        }
    }
}

fn notice_of(screen: &Screen) -> Notice {
    let notice = match screen {
        Screen::SignIn(view) => view.notice.clone(),
        Screen::Standby(view) => view.notice.clone(),
        Screen::Check(view) => view.notice.clone(),
        Screen::Reason(view) => view.notice.clone(),
        Screen::Search(view) => view.notice.clone(),
        Screen::BirthYear(view) => view.notice.clone(),
        _ => None,
    };
    notice.unwrap_or_else(|| Notice {
        mark: kakari_session::view::Mark::Unknown,
        sentence: "検索は終わりました".to_owned(),
        next_step: "もう一度始めてください".to_owned(),
        stays: true,
    })
}
