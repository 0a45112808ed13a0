//! What tablets' audit tells the office: uses of break-glass, alerts, figures; on the page, from rows that came over the
//! network.

use kakari_record::audit::{Access, AuditBasis, AuditKind, BreakGlassEnd, BreakGlassReason, LimitStage, ReviewVerdict};
use kakari_record::seal::FeedId;
use kakari_region::keys::Role;
use kakari_region::publish::{Objects, Pace, Publisher};

use super::world::World;
use crate::chain::{Tablet, ended, opened, searched, shown, started};
use crate::region::a_point;

/// A world, the office's browser, and a way to send rows as a tablet.
struct Station {
    world: World,
    office: reqwest::Client,
}

impl Station {
    async fn make() -> Self {
        let world = World::make().await;
        let office = world.client(&world.holder(Role::Office, "sato", 30).await);
        Self { world, office }
    }

    async fn tablet(&self, id: &str, minutes_ago: i64) -> (Tablet, reqwest::Client) {
        self.keyed(Tablet::new(id, minutes_ago)).await
    }

    async fn keyed(&self, tablet: Tablet) -> (Tablet, reqwest::Client) {
        let client = self.world.client(&self.world.tablet(&tablet.id).await);
        sqlx::query("UPDATE tablet SET tablet_key = $2 WHERE id = $1")
            .bind(&tablet.id)
            .bind(tablet.key())
            .execute(&self.world.region.pool)
            .await
            .unwrap();
        (tablet, client)
    }

    async fn send(&self, tablet: &mut Tablet, client: &reqwest::Client) {
        let answer = client.post(self.world.url("/v1/audit")).body(tablet.batch().encode()).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }

    async fn page(&self, path: &str) -> String {
        let answer = self.office.get(self.world.url(path)).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
    }

    async fn post(&self, path: &str, body: &str) -> (u16, String) {
        let request = self.office.post(self.world.url(path)).header("sec-fetch-site", "same-origin");
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body.to_owned());
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn staff(&self, id: &str, name: &str) {
        sqlx::query("INSERT INTO staff (id, name, state) VALUES ($1, $2, 'active')")
            .bind(id)
            .bind(name)
            .execute(&self.world.region.pool)
            .await
            .unwrap();
        sqlx::query("INSERT INTO staff_card (serial, staff, public_key, state) VALUES ($1, $2, $3, 'active')")
            .bind(id.as_bytes())
            .bind(id)
            .bind(a_point().as_slice())
            .execute(&self.world.region.pool)
            .await
            .unwrap();
    }
}

/// Every one of these stands in the page.
fn has(html: &str, words: &[&str]) {
    for part in words {
        assert!(html.contains(part), "lacks {part}: {html}");
    }
}

