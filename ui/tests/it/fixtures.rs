//! Views as a shift would see them. All people and places are made up.

use kakari_session::view::*;

fn s(text: &str) -> String {
    text.to_owned()
}

pub(crate) fn view(screen: Screen) -> View {
    let bar = Bar {
        vehicle: s("北町救急1"),
        crew: s("佐藤・田中"),
        clock: s("11/20(金) 02:14"),
        data_age: Some((s("データ 12分前"), Mark::Good)),
    };
    View { bar, screen, training: false }
}

pub(crate) fn training(screen: Screen) -> View {
    View { training: true, ..view(screen) }
}

pub(crate) fn starting() -> View {
    View { bar: Bar::default(), ..view(Screen::Starting(s("記録を開いています"))) }
}

pub(crate) fn reading() -> View {
    view(Screen::Reading(s("カードを読んでいます")))
}

pub(crate) fn sign_in_empty() -> View {
    let screen = SignIn {
        prompt: s("職員カードを置いてください"),
        holder: None,
        digits: None,
        tries: None,
        can_submit: false,
        notice: None,
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
    }))
}

pub(crate) fn sign_in_extreme() -> View {
    let notice = notice(
        Mark::Bad,
        "PINが違います",
        "あと1回間違えると このカードは使えなくなります。指令センターに連絡してください",
    );
    view(Screen::SignIn(SignIn {
        prompt: s("PINを入力してください"),
        holder: Some(s("長曽我部 倫太郎左衛門")),
        digits: Some(8),
        tries: Some(s("残り1回")),
        can_submit: true,
        notice: Some(notice),
    }))
}

pub(crate) fn notice(mark: Mark, sentence: &str, next_step: &str) -> Notice {
    Notice { mark, sentence: s(sentence), next_step: s(next_step) }
}

pub(crate) fn standby() -> View {
    let line = |label: &str, value: &str| StateLine { label: s(label), value: s(value), mark: Mark::Good };
    view(Screen::Standby(Standby {
        prompt: s("カードをタッチ"),
        lines: vec![
            line("リーダー", "準備完了"),
            line("登録者", "33,513人"),
            line("データ", "12分前"),
            line("未送信の記録", "0件"),
            line("勤務", "08:30 まで"),
        ],
        notice: None,
    }))
}

pub(crate) fn standby_trouble() -> View {
    let line = |label: &str, value: &str, mark| StateLine { label: s(label), value: s(value), mark };
    view(Screen::Standby(Standby {
        prompt: s("リーダーがありません"),
        lines: vec![
            line("リーダー", "見つかりません", Mark::Bad),
            line("登録者", "33,513人", Mark::Good),
            line("データ", "3日前(11/17)", Mark::Caution),
            line("未送信の記録", "128件", Mark::Caution),
            line("時計", "確かめられません", Mark::Unknown),
        ],
        notice: Some(notice(
            Mark::Bad,
            "リーダーがありません",
            "USBケーブルを抜いて もう一度差してください。直らないときは予備のリーダーを使ってください",
        )),
    }))
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
        card_gone: false,
    }
}

pub(crate) fn long_banner() -> Banner {
    Banner {
        kana: s("ドミンゴ・サンチェス マリア・フェルナンダ・デ・ラ・クルス"),
        name: s("ドミンゴ・サンチェス マリア・フェルナンダ・デ・ラ・クルス"),
        sex_age: s("女性 2か月14日"),
        birth_date: s("令和8年(2026) 9月6日"),
        information: s("1年2か月前(2025/09/11) 北町総合病院 救命救急センター"),
        information_mark: Mark::Caution,
        card: s("カードなし"),
        card_gone: true,
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
        notice: None,
    })))
}

pub(crate) fn check_extreme() -> View {
    view(Screen::Check(Box::new(Check {
        banner: long_banner(),
        address: s("北町大字上川原字下田 1234番地の56 グリーンハイツ北町団地 第12号棟 1103号室"),
        number: s("1234 5678 9012 3456"),
        notice: Some(notice(
            Mark::Unknown,
            "登録時の閲覧同意が記録されていません",
            "本人か家族に確かめて 選んでください",
        )),
    })))
}

