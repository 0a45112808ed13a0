//! Views of the search without a card. All people and places are made up.

use kakari_session::touch::Field;
use kakari_session::view::*;

use crate::crew::{handover_extreme, handover_typical, with_code};
use crate::fixtures::{
    check_extreme, details, extreme_panels, notice, panels, standby_trouble, summary, typical, view, with_notice,
};

const REASONS: [&str; 6] = ["意識障害", "心肺停止", "カード不携帯", "カード破損", "家族の求め", "その他"];

/// The longest words that stand in the bar and on a banner while a search lasts.
pub(crate) const LONGEST_COUNTDOWN: &str = "緊急閲覧 29:40 — カード不携帯";
pub(crate) const LONGEST_BANNER: &str = "カードなし・緊急閲覧(カード不携帯)・意識なし・緊急 02:13";

fn s(text: &str) -> String {
    text.to_owned()
}

pub(crate) fn searching(screen: Screen) -> View {
    let mut view = view(screen);
    view.bar.break_glass = Some(s("緊急閲覧 29:40 — 意識障害"));
    view
}

fn longest(mut view: View) -> View {
    view.bar.break_glass = Some(s(LONGEST_COUNTDOWN));
    view.bar.crew = s("長曽我部・二階堂");
    view.bar.data_age = Some((s("同期 12日前"), Mark::Caution));
    view
}

pub(crate) fn reasons() -> Reasons {
    let reasons = BreakGlassReason::ALL.into_iter().zip(REASONS.map(s)).collect();
    Reasons {
        prompt: s("カードなしで探す理由を選んでください"),
        reasons,
        duration: s("30分間・記録され、事務局が確認します"),
        notice: None,
    }
}

pub(crate) fn reason() -> View {
    view(Screen::Reason(reasons()))
}

pub(crate) fn reason_extreme() -> View {
    let notice = notice(
        Mark::Caution,
        "カードなしの検索が上限に達しました",
        "カードを置くか、本人・家族・お薬手帳で確かめ、地域事務局に連絡してください",
    );
    view(Screen::Reason(Reasons { notice: Some(notice), ..reasons() }))
}

/// What is typed into, and each field's words in the order of the screen.
pub(crate) fn fields(typed: Field, values: [&str; 7]) -> Vec<SearchFieldView> {
    let name = if typed == Field::NameKana { Field::NameKana } else { Field::NameRows };
    let label = if name == Field::NameKana { "氏名(かな)" } else { "氏名(行だけで探せます)" };
    let fields = [
        (Some(name), label),
        (Some(Field::Age), "年齢(およそ)"),
        (Some(Field::BirthDate), "生年月日(西暦)"),
        (None, "性別"),
        (Some(Field::Phone), "電話"),
        (Some(Field::Number), "16桁の番号"),
        (Some(Field::Address), "住所(町名のかなと番地)"),
    ];
    let field = |((field, label), value): ((Option<Field>, &str), &str)| SearchFieldView {
        field,
        label: s(label),
        value: s(value),
        chosen: field == Some(typed),
    };
    fields.into_iter().zip(values).map(field).collect()
}

pub(crate) fn empty_search() -> Search {
    Search {
        fields: fields(Field::NameRows, [""; 7]),
        pad: Pad::Rows,
        answer: Answer::Asking,
        heading: s("条件を入れてください"),
        hint: s("氏名の行・年齢・性別、または生年月日・電話・番号・住所で探せます"),
        households: vec![],
        notice: None,
        can_extend: false,
    }
}

const TYPED: [&str; 7] = ["ヤ マ タ ハ ナ", "85 ±5", "", "女性", "", "", ""];

fn answered(answer: Answer, heading: &str, hint: &str) -> Search {
    let fields = fields(Field::NameRows, TYPED);
    Search { fields, answer, heading: s(heading), hint: s(hint), ..empty_search() }
}

pub(crate) fn search_of(search: Search) -> View {
    searching(Screen::Search(Box::new(search)))
}

pub(crate) fn search_empty() -> View {
    search_of(empty_search())
}

pub(crate) fn search_mistyped() -> View {
    let mut values = [""; 7];
    values[2] = "1940年13月";
    let shown = answered(Answer::Mistyped, "生年月日を確かめてください", "西暦8桁で、例: 19400305");
    search_of(Search { fields: fields(Field::BirthDate, values), pad: Pad::Digits, ..shown })
}

pub(crate) fn search_running() -> View {
    search_of(answered(Answer::Searching, "探しています", "そのままお待ちください"))
}

pub(crate) fn search_too_many() -> View {
    search_of(answered(Answer::TooMany, "6人以上", "6人以上のときは表示しません。条件を足してください"))
}

pub(crate) fn search_nobody() -> View {
    let hint = "「病気・アレルギーなし」ではありません。この端末にない人かもしれません。読みや年齢を変えるか、本人・家族・お薬手帳で\
確かめてください。この条件では探せない人(読みや生年月日が未記録)が1,204人います。情報は同期 12日前のものです";
    search_of(answered(Answer::Nobody, "見つかりません", hint))
}

