//! The table: kind of card × words × whose record × mark.

use kakari_card_sim::{Together, VirtualCard, VirtualReader};

use super::region::Cards;

pub(super) struct Row {
    pub(super) card: &'static str,
    pub(super) words: &'static str,
    /// Whose record it opens.
    pub(super) resident: Option<usize>,
    pub(super) mark: &'static str,
    pub(super) lay: Box<dyn Fn(&VirtualReader)>,
}

fn row(
    card: &'static str,
    words: &'static str,
    resident: Option<usize>,
    mark: &'static str,
    on_reader: &VirtualCard,
) -> Row {
    let on_reader = on_reader.clone();
    Row { card, words, resident, mark, lay: Box::new(move |reader| reader.insert(&on_reader)) }
}

pub(super) fn rows(cards: &Cards) -> Vec<Row> {
    let (genuine, unproven, copy) = ("カード ✓ 真正", "カード未認証", "カード内の写し");
    let place = &cards.place;
    let mut rows = vec![
        row("own card", genuine, Some(0), "opened card", cards.own()),
        row("revoked", "使用停止", None, "refused revoked", &place.cards[1].card),
        row("expired", "有効期限が切れた", None, "refused not_valid_today", &cards.expired),
        row("replaced", "登録されているカードと違います", None, "refused not_registered", &cards.replaced),
        row("own, nothing stored, no copy", "この端末にありません", None, "refused nothing_stored", &cards.unknown),
        row("own, nothing stored, a copy since the last sync", copy, Some(NEW), "opened card_copy", &cards.newer),
        row("own, nothing stored, an older copy", "この端末にありません", None, "refused nothing_stored", &cards.older),
        row(
            "own, nothing stored, a copy from before the newest head",
            "この端末にありません",
            None,
            "refused nothing_stored",
            &cards.before_the_head,
        ),
        row("another region's", "この地域のカードではありません", None, "refused other_region", &cards.other_region),
        row("a neighbour's, with its copy", copy, Some(NEIGHBOUR), "opened card_copy", &cards.neighbours),
        row(
            "a neighbour's, without a copy",
            "写しが書かれていません",
            None,
            "refused other_region",
            &cards.without_copy,
        ),
        row("a neighbour's, its copy changed", "写しが壊れています", None, "refused other_region", &cards.damaged_copy),
        row("FeliCa, the number in a block", unproven, Some(2), "opened unproven_card", cards.numbered()),
        row("FeliCa, by its IDm", unproven, Some(3), "opened unproven_card", &VirtualCard::shop_felica()),
        row("FeliCa Lite-S, genuine", genuine, Some(4), "opened mac_card", &cards.lite_s),
        row("FeliCa Lite-S, copied", "本物と確かめられない", None, "refused not_genuine", &cards.lite_s_copy),
    ];
    let (genuine, not_genuine) = (cards.lite_s.clone(), "本物と確かめられない");
    rows.extend([
        Row {
            card: "FeliCa Lite-S, replayed",
            words: not_genuine,
            resident: None,
            mark: "refused not_genuine",
            lay: Box::new(move |reader| reader.insert(&genuine.replay())),
        },
        row("FeliCa Lite-S, its key of no epoch", not_genuine, None, "refused not_genuine", &cards.lite_s_invented),
        row("FeliCa Lite, played by another chip", not_genuine, None, "refused not_genuine", &cards.lite_s_emulated),
        row("MIFARE, by its UID", unproven, Some(5), "opened unproven_card", &cards.mifare),
        row("MIFARE, registered for two", "2人以上に登録", None, "refused not_opened", &cards.shared),
        row("MIFARE, lost", "使用停止", None, "refused revoked", &cards.lost),
        row("MIFARE, nobody's", "登録のないICカード", None, "refused unregistered", &cards.nobodys),
        row("Type B memory card", "番号が変わるカード", None, "refused not_ours", &VirtualCard::type_b()),
        row("a phone as FeliCa", "番号が変わるカード", None, "refused not_ours", &VirtualCard::phone_felica()),
        row("a phone", "かかりつけ医カードではありません", None, "refused not_ours", &VirtualCard::phone().unwrap()),
        row("transit card", "交通系ICカード", None, "refused not_ours", &VirtualCard::transit()),
        row("My Number card", "マイナンバーカード", None, "refused not_ours", &VirtualCard::my_number().unwrap()),
        row("driving licence", "運転免許証", None, "refused not_ours", &VirtualCard::driving_licence().unwrap()),
        row("residence card", "在留カード", None, "refused not_ours", &VirtualCard::residence_card().unwrap()),
        row("passport", "パスポート", None, "refused not_ours", &VirtualCard::passport().unwrap()),
        row("bank card", "銀行・クレジットカード", None, "refused not_ours", &VirtualCard::bank_card().unwrap()),
        row("blank card", "発行されていないカード", None, "refused not_ours", &VirtualCard::blank().unwrap()),
    ]);
    let (one, other) = (VirtualCard::shop_felica(), VirtualCard::transit());
    rows.push(Row {
        card: "two cards at once",
        words: "カードが2枚あります",
        resident: None,
        mark: "refused two_cards",
        lay: Box::new(move |reader| reader.insert_two(&one, &other, Together::BothAnswer)),
    });
    rows
}

/// Residents who are in no store.
pub(super) const NEW: usize = 100;
pub(super) const NEIGHBOUR: usize = 101;
