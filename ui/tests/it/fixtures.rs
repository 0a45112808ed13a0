//! Views as a shift would see them. All people and places are made up.

use kakari_session::Scene;
use kakari_session::view::*;
use kakari_ui::{TrayCard, TrayKind};

fn s(text: &str) -> String {
    text.to_owned()
}

pub(crate) fn view(screen: Screen) -> View {
    let bar = Bar {
        vehicle: s("北町救急1"),
        crew: s("佐藤・田中"),
        clock: s("11/20(金) 02:14"),
        data_age: Some((s("同期 12分前"), Mark::Good)),
        break_glass: None,
        battery: None,
        link: None,
    };
    View { bar, screen, training: false, look: Look::default(), dim: false, card_seen: false, scene: Scene::default() }
}

pub(crate) fn reading() -> View {
    view(Screen::Reading(s("カードを読んでいます。そのまま置いてください")))
}

pub(crate) fn sign_in_empty() -> View {
    let screen = SignIn {
        prompt: s("職員カードを置いてください"),
        holder: None,
        digits: None,
        tries: None,
        can_submit: false,
        notice: None,
        can_cancel: false,
        can_fallback: false,
    };
    View { bar: Bar { crew: String::new(), ..view(Screen::Starting(s(""))).bar }, ..view(Screen::SignIn(screen)) }
}

pub(crate) fn sign_in() -> View {
    view(Screen::SignIn(SignIn {
        prompt: s("PINを入力してください"),
        holder: Some(s("佐藤 一郎")),
        digits: Some(4),
        tries: None,
        can_submit: false,
        notice: None,
        can_cancel: false,
        can_fallback: false,
    }))
}

pub(crate) fn sign_in_extreme() -> View {
    let notice = notice(
        Mark::Bad,
        "最後の1回です。間違えるとカードが使えなくなります",
        "確かなPINのときだけ「決定」を押してください",
    );
    view(Screen::SignIn(SignIn {
        prompt: s("PINを入力してください"),
        holder: Some(s("長曽我部 倫太郎左衛門")),
        digits: Some(8),
        tries: Some(s("残り1回")),
        can_submit: true,
        notice: Some(notice),
        can_cancel: false,
        can_fallback: false,
    }))
}

pub(crate) fn notice(mark: Mark, sentence: &str, next_step: &str) -> Notice {
    Notice { mark, sentence: s(sentence), next_step: s(next_step), stays: false }
}

pub(crate) fn standby() -> View {
    let line = |label: &str, value: &str| StateLine { label: s(label), value: s(value), mark: Mark::Good };
    view(Screen::Standby(Standby {
        prompt: s("カードをタッチ"),
        lines: vec![line("リーダー", "準備完了"), line("登録者", "33,513人"), line("最終同期", "12分前")],
        notice: None,
        can_search: true,
        can_add_crew: false,
        question: String::new(),
    }))
}

pub(crate) fn standby_trouble() -> View {
    let line = |label: &str, value: &str, mark| StateLine { label: s(label), value: s(value), mark };
    view(Screen::Standby(Standby {
        prompt: s("カードは今読めません"),
        lines: vec![
            line("リーダー", "停止中", Mark::Bad),
            line("登録者", "33,513人", Mark::Good),
            line("最終同期", "4日前", Mark::Caution),
        ],
        notice: Some(notice(
            Mark::Bad,
            "カードの読取サービスが止まっています",
            "自動で再開します。10秒待っても直らなければ端末を再起動してください",
        )),
        can_search: true,
        can_add_crew: false,
        question: String::new(),
    }))
}

/// A week without contact: every line that a standby can have, and a notice.
pub(crate) fn standby_unsynced() -> View {
    let line = |label: &str, value: &str, mark| StateLine { label: s(label), value: s(value), mark };
    let screen = Screen::Standby(Standby {
        prompt: s("カードをタッチ"),
        lines: vec![
            line("リーダー", "準備完了", Mark::Good),
            line("登録者", "33,513人", Mark::Good),
            line("最終同期", "12日前", Mark::Caution),
            line("同期の期限", "あと18日", Mark::Caution),
            line("閲覧記録", "未送信 1,204件", Mark::Unknown),
        ],
        notice: Some(notice(
            Mark::Caution,
            "同期していません。あと18日で使えなくなります",
            "署のWi-Fiにつなぐか、USBで同期してください",
        )),
        can_search: true,
        can_add_crew: false,
        question: String::new(),
    });
    let bar = Bar { data_age: Some((s("同期 12日前"), Mark::Caution)), ..view(Screen::Starting(s(""))).bar };
    View { bar, ..view(screen) }
}

