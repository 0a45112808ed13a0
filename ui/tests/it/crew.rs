//! The pages of a shift and of a hand-over: every key its own touch, and none too small, too near or twice.

use i_slint_backend_testing::AccessibleRole;
use kakari_session::touch::Touch;
use kakari_session::view::*;
use kakari_ui::Tablet;
use kakari_ui::glass::{Glass, Tone};
use slint::{Global, Model};

use crate::controls::{
    APART, FAR, FIELD, PRIMARY, button, buttons, gap, is_destructive, lift, listen, middle, press, tap,
};
use crate::fixtures::*;
use crate::glass::{FULL, SMALL, TALL, by_role, tablet, wait};

fn s(text: &str) -> String {
    text.to_owned()
}

pub(crate) fn second_sign_in() -> View {
    let of = sign_in_extreme();
    let Screen::SignIn(sign_in) = of.screen else { unreachable!() };
    View { screen: Screen::SignIn(SignIn { can_cancel: true, can_fallback: true, ..sign_in }), ..of }
}

pub(crate) fn locked() -> View {
    view(Screen::Locked(Locked {
        prompt: s("PINで再開します"),
        crew: s("佐藤・田中"),
        digits: 3,
        tries: None,
        can_submit: false,
        notice: None,
    }))
}

pub(crate) fn locked_extreme() -> View {
    let notice = notice(Mark::Caution, "PINが違います。あと1回で職員カードが要ります", "もう一度PINを入力してください");
    view(Screen::Locked(Locked {
        prompt: s("PINで再開します"),
        crew: s("長曽我部 倫太郎左衛門・勅使河原 美千代"),
        digits: 8,
        tries: Some(s("残り1回")),
        can_submit: true,
        notice: Some(notice),
    }))
}

fn fallback_of(names: &[&str], chosen: usize, code: &str, can_submit: bool, notice: Option<Notice>) -> View {
    let staff =
        names.iter().enumerate().map(|(at, name)| StaffChoice { index: at + 6, name: s(name), chosen: at < chosen });
    view(Screen::Fallback(Fallback {
        prompt: s("2人の名前を選び、責任者から聞いた16桁を入力してください"),
        staff: staff.collect(),
        page: if names.len() > 4 { s("2/3") } else { String::new() },
        code: s(code).into(),
        can_submit,
        notice,
    }))
}

pub(crate) fn fallback_empty() -> View {
    fallback_of(&["佐藤 S0001", "田中 S0002", "鈴木 S0003"], 0, "____ ____ ____ ____", false, None)
}

const ROSTER: [&str; 8] = [
    "佐藤 一郎 S0001",
    "田中 花子 S0002",
    "鈴木 次郎 S0003",
    "高橋 三郎 S0004",
    "伊藤 四郎 S0005",
    "渡辺 五郎 S0006",
    "山本 六郎 S0007",
    "中村 七郎 S0008",
];

pub(crate) fn fallback() -> View {
    fallback_of(&ROSTER[..6], 2, "1234 5678 9___ ____", false, None)
}

pub(crate) fn fallback_extreme() -> View {
    let mut names = ROSTER;
    names[0] = "長曽我部 倫太郎 S0001";
    names[1] = "ドミンゴ・サンチェス S0002";
    let notice = notice(Mark::Bad, "番号が違います。あと1回で15分待つことになります", "責任者に番号を確かめてください");
    fallback_of(&names, 2, "1234 5678 9012 3456", true, Some(notice))
}

/// After a case, with everything that standby can have at once.
pub(crate) fn after() -> View {
    let mut of = standby_unsynced();
    let Screen::Standby(standby) = &mut of.screen else { unreachable!() };
    (standby.can_add_crew, standby.question) = (true, s("搬送先は変わりましたか?"));
    of
}

fn asked() -> View {
    let mut of = standby();
    let Screen::Standby(standby) = &mut of.screen else { unreachable!() };
    (standby.can_add_crew, standby.question) = (true, s("搬送先は変わりましたか?"));
    of
}

