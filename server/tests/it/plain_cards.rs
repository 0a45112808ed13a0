//! The office's number-only cards, on a real database.

use kakari_record::seal::PlainCardKind::{self, Felica, TypeA};
use kakari_region::office::any_card::{self, CardName, NewCard};
use kakari_region::office::plain_card::{self, End, identifier, import};
use kakari_region::office::resident::{self, Consent};
use kakari_region::office::{CardCertificate, OfficeError, card, with_old_keys};

use crate::region::{Region, a_point};

const NUMBER: &str = "9010000000000285";
const OTHER: &str = "9010000000000148";
const IDM: &str = "01010A108E1BAD39";

fn refusal<T>(answer: Result<T, OfficeError>) -> String {
    match answer {
        Ok(_) => panic!("was not refused"),
        Err(error) => error.to_string(),
    }
}

fn plain(kind: PlainCardKind, typed: &str) -> kakari_record::seal::PlainCardId {
    identifier(kind, typed).unwrap()
}

async fn two_residents() -> Region {
    let region = Region::make().await;
    for number in [NUMBER, OTHER] {
        let number = resident::number(number).unwrap();
        resident::add(&mut *region.conn().await, "test", &number, Consent::Given).await.unwrap();
    }
    region
}

#[tokio::test]
async fn a_card_is_one_residents_and_a_lost_one_never_comes_back_for_anybody() {
    let region = two_residents().await;
    let conn = &mut region.conn().await;
    let (mine, other) = (resident::number(NUMBER).unwrap(), resident::number(OTHER).unwrap());
    let card = plain(Felica, IDM);
    assert!(plain_card::register(conn, "test", &mine, &card).await.unwrap());
    assert!(!plain_card::register(conn, "test", &mine, &card).await.unwrap());
    assert!(refusal(plain_card::register(conn, "test", &other, &card).await).contains("another resident"));
    assert!(plain_card::end(conn, "test", &card, End::Lost).await.unwrap());
    assert!(!plain_card::end(conn, "test", &card, End::Lost).await.unwrap());
    assert!(!plain_card::end(conn, "test", &card, End::Mistaken).await.unwrap(), "a refused card stays refused");
    for number in [&mine, &other] {
        assert!(refusal(plain_card::register(conn, "test", number, &card).await).contains("stays refused"));
    }
    let unknown = plain_card::end(conn, "test", &plain(TypeA, "04A1B2C3D4E5F6"), End::Lost).await;
    assert!(refusal(unknown).contains("no such number-only card"));
    assert_eq!(region.changes().await, ["record", "record"], "tokens come with the record's row");
    let logged: Vec<(String, String)> =
        sqlx::query_as("SELECT what, subject FROM office_log ORDER BY id").fetch_all(&region.pool).await.unwrap();
    assert!(logged.iter().any(|(what, _)| what == "number-only card lost"));
    assert!(!format!("{logged:?}").to_uppercase().contains(IDM), "no identifier in the log");
    let listed = card::list(conn, Some(&mine), 9).await.unwrap();
    assert_eq!((listed[0].serial.as_str(), listed[0].state.as_str()), ("felica:01010A108E1BAD39", "lost"));
    assert!(!format!("{listed:?}").contains(IDM));
}

#[tokio::test]
async fn two_who_register_one_card_for_two_residents_at_once_are_not_both_believed() {
    let region = two_residents().await;
    let tries = [NUMBER, OTHER].map(|number| {
        let pool = region.pool.clone();
        tokio::spawn(async move {
            let mut tx = pool.begin().await.unwrap();
            let number = resident::number(number).unwrap();
            let done = plain_card::register(&mut tx, "test", &number, &plain(Felica, IDM)).await;
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            if done.is_ok() {
                tx.commit().await.unwrap()
            }
            done.is_ok()
        })
    });
    let mut believed = 0;
    for one in tries {
        believed += usize::from(one.await.unwrap());
    }
    assert_eq!(believed, 1);
}

#[tokio::test]
async fn a_card_of_one_kind_is_replaced_by_one_of_another() {
    let region = two_residents().await;
    let conn = &mut region.conn().await;
    let number = resident::number(NUMBER).unwrap();
    let key = || CardCertificate::from_hex("01", &hex::encode(a_point()), false).unwrap();
    let (first, second) = (plain(Felica, IDM), plain(TypeA, "04A1B2C3D4E5F6"));
    plain_card::register(conn, "test", &number, &first).await.unwrap();
    let same = any_card::reissue(conn, "test", &CardName::Plain(first.clone()), &NewCard::Plain(first.clone())).await;
    assert!(refusal(same).contains("the card that is to be replaced"));
    let old = CardName::read("felica:01:01:0A:10:8E:1B:AD:39").unwrap();
    any_card::reissue(conn, "test", &old, &NewCard::Plain(second)).await.unwrap();
    let old = CardName::read("type-a:04A1B2C3D4E5F6").unwrap();
    any_card::reissue(conn, "test", &old, &NewCard::Certificate(key())).await.unwrap();
    let third = NewCard::Plain(plain(Felica, "01010A108E1BAD40"));
    any_card::reissue(conn, "test", &CardName::read("01").unwrap(), &third).await.unwrap();
    let listed = card::list(conn, Some(&number), 9).await.unwrap();
    let mut states: Vec<_> = listed.iter().map(|line| (line.kind.as_str(), line.state.as_str())).collect();
    states.sort_unstable();
    assert_eq!(
        states,
        [("certificate", "replaced"), ("felica", "active"), ("felica", "replaced"), ("type-a", "replaced")]
    );
    assert_eq!(region.changes().await, ["record"; 4]);
    assert_eq!(resident::show(conn, &number).await.unwrap().unwrap().cards, 1);
}

