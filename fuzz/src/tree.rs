//! Changes a JSON document as a tree: values go, come twice, change places, or become other words of FHIR.

use serde_json::Value;

/// Words and values that documents use, and such as no document should.
const WORDS: &str = include_str!("../dictionaries/words.txt");

/// A small generator (xorshift): libFuzzer gives the seed, so that a run can be repeated.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap_or_default()
    }
}

/// The document with one to four changes; `None` for what is no JSON.
pub fn mutate(json: &[u8], seed: u32) -> Option<Vec<u8>> {
    let mut document: Value = serde_json::from_slice(json).ok()?;
    let mut dice = Dice(u64::from(seed) << 1 | 1);
    for _ in 0..=dice.below(4) {
        change(&mut document, &mut dice);
    }
    serde_json::to_vec(&document).ok()
}

fn change(document: &mut Value, dice: &mut Dice) {
    let mut places = Vec::new();
    collect(document, &mut String::new(), &mut places);
    if places.is_empty() {
        return;
    }
    let at = places[dice.below(places.len())].clone();
    let other = document.pointer(&places[dice.below(places.len())]).cloned().unwrap_or_default();
    let Some((parent, key)) = at.rsplit_once('/') else { return };
    let key = unescaped(key);
    match (dice.below(6), document.pointer_mut(parent)) {
        (0, Some(Value::Object(map))) => drop(map.remove(&key)),
        (0, Some(Value::Array(list))) => drop(list.remove(key.parse().unwrap_or_default())),
        (1, Some(Value::Object(map))) => drop(map.insert(word(dice), other)),
        (1 | 2, Some(Value::Array(list))) => list.insert(dice.below(list.len() + 1), other),
        (3, _) => set(document, &at, other),
        (4, _) => set(document, &at, odd(dice)),
        _ => set(document, &at, Value::from(word(dice))),
    }
}

fn set(document: &mut Value, at: &str, value: Value) {
    if let Some(place) = document.pointer_mut(at) {
        *place = value;
    }
}

fn word(dice: &mut Dice) -> String {
    let words: Vec<&str> = WORDS.lines().collect();
    words[dice.below(words.len())].to_owned()
}

fn odd(dice: &mut Dice) -> Value {
    let odd = [Value::Null, true.into(), 0.into(), (-1).into(), 1e308.into(), u64::MAX.into(), "".into(), "\u{0}".into()];
    odd[dice.below(odd.len())].clone()
}

/// The JSON pointers of all values below the root.
fn collect(value: &Value, at: &mut String, places: &mut Vec<String>) {
    let mut step = |key: &str, value: &Value| {
        let length = at.len();
        at.push('/');
        at.push_str(&key.replace('~', "~0").replace('/', "~1"));
        places.push(at.clone());
        collect(value, at, places);
        at.truncate(length);
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| step(key, value)),
        Value::Array(list) => list.iter().enumerate().for_each(|(place, value)| step(&place.to_string(), value)),
        _ => {}
    }
}

fn unescaped(key: &str) -> String {
    key.replace("~1", "/").replace("~0", "~")
}
