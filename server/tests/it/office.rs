//! What the office does, on a real database.

use chrono::{TimeDelta, Utc};
use kakari_region::keys::Role;
use kakari_region::office::resident::{self, Consent, Status};
use kakari_region::office::{CardCertificate, OfficeError, card, client, epoch, import, officer, report, staff};

use crate::region::{CardAuthority, Region, a_point};

const NUMBER: &str = "9010000000000285";
const OTHER: &str = "9010000000000148";

fn refusal<T>(answer: Result<T, OfficeError>) -> String {
    match answer {
        Ok(_) => panic!("was not refused"),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn consent_that_changes_leaves_a_row_for_the_publisher_and_one_that_does_not_leaves_none() {
    let region = Region::make().await;
    let (conn, number) = (&mut region.conn().await, resident::number("9010-0000 00000285").unwrap());
    resident::add(conn, "test", &number, Consent::Absent).await.unwrap();
    assert!(refusal(resident::add(conn, "test", &number, Consent::Given).await).contains("here already"));
    assert!(region.changes().await.is_empty());
    assert!(resident::set_consent(conn, "test", &number, Consent::Given).await.unwrap());
    assert!(!resident::set_consent(conn, "test", &number, Consent::Given).await.unwrap());
    assert!(resident::set_status(conn, "test", &number, Status::Deceased).await.unwrap());
    assert!(resident::set_status(conn, "test", &number, Status::Resident).await.unwrap());
    assert!(resident::set_consent(conn, "test", &number, Consent::Withdrawn).await.unwrap());
    assert_eq!(region.changes().await, ["record", "removal", "record", "removal"]);
    let unknown = resident::set_consent(conn, "test", &resident::number(OTHER).unwrap(), Consent::Given).await;
    assert!(refusal(unknown).contains("no resident has this number"));
    let shown = resident::show(conn, &number).await.unwrap().unwrap();
    assert_eq!((shown.consent.as_str(), shown.status.as_str(), shown.published), ("withdrawn", "resident", false));
    assert!(!format!("{shown:?}").contains(NUMBER));
}

#[tokio::test]
async fn a_town_halls_table_is_taken_whole_or_not_at_all() {
    let region = Region::make().await;
    let conn = &mut region.conn().await;
    let table =
        import::read_table("number,consent,kana\n9010000000000285,given,x\n9010000000000148,absent,y\n".as_bytes());
    let first = import::import(conn, "test", &table.unwrap(), |_| ()).await.unwrap();
    assert_eq!((first.added, first.changed, first.unchanged), (2, 0, 0));
    let table = import::read_table("consent,number\nwithdrawn,9010000000000285\nabsent,9010000000000148\n".as_bytes());
    let again = import::import(conn, "test", &table.unwrap(), |_| ()).await.unwrap();
    assert_eq!((again.added, again.changed, again.unchanged), (0, 1, 1));
    assert_eq!(region.changes().await, ["removal"]);
    for (wrong, told) in [
        ("number,consent\n9010000000000285,yes\n", "row 2: not sixteen digits"),
        ("number,consent\n9010000000000285,given\n9010000000000285,absent\n", "row 3: this number is there twice"),
        ("number,consent\n9010000000000285\n", "row 2"),
        ("9010000000000285,given\n", "first line must be number,consent"),
        ("", "first line must be number,consent"),
    ] {
        let told_instead = refusal(import::read_table(wrong.as_bytes()));
        assert!(told_instead.contains(told) && !told_instead.contains(NUMBER), "{told_instead}");
    }
}

#[tokio::test]
async fn ten_thousand_residents_come_in_with_a_word_for_each_batch() {
    let region = Region::make().await;
    let rows: String = (0..10_001).map(|n| format!("90100{n:011},given\n")).collect();
    let table = import::read_table(format!("number,consent\n{rows}").as_bytes()).unwrap();
    let mut told = Vec::new();
    let done = import::import(&mut *region.conn().await, "test", &table, |rows| told.push(rows)).await.unwrap();
    assert_eq!((done.added, told), (10_001, vec![5_000, 10_000, 10_001]));
}

#[tokio::test]
async fn a_card_is_registered_only_for_its_holder_and_only_when_the_authority_signed_it() {
    let authority = CardAuthority::make();
    let region = Region::with_cards_of(&authority).await;
    let conn = &mut region.conn().await;
    let (number, other) = (resident::number(NUMBER).unwrap(), resident::number(OTHER).unwrap());
    for number in [&number, &other] {
        resident::add(conn, "test", number, Consent::Given).await.unwrap();
    }
    let read = |der: &[u8]| CardCertificate::read(der, &authority.point());
    let first = read(&authority.card(NUMBER, None, 1)).unwrap();
    assert_eq!(first.serial, [0x2A, 1]);
    assert!(refusal(card::register(conn, "test", &other, &first).await).contains("another holder"));
    card::register(conn, "test", &number, &first).await.unwrap();
    assert!(refusal(card::register(conn, "test", &number, &first).await).contains("registered already"));
    let same_key = CardCertificate::from_hex("99", &hex::encode(first.public_key), false).unwrap();
    assert!(refusal(card::register(conn, "test", &other, &same_key).await).contains("registered already"));
    assert!(
        read(&CardAuthority::make().card(NUMBER, None, 2)).is_err_and(|e| e.to_string().contains("card authority"))
    );
    let staff_card = read(&authority.card(NUMBER, Some("佐藤"), 3)).unwrap();
    assert!(refusal(card::register(conn, "test", &number, &staff_card).await).contains("another holder"));
    assert_eq!(region.changes().await, ["cards"]);
}

#[tokio::test]
async fn a_lost_card_and_a_replaced_one_end_and_the_new_one_opens() {
    let region = Region::make().await;
    let conn = &mut region.conn().await;
    let number = resident::number(NUMBER).unwrap();
    resident::add(conn, "test", &number, Consent::Given).await.unwrap();
    let card = |serial: &str| CardCertificate::from_hex(serial, &hex::encode(a_point()), false).unwrap();
    card::register(conn, "test", &number, &card("01")).await.unwrap();
    card::reissue(conn, "test", &[1], &card("0:2")).await.unwrap();
    assert!(card::lose(conn, "test", &[2]).await.unwrap());
    assert!(!card::lose(conn, "test", &[2]).await.unwrap());
    card::reissue(conn, "test", &[2], &card("03")).await.unwrap();
    let mut states: Vec<_> = card::list(conn, Some(&number), 9).await.unwrap();
    states.sort_by(|a, b| a.serial.cmp(&b.serial));
    let states: Vec<_> = states.iter().map(|line| (line.serial.as_str(), line.state.as_str())).collect();
    assert_eq!(states, [("01", "replaced"), ("02", "lost"), ("03", "active")]);
    assert!(refusal(card::lose(conn, "test", &[9]).await).contains("no card with this serial"));
    assert_eq!(region.changes().await, ["cards"; 4]);
    for (serial, key) in [("", "04"), ("zz", "04"), ("01", "04"), ("01", "")] {
        assert!(CardCertificate::from_hex(serial, key, false).is_err(), "{serial} {key}");
    }
}

#[tokio::test]
async fn whoever_leaves_takes_their_cards_off_the_roster_and_may_come_back() {
    let authority = CardAuthority::make();
    let region = Region::with_cards_of(&authority).await;
    let conn = &mut region.conn().await;
    staff::add(conn, "test", "S-1", "佐藤").await.unwrap();
    assert!(refusal(staff::add(conn, "test", "S-1", "鈴木").await).contains("staff number already"));
    let card =
        |serial| CardCertificate::read(&authority.card("S-1", Some("佐藤"), serial), &authority.point()).unwrap();
    staff::register_card(conn, "test", "S-1", &card(1)).await.unwrap();
    staff::register_card(conn, "test", "S-1", &card(2)).await.unwrap();
    assert!(staff::lose_card(conn, "test", &[0x2A, 2]).await.unwrap());
    assert_eq!(staff::list(conn).await.unwrap()[0].cards, ["2a01"]);
    assert!(staff::leave(conn, "test", "S-1").await.unwrap());
    assert!(!staff::leave(conn, "test", "S-1").await.unwrap());
    let left = &staff::list(conn).await.unwrap()[0];
    assert!(left.cards.is_empty() && left.state == "left");
    assert!(refusal(staff::register_card(conn, "test", "S-1", &card(3)).await).contains("has left"));
    staff::add(conn, "test", "S-1", "佐藤").await.unwrap();
    assert!(staff::list(conn).await.unwrap()[0].cards.is_empty(), "an old card does not come back");
    let resident_card = CardCertificate::read(&authority.card("S-1", None, 4), &authority.point()).unwrap();
    assert!(refusal(staff::register_card(conn, "test", "S-1", &resident_card).await).contains("another holder"));
    assert!(refusal(staff::leave(conn, "test", "S-2").await).contains("nobody has this staff number"));
}

#[tokio::test]
async fn a_rotation_asks_for_every_published_resident_and_an_epoch_in_use_is_not_retired() {
    let region = Region::make().await;
    let conn = &mut region.conn().await;
    for (number, consent) in [(NUMBER, Consent::Given), (OTHER, Consent::Withdrawn)] {
        resident::add(conn, "test", &resident::number(number).unwrap(), consent).await.unwrap();
    }
    region.run("INSERT INTO published SELECT record, id, id, 1, 1, consent <> 'given', ''::bytea FROM resident").await;
    assert_eq!(epoch::rotate(conn, "test", &region.server, |_| ()).await.unwrap(), (2, 1));
    assert_eq!(region.changes().await, ["record"]);
    let vault = region.vault().await;
    assert_eq!((vault.current.epoch(), vault.keyring.iter().count()), (2, 2));
    let told = refusal(epoch::retire(conn, "test", 1).await);
    assert!(told.contains("1 published records") && told.contains("epoch reseal"), "{told}");
    assert_eq!(epoch::reseal_left(conn, "test").await.unwrap(), 1);
    assert!(refusal(epoch::retire(conn, "test", 2).await).contains("current epoch"));
    region.run("UPDATE published SET epoch = 2 WHERE NOT removed").await;
    epoch::retire(conn, "test", 1).await.unwrap();
    assert_eq!(region.vault().await.keyring.iter().count(), 1);
    assert!(refusal(epoch::retire(conn, "test", 1).await).contains("retired already"));
    assert!(refusal(epoch::retire(conn, "test", 7).await).contains("no such epoch"));
}

#[tokio::test]
async fn two_rotations_at_once_make_two_epochs() {
    let region = Region::make().await;
    let rotate = || async {
        let mut tx = region.pool.begin().await.unwrap();
        let (epoch, _) = epoch::rotate(&mut tx, "test", &region.server, |_| ()).await.unwrap();
        tx.commit().await.unwrap();
        epoch
    };
    let (one, two) = tokio::join!(rotate(), rotate());
    assert_eq!([one.min(two), one.max(two)], [2, 3]);
    assert_eq!(region.vault().await.current.epoch(), 3);
}

#[tokio::test]
async fn a_senders_certificate_is_written_down_and_can_be_revoked() {
    let region = Region::make().await;
    let (conn, tls) = (&mut region.conn().await, region.keys().await.tls);
    client::add(conn, "test", &tls, Role::Sender, "clinic-1").await.unwrap();
    client::add(conn, "test", &tls, Role::Office, "clinic-1").await.unwrap();
    assert_eq!(client::revoke(conn, "test", Role::Sender, "clinic-1").await.unwrap(), 1);
    assert!(client::list(conn, Role::Sender).await.unwrap()[0].revoked_at.is_some());
    assert!(client::list(conn, Role::Office).await.unwrap()[0].revoked_at.is_none(), "another role's stays");
    assert!(refusal(client::revoke(conn, "test", Role::Sender, "clinic-1").await).contains("could be revoked"));
    assert!(
        refusal(client::add(conn, "test", &tls, Role::Sender, "office").await).contains("the office's own documents")
    );
}

#[tokio::test]
async fn an_officers_key_is_read_as_openssl_writes_it() {
    let region = Region::make().await;
    let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAsdCyNozLZ1NY0UyAWQfrnnml6x5J2r56CJwyXQJVWdE=\n-----END PUBLIC KEY-----\n";
    let key = "b1d0b2368ccb675358d14c805907eb9e79a5eb1e49dabe7a089c325d025559d1";
    let read = officer::read_public_key(pem.as_bytes()).unwrap();
    assert_eq!(hex::encode(read), key);
    assert_eq!(officer::read_public_key(key.as_bytes()).unwrap(), read);
    assert!(refusal(officer::read_public_key(b"04")).contains("not an Ed25519 public key"));
    let conn = &mut region.conn().await;
    officer::add(conn, "test", "suzuki", &read).await.unwrap();
    assert!(refusal(officer::add(conn, "test", "suzuki", &[7; 32]).await).contains("here already"));
    assert_eq!(officer::list(conn).await.unwrap(), [("suzuki".to_owned(), key.to_owned())]);
}

#[tokio::test]
async fn the_report_counts_residents_cards_tablets_and_what_crews_did_by_month() {
    use kakari_record::audit::{Access, AuditBasis, AuditEvent, AuditKind, AuditedRecord, CardRefusal, TimeQuality};
    let region = Region::make().await;
    let conn = &mut region.conn().await;
    for (number, consent) in [(NUMBER, Consent::Given), (OTHER, Consent::Absent)] {
        resident::add(conn, "test", &resident::number(number).unwrap(), consent).await.unwrap();
    }
    region.run("INSERT INTO tablet (id, vehicle, state, last_contact) VALUES ('t', 'v', 'active', now() - interval '9 days')").await;
    region
        .run(r#"UPDATE tablet SET report = '{"app":"0.1.0","generation":1,"sequence":3,"records":2,"roster":1,"unreceipted":4,"unapplied":[],"at":"2026-11-01T00:00:00Z","refused":null}'"#)
        .await;
    region.run("UPDATE region SET sequence = 10").await;
    let event = |kind, at: &str| {
        let at = at.parse().unwrap();
        let event = AuditEvent {
            kind,
            at,
            monotonic_ms: 1,
            boot: [0; 16],
            time_quality: TimeQuality::OwnClock,
            tablet: "t".to_owned(),
            vehicle: "v".to_owned(),
            crew: vec![],
            app: "0.1.0".to_owned(),
        };
        let mut bytes = Vec::new();
        ciborium::into_writer(&(1_u8, event), &mut bytes).unwrap();
        bytes
    };
    let record = AuditedRecord { id: [1; 16], version: 1 };
    let shown = |basis| AuditKind::RecordShown {
        record,
        basis,
        access: Access::Card,
        took_ms: None,
        age_seconds: None,
        feed_age_seconds: None,
        unavailable: vec![],
        neighbour: None,
    };
    let events = [
        event(AuditKind::Started, "2026-10-31T14:59:59Z"),
        event(AuditKind::SignedIn, "2026-10-31T15:00:00Z"),
        event(AuditKind::Locked { automatic: true }, "2026-11-02T00:00:00Z"),
        event(AuditKind::Locked { automatic: false }, "2026-11-03T00:00:00Z"),
        event(AuditKind::CardRefused { reason: CardRefusal::NothingStored }, "2026-11-03T00:00:00Z"),
        event(AuditKind::CardRefused { reason: CardRefusal::Revoked }, "2026-11-03T00:00:00Z"),
        event(AuditKind::CardRefused { reason: CardRefusal::Torn }, "2026-11-03T00:00:00Z"),
        event(shown(AuditBasis::Emergency), "2026-11-03T00:00:00Z"),
        event(shown(AuditBasis::FamilyAsks), "2026-11-03T00:00:00Z"),
        vec![0x82, 9, 0],
    ];
    for (at, event) in (1_i64..).zip(events) {
        let row = sqlx::query("INSERT INTO audit (tablet, sequence, event, hash) VALUES ('t', $1, $2, $3)");
        row.bind(at).bind(event).bind(vec![0_u8; 32]).execute(&region.pool).await.unwrap();
    }
    let made = report::make(conn, Utc::now() + TimeDelta::seconds(1)).await.unwrap();
    assert_eq!(made.residents, [("absent".to_owned(), 1), ("given".to_owned(), 1)].into());
    let tablet = &made.tablets[0];
    assert_eq!((tablet.behind, tablet.lease_days_left), (Some(7), Some(20)));
    assert_eq!(tablet.report.as_ref().unwrap().unreceipted, 4);
    let months: Vec<_> = made.events.iter().map(|(month, kinds)| (month.as_str(), format!("{kinds:?}"))).collect();
    assert_eq!(
        months,
        [
            ("2026-10", r#"{"started": 1}"#.to_owned()),
            (
                "2026-11",
                r#"{"card_refused.nothing_stored": 1, "card_refused.revoked": 1, "card_refused.torn": 1, "locked": 2, "record_shown.emergency": 1, "record_shown.family_asks": 1, "signed_in": 1}"#
                    .to_owned()
            ),
            ("unknown", r#"{"of a later version": 1}"#.to_owned()),
        ]
    );
    let usage = &made.usage.months["2026-11"];
    assert_eq!((usage.funnel.tried, usage.funnel.card, usage.funnel.shown, usage.funnel.consented), (2, 2, 2, 1));
    assert_eq!(usage.refused.values().sum::<u64>(), 3);
    assert_eq!(made.usage.tablets["t"], made.usage.all);
    assert_eq!(made.usage.tablets_of_months["2026-11"]["t"], *usage);
    assert_eq!((made.usage.months["unknown"].unreadable, made.usage.all.rows), (1, 10));
    assert!(region.log().await.contains(&"resident added, consent given".to_owned()));
}