#[tokio::test]
async fn a_use_of_break_glass_is_shown_until_somebody_has_looked_at_it_and_the_word_is_kept() {
    let station = Station::make().await;
    station.staff("S0001", "佐藤").await;
    let (mut tablet, client) = station.tablet("t1", 60).await;
    assert!(station.page("/office/break-glass").await.contains("まだ届いていません"));
    tablet.write(AuditKind::SignedIn);
    let row = tablet.write(started(BreakGlassReason::Unconscious));
    tablet.write(searched(4, false));
    tablet.write(opened(7, Access::Search));
    tablet.raw(vec![0x82, 9, 0]);
    station.send(&mut tablet, &client).await;
    has(&station.page("/office").await, &["未確認の緊急閲覧 1件"]);
    has(&station.page("/office/break-glass").await, &["終了の記録はまだ届いていません(最長30分)", "要約は表示せず"]);
    tablet.write(shown(7, Access::Search, AuditBasis::Emergency));
    tablet.wait(125);
    tablet.write(ended(BreakGlassEnd::CaseClosed));
    station.send(&mut tablet, &client).await;
    let html = station.page("/office/break-glass").await;
    has(
        &html,
        &[
            "北町救急1 — 意識障害",
            "S0001 佐藤",
            "2分5秒(最長30分、事案を閉じて終了)",
            "1回、新たに名前を出した人 4人",
            &"07".repeat(16),
            "要約を表示(意識なし・緊急)",
            "新しい版の行が1行",
        ],
    );
    let body = format!("tablet=t1&sequence={row}&verdict=questioned&note=%E8%81%9E%E3%81%8D%E5%8F%96%E3%82%8A");
    tablet.write(AuditKind::BreakGlassReviewed {
        sequence: row,
        verdict: ReviewVerdict::Justified,
        reviewer: "S0009".to_owned(),
    });
    station.send(&mut tablet, &client).await;
    has(&station.page("/office/break-glass").await, &["未確認 1件", "端末での確認", "S0009"]);
    let (status, html) = station.post("/office/break-glass/review", &body).await;
    assert_eq!(status, 200);
    has(&html, &["未確認 0件", "確認が必要(sato", "聞き取り"]);
    assert!(!station.page("/office").await.contains("未確認の緊急閲覧"));
    let body = format!("tablet=t1&sequence={row}&verdict=justified&note=");
    has(&station.post("/office/break-glass/review", &body).await.1, &["問題なし(sato", "うち確認が必要 0件"]);
    let kept = "SELECT count(*) FROM review WHERE NOT on_tablet";
    assert_eq!(station.world.count(kept).await, 2, "the earlier word stays");
    for (body, told) in [
        ("tablet=t1&sequence=1&verdict=justified&note=", "確認を記録できません"),
        ("tablet=t1&sequence=2&verdict=fine&note=", "a verdict is"),
    ] {
        let (status, html) = station.post("/office/break-glass/review", body).await;
        assert!(status == 422 && html.contains(told), "{html}");
    }
    assert_eq!(station.world.count(kept).await, 2);
    has(&station.page("/office/log").await, &["緊急閲覧を確認(確認が必要)", "緊急閲覧を確認(問題なし)", "t1 row 2"]);
}

