//! What a region is for, from end to end without a window: a change of a document reaches the tablet, a withdrawal too,
//! and an order to erase is carried out and told.

use std::fs;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use chrono::Utc;
use kakari_card_sim::Stack;
use serde_json::Value;

use super::served::Served;
use super::{DemoError, Resident, TrainingCard};
use crate::output;

/// A change reaches the next head in under a minute.
const PATIENCE: Duration = Duration::from_secs(90);
/// What the first resident's document says, and what the changed one says.
const BEFORE: &str = "牛乳";
const AFTER: &str = "キウイフルーツ";

impl Served {
    pub(super) fn journey(
        self,
        stack: &Stack,
        staff: &TrainingCard,
        card: &TrainingCard,
        resident: &Resident,
    ) -> Result<ExitCode, DemoError> {
        let tap = || self.tap(stack.reader(0), staff, card);
        let number = resident.summary.identity.number.as_ref().map(|number| number.digits()).unwrap_or_default();
        let first = tap()?;
        expect("カードで要約を表示", first["outcome"] == "shown" && says(&first, BEFORE) && !says(&first, AFTER))?;

        let changed = self.dir.join("changed.json");
        self.write_changed(&changed)?;
        self.office.tell(&["ingest", &changed.display().to_string()])?;
        self.sync_until("文書の変更が届く", |round| round["put"].as_u64() > Some(0))?;
        let second = tap()?;
        expect(
            "次のタップに変更が出る",
            second["outcome"] == "shown" && says(&second, AFTER) && !says(&second, BEFORE),
        )?;

        self.office.tell(&["resident", "consent", number, "withdrawn"])?;
        self.sync_until("同意の取消が届く", |round| round["removed"].as_u64() > Some(0))?;
        let third = tap()?;
        expect("次のタップに何も出ない", third["outcome"] == "not shown" && third["summary"].is_null())?;

        let tablet = &self.enrolled.config.tablet;
        self.office.tell(&["tablet", "wipe", tablet])?;
        self.sync_until("消去の命令を実行し、報告する", |round| {
            round["event"] == "erased" && round["told"] == true
        })?;
        let told = self.office.tell(&["tablet", "list"])?.to_string();
        expect("地域が消去を知っている", told.contains("wiped"))?;
        let gone = !self.enrolled.config.store.exists() && !self.enrolled.config.store_key.exists();
        expect("端末に何も残っていない", gone && !self.enrolled.config.state.exists())?;
        output::line("地域から端末まで、すべて確かめました");
        Ok(ExitCode::SUCCESS)
    }

    /// The first resident's document as of now, with another allergy.
    pub(super) fn write_changed(&self, path: &std::path::Path) -> Result<(), DemoError> {
        let from = self.region.join("001-egg-anaphylaxis-child.json");
        let text = fs::read_to_string(&from).map_err(|source| DemoError::File { path: from, source })?;
        let now = Utc::now().format("%Y-%m-%dT%H:%M:%SZ").to_string();
        let text = text.replace(BEFORE, AFTER).replace("2026-04-12T10:00:00+09:00", &now);
        fs::write(path, text).map_err(|source| DemoError::File { path: path.into(), source })
    }

    /// Rounds until one is as wanted.
    fn sync_until(&self, what: &'static str, wanted: impl Fn(&Value) -> bool) -> Result<(), DemoError> {
        let began = Instant::now();
        loop {
            let round = self.sync_once()?;
            if wanted(&round) {
                output::line(&format!("✓ {what}({}秒)", began.elapsed().as_secs()));
                return Ok(());
            }
            if began.elapsed() > PATIENCE {
                let why = format!("{what}: {}", round["words"].as_str().unwrap_or("kakari sync said nothing"));
                return Err(DemoError::Office { command: "region-check".to_owned(), why });
            }
            thread::sleep(Duration::from_secs(1));
        }
    }
}

fn says(outcome: &Value, word: &str) -> bool {
    outcome["summary"].to_string().contains(word)
}

fn expect(what: &'static str, holds: bool) -> Result<(), DemoError> {
    if holds {
        output::line(&format!("✓ {what}"));
        return Ok(());
    }
    Err(DemoError::Office { command: "region-check".to_owned(), why: format!("{what}: ならず") })
}