pub(crate) fn check_empty() -> View {
    let banner = Banner {
        kana: s(""),
        birth_date: s("未記録"),
        sex_age: s("性別 未記録"),
        information_mark: Mark::Unknown,
        information: s("日付なし"),
        card: s("カード ✓ 真正"),
        ..rare_banner()
    };
    view(Screen::Check(Box::new(Check { banner, address: s(""), number: s("1234 5678 9012 3456"), notice: None })))
}

fn row(tag: &str, main: &str, sub: &str) -> Row {
    let short = main.split(['(', ' ']).next().unwrap_or(main);
    Row {
        tag: s(tag),
        main: s(main),
        sub: s(sub),
        short: s(short),
        origin: s("2026/04/12 北町総合病院"),
        unknown: false,
    }
}

fn known(topic: Topic, title: &str, unit: &str, rows: Vec<Row>) -> Panel {
    let count = if unit.is_empty() { String::new() } else { format!("{}{unit}", rows.len()) };
    Panel { topic, title: s(title), count, standing: Standing::Known, rows, footer: s(""), veiled: 0 }
}

fn value(topic: Topic, title: &str, standing: Standing, words: &str) -> Panel {
    Panel {
        topic,
        title: s(title),
        count: s(""),
        standing,
        rows: vec![Row { origin: s(""), ..row("", words, "") }],
        footer: s(""),
        veiled: 0,
    }
}

const TITLES: [(Topic, &str); 9] = [
    (Topic::Allergies, "アレルギー・禁忌"),
    (Topic::Medicines, "要注意薬・服薬"),
    (Topic::Conditions, "病名・既往"),
    (Topic::Devices, "体内機器・処置"),
    (Topic::Baseline, "普段の状態・意思疎通"),
    (Topic::Findings, "感染症・検査"),
    (Topic::Directives, "事前指示"),
    (Topic::Doctors, "かかりつけ"),
    (Topic::Contacts, "緊急連絡先"),
];

fn allergies() -> Panel {
    let mut unknown = row("", "造影剤(ヨード)", "反応 不明");
    unknown.unknown = false;
    let rows = vec![row("", "ペニシリン系抗菌薬", "アナフィラキシー・重度"), unknown];
    Panel {
        footer: s("確認 2026/04/12 北町総合病院"), ..known(Topic::Allergies, "アレルギー・禁忌", "件", rows)
    }
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
    vec![
        allergies(),
        medicines(),
        known(
            Topic::Conditions,
            "病名・既往",
            "",
            vec![row("", "心房細動", ""), row("", "2型糖尿病", ""), row("", "脳梗塞後遺症(2019)", "左片麻痺")],
        ),
        known(Topic::Devices, "体内機器・処置", "", vec![row("", "ペースメーカー", "2021年 MRI条件付き")]),
        known(
            Topic::Baseline,
            "普段の状態・意思疎通",
            "",
            vec![row("", "意識清明", ""), row("", "難聴(右)", "補聴器")],
        ),
        known(Topic::Findings, "感染症・検査", "", vec![row("", "eGFR 42", ""), row("", "PT-INR 2.1", "10/03")]),
        value(Topic::Directives, "事前指示", Standing::NotRecorded, "未記録(なしではありません)"),
        known(Topic::Doctors, "かかりつけ", "", vec![row("", "048-000-1111", "さくら医院 山本医師(内科)")]),
        known(Topic::Contacts, "緊急連絡先", "", vec![row("", "090-0000-5678", "長男 山田 太郎")]),
    ]
}

fn alert(critical: bool, label: &str, reason: &str) -> AlertChip {
    AlertChip { critical, label: s(label), reason: s(reason) }
}

