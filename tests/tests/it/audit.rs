//! The audit of a real tablet: what its commands say of it, and what its next start finds.

use std::path::Path;
use std::process::Command;

use kakari_card_sim::in_own_process;
use kakari_record::audit::AuditKind;
use kakari_store::{Store, StoreKey};
use kakari_tests::place::{Place, kakari};
use serde_json::Value;

/// One `kakari` command on the tablet: its exit code, and its last line of JSON.
fn ask(place: &Place, command: &[&str]) -> (Option<i32>, Value) {
    let done = Command::new(kakari()).args(command).arg("--config").arg(&place.tablet.config_path).output().unwrap();
    let last = String::from_utf8_lossy(&done.stdout).lines().last().map(str::to_owned).unwrap_or_default();
    (done.status.code(), serde_json::from_str(&last).unwrap_or_default())
}

fn kinds(place: &Place) -> Vec<AuditKind> {
    let key = StoreKey::load(&place.tablet.config.store_key).unwrap();
    let store = Store::open(&place.tablet.config.store, key).unwrap();
    store.last_audit(u32::MAX).unwrap().into_iter().map(|row| row.event.unwrap().kind).collect()
}

fn export(place: &Place, dir: &Path, format: &str) -> String {
    let out = dir.join(format!("rows.{format}"));
    let (code, _) = ask(place, &["audit", "export", "--format", format, "--out", out.to_str().unwrap()]);
    assert_eq!(code, Some(0));
    std::fs::read_to_string(out).unwrap()
}

#[test]
fn a_tablets_audit_is_verified_counted_exported_and_a_tampered_one_is_told_without_stopping_the_crew() {
    let name =
        "audit::a_tablets_audit_is_verified_counted_exported_and_a_tampered_one_is_told_without_stopping_the_crew";
    in_own_process(name, |dir| {
        let place = Place::with_residents(dir, &[1, 2]);
        place.tap(&place.cards[0].card).shows(&place.residents[0]);
        let config = std::fs::read_to_string(&place.tablet.config_path).unwrap();
        std::fs::write(&place.tablet.config_path, config.replace("北町救急1", "北町救急2")).unwrap();
        place.tap(&place.cards[1].card).shows(&place.residents[1]);
        let changed = kinds(&place).iter().filter(|kind| matches!(kind, AuditKind::ConfigChanged)).count();
        let crashed = kinds(&place).iter().any(|kind| matches!(kind, AuditKind::CrashRecovered));
        assert_eq!((changed, crashed), (1, false));

        let (code, found) = ask(&place, &["audit", "verify", "--json"]);
        assert_eq!((code, &found["whole"], &found["unprotected"]), (Some(0), &true.into(), &0.into()), "{found}");
        assert_eq!(found["signatures_checked"], true);

        let (_, usage) = ask(&place, &["report", "--json"]);
        assert_eq!(
            (&usage["cases"], &usage["by_card"], &usage["to_check"]["count"]),
            (&2.into(), &2.into(), &2.into())
        );
        assert_eq!(usage["funnel"]["tried"], 2);

        let lines = export(&place, dir, "ndjson");
        let bundle: Value = serde_json::from_str(&export(&place, dir, "fhir")).unwrap();
        assert_eq!(bundle["entry"].as_array().unwrap().len(), lines.lines().count() + 1, "the first export is a row");
        for word in place.residents.iter().map(|resident| &resident.identity.name) {
            assert!(!lines.contains(word), "a patient's name in an export");
        }
        let (code, reviewed) = ask(&place, &["audit", "review", "--json"]);
        assert_eq!((code, reviewed["uses"].as_array().unwrap().len()), (Some(0), 0));

        place
            .unlocked(&place.tablet.config.store)
            .execute("UPDATE audit SET event = x'00' WHERE sequence = 3", [])
            .unwrap();
        let (code, found) = ask(&place, &["audit", "verify", "--json"]);
        assert_eq!((code, &found["whole"]), (Some(3), &false.into()), "{found}");
        assert!(found["faults"][0]["en"].as_str().unwrap().contains("row 3"), "{found}");
    });
}

#[test]
fn a_tail_that_was_cut_is_noticed_at_the_next_shift_and_the_record_is_shown_all_the_same() {
    let name = "audit::a_tail_that_was_cut_is_noticed_at_the_next_shift_and_the_record_is_shown_all_the_same";
    in_own_process(name, |dir| {
        let place = Place::with_residents(dir, &[1]);
        place.tap(&place.cards[0].card).shows(&place.residents[0]);
        place.unlocked(&place.tablet.config.store).execute("DELETE FROM audit WHERE sequence > 4", []).unwrap();
        place.tap(&place.cards[0].card).shows(&place.residents[0]);
        let (code, found) = ask(&place, &["audit", "verify", "--json"]);
        assert_eq!(code, Some(3), "what was cut stays known though rows were written since: {found}");
        let told = kinds(&place);
        assert!(told.iter().any(|kind| matches!(kind, AuditKind::AuditFaulty { .. })), "{told:?}");
        assert!(told.iter().any(|kind| matches!(kind, AuditKind::CrashRecovered)), "its last Stopped was cut off too");
    });
}

#[test]
fn a_use_of_break_glass_is_listed_and_marked_by_its_reviewer() {
    use kakari_record::audit::{AuditEvent, BreakGlassEnd, BreakGlassReason, TimeQuality};
    in_own_process("audit::a_use_of_break_glass_is_listed_and_marked_by_its_reviewer", |dir| {
        let place = Place::with_residents(dir, &[1]);
        let key = StoreKey::load(&place.tablet.config.store_key).unwrap();
        let mut store = Store::open(&place.tablet.config.store, key).unwrap();
        let event = |kind, monotonic_ms| AuditEvent {
            kind,
            at: chrono::Utc::now(),
            monotonic_ms,
            boot: [1; 16],
            time_quality: TimeQuality::OwnClock,
            tablet: "training".into(),
            vehicle: "北町救急1".into(),
            crew: vec!["S0001".into()],
            app: "0.1.0".into(),
        };
        let reason = BreakGlassReason::Unconscious;
        for (kind, at_ms) in [
            (AuditKind::BreakGlassStarted { reason, minutes: 30 }, 1_000),
            (AuditKind::Searched { by: Vec::new(), terms: [3; 16], named: 2, newly: 2, too_many: false }, 20_000),
            (AuditKind::BreakGlassEnded { reason: BreakGlassEnd::ByCrew }, 61_000),
        ] {
            store.append_audit(&event(kind, at_ms)).unwrap();
        }
        drop(store);
        let (_, found) = ask(&place, &["audit", "review", "--json"]);
        let used = &found["uses"][0];
        assert_eq!((&used["sequence"], &used["people"], &used["ended"]["seconds"]), (&1.into(), &2.into(), &60.into()));
        assert_eq!(used["reviewed"], Value::Null);
        let mark = |row: &str| {
            ask(&place, &["audit", "review", "--mark", row, "--verdict", "justified", "--by", "S0009", "--json"])
        };
        assert_eq!(mark("2").0, Some(1), "no use begins there");
        let (code, found) = mark("1");
        let reviewed = &found["uses"][0]["reviewed"];
        assert_eq!(
            (code, &reviewed["verdict"], &reviewed["reviewer"]),
            (Some(0), &"justified".into(), &"S0009".into())
        );
    });
}