/// The end of a lease: nobody can sign in.
pub(crate) fn sign_in_lease_over() -> View {
    let notice = notice(
        Mark::Bad,
        "同期の期限が過ぎたため、鍵を消しました。この端末では情報を開けません",
        "署で同期してください。今は本人・家族・お薬手帳で確かめてください",
    );
    let data_age = Some((s("同期 30日前"), Mark::Bad));
    let empty = sign_in_empty();
    sign_in_noticed(View { bar: Bar { data_age, ..empty.bar.clone() }, ..empty }, notice)
}

/// After an ordered erasure nothing is known of the data.
pub(crate) fn sign_in_erased() -> View {
    let notice =
        notice(Mark::Bad, "地域事務局の指示で、この端末を消去しました", "別の端末を使い、この端末は署に返してください");
    let empty = sign_in_empty();
    sign_in_noticed(View { bar: Bar { data_age: None, ..empty.bar.clone() }, ..empty }, notice)
}

fn sign_in_noticed(view: View, notice: Notice) -> View {
    let Screen::SignIn(sign_in) = view.screen else { unreachable!("a sign-in") };
    let prompt = s("今はサインインできません");
    View { screen: Screen::SignIn(SignIn { prompt, notice: Some(notice), ..sign_in }), ..view }
}

pub(crate) fn banner() -> Banner {
    Banner {
        kana: s("ヤマダ ハナコ"),
        name: s("山田 花子"),
        sex_age: s("女性 86歳"),
        birth_date: s("昭和15年(1940) 3月5日"),
        information: s("4日前(11/16) さくら医院"),
        information_mark: Mark::Good,
        card: s("カード ✓ 真正・本人同意 02:13"),
        card_mark: CardMark::Genuine,
    }
}

pub(crate) fn long_banner() -> Banner {
    Banner {
        kana: s("ドミンゴ・サンチェス マリア・フェルナンダ・デ・ラ・クルス"),
        name: s("ドミンゴ・サンチェス マリア・フェルナンダ・デ・ラ・クルス"),
        sex_age: s("女性 2か月14日"),
        birth_date: s("令和8年(2026) 9月6日"),
        information: s("14か月前(2025/09) 北町総合病院 救命救急センター"),
        information_mark: Mark::Caution,
        card: s("カードなし・意識なし・緊急 02:13"),
        card_mark: CardMark::Gone,
    }
}

/// Kana only a fallback face has, and a character that no face has.
pub(crate) fn rare_banner() -> Banner {
    Banner { kana: s("ヨシノ ケンイチ"), name: s("𠮷野 髙\u{E000}一"), ..banner() }
}

pub(crate) fn check() -> View {
    view(Screen::Check(Box::new(Check {
        banner: Banner { card: s("カード ✓ 真正"), ..banner() },
        address: s("北町 1丁目2番3号"),
        number: s("1234 5678 9012 3456"),
        photo: CheckPhoto::None,
        notice: None,
    })))
}

pub(crate) fn check_extreme() -> View {
    view(Screen::Check(Box::new(Check {
        banner: Banner { card: s("カードなし(読取済)"), ..long_banner() },
        address: s("北町大字上川原字下田 1234番地の56 グリーンハイツ北町団地 第12号棟 1103号室"),
        number: s("1234 5678 9012 3456"),
        photo: CheckPhoto::None,
        notice: Some(notice(Mark::Caution, "救急時の閲覧の同意は未記録です", "本人または家族に口頭で確かめてください")),
    })))
}

pub(crate) fn check_empty() -> View {
    let banner = Banner {
        kana: s(""),
        birth_date: s("生年月日 未記録"),
        sex_age: s("性別不明 年齢不明"),
        information_mark: Mark::Unknown,
        information: s("4日前(11/16)"),
        card: s("カード ✓ 真正"),
        ..rare_banner()
    };
    view(Screen::Check(Box::new(Check {
        banner,
        address: s(""),
        number: s("1234 5678 9012 3456"),
        photo: CheckPhoto::None,
        notice: None,
    })))
}

