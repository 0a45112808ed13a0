//! The fields: name, age, birth date and sex, or phone, address and number.

use kakari_session::touch::{Field, Sex, Touch};
use kakari_session::view::{Pad, Search, SearchFieldView};

use super::{FIELD, Zones, field, name, pads, says_more, side_by_side};
use crate::fit::{self, Type};
use crate::glass::Ink;
use crate::key::{Act, Key};
use crate::pages::Space;
use crate::paint::{Paint, Rect};
use crate::words::marked;

const PAD: f32 = 22.0;
/// Above and below the words.
const EDGE: f32 = 5.0;
/// Sizes of a field's name and of what was said.
const FORMS: [(f32, f32); 9] = [
    (40.0, 62.0),
    (40.0, 56.0),
    (40.0, 50.0),
    (40.0, 46.0),
    (36.0, 44.0),
    (36.0, 40.0),
    (33.0, 36.0),
    (33.0, 32.0),
    (33.0, 28.0),
];
/// Stands where nothing was said.
const NOTHING: &str = "―";

pub(super) fn put(search: &Search, zones: &Zones, space: Space, keys: &mut Vec<Key>) {
    match (says_more(search), space.portrait()) {
        (false, false) => {
            let at = side_by_side(zones.fields[0], &[520.0, 290.0, 454.0, FIELD, FIELD, FIELD]);
            person(search, [at[0], at[1], at[2]], keys);
            sex(search, &at[3..], space, keys);
        }
        (false, true) => {
            let first = side_by_side(zones.fields[0], &[600.0, 0.0]);
            let second = side_by_side(zones.fields[1], &[236.0, FIELD, FIELD, FIELD, FIELD, FIELD]);
            person(search, [first[0], second[0], first[1]], keys);
            beside_upright(search, [second[1], second[2]], space, keys);
            sex(search, &second[3..], space, keys);
        }
        (true, false) => {
            let at = side_by_side(zones.fields[0], &[400.0, 400.0, 440.0, 0.0]);
            more(search, [at[0], at[1], at[2], at[3]], space, keys);
        }
        (true, true) => {
            let first = side_by_side(zones.fields[0], &[555.0, 0.0]);
            let second = side_by_side(zones.fields[1], &[375.0, 375.0, FIELD, FIELD]);
            more(search, [first[0], second[0], first[1], second[1]], space, keys);
            beside_upright(search, [second[2], second[3]], space, keys);
        }
    }
}

/// Name, age, birth date.
fn person(search: &Search, at: [Rect; 3], keys: &mut Vec<Key>) {
    let fields = [name(search), field(search, Field::Age), field(search, Field::BirthDate)];
    keys.extend(fields.into_iter().zip(at).filter_map(|(one, at)| one.and_then(|one| typed(one, at))));
}

/// What else was said, in the place of the name; phone, address, number.
fn more(search: &Search, at: [Rect; 4], space: Space, keys: &mut Vec<Key>) {
    let [back, rest @ ..] = at;
    let label = space.say("氏名・年齢など", "Name, age ...");
    let act = Act::Tell(Touch::SearchField(name(search).and_then(|one| one.field).unwrap_or_default()));
    let said = words(label, &said_of_person(search, space), back);
    keys.push(Key::new(label, back, act).painted(said));
    let fields = [Field::Phone, Field::Address, Field::Number].map(|which| field(search, which));
    keys.extend(fields.into_iter().zip(rest).filter_map(|(one, at)| one.and_then(|one| typed(one, at))));
}

/// A condition that is not on the glass would make a search that finds nobody hard to understand.
fn said_of_person(search: &Search, space: Space) -> String {
    let fields = [name(search), field(search, Field::Age), field(search, Field::BirthDate), sex_field(search)];
    let values = fields.into_iter().flatten().map(|one| one.value.as_str()).filter(|value| !value.is_empty());
    values.collect::<Vec<_>>().join(space.say("・", ", "))
}

fn typed(one: &SearchFieldView, at: Rect) -> Option<Key> {
    let act = Act::Tell(Touch::SearchField(one.field?));
    Some(Key::new(&one.label, at, act).painted(words(&one.label, &one.value, at)).edged(one.chosen))
}

/// A label over what was said, as large as both fit.
fn words(label: &str, value: &str, at: Rect) -> Paint {
    let room = at.w - 2.0 * PAD;
    let ink = if value.is_empty() { Ink::Secondary } else { Ink::Normal };
    let value = if value.is_empty() { NOTHING.to_owned() } else { marked(value) };
    let forms = FORMS.map(|(small, big)| {
        let label = fit::shrink(&marked(label), &[small, 36.0, 33.0], false, room, 1);
        let value = fit::shrink(&value, &[big], true, room, 1);
        (label, value)
    });
    let high = |((small, label), (big, value)): &(Sized, Sized)| {
        label.lines.len() as f32 * small.line() + value.lines.len() as f32 * big.line()
    };
    let low = |form: &&(Sized, Sized)| high(form) <= at.h - 2.0 * EDGE;
    let fits = |form: &&(Sized, Sized)| low(form) && form.1.1.depth <= fit::Depth::Particle;
    let on_one = |form: &&(Sized, Sized)| form.1.1.lines.len() == 1 && form.1.0.size >= 40.0;
    let form = forms.iter().filter(fits).find(on_one).or_else(|| forms.iter().find(fits));
    // A name without a place to break it is broken anywhere rather than to stand out of its field.
    let form = form.or_else(|| forms.iter().find(low));
    let form = form.unwrap_or(&forms[FORMS.len() - 1]);
    let ((small, label), (big, value)) = form;
    let mut paint = Paint::default();
    let y = paint.lines(PAD, (at.h - high(form)) / 2.0, &label.lines, *small, Ink::Secondary);
    paint.lines(PAD, y, &value.lines, *big, ink);
    paint
}

type Sized = (Type, fit::Wrapped);

fn sex_field(search: &Search) -> Option<&SearchFieldView> {
    search.fields.iter().find(|one| one.field.is_none())
}

fn sex(search: &Search, at: &[Rect], space: Space, keys: &mut Vec<Key>) {
    let Some(field) = sex_field(search) else { return };
    let says = |words: [&str; 2]| words.iter().any(|word| field.value.starts_with(word));
    let (male, female) = (says(["男", "Male"]), says(["女", "Female"]));
    let sexes = [
        (space.say(["男", "男性"], ["M", "Male"]), Some(Sex::Male), male),
        (space.say(["女", "女性"], ["F", "Female"]), Some(Sex::Female), female),
        (space.say(["不明", "性別不明"], ["?", "Sex unknown"]), None, !male && !female),
    ];
    for (([text, label], sex, chosen), at) in sexes.into_iter().zip(at) {
        let one = Key::new(label, *at, Act::Tell(Touch::SearchSex(sex))).written(text, 72.0);
        keys.push(one.chosen(chosen && sex.is_some()).edged(chosen && sex.is_none()));
    }
}

/// Upright, two keys of the pad stand in the row of the fields.
fn beside_upright(search: &Search, [first, last]: [Rect; 2], space: Space, keys: &mut Vec<Key>) {
    match search.pad {
        Pad::Rows => keys.push(pads::all_kana(first, space)),
        Pad::Address => keys.push(pads::dash(first, space)),
        Pad::Kana => return,
        Pad::Digits => {}
    }
    keys.push(pads::erase_key(last, search.pad, space));
}