fn alerts() -> Vec<AlertChip> {
    vec![
        alert(true, "アナフィラキシー", "ペニシリン系抗菌薬"),
        alert(true, "抗凝固薬", "ワルファリンカリウム"),
        alert(false, "血糖降下薬", "インスリン グラルギン"),
        alert(false, "β遮断薬", "カルベジロール"),
        alert(false, "ペースメーカー", "2021年"),
        alert(false, "難聴", "右"),
    ]
}

pub(crate) fn summary_of(banner: Banner, alerts: Vec<AlertChip>, panels: Vec<Panel>) -> SummaryView {
    SummaryView { banner, alerts, panels, other_card: None, notice: None }
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
        .map(|(topic, title)| value(*topic, title, Standing::NotRecorded, "未記録(なしではありません)"))
        .collect();
    panels[5] = value(Topic::Findings, "感染症・検査", Standing::Unavailable, "取得不可(まだ同期していません)");
    panels
}

/// Someone said of everything that there is none.
pub(crate) fn none_panels() -> Vec<Panel> {
    let words = "なし(確認済) 2026/04/12 北町総合病院";
    TITLES.iter().map(|(topic, title)| value(*topic, title, Standing::NoneConfirmed, words)).collect()
}

/// A row for a block nobody spoke of, inside a panel of several blocks.
pub(crate) fn unsaid(words: &str) -> Row {
    Row { unknown: true, origin: s(""), ..row("", words, "") }
}