/// The same check with the face of a sample resident, drawn by `tests/examples/draw_portraits.rs`.
pub(crate) fn with_face(mut of: View) -> View {
    let document = include_bytes!("../../../assets/region/residents/020-twin-elder.json");
    let photo = kakari_record::fhir::read_document(document).unwrap().photo.expect("this resident has a photo");
    put_photo(&mut of, CheckPhoto::Shown(photo.decode().unwrap()));
    of
}

fn put_photo(of: &mut View, photo: CheckPhoto) {
    let Screen::Check(check) = &mut of.screen else { panic!("no check") };
    check.photo = photo;
}

fn row(tag: &str, main: &str, sub: &str) -> Row {
    Row {
        tag: s(tag),
        main: s(main),
        sub: s(sub),
        short: s(main),
        origin: s("2026/04/12 北町総合病院"),
        differs: false,
        unknown: false,
    }
}

/// The number is what a crew looks for; the name stands for it where there is only room for names.
fn phone(number: &str, name: &str, more: &str) -> Row {
    let sub = format!("{name} {more}");
    Row { short: s(name), ..row("", number, sub.trim()) }
}

fn rows(words: &[(&str, &str)]) -> Vec<Row> {
    words.iter().map(|(main, sub)| row("", main, sub)).collect()
}

fn known(topic: Topic, title: &str, unit: &str, rows: Vec<Row>) -> Panel {
    let known = rows.iter().filter(|row| !row.origin.is_empty()).count();
    let footer = s("2026/04/12 北町総合病院");
    Panel {
        topic,
        title: s(title),
        count: format!("{known}{unit}"),
        standing: Standing::Known,
        rows,
        footer,
        veiled: 0,
    }
}

fn value(topic: Topic, title: &str, standing: Standing, words: &str) -> Panel {
    let unknown = standing != Standing::NoneConfirmed;
    Panel {
        topic,
        title: s(title),
        count: s(""),
        standing,
        rows: vec![Row { origin: s(""), unknown, ..row("", words, "") }],
        footer: s(""),
        veiled: 0,
    }
}

/// Topic, title, and what is said when somebody confirmed that there is none.
const TITLES: [(Topic, &str, &str); 9] = [
    (Topic::Allergies, "アレルギー・禁忌", "アレルギーなし(確認済)"),
    (Topic::Medicines, "服薬", "服薬なし(確認済)"),
    (Topic::Conditions, "病名・既往", "病名・既往なし(確認済)"),
    (Topic::Devices, "体内機器・処置", "体内機器なし(確認済)"),
    (Topic::Baseline, "普段の状態・意思疎通", "普段の状態の記載なし(確認済)"),
    (Topic::Findings, "感染症・検査", "感染症の検査結果なし(確認済)"),
    (Topic::Directives, "事前指示", "事前指示書なし(確認済)"),
    (Topic::Doctors, "かかりつけ", "かかりつけ医なし(確認済)"),
    (Topic::Contacts, "緊急連絡先", "緊急連絡先なし(確認済)"),
];

const WHO: &str = "2026/04/12 北町総合病院";

fn allergies() -> Panel {
    let contrast = Row { unknown: true, ..row("", "造影剤(ヨード)", "反応 不明") };
    let rows = vec![row("", "ペニシリン系抗菌薬", "アナフィラキシー・重度"), contrast];
    known(Topic::Allergies, "アレルギー・禁忌", "件", rows)
}

fn medicines() -> Panel {
    known(
        Topic::Medicines,
        "要注意薬・服薬",
        "剤",
        vec![
            row("抗凝固", "ワルファリンカリウム", "ワーファリン錠1mg 2錠 1日1回 夕食後"),
            row("血糖降下", "インスリン グラルギン", "ランタス注ソロスター 8単位 1日1回 就寝前"),
            row("β遮断", "カルベジロール", "アーチスト錠2.5mg 1錠 1日1回 朝食後"),
            row("", "アムロジピン", "アムロジピン錠5mg 1錠 1日1回 朝食後"),
            row("", "アトルバスタチン", "リピトール錠10mg 1錠 1日1回 夕食後"),
            row("", "ランソプラゾール", "タケプロンOD錠15mg 1錠 1日1回 朝食後"),
            row("", "酸化マグネシウム", "マグミット錠330mg 1錠 1日3回 毎食後"),
            row("", "フロセミド", "ラシックス錠20mg 1錠 1日1回 朝食後"),
        ],
    )
}