#[tokio::test]
async fn too_many_searches_a_code_and_a_conflict_are_told_on_the_front_until_somebody_has_seen_to_them() {
    let station = Station::make().await;
    let (mut tablet, client) = station.tablet("t1", 60).await;
    tablet.write(AuditKind::SearchLimit { stage: LimitStage::Stopped, people: 150, opened: 4 });
    tablet.write(AuditKind::FallbackStarted { code: [0xAB; 8] });
    station.send(&mut tablet, &client).await;
    let mut other = Tablet::new("t1", 60);
    other.write(AuditKind::SignedIn);
    let answer = client.post(station.world.url("/v1/audit")).body(other.batch().encode()).send().await.unwrap();
    assert_eq!(answer.status(), 409);
    let html = station.page("/office").await;
    has(&html, &["上限で止まった", "名前を出した人 150人", "台帳にないコード", "閲覧記録の不一致: t1 from row 1"]);
    let names: Vec<&str> =
        html.split("name=\"alert\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(names.len(), 3);
    for name in names {
        assert_eq!(station.post("/office/alerts/seen", &format!("alert={name}")).await.0, 200);
    }
    has(&station.page("/office").await, &["お知らせはありません"]);
    assert_eq!(station.world.count("SELECT count(*) FROM office_log WHERE what = 'alert seen to'").await, 3);
    let (status, html) = station.post("/office/alerts/seen", "alert=limit/t1/1").await;
    assert!(status == 422 && html.contains("もうありません"), "{html}");
}

#[tokio::test]
async fn a_staff_card_on_two_tablets_is_told_at_the_next_sync_of_either_and_an_earlier_end_takes_it_back() {
    let station = Station::make().await;
    let (mut a, client_a) = station.tablet("t1", 300).await;
    let (mut b, client_b) = station.tablet("t2", 120).await;
    let told = "二台のタブレットで同時に勤務中";
    a.write(AuditKind::SignedIn);
    b.write(AuditKind::SignedIn);
    station.send(&mut a, &client_a).await;
    assert!(!station.page("/office").await.contains(told), "one tablet has not told anything yet");
    station.send(&mut b, &client_b).await;
    has(&station.page("/office").await, &[told, "S0001", "t1: ", "t2: ", "終了の記録はまだ届いていません"]);
    a.wait(7_200);
    a.write(AuditKind::SignedOut);
    station.send(&mut a, &client_a).await;
    assert!(!station.page("/office").await.contains(told), "the first had ended an hour before the second began");

    a.wait(5_400);
    a.write(AuditKind::SignedIn);
    station.send(&mut a, &client_a).await;
    let html = station.page("/office").await;
    has(&html, &[told]);
    let name = html.split("value=\"two/").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(station.post("/office/alerts/seen", &format!("alert=two/{name}")).await.0, 200);
    assert!(!station.page("/office").await.contains(told));
    has(&station.page("/office/log").await, &["お知らせを確認", &format!("two/{name}")]);
}

#[tokio::test]
async fn a_shift_that_nobody_ended_is_over_after_twelve_hours() {
    let station = Station::make().await;
    let (mut a, client_a) = station.tablet("t1", 13 * 60).await;
    let (mut b, client_b) = station.tablet("t2", 30).await;
    a.write(AuditKind::SignedIn);
    b.write(AuditKind::SignedIn);
    station.send(&mut a, &client_a).await;
    station.send(&mut b, &client_b).await;
    has(&station.page("/office").await, &["お知らせはありません"]);
    a.wait(3_600);
    a.write(AuditKind::SignedIn);
    station.send(&mut a, &client_a).await;
    has(&station.page("/office").await, &["二台のタブレットで同時に勤務中"]);
}

#[tokio::test]
async fn checkpoints_of_the_tablet_hold_and_others_are_told() {
    checkpoints_hold_and_others_are_told(Tablet::new("t1", 60), &Tablet::new("t1", 60)).await;
}

#[tokio::test]
async fn checkpoints_by_a_key_in_a_device_hold_and_others_are_told() {
    let other = Tablet::new("t1", 60).with_device();
    checkpoints_hold_and_others_are_told(Tablet::new("t1", 60).with_device(), &other).await;
    // Nor does a key of the other kind speak for it.
    checkpoints_hold_and_others_are_told(Tablet::new("t1", 60).with_device(), &Tablet::new("t1", 60)).await;
}

async fn checkpoints_hold_and_others_are_told(tablet: Tablet, stranger: &Tablet) {
    let station = Station::make().await;
    let feed: FeedId = station.world.keys.feed;
    let (mut tablet, client) = station.keyed(tablet).await;
    tablet.write(AuditKind::Started);
    let good = tablet.checkpoint(feed);
    tablet.write(good);
    station.send(&mut tablet, &client).await;
    tablet.write(AuditKind::Stopped);
    let good = tablet.checkpoint(feed);
    tablet.write(good);
    station.send(&mut tablet, &client).await;
    has(&station.page("/office").await, &["お知らせはありません"]);
    let AuditKind::Checkpoint { sequence, hash, .. } = tablet.checkpoint(feed) else { unreachable!() };
    let forged = kakari_record::audit::Checkpoint::sign(&stranger.key, feed, "t1", sequence, hash).unwrap().kind();
    tablet.write(forged);
    let AuditKind::Checkpoint { sequence, signature, .. } = tablet.checkpoint(feed) else { unreachable!() };
    tablet.write(AuditKind::Checkpoint { sequence, hash: [3; 32], signature });
    let other_chain = kakari_record::audit::Checkpoint::sign(&tablet.key, feed, "t1", 2, [9; 32]).unwrap().kind();
    tablet.write(other_chain);
    station.send(&mut tablet, &client).await;
    let html = station.page("/office").await;
    assert_eq!(html.matches("閲覧記録の署名が正しくありません").count(), 3, "{html}");
}

#[tokio::test]
async fn the_figures_are_shown_and_downloaded_by_month_and_tablet_and_say_what_they_count() {
    let station = Station::make().await;
    let (mut a, client_a) = station.tablet("t1", 60).await;
    let (mut b, client_b) = station.tablet("t2", 60).await;
    a.write(opened(1, Access::Card));
    a.write(shown(1, Access::Card, AuditBasis::PatientConsents));
    a.write(AuditKind::DestinationTold { changed: true });
    b.write(started(BreakGlassReason::NoCardWithPatient));
    b.write(searched(2, false));
    b.write(opened(2, Access::Search));
    b.write(shown(2, Access::Search, AuditBasis::Emergency));
    station.send(&mut a, &client_a).await;
    station.send(&mut b, &client_b).await;
    station.page("/office/break-glass").await;
    assert_eq!(station.post("/office/break-glass/review", "tablet=t2&sequence=1&verdict=justified&note=").await.0, 200);
    let html = station.page("/office/usage").await;
    has(
        &html,
        &[
            "要約を表示した",
            "何を数えたか",
            "100%(1/1)",
            "既往歴",
            "40ミリ秒",
            "4.0秒",
            "/office/usage.csv",
            "タブレット別(合計)",
        ],
    );
    let month = (a.now + chrono::TimeDelta::hours(9)).format("%Y-%m").to_string();
    has(&station.page(&format!("/office/usage?month={month}")).await, &[&format!("タブレット別({month})")]);
    let csv = station.page("/office/usage.csv").await;
    let csv = csv.strip_prefix('\u{feff}').expect("Excel's mark");
    let mut read = csv::Reader::from_reader(csv.as_bytes());
    let head: Vec<String> = read.headers().unwrap().iter().map(str::to_owned).collect();
    let names: std::collections::BTreeSet<&String> = head.iter().collect();
    assert_eq!(names.len(), head.len(), "every column has a name of its own");
    let rows: Vec<csv::StringRecord> = read.records().map(Result::unwrap).collect();
    let of = |tablet: &str, name: &str| {
        let column = head.iter().position(|one| one == name).unwrap_or_else(|| panic!("no column {name}"));
        rows.iter().find(|row| row[1] == month && row[2] == *tablet).map(|row| row[column].to_owned()).unwrap()
    };
    for (name, all, one, other) in [
        ("読取・検索を試みた", "2", "1", "1"),
        ("要約を表示した", "2", "1", "1"),
        ("うちカードで", "1", "1", "0"),
        ("カードなし(緊急閲覧)", "1", "0", "1"),
        ("搬送先が変わった", "1", "1", "0"),
        ("事務局の確認済み", "1", "0", "1"),
        ("事務局の確認済み(分母)", "1", "0", "1"),
        ("要約まで(中央値)(ミリ秒)", "4000", "4000", "4000"),
    ] {
        assert_eq!([of("全体", name), of("t1", name), of("t2", name)], [all, one, other], "{name}");
    }
}

#[tokio::test]
async fn a_code_is_given_on_the_page_after_the_tablets_number_was_typed_and_is_shown_once() {
    let station = Station::make().await;
    station.staff("S0001", "佐藤").await;
    station.staff("S0002", "鈴木").await;
    station.world.tablet("t1").await;
    has(&station.page("/office/tablets").await, &["開始コードは準備中", "発行した開始コードはありません"]);
    let region = &station.world.region;
    let objects = Objects::open(&region.config.feed).unwrap();
    let publisher = Publisher::open(region.pool.clone(), region.server.clone(), objects, Pace::default());
    publisher.await.unwrap().once().await.unwrap();
    has(&station.page("/office/tablets").await, &["開始コード…"]);
    has(
        &station.page("/office/tablets/confirm?act=fallback&id=t1").await,
        &["12時間", "S0001 佐藤", "S0002 鈴木", "タブレットの番号を入力"],
    );
    for (body, told) in [
        ("id=t1&typed=t2&first=S0001&second=S0002", "何もしていません"),
        ("id=t1&typed=t1&first=S0001&second=S0001", "発行できません"),
        ("id=t9&typed=t9&first=S0001&second=S0002", "発行できません"),
    ] {
        let (status, html) = station.post("/office/tablets/fallback", body).await;
        assert!(status == 422 && html.contains(told), "{html}");
    }
    assert_eq!(station.world.count("SELECT count(*) FROM fallback_code WHERE state = 'given'").await, 0);
    let (status, html) = station.post("/office/tablets/fallback", "id=t1&typed=t1&first=S0001&second=S0002").await;
    assert_eq!(status, 200);
    let code = html.split("<p class=\"code\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert_eq!(code.split(' ').map(str::len).collect::<Vec<_>>(), [4; 4]);
    assert!(kakari_record::seal::FallbackCode::parse(code.as_bytes()).is_ok());
    has(&html, &["カードなしで開始", "二度と表示されません", "S0001 佐藤、S0002 鈴木", "まだ確かめられていません"]);
    for path in ["/office/tablets", "/office/log", "/office"] {
        assert!(!station.page(path).await.contains(&code), "{path}");
    }
    has(&station.page("/office/tablets").await, &["発行済(未使用)", "sato", "S0001 佐藤、S0002 鈴木"]);
    has(&station.page("/office/log").await, &["開始コードを発行"]);
}
