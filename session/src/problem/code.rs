//! A start by two names and a supervisor's one-time code.

use kakari_record::audit::FallbackRefusal;
use kakari_record::language::Language;

use super::{bad, caution, crew, store};
use crate::store_facts::StoreTrouble;
use crate::view::Notice;

pub(super) fn mistyped(language: Language) -> Notice {
    caution(language.say(
        ("16桁のどこかに打ち間違いがあります", "責任者から聞いた番号と見比べて直してください"),
        ("One of the 16 digits is mistyped", "Compare them with the supervisor's code, and correct it"),
    ))
}

pub(super) fn paused(minutes: u64, language: Language) -> Notice {
    bad(language.say(
        (
            format!("番号を5回間違えたため、あと{minutes}分は入力できません"),
            "番号を責任者に確かめるか、職員カードを置いてください",
        ),
        (
            format!("Wrong code 5 times: locked for {minutes} min"),
            "Check the code with the supervisor, or put on a staff card",
        ),
    ))
}

pub(super) fn refused(reason: FallbackRefusal, tries: u8, language: Language) -> Notice {
    bad(match reason {
        FallbackRefusal::WrongCode => return wrong(tries, language),
        FallbackRefusal::Used => language.say(
            ("この番号はもう使われています", "責任者に新しい番号を聞いてください"),
            ("This code was used before", "Ask the supervisor for a new code"),
        ),
        FallbackRefusal::TooManyTries => language.say(
            ("番号を続けて間違えたため、今は入力できません", "15分待ってください"),
            ("Too many wrong codes: locked for now", "Wait 15 minutes"),
        ),
        FallbackRefusal::NoCodes => language.say(
            ("この端末に使える番号がありません", "署で同期するか、職員カードを使ってください"),
            ("This tablet has no codes to start by", "Sync at the station, or use a staff card"),
        ),
        FallbackRefusal::NotOnRoster => language.say(
            ("選んだ人が名簿にありません", "名前を選び直してください"),
            ("Somebody you chose is not on the roster", "Choose the names again"),
        ),
    })
}

fn wrong(tries: u8, language: Language) -> Notice {
    let left = crew::tries_left(tries, language);
    caution(language.say(
        (format!("この端末の番号ではありません。{left}です"), "どの端末の番号かを責任者に確かめてください"),
        (format!("This code is not for this tablet. {left}"), "Ask the supervisor which tablet it is for"),
    ))
}

pub(super) fn not_marked(trouble: StoreTrouble, language: Language) -> Notice {
    let why = store::store(trouble, language);
    let sentence = language.say(
        format!("番号を使用済みにできないため始められません({})", why.sentence),
        format!("{}, so the code cannot be marked as used", why.sentence),
    );
    bad((sentence, why.next_step))
}
