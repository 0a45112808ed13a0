//! Views of the pages round the work and of an enrolment, in both languages: empty, usual, more than usual.

use kakari_session::touch::{EnrolTouch, Touch};
use kakari_session::view::*;

use crate::fixtures::{notice, view};

/// A name, and what it shows.
pub(crate) type Named = (&'static str, View);

/// Words as they are said in a language.
#[derive(Clone, Copy)]
struct Say(Language);

impl Say {
    fn it(self, ja: &'static str, en: &'static str) -> String {
        self.0.say(ja, en).to_owned()
    }

    fn line(self, label: (&'static str, &'static str), value: (&'static str, &'static str), mark: Mark) -> StateLine {
        StateLine { label: self.it(label.0, label.1), value: self.it(value.0, value.1), mark }
    }

    fn bar(self, label: (&'static str, &'static str), value: &str, permille: u16) -> BarView {
        BarView { label: self.it(label.0, label.1), value: value.to_owned(), permille }
    }
}

fn spoken(screen: Screen, language: Language) -> View {
    let mut view = view(screen);
    view.look.language = language;
    if language == Language::English {
        view.bar.clock = "Fri 11/20 02:14".to_owned();
        view.bar.data_age = Some(("Synced 12 min ago".to_owned(), Mark::Good));
    }
    view
}

pub(crate) fn page(page: StationPage, body: StationBody, language: Language) -> View {
    let say = Say(language);
    let titles = [
        (StationPage::Sync, say.it("同期・状態", "Sync")),
        (StationPage::Checks, say.it("点検", "Check")),
        (StationPage::Cases, say.it("直近の事案", "Cases")),
        (StationPage::Review, say.it("緊急閲覧の確認", "Review")),
        (StationPage::Usage, say.it("利用状況", "Usage")),
        (StationPage::Settings, say.it("設定", "Settings")),
    ];
    let station = StationView { page, tabs: titles.to_vec(), body, can_end_shift: true, notice: None };
    spoken(Screen::Station(Box::new(station)), language)
}

pub(crate) fn noticed(mut view: View, words: (&str, &str)) -> View {
    if let Screen::Station(station) = &mut view.screen {
        station.notice = Some(notice(Mark::Caution, words.0, words.1));
    }
    view
}

fn sync_lines(say: Say) -> Vec<StateLine> {
    vec![
        say.line(("最終同期", "Last sync"), ("12分前", "12 min ago"), Mark::Good),
        say.line(("時計の差", "Clock difference"), ("0秒", "0 s"), Mark::Good),
        say.line(("登録者", "Residents"), ("33,513人", "33,513"), Mark::Good),
        say.line(("閲覧記録 受領済", "Access log received"), ("1,204件", "1,204"), Mark::Good),
        say.line(("閲覧記録 未送信", "Access log not sent"), ("3件", "3"), Mark::Caution),
        say.line(("同期の期限", "Sync due"), ("あと29日", "in 29 days"), Mark::Good),
        say.line(("保存データの検査", "Store check"), ("まだ行っていません", "not done yet"), Mark::Unknown),
        say.line(("空き容量", "Free space"), ("41.2 GB", "41.2 GB"), Mark::Good),
    ]
}

fn ages(say: Say) -> ChartView {
    ChartView {
        title: say.it("閲覧時の情報の古さ", "Age of data when seen"),
        bars: vec![
            say.bar(("1時間以内", "under 1 h"), "1,021 (81%)", 810),
            say.bar(("1日以内", "under 1 day"), "190 (15%)", 150),
            say.bar(("7日以内", "under 7 days"), "41 (3%)", 30),
            say.bar(("それより前", "older"), "12 (1%)", 10),
            say.bar(("不明", "not known"), "0", 0),
        ],
        note: say.it("この端末で開いた1,264件", "1,264 records opened on this tablet"),
    }
}

pub(crate) fn sync_typical(language: Language) -> View {
    let say = Say(language);
    let progress = ProgressView {
        words: say.it("全件データを受け取っています", "Receiving all records"),
        figures: "12.3 / 41.9 MB".to_owned(),
        permille: Some(294),
    };
    let body = SyncView {
        lines: sync_lines(say),
        progress: Some(progress),
        ages: Some(ages(say)),
        can_sync: false,
        can_import: true,
    };
    page(StationPage::Sync, StationBody::Sync(body), language)
}

fn sync_empty(language: Language) -> View {
    let say = Say(language);
    let lines = vec![say.line(("最終同期", "Last sync"), ("まだありません", "never"), Mark::Unknown)];
    let body = SyncView { lines, progress: None, ages: None, can_sync: true, can_import: false };
    page(StationPage::Sync, StationBody::Sync(body), language)
}

fn sync_extreme(language: Language) -> View {
    let say = Say(language);
    let mut lines = sync_lines(say);
    lines.push(say.line(
        ("取り込めなかった行", "Rows set aside"),
        ("12件(地域事務局へ報告済み 2026/11/20 01:58)", "12 (reported to the regional office, 2026/11/20 01:58)"),
        Mark::Bad,
    ));
    lines.extend(sync_lines(say));
    let progress = ProgressView {
        words: say.it(
            "地域事務局の署名を確かめながら全件データを端末に書き込んでいます",
            "Writing all records to the tablet and checking the regional office's signature",
        ),
        figures: String::new(),
        permille: None,
    };
    let mut ages = ages(say);
    ages.bars.extend(ages.bars.clone());
    ages.bars.push(say.bar(
        ("前回の再起動から時計が合わせられていない間", "clock not set since the last restart"),
        "100,021 (100%)",
        1000,
    ));
    let body = SyncView { lines, progress: Some(progress), ages: Some(ages), can_sync: true, can_import: true };
    let words = say.it("USBに取り込めるデータがありません", "There is no data to import on the USB stick");
    let step = say.it("地域事務局で新しい書き出しを受け取ってください", "Get a new export from the regional office");
    noticed(page(StationPage::Sync, StationBody::Sync(body), language), (&words, &step))
}

fn checks(say: Say) -> Vec<CheckLine> {
    let line = |label: (&'static str, &'static str), value: (&'static str, &'static str)| CheckLine {
        label: say.it(label.0, label.1),
        value: say.it(value.0, value.1),
        mark: Mark::Good,
        next_step: String::new(),
    };
    vec![
        line(("リーダー", "Reader"), ("ACS ACR1252 準備完了", "ACS ACR1252 ready")),
        line(("テストカード", "Test card"), ("0.42秒で読めました", "read in 0.42 s")),
        line(("登録者", "Residents"), ("33,513人", "33,513")),
        line(("最終同期", "Last sync"), ("12分前", "12 min ago")),
        line(("同期の期限", "Sync due"), ("あと29日", "in 29 days")),
        line(("閲覧記録", "Access log"), ("切れ目なし", "unbroken")),
        line(("未送信", "Not sent"), ("3件", "3")),
        line(("時計", "Clock"), ("差 0秒", "0 s off")),
        line(("空き容量", "Free space"), ("41.2 GB", "41.2 GB")),
        line(("電池", "Battery"), ("78% 充電中", "78%, charging")),
        line(("名簿", "Roster"), ("11/19 版", "of 11/19")),
        line(("端末の鍵", "Tablet's keys"), ("準備完了", "ready")),
    ]
}

fn checked(mark: Mark, verdict: String, lines: Vec<CheckLine>, language: Language) -> View {
    let checked_at = Say(language).it("点検 07:58", "checked 07:58");
    page(StationPage::Checks, StationBody::Checks(ChecksView { verdict, mark, checked_at, lines }), language)
}

fn checks_good(language: Language) -> View {
    let say = Say(language);
    checked(Mark::Good, say.it("出動できます", "Fit for duty"), checks(say), language)
}

pub(crate) fn checks_typical(language: Language) -> View {
    let say = Say(language);
    let mut lines = checks(say);
    let mut troubled = |at: usize, mark, value: (&'static str, &'static str), step: (&'static str, &'static str)| {
        lines[at].mark = mark;
        lines[at].value = say.it(value.0, value.1);
        lines[at].next_step = say.it(step.0, step.1);
    };
    troubled(
        0,
        Mark::Bad,
        ("見つかりません", "not found"),
        ("USBケーブルを挿し直してください", "Unplug the USB cable and plug it in again"),
    );
    troubled(
        1,
        Mark::Unknown,
        ("まだ試していません", "not tried yet"),
        ("テストカードを置いてください", "Lay the test card on the reader"),
    );
    troubled(9, Mark::Caution, ("22%", "22%"), ("充電台に置いてください", "Put the tablet on its charger"));
    checked(Mark::Bad, say.it("3件を確かめてください", "3 things to look at"), lines, language)
}

fn checks_extreme(language: Language) -> View {
    let say = Say(language);
    let mut lines = checks(say);
    for (index, line) in lines.iter_mut().enumerate() {
        line.mark = [Mark::Bad, Mark::Caution, Mark::Unknown][index % 3];
        line.value = say.it(
            "答えがありません(最後の答え 2026/11/19 22:41:08)",
            "no answer (the last one was at 2026/11/19 22:41:08)",
        );
        line.next_step = say.it(
            "端末を再起動し、それでも直らなければ地域事務局に電話して予備の端末を受け取ってください",
            "Restart the tablet. If that does not help, call the regional office and take the spare tablet",
        );
    }
    checked(
        Mark::Bad,
        say.it("出動できません。12件を確かめてください", "Not fit for duty: 12 things to look at"),
        lines,
        language,
    )
}

fn cases(rows: Vec<CaseRow>, language: Language) -> View {
    let empty = if rows.is_empty() {
        Say(language).it("この勤務ではまだありません", "None yet in this shift")
    } else {
        String::new()
    };
    page(StationPage::Cases, StationBody::Cases(CasesView { rows, empty }), language)
}

fn case_rows(say: Say) -> Vec<CaseRow> {
    let row = |time: &str, way: (&'static str, &'static str), outcome: (&'static str, &'static str)| CaseRow {
        time: time.to_owned(),
        way: say.it(way.0, way.1),
        outcome: say.it(outcome.0, outcome.1),
    };
    let none = ("引継ぎの記録なし", "no hand-over recorded");
    vec![
        row(
            "02:13 – 02:41",
            ("カード・本人同意", "Card, patient agrees"),
            ("北町総合病院へ引継ぎ(QR)", "Handed over to 北町総合病院 (QR)"),
        ),
        row("23:50 – 00:22", ("カード・意識なし", "Card, unconscious"), none),
        row("21:07 – 21:15", ("緊急閲覧・意識障害", "Emergency access, unconscious"), none),
    ]
}

fn cases_extreme(language: Language) -> View {
    let say = Say(language);
    let mut rows: Vec<CaseRow> = (0..9).flat_map(|_| case_rows(say)).collect();
    rows[1].way = say.it(
        "緊急閲覧・意識障害・生年を確かめて選択・家族の求め",
        "Emergency access, unconscious, chosen by birth year, family asks",
    );
    rows[1].outcome = say.it(
        "国民健康保険北町総合医療センター救命救急センターへ引継ぎ(口頭・QR・紙)、搬送先の変更あり",
        "Handed over to 国民健康保険北町総合医療センター救命救急センター (by voice, QR, paper); destination changed",
    );
    cases(rows, language)
}

fn review_rows(say: Say) -> Vec<ReviewRow> {
    let row =
        |sequence, heading: (&'static str, &'static str), state: (&'static str, &'static str), mark, can_judge| {
            ReviewRow {
                sequence,
                heading: say.it(heading.0, heading.1),
                figures: say.it(
                    "検索 3回・表示 2人・開いた記録 1件・12分・事案の終了",
                    "3 searches, 2 people shown, 1 record opened, 12 min, ended with the case",
                ),
                crew: "S0001・S0002".replace('・', &say.it("・", ", ")),
                state: say.it(state.0, state.1),
                mark,
                can_judge,
            }
        };
    vec![
        row(
            412,
            ("11/20(金) 02:14 意識障害", "Fri 11/20 02:14 Unconscious"),
            ("未確認", "not reviewed"),
            Mark::Caution,
            true,
        ),
        row(
            398,
            ("11/19(木) 21:07 会話困難", "Thu 11/19 21:07 Cannot speak"),
            ("未確認", "not reviewed"),
            Mark::Caution,
            false,
        ),
        row(
            301,
            ("11/12(木) 08:30 カード紛失", "Thu 11/12 08:30 Card lost"),
            ("妥当(S0100 11/13)", "justified (S0100 11/13)"),
            Mark::Good,
            false,
        ),
        row(
            288,
            ("11/10(火) 17:02 意識障害", "Tue 11/10 17:02 Unconscious"),
            ("要確認(S0100 11/13)", "questioned (S0100 11/13)"),
            Mark::Bad,
            true,
        ),
    ]
}

fn reviewed(rows: Vec<ReviewRow>, heading: (&'static str, &'static str), language: Language) -> View {
    let say = Say(language);
    let empty =
        if rows.is_empty() { say.it("緊急閲覧はありません", "No emergency access") } else { String::new() };
    let body = ReviewView { heading: say.it(heading.0, heading.1), rows, empty };
    page(StationPage::Review, StationBody::Review(body), language)
}

pub(crate) fn review_typical(language: Language) -> View {
    reviewed(review_rows(Say(language)), ("未確認 2件・全 14件", "2 not reviewed, 14 in all"), language)
}

fn review_extreme(language: Language) -> View {
    let mut rows: Vec<ReviewRow> = (0..5).flat_map(|_| review_rows(Say(language))).collect();
    for (index, row) in rows.iter_mut().enumerate() {
        row.sequence = u64::try_from(index).unwrap();
        row.heading = format!("{} {}", row.heading, 1000 + index);
        row.can_judge = true;
    }
    rows[0].figures = rows[0].figures.repeat(3);
    rows[0].crew = "S0001・S0002・S0003・S0004・S0005・S0006・S0007・S0008・S0009・S0010".to_owned();
    reviewed(rows, ("未確認 20件・全 1,214件", "20 not reviewed, 1,214 in all"), language)
}

fn usage(times: usize, language: Language) -> View {
    let say = Say(language);
    let way = ChartView {
        title: say.it("試行から閲覧まで", "From the try to the record"),
        bars: vec![
            say.bar(("カード検知", "card seen"), "1,560", 1000),
            say.bar(("読めた", "read"), "1,490 (96%)", 955),
            say.bar(("登録あり", "on record"), "1,301 (83%)", 834),
            say.bar(("閲覧", "shown"), "1,264 (81%)", 810),
        ],
        note: say.it("読めない主な理由: 動いた(41件)", "Most often not read: moved (41)"),
    };
    let basis = ChartView {
        title: say.it("閲覧の根拠", "Why it was seen"),
        bars: vec![
            say.bar(("本人同意", "patient agrees"), "702", 555),
            say.bar(("家族の求め", "family asks"), "311", 246),
            say.bar(("意識なし・緊急", "unconscious"), "251", 198),
        ],
        note: String::new(),
    };
    let lines = vec![
        say.line(("要約まで 中央値", "To the summary, median"), ("6.2秒", "6.2 s"), Mark::Good),
        say.line(("要約まで 95%", "To the summary, 95%"), ("14.0秒", "14.0 s"), Mark::Good),
        say.line(("引継ぎ", "Handed over"), ("988件 (78%)", "988 (78%)"), Mark::Good),
        say.line(("緊急閲覧", "Emergency access"), ("14件", "14"), Mark::Good),
        say.line(("別人だった", "Wrong person"), ("2件", "2"), Mark::Caution),
    ];
    let charts = if times == 0 { vec![] } else { (0..times).flat_map(|_| [way.clone(), basis.clone()]).collect() };
    let lines = if times == 0 {
        vec![say.line(("閲覧", "Records shown"), ("まだありません", "none yet"), Mark::Unknown)]
    } else {
        (0..times).flat_map(|_| lines.clone()).collect()
    };
    let body = UsageView { period: say.it("2026/11/01〜2026/11/20", "2026/11/01 to 2026/11/20"), charts, lines };
    page(StationPage::Usage, StationBody::Usage(body), language)
}

pub(crate) fn settings(about: usize, language: Language) -> View {
    let say = Say(language);
    let option = |words: (&'static str, &'static str), chosen, touch| SettingOption {
        words: say.it(words.0, words.1),
        chosen,
        touch,
    };
    let setting =
        |title: (&'static str, &'static str), options| SettingView { title: say.it(title.0, title.1), options };
    let spoken = |language| Touch::Speak(language);
    let choices = vec![
        setting(
            ("言語 Language", "言語 Language"),
            vec![
                option(("日本語", "日本語"), language == Language::Japanese, spoken(Language::Japanese)),
                option(("English", "English"), language == Language::English, spoken(Language::English)),
            ],
        ),
        setting(
            ("夜の色", "Night colours"),
            vec![
                option(("琥珀色", "Amber"), true, Touch::Darken(Dark::Amber)),
                option(("赤のみ", "Red only"), false, Touch::Darken(Dark::Red)),
            ],
        ),
        setting(
            ("患者の画面の文字", "Text of patient pages"),
            vec![
                option(("標準", "Standard"), true, Touch::Enlarge(TextSize::Standard)),
                option(("大きく 1.5倍", "Large x1.5"), false, Touch::Enlarge(TextSize::Large)),
                option(("最大 2倍", "Largest x2"), false, Touch::Enlarge(TextSize::Double)),
            ],
        ),
        setting(
            ("音", "Sound"),
            vec![
                option(("鳴らす", "On"), true, Touch::Sound(true)),
                option(("鳴らさない", "Off"), false, Touch::Sound(false)),
            ],
        ),
    ];
    let lines = vec![
        say.it("かかり 0.1.0", "Kakari 0.1.0"),
        say.it("ライセンス GPL-3.0-or-later", "Licence GPL-3.0-or-later"),
        say.it(
            "書体 BIZ UDPGothic、Noto Sans CJK JP(SIL Open Font License 1.1)",
            "Type: BIZ UDPGothic, Noto Sans CJK JP (SIL Open Font License 1.1)",
        ),
    ];
    let about = (0..about).flat_map(|_| lines.clone()).collect();
    page(StationPage::Settings, StationBody::Settings(SettingsView { choices, about }), language)
}

/// Every page of the station.
pub(crate) fn stations(language: Language) -> Vec<Named> {
    let say = Say(language);
    let working = StationBody::Working(say.it("確かめています", "Looking"));
    vec![
        ("station-working", page(StationPage::Checks, working, language)),
        ("station-sync", sync_typical(language)),
        ("station-sync-empty", sync_empty(language)),
        ("station-sync-extreme", sync_extreme(language)),
        ("station-checks", checks_typical(language)),
        ("station-checks-good", checks_good(language)),
        ("station-checks-extreme", checks_extreme(language)),
        ("station-cases", cases(case_rows(say), language)),
        ("station-cases-empty", cases(vec![], language)),
        ("station-cases-extreme", cases_extreme(language)),
        ("station-review", review_typical(language)),
        ("station-review-empty", reviewed(vec![], ("全 0件", "0 in all"), language)),
        ("station-review-extreme", review_extreme(language)),
        ("station-usage", usage(1, language)),
        ("station-usage-empty", usage(0, language)),
        ("station-usage-extreme", usage(4, language)),
        ("station-settings", settings(1, language)),
        ("station-settings-extreme", settings(9, language)),
    ]
}

/// The 32 characters of a code.
pub(crate) const CODE: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

fn steps(say: Say, done: usize) -> Vec<StateLine> {
    let all = [
        (("招待", "Invitation"), ("https://region.example が受け付けました", "Accepted by https://region.example")),
        (("地域の鍵", "Region's keys"), ("招待に書かれたものと一致", "Those of the invitation")),
        (("端末の鍵", "Tablet's keys"), ("この端末の中で作成", "Made on this tablet")),
        (("証明書", "Certificate"), ("2027/02/18まで", "until 18 Feb 2027")),
        (("保存領域", "Store"), ("暗号化して作成", "Made, encrypted")),
        (("名簿", "Roster"), ("署名を確認・職員 412人", "Signature verified, 412 staff")),
        (("登録者", "Residents"), ("33,513人", "33,513")),
    ];
    let step = |(index, (label, value)): (usize, (_, _))| {
        if index < done {
            say.line(label, value, Mark::Good)
        } else {
            say.line(label, ("まだ", "not yet"), Mark::Unknown)
        }
    };
    all.into_iter().enumerate().map(step).collect()
}

pub(crate) fn enrolling(
    stage: EnrolmentStage,
    done: usize,
    prompt: (&'static str, &'static str),
    language: Language,
) -> View {
    let say = Say(language);
    let enrolment = EnrolmentView {
        title: say.it("端末の登録", "Enrolling this tablet"),
        prompt: say.it(prompt.0, prompt.1),
        steps: steps(say, done),
        stage,
        notice: None,
    };
    View { bar: Bar::default(), ..spoken(Screen::Enrolment(Box::new(enrolment)), language) }
}

fn wrong(mut view: View, say: Say) -> View {
    if let Screen::Enrolment(enrolment) = &mut view.screen {
        enrolment.notice = Some(notice(
            Mark::Bad,
            &say.it("地域事務局に届きません", "The regional office does not answer"),
            &say.it("署のWi-Fiにつながっているか確かめてください", "See whether the tablet is on the station's Wi-Fi"),
        ));
    }
    view
}

pub(crate) fn code(typed: &str, can_submit: bool, language: Language) -> View {
    let stage = EnrolmentStage::Code { typed: typed.to_owned().into(), keys: CODE.chars().collect(), can_submit };
    enrolling(stage, 0, ("招待コード(12文字)を入力してください", "Type the invitation code (12 characters)"), language)
}

pub(crate) fn ways(language: Language) -> View {
    let say = Say(language);
    let way = |words: (&'static str, &'static str), detail: (&'static str, &'static str), enabled| EnrolmentWay {
        words: say.it(words.0, words.1),
        detail: say.it(detail.0, detail.1),
        enabled,
    };
    let ways = vec![
        way(
            ("ネットワークで登録", "Enrol over the network"),
            ("https://region.example", "https://region.example"),
            true,
        ),
        way(("USBで登録", "Enrol from USB"), ("USBの中に見つかりません", "nothing found on the USB stick"), false),
        way(("続きから", "Go on"), ("前回は全件データで止まりました", "it stopped at all records"), true),
    ];
    enrolling(EnrolmentStage::Choose(ways), 0, ("登録の方法を選んでください", "Choose how to enrol"), language)
}

pub(crate) fn enrolments(language: Language) -> Vec<Named> {
    let say = Say(language);
    let progress = ProgressView {
        words: say.it("全件データを受け取っています", "Receiving all records"),
        figures: "12.3 / 41.9 MB".to_owned(),
        permille: Some(294),
    };
    let unknown = ProgressView { figures: String::new(), permille: None, ..progress.clone() };
    let wait = ("そのままお待ちください", "Please wait");
    let stopped = |can_retry| {
        let stage = EnrolmentStage::Stopped { can_retry };
        wrong(
            enrolling(
                stage,
                6,
                ("止まりました。済んだところは残っています", "It stopped. What was done is kept"),
                language,
            ),
            say,
        )
    };
    let many = |index: usize| EnrolmentWay {
        words: say.it("招待のファイルで登録", "Enrol by invitation file"),
        detail: format!("invite-kitamachi-{index}.json: https://region.example"),
        enabled: true,
    };
    let many = EnrolmentStage::Choose((1..=8).map(many).collect());
    vec![
        ("enrolment-ways", ways(language)),
        ("enrolment-ways-many", enrolling(many, 0, ("登録の方法を選んでください", "Choose how to enrol"), language)),
        ("enrolment-code", code("8K2M  4_ _ _  _ _ _ _", false, language)),
        ("enrolment-code-wrong", wrong(code("8K2M  4ZZZ  9QXW", true, language), say)),
        ("enrolment-working", enrolling(EnrolmentStage::Working(progress), 6, wait, language)),
        ("enrolment-working-unknown", enrolling(EnrolmentStage::Working(unknown), 6, wait, language)),
        ("enrolment-stopped", stopped(true)),
        ("enrolment-stopped-for-good", stopped(false)),
        (
            "enrolment-ready",
            enrolling(
                EnrolmentStage::Ready,
                7,
                ("登録できました: 登録者 33,513人", "Enrolled: 33,513 residents"),
                language,
            ),
        ),
    ]
}

pub(crate) fn all(language: Language) -> Vec<Named> {
    let mut all = stations(language);
    all.extend(enrolments(language));
    all
}

/// What the keys of an enrolment say.
pub(crate) fn enrol(touch: EnrolTouch) -> Touch {
    Touch::Enrol(touch)
}