fn person(words: [&str; 6]) -> CandidateView {
    let [kana, name, sex_age, birth_date, town, clinic] = words.map(s);
    CandidateView { index: 0, kana, name, sex_age, birth_date, town, clinic }
}

fn household(title: &str, people: Vec<CandidateView>) -> HouseholdView {
    HouseholdView { title: s(title), people }
}

fn numbered(mut households: Vec<HouseholdView>) -> Vec<HouseholdView> {
    let people = households.iter_mut().flat_map(|one| &mut one.people);
    people.enumerate().for_each(|(index, person)| person.index = index);
    households
}

pub(crate) fn hanako() -> CandidateView {
    person(["ヤマダ ハナコ", "山田 花子", "女性 86歳", "昭和15年(1940) 3月5日", "北町", "かかりつけ さくら医院"])
}

fn two() -> Vec<HouseholdView> {
    let other = person([
        "ヤマタ ハナヨ",
        "山田 花代",
        "女性 83歳",
        "昭和18年(1943) 11月20日",
        "北町",
        "かかりつけ 北町クリニック",
    ]);
    numbered(vec![household("", vec![hanako()]), household("", vec![other])])
}

pub(crate) fn found(households: Vec<HouseholdView>) -> Search {
    let people: usize = households.iter().map(|one| one.people.len()).sum();
    let found = answered(Answer::Found, &format!("候補 {people}人"), "選ぶと生まれた年を確かめます");
    Search { households, ..found }
}

pub(crate) fn search_typical() -> View {
    search_of(found(two()))
}

fn family() -> HouseholdView {
    household(
        "同じ世帯 3人",
        vec![
            hanako(),
            person([
                "ヤマダ タロウ",
                "山田 太郎",
                "男性 88歳",
                "昭和13年(1938) 1月15日",
                "北町",
                "かかりつけ さくら医院",
            ]),
            person(["ヤマダ ハナエ", "山田 花恵", "女性 58歳", "昭和43年(1968) 7月1日", "北町", ""]),
        ],
    )
}

pub(crate) fn search_household() -> View {
    search_of(found(numbered(vec![family()])))
}

/// As many people as are ever named, with the longest names of the sample residents.
pub(crate) fn eight() -> Vec<HouseholdView> {
    let long = "ドミンゴ・サンチェス マリア・フェルナンダ・デ・ラ・クルス";
    let lima = person([
        "リマ マリア アパレシーダ デ ソウザ",
        "LIMA MARIA APARECIDA DE SOUZA",
        "女性 38歳",
        "昭和63年(1988) 9月17日",
        "北町大字上川原字下田",
        "かかりつけ 北町総合病院 救命救急センター",
    ]);
    let domingo = person([long, long, "女性 2か月14日", "令和8年(2026) 9月6日", "北町", "かかりつけ さくら医院"]);
    let rare = person(["ヨシノ ケンイチ", "𠮷野 髙\u{E000}一", "男性 年齢不明", "生年月日 未記録", "", ""]);
    let young = person([
        "チョウソカベ リンタロウザエモン",
        "長曽我部 倫太郎左衛門",
        "男性 91歳",
        "昭和10年(1935) 12月31日",
        "北町",
        "かかりつけ 北町透析クリニック",
    ]);
    let spouse =
        CandidateView { kana: s("チョウソカベ ミツ"), name: s("長曽我部 みつ"), ..young.clone() };
    let mut families = vec![family(), household("同じ電話 2人", vec![young, spouse])];
    families.extend([lima, domingo, rare].map(|one| household("", vec![one])));
    numbered(families)
}

const EVERYTHING: [&str; 7] = [
    "ヤ マ タ ハ ナ カ サ タ ナ ハ マ ヤ",
    "105 ±5",
    "1940年12月31日",
    "女性",
    "09000000000",
    "1234 5678 9012 3456",
    "キタマチカミカワラシモダ1234-56-12-1103",
];

/// Eight people, every field full, every button of the band, the longest words in the bar.
pub(crate) fn search_extreme() -> View {
    let hint = s("選ぶと生まれた年を確かめます。この条件では探せない人(読みや生年月日が未記録)が1,204人います");
    let shown = Search { fields: fields(Field::NameRows, EVERYTHING), can_extend: true, hint, ..found(eight()) };
    longest(search_of(shown))
}

pub(crate) fn search_noticed() -> View {
    let notice = notice(
        Mark::Caution,
        "カードなしの検索がいつもより多いため、事務局に知らせます",
        "この患者に必要な検索だけにしてください",
    );
    let Screen::Search(shown) = search_extreme().screen else { unreachable!("a search") };
    longest(search_of(Search { notice: Some(notice), ..*shown }))
}

fn pad(typed: Field, pad: Pad) -> Search {
    Search { fields: fields(typed, EVERYTHING), pad, can_extend: true, ..found(two()) }
}