pub(crate) fn panels() -> Vec<Panel> {
    let devices =
        rows(&[("ペースメーカー", "2021年〜 MRI条件付き"), ("血液透析 シャント 左前腕", "月水金 北町透析クリニック")]);
    vec![
        allergies(),
        medicines(),
        known(
            Topic::Conditions,
            "病名・既往",
            "件",
            rows(&[("心房細動", ""), ("2型糖尿病", ""), ("脳梗塞後遺症", "2019年〜 左片麻痺")]),
        ),
        known(Topic::Devices, "体内機器・処置", "件", devices),
        known(
            Topic::Baseline,
            "普段の状態・意思疎通",
            "件",
            rows(&[("普段の意識 清明", ""), ("聴覚 難聴(右) 補聴器", "")]),
        ),
        known(Topic::Findings, "感染症・検査", "件", rows(&[("eGFR 42", "2026/10/03"), ("PT-INR 2.1", "2026/10/03")])),
        value(Topic::Directives, "事前指示", Standing::NotRecorded, "未記録(なしではありません)"),
        known(
            Topic::Doctors,
            "かかりつけ",
            "件",
            vec![phone("048-000-1111", "かかりつけ さくら医院", "内科 山本 夜間 048-000-1199")],
        ),
        known(Topic::Contacts, "緊急連絡先", "件", vec![phone("090-0000-5678", "長男 山田 太郎", "")]),
    ]
}

fn alert(critical: bool, label: &str, reason: &str) -> AlertChip {
    AlertChip { critical, label: s(label), reason: s(reason) }
}

fn alerts() -> Vec<AlertChip> {
    vec![
        alert(true, "アナフィラキシー", "ペニシリン系抗菌薬"),
        alert(false, "抗凝固薬", "ワルファリンカリウム"),
        alert(false, "インスリン", "インスリン グラルギン"),
        alert(false, "透析", "血液透析 シャント 左前腕"),
        alert(false, "ペースメーカー・ICD", "ペースメーカー"),
        alert(false, "β遮断薬", "カルベジロール"),
        alert(false, "意思疎通", "聴覚 難聴(右) 補聴器"),
    ]
}

pub(crate) fn summary_of(banner: Banner, alerts: Vec<AlertChip>, panels: Vec<Panel>) -> SummaryView {
    SummaryView { banner, alerts, panels, other_card: None, notice: None, can_extend: false }
}

pub(crate) fn typical() -> SummaryView {
    summary_of(banner(), alerts(), panels())
}

pub(crate) fn summary(view_of: SummaryView) -> View {
    view(Screen::Summary(Box::new(view_of)))
}

/// Nothing is recorded about anything.
pub(crate) fn unknown_panels() -> Vec<Panel> {
    let mut panels: Vec<Panel> = TITLES
        .iter()
        .map(|(topic, title, _)| value(*topic, title, Standing::NotRecorded, "未記録(なしではありません)"))
        .collect();
    panels[5] = value(Topic::Findings, "感染症・検査", Standing::Unavailable, "感染症 取得不可 この端末に未着です");
    panels[5].rows.push(unsaid("検査 未記録(なしではありません)"));
    panels
}

/// Someone said of everything that there is none.
pub(crate) fn none_panels() -> Vec<Panel> {
    let mut panels: Vec<Panel> = TITLES
        .iter()
        .map(|(topic, title, none)| value(*topic, title, Standing::NoneConfirmed, &format!("{none} {WHO}")))
        .collect();
    let others: [(usize, &[&str]); 4] = [
        (0, &["薬剤禁忌なし(確認済)"]),
        (3, &["透析なし(確認済)", "妊娠なし(確認済)", "手術・処置なし(確認済)"]),
        (4, &["意思疎通の支障なし(確認済)"]),
        (5, &["検査結果なし(確認済)"]),
    ];
    for (at, more) in others {
        let more = more.iter().map(|none| Row { origin: s(""), ..row("", &format!("{none} {WHO}"), "") });
        panels[at].rows.extend(more);
    }
    panels
}

/// A row for a block nobody spoke of, inside a panel of several blocks.
pub(crate) fn unsaid(words: &str) -> Row {
    Row { unknown: true, origin: s(""), ..row("", words, "") }
}