#[tokio::test]
async fn every_wrong_row_of_a_table_is_told_by_its_number_and_nothing_is_half_taken() {
    let region = two_residents().await;
    let table = |rows: &str| import::read_table(format!("number,kind,identifier\n{rows}").as_bytes());
    let told = refusal(table(&format!(
        "{NUMBER},felica,{IDM}\n{NUMBER},felica,1010A108E1BAD39\n12,felica,{IDM}\n{OTHER},type-b,{IDM}\n\
         {OTHER},type-a,08112233\n{OTHER},felica,{IDM}\n{OTHER},felica\n"
    )));
    for (row, why) in [
        (3, "hexadecimal"),
        (4, "sixteen digits"),
        (5, "felica or type-a"),
        (6, "made up anew"),
        (7, "there twice"),
        (8, "not as many columns"),
    ] {
        assert!(told.lines().any(|line| line.starts_with(&format!("row {row}: ")) && line.contains(why)), "{told}");
    }
    assert!(told.contains("nothing was taken in") && !told.contains(NUMBER) && !told.contains(IDM), "{told}");
    assert!(refusal(table("")).contains("number,kind,identifier"));

    let conn = &mut region.conn().await;
    let lost = plain(TypeA, "04A1B2C3D4E5F6");
    plain_card::register(conn, "test", &resident::number(OTHER).unwrap(), &lost).await.unwrap();
    plain_card::end(conn, "test", &lost, End::Lost).await.unwrap();
    for idm in [IDM, "01010A108E1BAD40"] {
        plain_card::register(conn, "test", &resident::number(OTHER).unwrap(), &plain(Felica, idm)).await.unwrap();
    }
    let table = table(&format!(
        "{NUMBER},type-a,04A1B2C3D4E5F7\n9010000000009999,type-a,04A1B2C3D4E5F8\n{NUMBER},felica,{IDM}\n\
         {OTHER},type-a,04A1B2C3D4E5F6\n{OTHER},felica,01010A108E1BAD40\n"
    ))
    .unwrap();
    let mut tx = region.pool.begin().await.unwrap();
    let told = refusal(import::import(&mut tx, "test", &table, |_| ()).await);
    tx.rollback().await.unwrap();
    let rows: Vec<&str> = told.lines().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(rows, ["row 3", "row 4", "row 5", "nothing was taken in"], "{told}");
    for why in ["no resident has this number", "another resident", "stays refused"] {
        assert!(told.contains(why), "{told}");
    }
    let cards: i64 = sqlx::query_scalar("SELECT count(*) FROM plain_card").fetch_one(&region.pool).await.unwrap();
    assert_eq!(cards, 3);
}

#[tokio::test]
async fn ten_thousand_cards_come_in_and_again_change_nothing() {
    let region = Region::make().await;
    region
        .run(
            "INSERT INTO resident (number, record, consent)
             SELECT '90100' || lpad(n::text, 11, '0'), decode(lpad(to_hex(n), 32, '0'), 'hex'), 'given'
             FROM generate_series(0, 10000) AS n",
        )
        .await;
    let rows: String = (0..10_001).map(|n| format!("90100{n:011},felica,01010A10{n:08X}\n")).collect();
    let table = import::read_table(format!("number,kind,identifier\n{rows}").as_bytes()).unwrap();
    let mut told = Vec::new();
    let done = import::import(&mut *region.conn().await, "test", &table, |rows| told.push(rows)).await.unwrap();
    assert_eq!((done.added, done.unchanged, told), (10_001, 0, vec![5_000, 10_000, 10_001]));
    assert_eq!(region.changes().await.len(), 10_001);
    let again = import::import(&mut *region.conn().await, "test", &table, |_| ()).await.unwrap();
    assert_eq!((again.added, again.unchanged), (0, 10_001));
    assert_eq!(region.changes().await.len(), 10_001, "what was there is not published anew");
}

#[tokio::test]
async fn cards_whose_key_is_of_an_earlier_epoch_are_listed_to_be_replaced() {
    let region = two_residents().await;
    let conn = &mut region.conn().await;
    let number = resident::number(NUMBER).unwrap();
    plain_card::register(conn, "test", &number, &plain(Felica, "01010A108E1BAD40")).await.unwrap();
    for _ in 0..2 {
        plain_card::register_with_key(conn, "test", &number, &plain(Felica, IDM), 1).await.unwrap();
    }
    assert_eq!(region.changes().await.len(), 1, "a card that proves itself changes no row");
    assert!(with_old_keys(conn, None, 9).await.unwrap().is_empty());
    kakari_region::office::epoch::rotate(conn, "test", &region.server, |_| ()).await.unwrap();
    let old = with_old_keys(conn, None, 9).await.unwrap();
    assert_eq!(old.iter().map(|line| line.key_state.as_deref()).collect::<Vec<_>>(), [Some("old")]);
    assert_eq!(kakari_region::office::epoch::retire(conn, "test", 1).await.unwrap(), 1);
    assert_eq!(with_old_keys(conn, Some(&number), 9).await.unwrap()[0].key_state.as_deref(), Some("retired"));
}