/// Someone said of the leading block of each joined panel that there is none, and nothing of the others.
pub(crate) fn partly_none(mut panels: Vec<Panel>) -> Vec<Panel> {
    let words = [
        (3, "体内機器なし(確認済) 2026/04/12 北町総合病院", "透析・妊娠・手術・処置 未記録(なしではありません)"),
        (4, "普段の状態なし(確認済) 2026/04/12 北町総合病院", "意思疎通 未記録(なしではありません)"),
        (5, "感染症なし(確認済) 2026/04/12 北町総合病院", "検査 未記録(なしではありません)"),
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
    panel.rows.push(unsaid("禁忌薬 未記録(なしではありません)"));
    panel
}

/// The four values side by side.
pub(crate) fn mixed() -> SummaryView {
    let mut panels = panels();
    panels[0] = value(
        Topic::Allergies,
        "アレルギー・禁忌",
        Standing::NoneConfirmed,
        "アレルギーなし(確認済) 2026/04/12 北町総合病院",
    );
    panels[1] =
        value(Topic::Medicines, "要注意薬・服薬", Standing::Unavailable, "取得不可(鍵がこのタブレットにありません)");
    panels[3] =
        value(Topic::Devices, "体内機器・処置", Standing::NoneConfirmed, "なし(確認済) 2026/04/12 北町総合病院");
    let unsure = row("", "てんかんの有無は不明", "");
    panels[2].rows.push(Row { unknown: true, ..unsure });
    panels[2].veiled = 1;
    summary_of(rare_banner(), vec![alert(false, "難聴", "右")], panels)
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
    let allergies = LONG_ALLERGIES.iter().map(|(name, reaction)| row("", name, reaction)).collect();
    let medicines = LONG_MEDICINES.iter().map(|(tag, name, dose)| row(tag, name, dose)).collect();
    let conditions = [
        "拡張型心筋症",
        "慢性腎臓病 G4",
        "2型糖尿病",
        "腎移植後(2017)",
        "症候性てんかん",
        "腰部脊柱管狭窄症",
        "多発性骨髄腫",
        "甲状腺機能低下症",
        "アルツハイマー型認知症",
        "誤嚥性肺炎(2025)",
    ];
    let devices = [
        ("植込み型除細動器(ICD)", "2022年 MRI不可"),
        ("内シャント", "左前腕 血圧測定・穿刺禁止"),
        ("血液透析", "月水金 北町腎クリニック"),
        ("胃ろう", "2024年"),
        ("在宅酸素", "安静時 2L/分"),
    ];
    let findings = [
        ("HCV抗体", "陽性"),
        ("eGFR 18", "2026/10/03"),
        ("K 5.6", ""),
        ("Hb 8.9", ""),
        ("PT-INR 1.4", ""),
        ("HbA1c 8.2", ""),
    ];
    vec![
        Panel {
            footer: s("確認 2026/04/12 北町総合病院"),
            ..known(Topic::Allergies, "アレルギー・禁忌", "件", allergies)
        },
        known(Topic::Medicines, "要注意薬・服薬", "剤", medicines),
        Panel {
            veiled: 1,
            ..known(Topic::Conditions, "病名・既往", "件", conditions.iter().map(|name| row("", name, "")).collect())
        },
        known(
            Topic::Devices,
            "体内機器・処置・透析・妊娠",
            "件",
            devices.iter().map(|(name, more)| row("", name, more)).collect(),
        ),
        known(
            Topic::Baseline,
            "普段の状態・意思疎通",
            "",
            vec![
                row("", "JCS I-2", "普段 血圧 98/54 SpO₂ 92%"),
                row("", "両側難聴", "筆談"),
                row("", "ポルトガル語", "日本語は簡単な言葉のみ"),
                row("", "急に触れると手が出ることがあります", ""),
            ],
        ),
        known(Topic::Findings, "感染症・検査", "", findings.iter().map(|(name, more)| row("", name, more)).collect()),
        known(
            Topic::Directives,
            "事前指示",
            "",
            vec![row("", "書面あり(2026/02/01)", "冷蔵庫の扉 北町総合病院 循環器内科 林医師に電話")],
        ),
        known(
            Topic::Doctors,
            "かかりつけ",
            "",
            vec![
                row("", "048-000-1111", "さくら医院 山本医師(内科)"),
                row("", "048-000-2222", "北町腎クリニック 夜間 048-000-2299"),
            ],
        ),
        known(
            Topic::Contacts,
            "緊急連絡先",
            "",
            vec![
                row("", "090-0000-5678", "長男 山田 太郎"),
                row("", "080-0000-1234", "姪 フェルナンデス 由美子(日本語・ポルトガル語)"),
            ],
        ),
    ]
}

pub(crate) fn extreme() -> SummaryView {
    let alerts = [
        (true, "アナフィラキシー", "アモキシシリン・クラブラン酸カリウム"),
        (true, "アドレナリン自己注射", "エピペン"),
        (true, "抗凝固薬", "エドキサバン"),
        (true, "抗血小板薬", "クロピドグレル"),
        (false, "インスリン", "ゾルトファイ"),
        (false, "免疫抑制薬", "ミコフェノール酸"),
        (false, "ステロイド", "プレドニゾロン"),
        (false, "抗てんかん薬", "レベチラセタム"),
        (false, "β遮断薬", "ビソプロロール"),
        (false, "オピオイド", "ヒドロモルフォン"),
        (false, "透析・シャント左", "月水金"),
        (false, "ICD", "2022年"),
        (false, "事前指示", "書面あり"),
        (false, "意思疎通", "筆談"),
        (false, "感染予防", "HCV"),
    ];
    let alerts = alerts.iter().map(|(critical, label, reason)| alert(*critical, label, reason)).collect();
    summary_of(long_banner(), alerts, extreme_panels())
}

pub(crate) fn other_card() -> View {
    let offer = OtherCard {
        words: s("鈴木 一郎さんに切替えますか? 山田 花子さんの事案は閉じます"), can_switch: true
    };
    summary(SummaryView { other_card: Some(offer), ..typical() })
}

pub(crate) fn with_notice() -> View {
    let notice = notice(Mark::Caution, "一部取得できません", "検査の記録を開けませんでした。戻ったら同期してください");
    summary(SummaryView { notice: Some(notice), ..typical() })
}

pub(crate) fn details(panels: Vec<Panel>) -> View {
    view(Screen::Details(Box::new(DetailsView { banner: banner(), panels, other_card: None })))
}