pub(crate) fn shift_pages() -> [(&'static str, View); 8] {
    [
        ("sign-in-second", second_sign_in()),
        ("locked-typical", locked()),
        ("locked-extreme", locked_extreme()),
        ("fallback-empty", fallback_empty()),
        ("fallback-typical", fallback()),
        ("fallback-extreme", fallback_extreme()),
        ("standby-asked", asked()),
        ("standby-after", after()),
    ]
}

const SECTIONS: [&str; 15] = [
    "アレルギー",
    "薬剤禁忌",
    "服薬",
    "病名・既往",
    "手術・処置",
    "体内機器",
    "感染症",
    "検査",
    "妊娠",
    "透析",
    "普段の状態",
    "意思疎通",
    "事前指示",
    "かかりつけ",
    "緊急連絡先",
];

const SCRIPT: [&str; 5] = [
    "救急隊から引き継ぎます。山田花子さん、86歳、女性。",
    "アレルギーは、ペニシリン系抗菌薬、アナフィラキシー、重度。造影剤、ヨード、反応は不明です。",
    "注意する薬は、ワルファリンカリウム、インスリングラルギン、カルベジロール。ほか5剤です。",
    "病名は、心房細動、2型糖尿病、脳梗塞後遺症です。体内機器は、ペースメーカー。透析は月、水、金です。",
    "かかりつけは、さくら医院、内科、山本先生。電話は048の000の1111です。",
];

pub(crate) fn handover(of: Handover) -> View {
    view(Screen::Handover(Box::new(of)))
}

pub(crate) fn handover_typical() -> Handover {
    let ticks = Subject::ALL.into_iter().zip(SECTIONS).enumerate();
    let sections =
        ticks.map(|(at, (subject, title))| SectionTick { subject, title: s(title), chosen: at != 6 && at != 7 });
    Handover {
        banner: banner(),
        sections: sections.collect(),
        untold: None,
        script: SCRIPT.map(s).to_vec(),
        read_back: Some(s("ペニシリンのアナフィラキシーと、ワルファリンを復唱してください。")),
        duration: s("約30秒"),
        code: None,
        receivers: ["北町総合病院", "県立救命センター", "さくら医院"].map(s).to_vec(),
        done: vec![],
        can_save: false,
        notice: None,
        can_extend: false,
    }
}

pub(crate) fn handover_empty() -> Handover {
    Handover { script: vec![s(SCRIPT[0])], read_back: None, receivers: vec![], ..handover_typical() }
}

pub(crate) fn handover_extreme() -> Handover {
    let mut script = SCRIPT.map(s).to_vec();
    let long = "イーケプラ、レベチラセタム、500ミリグラム、1錠、1日2回、朝夕食後。".repeat(20);
    script.extend([long, SCRIPT.concat(), SCRIPT.concat()]);
    Handover {
        banner: long_banner(),
        untold: Some(UntoldTick {
            words: s("未告知 1件。もう一度押すと含めます"), asked: true, chosen: false
        }),
        script,
        receivers: (1..=8).map(|at| format!("北町総合病院 救命救急センター 第{at}救急外来")).collect(),
        done: (1..=9).map(|at| format!("02:3{at} 北町総合病院 救命救急センターへ QRで引継ぎ済み")).collect(),
        can_save: true,
        notice: Some(notice(Mark::Bad, "書き込めませんでした", "USBメモリーの空きを確かめてください")),
        ..handover_typical()
    }
}

/// A page of a summary as a code holds it, of at most so many bytes.
pub(crate) fn code_text(bytes: usize) -> String {
    let line = "山田 花子 女性 86歳 1940-03-05\nアレルギー: ペニシリン系抗菌薬 アナフィラキシー・重度\n";
    let mut text = String::new();
    for c in line.chars().cycle() {
        if text.len() + c.len_utf8() > bytes {
            return text;
        }
        text.push(c);
    }
    text
}

pub(crate) fn with_code(of: Handover, count: usize) -> Handover {
    let place = if count > 1 { format!("1/{count}") } else { String::new() };
    let text = code_text(if count > 1 { 1100 } else { 700 });
    Handover { code: Some(CodeView { text, place, left: s("あと14:20") }), ..of }
}

pub(crate) fn crew_views() -> Vec<View> {
    let mut all: Vec<View> = shift_pages().into_iter().map(|(_, view)| view).collect();
    let codes = [with_code(handover_typical(), 1), with_code(handover_extreme(), 2)];
    all.extend([handover_empty(), handover_typical(), handover_extreme()].into_iter().chain(codes).map(handover));
    all
}

/// Ticks, names and answers are plain controls.
pub(crate) fn is_crew_field(label: &str) -> bool {
    SECTIONS.contains(&label) || label.contains(" S0") || ["はい", "いいえ", "未告知を含める"].contains(&label)
}

/// The hand-over with one of its parts open.
pub(crate) fn opened_at(of: Handover, key: &str, theme: Theme, size: (u32, u32)) -> Tablet {
    let glass = tablet(&handover(of), theme, size);
    tap(&glass, key);
    wait(400);
    glass
}

fn each_is_its_touch(glass: &Tablet, touches: &[(&str, Touch)]) {
    for (label, touch) in touches {
        let heard = listen(glass);
        tap(glass, label);
        assert_eq!(*heard.borrow(), [*touch], "{label}");
        wait(350);
    }
}

#[test]
fn each_key_of_a_shift_is_its_own_touch() {
    let cases: [(View, &[(&str, Touch)]); 5] = [
        (second_sign_in(), &[("やめる", Touch::Cancel), ("カードなしで開始", Touch::OpenFallback)]),
        (
            locked_extreme(),
            &[
                ("7", Touch::Digit(7)),
                ("1字消す", Touch::EraseDigit),
                ("決定", Touch::SubmitPin),
                ("勤務終了", Touch::EndShift),
            ],
        ),
        (
            fallback(),
            &[
                ("佐藤 一郎 S0001", Touch::PickStaff(6)),
                ("渡辺 五郎 S0006", Touch::PickStaff(11)),
                ("前の名前", Touch::TurnStaff(-1)),
                ("次の名前", Touch::TurnStaff(1)),
                ("0", Touch::Digit(0)),
                ("やめる", Touch::Cancel),
            ],
        ),
        (fallback_extreme(), &[("決定", Touch::SubmitPin), ("1字消す", Touch::EraseDigit)]),
        (
            after(),
            &[
                ("乗務員を追加", Touch::AddCrew),
                ("ロック", Touch::Lock),
                ("はい", Touch::DestinationChanged(true)),
                ("いいえ", Touch::DestinationChanged(false)),
            ],
        ),
    ];
    for (view, touches) in cases {
        each_is_its_touch(&tablet(&view, Theme::Day, FULL), touches);
    }
}

#[test]
fn each_key_of_a_hand_over_is_its_own_touch() {
    let glass = tablet(&handover(handover_typical()), Theme::Day, FULL);
    each_is_its_touch(&glass, &[("QRを表示", Touch::ShowCodes), ("要約へ戻る", Touch::CloseHandover)]);
    let glass = tablet(&handover(with_code(handover_typical(), 2)), Theme::Day, FULL);
    each_is_its_touch(&glass, &[("次のコード", Touch::NextCode), ("QRを消す", Touch::HideCodes)]);
    let receivers = opened_at(handover_extreme(), "引継ぎ先", Theme::Day, FULL);
    let third = Touch::HandedTo(2);
    let keys = [("文書を保存", Touch::SaveDocument), ("A4を保存", Touch::SavePaper)];
    each_is_its_touch(&receivers, &keys);
    each_is_its_touch(&receivers, &[("北町総合病院 救命救急センター 第3救急外来", third)]);
    let sections = opened_at(handover_extreme(), "項目を選ぶ", Theme::Day, FULL);
    let ticks: Vec<(&str, Touch)> = SECTIONS.into_iter().zip(Subject::ALL.map(Touch::TickSection)).collect();
    each_is_its_touch(&sections, &ticks);
    each_is_its_touch(&sections, &[("未告知を含める", Touch::TickUntold)]);
}

#[test]
fn keys_that_cannot_act_are_not_there() {
    let none: [(View, &[&str]); 3] = [
        (sign_in(), &["やめる", "カードなしで開始"]),
        (standby(), &["乗務員を追加", "はい", "いいえ"]),
        (handover(with_code(handover_typical(), 1)), &["次のコード", "QRを表示"]),
    ];
    for (view, labels) in none {
        let glass = tablet(&view, Theme::Day, FULL);
        for one in buttons(&glass) {
            assert!(!labels.contains(&one.accessible_label().unwrap().as_str()));
        }
    }
    let receivers = opened_at(handover_typical(), "引継ぎ先", Theme::Day, FULL);
    assert!(buttons(&receivers).iter().all(|one| !one.accessible_label().unwrap().contains("保存")));
}

#[test]
fn ticks_and_names_say_whether_they_are_chosen() {
    let sections = opened_at(handover_typical(), "項目を選ぶ", Theme::Day, FULL);
    assert_eq!(button(&sections, "アレルギー").accessible_checked(), Some(true));
    assert_eq!(button(&sections, "検査").accessible_checked(), Some(false));
    let names = tablet(&fallback(), Theme::Day, FULL);
    assert_eq!(button(&names, "田中 花子 S0002").accessible_checked(), Some(true));
    assert_eq!(button(&names, "鈴木 次郎 S0003").accessible_checked(), Some(false));
}

/// Both parts at all sizes, with the longest banner and a notice.
#[test]
fn ticks_and_receivers_are_large_and_apart_and_cover_nothing() {
    for size in [FULL, SMALL, TALL] {
        let scale = size.0.min(size.1) as f32 / 1200.0;
        for (of, key) in
            [(handover_extreme(), "項目を選ぶ"), (handover_extreme(), "引継ぎ先"), (handover_typical(), "項目を選ぶ")]
        {
            let glass = opened_at(of, key, Theme::Day, size);
            let all = buttons(&glass);
            assert!(all.len() >= 10, "{}", all.len());
            for (index, one) in all.iter().enumerate() {
                let label = one.accessible_label().unwrap();
                let least = if is_crew_field(&label) || label.contains("救急外来") { FIELD } else { PRIMARY };
                let small = one.size().width.min(one.size().height);
                assert!(small >= least * scale - 0.5, "{label}: {small} at {size:?}");
                for other in &all[index + 1..] {
                    let apart = gap(one, other);
                    assert!(apart >= APART * scale - 1.0, "{label}, {:?}: {apart}", other.accessible_label());
                }
                for panel in by_role(glass.window(), AccessibleRole::Groupbox) {
                    assert!(gap(one, &panel) >= -0.6, "{label} over {:?} at {size:?}", panel.accessible_label());
                }
            }
        }
    }
}

/// What is on the glass of one kind of block.
fn words(glass: &Tablet, title: &str) -> String {
    let blocks = Glass::get(glass.window()).get_blocks();
    let found =
        blocks.iter().filter(|block| block.title == title).flat_map(|block| block.lines.iter().collect::<Vec<_>>());
    found.map(|line| line.text.to_string()).collect()
}

/// Every word of the script is on some leaf, once, at every size, with and without a code beside it.
#[test]
fn turning_the_leaves_reads_the_whole_script_and_what_is_repeated() {
    let whole: String = handover_extreme().script.concat() + &handover_extreme().read_back.unwrap();
    for size in [FULL, SMALL, TALL] {
        for of in [handover_extreme(), with_code(handover_extreme(), 2)] {
            let glass = tablet(&handover(of), Theme::Day, size);
            let mut read = String::new();
            loop {
                let leaf = words(&glass, "読み上げ");
                let from = leaf.find("ページ").expect("more leaves than one") + "ページ".len();
                read += &leaf[from..].replace("復唱してもらう", "");
                let next = button(&glass, "次へ");
                if next.accessible_enabled() == Some(false) {
                    break;
                }
                tap(&glass, "次へ");
                wait(350);
            }
            assert_eq!(read.replace(' ', ""), whole.replace(' ', ""), "at {size:?}");
        }
    }
}

/// The clock moves every second; a finger rests longer than that on nothing, but may lie there when it does.
#[test]
fn a_key_that_stays_while_the_clock_moves_still_acts() {
    let glass = opened_at(handover_typical(), "項目を選ぶ", Theme::Day, FULL);
    let heard = listen(&glass);
    let at = middle(&button(&glass, "服薬"));
    press(&glass, at);
    let mut next = handover(handover_typical());
    next.bar.clock = s("11/20(金) 02:15");
    glass.show(&next);
    wait(100);
    lift(&glass, at);
    assert_eq!(*heard.borrow(), [Touch::TickSection(Subject::Medicines)]);
}

/// The next page of the roster has other people at the same places.
#[test]
fn a_finger_on_a_name_does_not_choose_the_one_that_comes_up_under_it() {
    let glass = tablet(&fallback(), Theme::Day, FULL);
    let heard = listen(&glass);
    let at = middle(&button(&glass, ROSTER[0]));
    press(&glass, at);
    let others: Vec<String> = (20..26).map(|at| format!("別の人 S00{at}")).collect();
    glass.show(&fallback_of(&others.iter().map(String::as_str).collect::<Vec<_>>(), 0, "", false, None));
    wait(1000);
    lift(&glass, at);
    assert!(heard.borrow().is_empty());
    tap(&glass, "別の人 S0020");
    assert_eq!(*heard.borrow(), [Touch::PickStaff(6)]);
}

/// It throws sixteen digits away.
#[test]
fn to_give_up_the_fallback_is_far_from_the_keys_beside_it() {
    for size in [FULL, SMALL, TALL] {
        let glass = tablet(&fallback(), Theme::Day, size);
        let scale = size.0.min(size.1) as f32 / 1200.0;
        let given_up = button(&glass, "やめる");
        // Upright the pad stands over the band, with the gap that all its keys have.
        let beside = ["夜の画面", "前の名前", "次の名前"].into_iter();
        for other in beside.chain(["1字消す", "決定"].into_iter().filter(|_| size != TALL)) {
            let gap = gap(&given_up, &button(&glass, other));
            assert!(gap >= FAR * scale - 1.0, "{other}: {gap} at {size:?}");
        }
    }
}

#[test]
fn the_end_of_a_shift_is_far_from_every_other_key() {
    assert!(is_destructive("勤務終了"));
    for size in [FULL, SMALL, TALL] {
        let scale = size.0.min(size.1) as f32 / 1200.0;
        for view in [locked(), locked_extreme()] {
            let glass = tablet(&view, Theme::Day, size);
            let end = button(&glass, "勤務終了");
            for one in buttons(&glass).iter().filter(|one| one.accessible_label().unwrap() != "勤務終了") {
                let apart = gap(&end, one);
                assert!(apart >= 70.5 * scale, "{:?}: {apart} at {size:?}", one.accessible_label());
            }
        }
    }
}

#[test]
fn a_part_is_left_when_the_hand_over_is() {
    let glass = opened_at(handover_typical(), "引継ぎ先", Theme::Day, FULL);
    glass.show(&summary(typical()));
    glass.show(&handover(handover_typical()));
    assert!(buttons(&glass).iter().any(|one| one.accessible_label().unwrap() == "QRを表示"));
}

#[test]
fn a_receiver_list_that_is_empty_says_whom_to_ask() {
    let glass = opened_at(handover_empty(), "引継ぎ先", Theme::Day, FULL);
    assert!(words(&glass, "引継ぎ先なし").contains("事務局"));
    let blocks = Glass::get(glass.window()).get_blocks();
    assert!(blocks.iter().any(|block| block.tone == Tone::Unknown));
}