pub(crate) fn search_kana() -> View {
    let mut values = EVERYTHING;
    values[0] = "ヤマタハナコ";
    search_of(Search { fields: fields(Field::NameKana, values), ..pad(Field::NameKana, Pad::Kana) })
}

pub(crate) fn search_address() -> View {
    search_of(pad(Field::Address, Pad::Address))
}

/// The same with a notice, which puts the kana away.
pub(crate) fn search_address_noticed() -> View {
    let notice = notice(
        Mark::Bad,
        "選んだ人の情報が端末からなくなりました",
        "「病気・アレルギーなし」ではありません。もう一度探してください",
    );
    search_of(Search { notice: Some(notice), ..pad(Field::Address, Pad::Address) })
}

pub(crate) fn search_kana_noticed() -> View {
    let notice = notice(
        Mark::Bad,
        "選んだ人の情報が端末からなくなりました",
        "「病気・アレルギーなし」ではありません。もう一度探してください",
    );
    search_of(Search { notice: Some(notice), ..pad(Field::NameKana, Pad::Kana) })
}

pub(crate) fn search_birth_date() -> View {
    search_of(pad(Field::BirthDate, Pad::Digits))
}

pub(crate) fn search_number() -> View {
    search_of(pad(Field::Number, Pad::Digits))
}

pub(crate) fn birth_year() -> View {
    searching(Screen::BirthYear(Box::new(BirthYear {
        candidate: CandidateView { birth_date: s(""), sex_age: s("女性"), ..hanako() },
        prompt: s("生まれた年を西暦4桁で入力してください"),
        digits: s("19__"),
        can_submit: false,
        opening: false,
        notice: None,
    })))
}

pub(crate) fn birth_year_extreme() -> View {
    let candidate = CandidateView { birth_date: s(""), sex_age: s("女性"), ..eight()[3].people[0].clone() };
    let notice =
        notice(Mark::Bad, "生まれた年が違います。残り1回です", "本人・家族・持ち物で確かめ、もう一度入力してください");
    longest(searching(Screen::BirthYear(Box::new(BirthYear {
        candidate,
        prompt: s("生まれた年を西暦4桁で入力してください"),
        digits: s("2026"),
        can_submit: true,
        opening: false,
        notice: Some(notice),
    }))))
}

pub(crate) fn birth_year_opening() -> View {
    let Screen::BirthYear(shown) = birth_year().screen else { unreachable!("a birth year") };
    let opening = BirthYear { digits: s("1940"), opening: true, prompt: s("情報を開いています"), ..*shown };
    searching(Screen::BirthYear(Box::new(opening)))
}

/// The check of somebody who was found by a search, as long as its words come.
pub(crate) fn check_found() -> View {
    let Screen::Check(mut shown) = check_extreme().screen else { unreachable!("a check") };
    shown.banner.card = s("カードなし・緊急閲覧(カード不携帯)");
    longest(searching(Screen::Check(shown)))
}

pub(crate) fn summary_found() -> View {
    let mut shown = typical();
    (shown.banner.card, shown.banner.card_mark) = (s(LONGEST_BANNER), CardMark::Gone);
    longest(searching(summary(shown).screen))
}

pub(crate) fn standby_searching() -> View {
    longest(searching(standby_trouble().screen))
}

/// A case in the last minutes of the search that led to it: time can be asked for on each of its pages.
pub(crate) fn running_out() -> Vec<(&'static str, View)> {
    let plain = |view: View| {
        let mut view = longest(searching(view.screen));
        view.bar.break_glass = Some(s("緊急閲覧 4:59 — カード不携帯"));
        match &mut view.screen {
            Screen::Summary(summary) => summary.can_extend = true,
            Screen::Details(details) => details.can_extend = true,
            Screen::Handover(handover) => handover.can_extend = true,
            _ => unreachable!("a page of a case"),
        }
        view
    };
    let handing = |of: Handover| plain(view(Screen::Handover(Box::new(of))));
    vec![
        ("extend-summary", plain(summary_found())),
        ("extend-summary-notice", plain(with_notice())),
        ("extend-details", plain(details(panels()))),
        ("extend-details-veiled", plain(details(extreme_panels()))),
        ("extend-handover", handing(handover_typical())),
        ("extend-handover-code", handing(with_code(handover_extreme(), 2))),
    ]
}

/// Every page, each as it comes and at its longest.
pub(crate) fn all() -> Vec<View> {
    let mut all = vec![
        reason(),
        reason_extreme(),
        search_empty(),
        search_running(),
        search_mistyped(),
        search_too_many(),
        search_nobody(),
        search_typical(),
        search_household(),
        search_extreme(),
        search_noticed(),
        search_kana(),
        search_kana_noticed(),
        search_address(),
        search_address_noticed(),
        search_birth_date(),
        search_number(),
        birth_year(),
        birth_year_extreme(),
        birth_year_opening(),
        check_found(),
        summary_found(),
        standby_searching(),
    ];
    all.extend(running_out().into_iter().map(|(_, view)| view));
    all
}