/// Someone said of the leading block of each joined panel that there is none, and nothing of the others.
pub(crate) fn partly_none(mut panels: Vec<Panel>) -> Vec<Panel> {
    let words = [
        (3, "体内機器なし(確認済) 2026/04/12 北町総合病院", "透析・妊娠・手術・処置 未記録(なしではありません)"),
        (4, "普段の状態の記載なし(確認済) 2026/04/12 北町総合病院", "意思疎通 未記録(なしではありません)"),
        (5, "感染症の検査結果なし(確認済) 2026/04/12 北町総合病院", "検査 未記録(なしではありません)"),
    ];
    for (at, none, other) in words {
        let Panel { topic, title, .. } = panels[at].clone();
        panels[at] = value(topic, &title, Standing::NoneConfirmed, none);
        panels[at].rows.push(unsaid(other));
    }
    panels
}

/// No allergies, and of contraindicated drugs nobody spoke.
pub(crate) fn partly_none_allergies() -> Panel {
    let words = "アレルギーなし(確認済) 2026/04/12 北町総合病院";
    let mut panel = value(Topic::Allergies, "アレルギー", Standing::NoneConfirmed, words);
    panel.rows.push(unsaid("薬剤禁忌 未記録(なしではありません)"));
    panel
}

/// The four values side by side.
pub(crate) fn mixed() -> SummaryView {
    let mut panels = partly_none(panels());
    panels[0] = partly_none_allergies();
    panels[1] = value(Topic::Medicines, "服薬", Standing::Unavailable, "取得不可 開封できませんでした");
    panels[4] = known(
        Topic::Baseline,
        "普段の状態・意思疎通",
        "件",
        vec![row("", "聴覚 難聴(右) 補聴器", ""), unsaid("普段の状態 未記録(なしではありません)")],
    );
    panels[2].veiled = 1;
    summary_of(rare_banner(), vec![alert(false, "意思疎通", "聴覚 難聴(右) 補聴器")], panels)
}

const LONG_ALLERGIES: [(&str, &str); 10] = [
    ("アモキシシリン・クラブラン酸カリウム", "アナフィラキシーショック・重度 2019年"),
    ("造影剤(イオヘキソール)", "全身蕁麻疹・呼吸困難"),
    ("ロキソプロフェンナトリウム水和物", "アスピリン喘息・重度"),
    ("ラテックス", "接触蕁麻疹"),
    ("そば", "アナフィラキシー"),
    ("スルファメトキサゾール・トリメトプリム", "スティーブンス・ジョンソン症候群"),
    ("落花生(ピーナッツ)", "口腔内違和感・喉頭浮腫"),
    ("リドカイン塩酸塩", "反応 不明"),
    ("スギ花粉", "鼻炎"),
    ("甲殻類(えび・かに)", "蕁麻疹"),
];

const LONG_MEDICINES: [(&str, &str, &str); 24] = [
    ("抗凝固", "エドキサバントシル酸塩水和物", "リクシアナOD錠30mg 1錠 1日1回 朝食後"),
    ("抗血小板", "クロピドグレル硫酸塩・アスピリン配合", "コンプラビン配合錠 1錠 1日1回 朝食後"),
    (
        "血糖降下",
        "インスリン デグルデク(遺伝子組換え)・リラグルチド(遺伝子組換え)配合",
        "ゾルトファイ配合注フレックスタッチ 22ドーズ 1日1回 朝",
    ),
    ("免疫抑制", "ミコフェノール酸モフェチル", "セルセプトカプセル250mg 2カプセル 1日2回 朝夕食後"),
    ("ステロイド", "プレドニゾロン", "プレドニン錠5mg 1.5錠 1日1回 朝食後"),
    ("抗てんかん", "レベチラセタム", "イーケプラ錠500mg 1錠 1日2回 朝夕食後"),
    ("β遮断", "ビソプロロールフマル酸塩", "メインテート錠0.625mg 1錠 1日1回 朝食後"),
    ("オピオイド", "ヒドロモルフォン塩酸塩", "ナルサス錠2mg 1錠 1日1回 夕食後"),
    ("", "サクビトリルバルサルタンナトリウム水和物", "エンレスト錠50mg 1錠 1日2回"),
    ("", "ダパグリフロジンプロピレングリコール水和物", "フォシーガ錠10mg 1錠 1日1回"),
    ("", "アムロジピンベシル酸塩", "アムロジピンOD錠5mg"),
    ("", "ロスバスタチンカルシウム", "クレストール錠2.5mg"),
    ("", "エソメプラゾールマグネシウム水和物", "ネキシウムカプセル20mg"),
    ("", "酸化マグネシウム", "マグミット錠330mg"),
    ("", "フロセミド", "ラシックス錠20mg"),
    ("", "スピロノラクトン", "アルダクトンA錠25mg"),
    ("", "トルバプタン", "サムスカOD錠7.5mg"),
    ("", "レボチロキシンナトリウム水和物", "チラーヂンS錠50μg"),
    ("", "アレンドロン酸ナトリウム水和物", "ボナロン錠35mg"),
    ("", "エルデカルシトール", "エディロールカプセル0.75μg"),
    ("", "フェブキソスタット", "フェブリク錠20mg"),
    ("", "ミロガバリンベシル酸塩", "タリージェ錠5mg"),
    ("", "スボレキサント", "ベルソムラ錠15mg"),
    ("", "ドネペジル塩酸塩", "アリセプトD錠5mg"),
];

