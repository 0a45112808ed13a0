//! The office's page.

use kakari_region::keys::Role;

use super::world::World;

const NUMBER: &str = "1234567890123456";

#[tokio::test]
async fn every_page_opens_for_the_office_and_for_nobody_else() {
    let world = World::make().await;
    let tablet = world.client(&world.tablet("t1").await);
    let office = world.client(&world.holder(Role::Office, "sato", 30).await);
    let pages = [
        ("/office", "共通番号"),
        ("/office/cards", "紛失にしたカード"),
        ("/office/staff", "職員は登録されていません"),
        ("/office/tablets", "Ambulance 1"),
        ("/office/tablets/confirm?act=wipe&id=t1", "元に戻せません"),
        ("/office/usage", "同意あり"),
        ("/office/break-glass", "未確認 0件"),
        ("/office/log", "地域を作成"),
    ];
    for (path, words) in pages {
        let page = office.get(world.url(path)).send().await.unwrap();
        assert_eq!(page.status(), 200, "{path}");
        assert_eq!(page.headers()["cache-control"], "no-store");
        let html = page.text().await.unwrap();
        for part in [words, "<html lang=\"ja\">", "name=\"viewport\"", "<title>", "<h1>"] {
            assert!(html.contains(part), "{path} lacks {part}: {html}");
        }
        assert!(!html.contains("<script"), "{path}");
        assert_eq!(tablet.get(world.url(path)).send().await.unwrap().status(), 403, "{path}");
    }
}

#[tokio::test]
async fn consent_is_changed_and_a_tablet_wiped_only_from_the_page_itself() {
    let world = World::make().await;
    world.tablet("t1").await;
    world
        .row(
            "INSERT INTO resident (number, record, consent) VALUES ($1, decode(repeat('11', 16), 'hex'), 'given')",
            NUMBER,
        )
        .await;
    world
        .row(
            "WITH of AS (INSERT INTO card (serial, resident, public_key, state)
             SELECT '\\xc0ffee', id, decode(repeat('04', 65), 'hex'), 'active' FROM resident WHERE number = $1 RETURNING serial)
             INSERT INTO card_copy (serial, version, written_at, by) SELECT serial, 1, now(), 'test' FROM of",
            NUMBER,
        )
        .await;
    let office = world.client(&world.holder(Role::Office, "sato", 30).await);
    let post = async |path: &str, body: String, site: &str| {
        let request = office.post(world.url(path)).header("sec-fetch-site", site).body(body);
        let answer = request.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let withdraw = format!("number={NUMBER}&consent=withdrawn");
    assert_eq!(post("/office/residents/consent", withdraw.clone(), "cross-site").await.0, 403);
    assert_eq!(world.count("SELECT count(*) FROM change").await, 0);
    let (status, html) = post("/office", format!("number={NUMBER}"), "same-origin").await;
    assert!(status == 200 && html.contains("同意あり") && !html.contains("記録の写しが残っています"), "{html}");
    let (status, html) = post("/office/residents/consent", withdraw, "same-origin").await;
    assert!(status == 200 && html.contains("同意を「撤回」にしました"), "{html}");
    assert!(html.contains("記録の写しが残っています") && html.contains("<li><code>c0ffee</code></li>"), "{html}");
    assert_eq!(world.count("SELECT count(*) FROM change WHERE what = 'removal'").await, 1);
    assert_eq!(world.count("SELECT count(*) FROM office_log WHERE who = 'sato'").await, 1);

    let (status, told) = post("/office/tablets/wipe", "id=t1&typed=t2".to_owned(), "same-origin").await;
    assert!(status == 422 && told.contains("何もしていません"), "{told}");
    assert_eq!(post("/office/tablets/wipe", "id=t1&typed=t1".to_owned(), "same-origin").await.0, 200);
    for (path, body, words) in [
        ("/office/tablets/wipe", "id=t1&typed=t1", "消去を指示できません"),
        ("/office/tablets/revoke", "id=t1&typed=t1", "失効にできません"),
        ("/office/cards/lost", "serial=77", "この番号のカードは登録されていません"),
        ("/office", "number=12", "共通番号は16桁の数字です"),
    ] {
        let (status, told) = post(path, body.to_owned(), "same-origin").await;
        assert!(status == 422 && told.contains(words), "{path}: {told}");
    }
    assert_eq!(world.count("SELECT count(*) FROM tablet WHERE state = 'wiping'").await, 1);

    for id in ["t2", "t3", "t4"] {
        world.row("INSERT INTO tablet (id, vehicle, state) VALUES ($1, '1', 'active')", id).await;
        assert_eq!(post("/office/tablets/wipe", format!("id={id}&typed={id}"), "same-origin").await.0, 200);
    }
    assert_eq!(post("/office/tablets/keep", String::new(), "cross-site").await.0, 403);
    assert_eq!(world.count("SELECT count(*) FROM tablet WHERE state = 'wiping'").await, 4);
    let (status, html) = post("/office/tablets/keep", String::new(), "same-origin").await;
    assert!(status == 200 && !html.contains("署名待ち"), "{html}");
    assert_eq!(world.count("SELECT count(*) FROM tablet WHERE state = 'active'").await, 4);
}

#[tokio::test]
async fn a_number_only_card_is_listed_with_its_kind_and_reported_lost_on_the_page() {
    let world = World::make().await;
    world
        .row(
            "INSERT INTO resident (number, record, consent) VALUES ($1, decode(repeat('11', 16), 'hex'), 'given')",
            NUMBER,
        )
        .await;
    world
        .row(
            "INSERT INTO plain_card (kind, identifier, revocation, resident, state) SELECT 'felica',
             decode('01010a108e1bad39', 'hex'), decode(repeat('22', 20), 'hex'), id, 'active' FROM resident
             WHERE number = $1",
            NUMBER,
        )
        .await;
    let office = world.client(&world.holder(Role::Office, "sato", 30).await);
    let post = async |path: &str, body: String| {
        let request = office.post(world.url(path)).header("sec-fetch-site", "same-origin").body(body);
        let answer = request.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, html) = post("/office", format!("number={NUMBER}")).await;
    assert!(status == 200 && html.contains("felica:01010A108E1BAD39") && html.contains("FeliCa 番号のみ"), "{html}");
    let (status, html) = post("/office/cards/lost", "serial=felica:01010A108E1BAD39".to_owned()).await;
    assert!(status == 200 && html.contains("紛失") && html.contains("カード未認証"), "{html}");
    assert_eq!(world.count("SELECT count(*) FROM plain_card WHERE state = 'lost'").await, 1);
    assert_eq!(world.count("SELECT count(*) FROM change WHERE what = 'record'").await, 1);
    for (serial, words) in [("felica:01010A108E1BAD40", "登録されていません"), ("felica:02FE", "16 hexadecimal digits")]
    {
        let (status, told) = post("/office/cards/lost", format!("serial={serial}")).await;
        assert!(status == 422 && told.contains(words), "{told}");
    }
}
