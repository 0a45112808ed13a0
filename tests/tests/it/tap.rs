//! The tap that must always work.

use kakari_card_sim::in_own_process;

use kakari_tests::place::Place;

#[test]
fn a_tap_shows_exactly_this_residents_summary_within_four_exchanges() {
    in_own_process("tap::a_tap_shows_exactly_this_residents_summary_within_four_exchanges", |dir| {
        let place = Place::with_residents(dir, &[1, 2]);
        let tapped = place.tap(&place.cards[1].card);
        tapped.shows(&place.residents[1]);
        let steps = tapped.outcome["steps"].as_array().unwrap();
        let exchanges = steps.iter().filter(|step| step["card"] == true).count();
        assert!((3..=4).contains(&exchanges), "{exchanges} exchanges");
        for name in ["connect", "look-up", "open", "audit", "session", "view"] {
            assert!(steps.iter().any(|step| step["name"] == name && step["micros"].is_u64()), "{name} is not timed");
        }
        assert!(tapped.outcome["total_us"].as_u64().unwrap() >= tapped.outcome["card_us"].as_u64().unwrap());
    });
}

#[test]
fn every_view_left_its_rows_in_an_unbroken_audit_chain() {
    use kakari_record::audit::AuditKind;
    in_own_process("tap::every_view_left_its_rows_in_an_unbroken_audit_chain", |dir| {
        let place = Place::with_residents(dir, &[1]);
        place.tap(&place.cards[0].card).shows(&place.residents[0]);
        let key = kakari_store::StoreKey::load(&place.tablet.config.store_key).unwrap();
        let store = kakari_store::Store::open(&place.tablet.config.store, key).unwrap();
        store.verify_audit().unwrap().unwrap();
        let rows = store.last_audit(20).unwrap();
        // Whether the card is taken away before the program ends is a race.
        let told = |row: &&kakari_store::AuditRow| {
            let kind = &row.event.as_ref().unwrap().kind;
            !matches!(kind, AuditKind::Checkpoint { .. } | AuditKind::CardRemoved { .. })
        };
        let rows: Vec<_> = rows.iter().filter(told).collect();
        let names: Vec<&str> = rows
            .iter()
            .map(|row| match row.event.as_ref().unwrap().kind {
                AuditKind::Started => "started",
                AuditKind::SignedIn => "signed in",
                AuditKind::RecordOpened { .. } => "opened",
                AuditKind::RecordShown { .. } => "shown",
                AuditKind::CaseClosed { .. } => "closed",
                AuditKind::Locked { .. } => "locked",
                AuditKind::Stopped => "stopped",
                _ => "other",
            })
            .collect();
        assert_eq!(names, ["started", "signed in", "opened", "shown", "closed", "locked", "stopped"]);
        let shown = rows[3].event.as_ref().unwrap();
        assert_eq!(shown.crew, ["S0001"]);
    });
}