pub(crate) fn extreme_panels() -> Vec<Panel> {
    let allergies = LONG_ALLERGIES
        .iter()
        .map(|(name, reaction)| Row { unknown: *reaction == "反応 不明", ..row("", name, reaction) });
    let medicines = LONG_MEDICINES.iter().map(|(tag, name, dose)| row(tag, name, dose)).collect();
    vec![
        known(Topic::Allergies, "アレルギー・禁忌", "件", allergies.collect()),
        known(Topic::Medicines, "要注意薬・服薬", "剤", medicines),
        Panel { veiled: 1, ..known(Topic::Conditions, "病名・既往", "件", rows(&LONG_CONDITIONS)) },
        known(Topic::Devices, "体内機器・処置", "件", rows(&LONG_DEVICES)),
        known(Topic::Baseline, "普段の状態・意思疎通", "件", rows(&LONG_BASELINE)),
        known(Topic::Findings, "感染症・検査", "件", rows(&LONG_FINDINGS)),
        known(
            Topic::Directives,
            "事前指示",
            "件",
            rows(&[("事前指示書 あり", "2026/02/01 保管 冷蔵庫の扉 連絡先 北町総合病院 循環器内科 林 048-000-3333")]),
        ),
        known(
            Topic::Doctors,
            "かかりつけ",
            "件",
            vec![
                phone("048-000-1111", "かかりつけ さくら医院", "内科 山本 夜間 048-000-1199"),
                phone("048-000-2222", "透析主治医 北町透析クリニック", "腎臓内科 渡部 透 夜間 048-000-2299"),
            ],
        ),
        known(
            Topic::Contacts,
            "緊急連絡先",
            "件",
            vec![
                phone("090-0000-5678", "長男 山田 太郎", ""),
                phone("080-0000-1234", "姪 フェルナンデス 由美子(日本語・ポルトガル語)", "048-000-4444"),
            ],
        ),
    ]
}

const LONG_CONDITIONS: [(&str, &str); 10] = [
    ("拡張型心筋症", ""),
    ("慢性腎臓病 G4", ""),
    ("2型糖尿病", ""),
    ("腎移植後", "2017年〜"),
    ("症候性てんかん", ""),
    ("腰部脊柱管狭窄症", ""),
    ("多発性骨髄腫", ""),
    ("甲状腺機能低下症", ""),
    ("アルツハイマー型認知症", ""),
    ("誤嚥性肺炎", "既往 2025年発症"),
];

const LONG_DEVICES: [(&str, &str); 5] = [
    ("植込み型除細動器(ICD)", "2022年〜 MRI不可"),
    ("シャント 左前腕", "血圧測定・穿刺禁止"),
    ("血液透析 シャント 左前腕", "月水金 北町透析クリニック 048-000-2222"),
    ("経管栄養", "胃ろう 2024年〜"),
    ("在宅酸素", "安静時 2L/分"),
];

const LONG_BASELINE: [(&str, &str); 5] = [
    ("普段の意識 JCS I-2", ""),
    ("普段の血圧 98/54 mmHg", ""),
    ("聴覚 両側難聴 筆談", ""),
    ("言語 ポルトガル語(日本語は簡単な言葉のみ)", ""),
    ("行動 急に触れると手が出ることがあります", ""),
];

