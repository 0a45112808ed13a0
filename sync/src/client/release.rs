//! The lane of the program's own updates. It is trusted with nothing: whoever installs verifies everything again. What is
//! refused here is refused before it costs bytes, and is told.

use std::collections::BTreeSet;
use std::env::consts::ARCH;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::data::is_free;
use super::outcome::{Step, StepProgress, Waits};
use super::round::{Client, Round};
use super::staging::Staging;
use super::{Downloads, Problem, Progress, Refusal};
use crate::{Head, ObjectRef, Release, ReleaseKeys, ReleaseRef, SignedRelease, Version, WireError};

/// A package is fetched when this many times its size is free: itself, the copy of who installs, and what it unpacks to.
const ROOM: u64 = 3;

/// A package whose bytes were wrong is not fetched again over the network for so long: the next round is a minute away.
const AGAIN: Duration = Duration::from_secs(3_600);

/// A package that was not what its head says.
pub(super) struct WrongPackage {
    package: ObjectRef,
    refusal: Refusal,
    at: Instant,
}

/// What the tablet knows of its own program besides its version, looked at anew whenever a head names a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramFacts {
    /// As Debian names it.
    pub architecture: String,
    /// Who may sign releases; none where that cannot be read, and then it is left to who installs.
    pub keys: Option<ReleaseKeys>,
    /// Versions that are not fetched: they failed here, or who installs has them already.
    pub settled: BTreeSet<String>,
}

impl ProgramFacts {
    /// Debian's name of this machine's architecture.
    pub fn debian_architecture() -> &'static str {
        match ARCH {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            "x86" => "i386",
            "arm" => "armhf",
            other => other,
        }
    }
}

impl Client {
    pub(super) async fn program_lane(&mut self, round: &mut Round<'_>, head: &Head) {
        let Some(look) = &self.program else { return };
        let done = if head.releases.is_empty() {
            Staging::of(&self.state).clear()
        } else {
            let facts = look();
            self.take_program(round, head, &facts).await
        };
        if let Err(problem) = done {
            round.outcome.fail(Step::Program, problem);
        }
    }

    /// Nothing lies ready but what this head names.
    async fn take_program(&mut self, round: &mut Round<'_>, head: &Head, facts: &ProgramFacts) -> Result<(), Problem> {
        let staging = Staging::of(&self.state);
        let offered = head.releases.iter().find(|release| release.architecture == facts.architecture);
        let Some(offered) = offered.filter(|offered| self.is_wanted(offered, facts)) else { return staging.clear() };
        if staging.holds(offered, &mut self.seen_package)? {
            return Ok(());
        }
        let downloads = staging.begin(offered)?;
        self.may_follow(offered)?;
        if !is_free(round) {
            round.outcome.waits.get_or_insert(Waits::ProgramForWifi { bytes: offered.package.size });
            return Ok(());
        }
        let statement = round.fetch(&downloads, Step::Program, &offered.statement).await?;
        self.check(offered, &statement, facts)?;
        has_room(staging.still_needed(offered)?, staging.free_bytes()?)?;
        let package = self.fetch_package(round, &downloads, offered.package).await?;
        staging.stage(&package, &statement)?;
        round.outcome.staged = Some(offered.version.clone());
        Ok(())
    }

    /// Over the network not again soon after it was wrong: a stick may hold the right one meanwhile.
    async fn fetch_package(
        &mut self,
        round: &mut Round<'_>,
        downloads: &Downloads,
        package: ObjectRef,
    ) -> Result<PathBuf, Problem> {
        let known = self.wrong_package.as_ref().filter(|wrong| round.network && wrong.package == package);
        if let Some(wrong) = known.filter(|wrong| wrong.at.elapsed() < AGAIN) {
            return Err(wrong.refusal.clone().into());
        }
        let tell = &mut *round.tell;
        let mut progress = |Progress { done, of }| tell(StepProgress { step: Step::Program, done, of });
        let fetched = downloads.fetch(&round.source, &package, &mut progress).await;
        if let (Err(Problem::Refused(refusal)), true) = (&fetched, round.network) {
            self.wrong_package = Some(WrongPackage { package, refusal: refusal.clone(), at: Instant::now() });
        }
        fetched
    }

    /// Newer than the program that runs, and not settled already. What is not wanted is nobody's attack: an office may
    /// offer an older one again, and tablets keep what they have.
    fn is_wanted(&self, offered: &ReleaseRef, facts: &ProgramFacts) -> bool {
        let newer = match (offered.version.parse::<Version>(), self.app.parse::<Version>()) {
            (Ok(offered), Ok(running)) => offered > running,
            _ => false,
        };
        newer && !facts.settled.contains(&offered.version)
    }

    fn may_follow(&self, offered: &ReleaseRef) -> Result<(), Refusal> {
        match (offered.version.parse::<Version>(), self.app.parse::<Version>()) {
            (Ok(new), Ok(running)) if new.may_follow(running) => Ok(()),
            _ => Err(Refusal::ReleaseLeap { version: offered.version.clone() }),
        }
    }

    /// The statement is the release keys', about exactly what the head names, and for the program that runs.
    fn check(&self, offered: &ReleaseRef, statement: &[u8], facts: &ProgramFacts) -> Result<(), Refusal> {
        let release = read(statement, facts.keys.as_ref()).map_err(|error| match error {
            WireError::UnknownForm => Refusal::UnknownForm,
            _ => Refusal::ReleaseNotSigned { version: offered.version.clone() },
        })?;
        let named = (&offered.version, &offered.architecture, &offered.package);
        if (&release.version, &release.architecture, &release.package) != named {
            return Err(Refusal::MixAndMatch);
        }
        match (self.app.parse::<Version>(), release.oldest.parse::<Version>()) {
            (Ok(running), Ok(oldest)) if running >= oldest => Ok(()),
            _ => Err(Refusal::ReleaseTooFar { version: release.version, oldest: release.oldest }),
        }
    }
}

fn read(statement: &[u8], keys: Option<&ReleaseKeys>) -> Result<Release, WireError> {
    let signed = SignedRelease::decode(statement)?;
    keys.map_or_else(|| signed.peek(), |keys| signed.verify(keys))
}

/// `missing` bytes of the package are not here yet; what it is put to later is counted with them.
fn has_room((size, missing): (u64, u64), free: u64) -> Result<(), Problem> {
    let needs = size.saturating_mul(ROOM - 1).saturating_add(missing);
    if free >= needs { Ok(()) } else { Err(Problem::NoRoom { needs, free }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_needs_three_times_its_size_and_what_is_here_already_counts() {
        assert!(has_room((100, 100), 300).is_ok());
        assert!(matches!(has_room((100, 100), 299), Err(Problem::NoRoom { needs: 300, free: 299 })));
        assert!(has_room((100, 40), 240).is_ok());
        assert!(has_room((u64::MAX, u64::MAX), u64::MAX).is_ok());
        let words = has_room((100, 100), 0).expect_err("no room").words();
        assert!(!words.ja.is_ascii() && words.en.contains("300"), "{words}");
    }

    #[test]
    fn this_machine_has_a_name_that_a_head_can_name() {
        assert!(
            ProgramFacts::debian_architecture().bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        );
    }
}