const LONG_FINDINGS: [(&str, &str); 6] = [
    ("HCV抗体 陽性", "2026/04/12"),
    ("eGFR 18", "2026/10/03"),
    ("カリウム 5.6", "2026/10/03"),
    ("ヘモグロビン 8.9", "2026/10/03"),
    ("PT-INR 1.4", "2026/10/03"),
    ("HbA1c 8.2", "2026/10/03"),
];

pub(crate) fn extreme() -> SummaryView {
    let mut alerts = every_alert();
    alerts.retain(|alert| !["重度アレルギー", "血糖降下薬(SU)", "妊娠"].contains(&alert.label.as_str()));
    summary_of(long_banner(), alerts, extreme_panels())
}

/// One alert of every kind, with reasons as long as they come.
pub(crate) fn every_alert() -> Vec<AlertChip> {
    let alerts = [
        (true, "アナフィラキシー", "アモキシシリン・クラブラン酸カリウム、そば"),
        (true, "重度アレルギー", "ロキソプロフェンナトリウム水和物"),
        (false, "アドレナリン自己注射薬", "アドレナリン"),
        (false, "抗凝固薬", "エドキサバントシル酸塩水和物"),
        (false, "抗血小板薬", "クロピドグレル硫酸塩・アスピリン配合"),
        (false, "インスリン", "インスリン デグルデク(遺伝子組換え)・リラグルチド(遺伝子組換え)配合"),
        (false, "血糖降下薬(SU)", "グリメピリド"),
        (false, "オピオイド", "ヒドロモルフォン塩酸塩"),
        (false, "透析", "シャント 左前腕、血液透析 シャント 左前腕"),
        (false, "ペースメーカー・ICD", "植込み型除細動器(ICD)"),
        (false, "抗てんかん薬", "レベチラセタム"),
        (false, "ステロイド(全身)", "プレドニゾロン"),
        (false, "β遮断薬", "ビソプロロールフマル酸塩"),
        (false, "免疫低下の薬", "ミコフェノール酸モフェチル"),
        (false, "妊娠", "分娩予定 2027/03/05"),
        (false, "事前指示あり", "文書あり 2026/02/01 冷蔵庫の扉"),
        (false, "感染症", "HCV抗体 陽性"),
        (false, "意思疎通", "聴覚 両側難聴 筆談、言語 ポルトガル語(日本語は簡単な言葉のみ)"),
    ];
    alerts.iter().map(|(critical, label, reason)| alert(*critical, label, reason)).collect()
}

pub(crate) fn other_card() -> View {
    let offer = OtherCard {
        words: s("鈴木 一郎さんに切り替えますか? 今の人の事案は閉じます"), can_switch: true
    };
    summary(SummaryView { other_card: Some(offer), ..typical() })
}

pub(crate) fn with_notice() -> View {
    let notice = notice(Mark::Caution, "端末の時計が情報の日付より前です", "経過日数を信じず、日付を見てください");
    summary(SummaryView { notice: Some(notice), ..typical() })
}

pub(crate) fn details(panels: Vec<Panel>) -> View {
    view(Screen::Details(Box::new(DetailsView {
        banner: banner(),
        alerts: alerts_of(&panels),
        panels,
        other_card: None,
        notice: None,
        can_extend: false,
    })))
}

/// What the panels themselves give reason for.
fn alerts_of(panels: &[Panel]) -> Vec<AlertChip> {
    let words = |alert: &AlertChip| {
        let mut rows = panels.iter().flat_map(|panel| &panel.rows);
        rows.any(|row| alert.reason.split('、').any(|reason| row.main == reason))
    };
    let every = every_alert();
    let mut found: Vec<AlertChip> = alerts().into_iter().chain(every_alert()).filter(words).collect();
    found.sort_by_key(|alert| every.iter().position(|one| one.label == alert.label));
    found.dedup_by(|later, first| later.label == first.label);
    found
}

pub(crate) fn cards() -> Vec<TrayCard> {
    let mut cards: Vec<TrayCard> = (1..=7)
        .map(|number| TrayCard {
            label: format!("訓練 患者{number} 山田 花子"),
            kind: TrayKind::Patient,
            hint: String::new(),
            on_reader: number == 2,
        })
        .collect();
    let staff =
        TrayCard { label: "佐藤 一郎".into(), kind: TrayKind::Staff, hint: "PIN 123456".into(), on_reader: false };
    cards.insert(0, staff);
    cards
}
